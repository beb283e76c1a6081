/// Many connections in one block of memory: the whole of a TCP that a device embeds.
///
/// It allocates nothing, reads no clock and calls nobody. Time comes with each call; memory and secret come
/// once. Calls on one host are neither reentrant nor concurrent; hosts know nothing of each other.
///
/// - What it knows: `status`, `counters`, `nextEvent`, `deadline`.
/// - What happened: `arrive`, `expire`.
/// - What the user asks: `listen`, `connect`, `accept`, `write`, `read`, `close`, `abort`, `release`.
/// - What to do next: `transmit`.
///
/// The memory holds secrets; a copy of it is a snapshot, and should be kept as secret as a key.
@safe
public struct TCPHost: ~Copyable {
  // A host is only its region: a few words that are passed in registers. The layout at the region's start
  // says where the tables are.
  let region: Region

  /// How many octets of memory a host of this configuration takes.
  ///
  /// ```swift
  /// let octets = try TCPHost.byteCount(for: HostConfiguration(connections: 4))
  /// ```
  public static func byteCount(
    for configuration: HostConfiguration
  ) throws(ConfigurationError) -> Int {
    try configuration.validate()
    return try HostLayout(configuration).byteCount
  }

  /// Makes a host in a caller's memory. What was in the memory is overwritten.
  ///
  /// ```swift
  /// let memory = UnsafeMutableRawBufferPointer.allocate(
  ///   byteCount: try TCPHost.byteCount(for: configuration), alignment: 16)
  /// var host = try TCPHost(configuration, secret: secret, memory: memory, at: now)
  /// ```
  ///
  /// - Parameters:
  ///   - configuration: how large it is.
  ///   - secret: 128 bits that nobody can guess, new for each start.
  ///   - memory: at least `byteCount(for:)` octets, aligned to 16, that live and stay untouched as long as
  ///     the host is used.
  ///   - now: the clock's reading.
  /// - Throws: `ConfigurationError`; the memory is untouched then.
  public init(
    _ configuration: HostConfiguration, secret: Secret, memory: UnsafeMutableRawBufferPointer,
    at now: Instant
  ) throws(ConfigurationError) {
    try configuration.validate()
    let layout = try HostLayout(configuration)
    // The caller vouches for the memory; its size and alignment are checked.
    let region = unsafe try TCPHost.region(memory, byteCount: layout.byteCount)
    // The rings are left as they are: nothing in them is read before it was written, and memory that was
    // never touched stays so.
    region.clear(layout.ringStart)
    self.init(region: region)
    // Deadlines beyond that would not fit a `Wakeup`, and be due forever.
    // unreached: no clock of a target is beyond 2^62; EndOfTimeTests has one
    let start = now < TCPHost.latestTime ? now : TCPHost.latestTime
    initialize(configuration, secret: secret, at: start, layout)
  }

  /// A host that was made at this address before; `nil` if none is there.
  ///
  /// For callers that keep no more than the address, as the C interface does. Only the mark at the start of
  /// every host is checked: use `init(restoring:)` for memory that may be damaged.
  @inline(never)  // each function of the C interface begins with it
  public init?(at address: UnsafeMutableRawPointer?) {
    // The address is only compared.
    guard let address = unsafe address, Int(bitPattern: address) & (RegionLayout.unit &- 1) == 0 else {
      return nil
    }
    // The caller vouches for memory at the address; whether a host was made there is checked.
    let header = unsafe Region(base: address, count: MemoryLayout<HostState>.stride)
      .table(HostState.self, at: 0, count: 1)
    guard header[0].magic == HostState.magic else { return nil }
    // The mark was set together with the size.
    unsafe self.init(
      region: Region(base: address, count: Int(truncatingIfNeeded: header[0].byteCount)))
  }

  /// Where the host is, as a number.
  package var baseAddress: UInt { unsafe UInt(bitPattern: region.base) }  // the address is only compared

  /// The part of the caller's memory that is used.
  static func region(
    _ memory: UnsafeMutableRawBufferPointer, byteCount: Int
  ) throws(ConfigurationError) -> Region {
    guard let base = memory.baseAddress, memory.count >= byteCount else { throw .memoryTooSmall }
    guard Int(bitPattern: base) & (RegionLayout.unit &- 1) == 0 else { throw .memoryMisaligned }
    // Checked on the lines above.
    return unsafe Region(base: base, count: byteCount)
  }

  /// The host in a region that is laid out, or is about to be.
  init(region: Region) { self.region = region }

  /// Fills the tables of a new host, in memory that is all zero.
  private mutating func initialize(
    _ configuration: HostConfiguration, secret: Secret, at now: Instant, _ layout: HostLayout
  ) {
    let tick = now.microseconds / 1_000
    let empty = SlotTable()
    let shared = EntryList(start: layout.eventAndAgeLinks, size: layout.entryCount)
    let sending = EntryList(start: layout.sendQueueLinks, size: layout.entryCount)
    stateTable.initialize(
      0,
      to: HostState(
        magic: HostState.magic, byteCount: UInt64(count: layout.byteCount), layout: layout,
        configuration: configuration, keys: HostKeys(secret), now: now, wheelTick: tick,
        connectionSlots: [4 of SlotTable](repeating: empty), halfOpenSlots: empty, timeWaitSlots: empty,
        listenerSlots: empty,
        sendQueue: sending, requestQueue: sending, eventQueue: shared,
        released: shared, overShare: shared, timeWaitByAge: shared))
    for entry in 0..<slots.count {
      slots.initialize(entry, to: SlotState())
      timers.initialize(entry, to: TimerNode())
      sendQueueLinks.initialize(entry, to: EntryLinks())
      eventAndAgeLinks.initialize(entry, to: EntryLinks())
    }
    for entry in 0..<acceptLinks.count { acceptLinks.initialize(entry, to: EntryLinks()) }
    for entry in 0..<interfaces.count { interfaces.initialize(entry, to: Interface()) }
    tupleIndex.clear()
    counterTable.initialize(0, to: Counters())
    wheelTable.initialize(0, to: TimerWheel(current: UInt32(truncatingIfNeeded: tick)))
    var first = 0
    for position in 0..<configuration.ringClassCount {
      let count = configuration.ringClasses[position].connections
      state.connectionSlots[position] = SlotTable(first: first, capacity: count, slots)
      first += count
    }
    state.halfOpenSlots = SlotTable(first: first, capacity: configuration.halfOpenCapacity, slots)
    first += configuration.halfOpenCapacity
    state.timeWaitSlots = SlotTable(first: first, capacity: configuration.timeWaitCapacity, slots)
    first += configuration.timeWaitCapacity
    state.listenerSlots = SlotTable(first: first, capacity: configuration.listenerCapacity, slots)
  }

  /// What the host was made with.
  public var configuration: HostConfiguration { state.configuration }

  /// The latest moment that any call has named.
  public var now: Instant { state.now }

  /// Takes the caller's time; a step back is no time passing (ROB-290).
  @inline(__always)
  mutating func advance(to now: Instant) {
    // unreached: no clock of a target is beyond 2^62; ForeignPeerTests has one close to it
    if state.now < now { state.now = now < TCPHost.latestTime ? now : TCPHost.latestTime }
  }

  /// Beyond this reading, 146,000 years after the clock's zero, time does not advance.
  static var latestTime: Instant { Instant(microseconds: 1 &<< 62) }
}
