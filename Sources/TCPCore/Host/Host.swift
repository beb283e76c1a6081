/// What a host knows apart from its tables. Lies at the start of the region, so that the region is all there is.
struct HostState: BitwiseCopyable {
  /// Tells a region with a host from any other memory: "tcpcore" and the version of the layout.
  var magic: UInt64
  var byteCount: UInt64
  var configuration: HostConfiguration
  var keys: HostKeys
  /// The latest moment that any call has named.
  var now: Instant
  /// The tick that the wheel has reached, in full.
  var wheelTick: UInt64
  /// How many numbers were drawn from the random stream.
  var drawn: UInt64 = 0
  /// Where the rings of each class begin, and how far apart those of two connections are, in units.
  var ringStarts: [4 of UInt32]
  var ringStrides: [4 of UInt32]
  var connectionSlots: [4 of SlotTable]
  var halfOpenSlots: SlotTable
  var timeWaitSlots: SlotTable
  var listenerSlots: SlotTable
  /// Entries that have a segment to send.
  var ready = IndexList()
  /// Connections that have something to tell their user.
  var eventful = IndexList()
  /// Half-open and TIME-WAIT entries, oldest first.
  var halfOpenAge = IndexList()
  var timeWaitAge = IndexList()
  var replies = ReplyQueue()
  /// Whether a reply has the next turn, if one waits.
  var isReplyTurn = true

  static var magic: UInt64 { 0x7463_7063_6f72_6501 }
}

/// Many connections in one block of memory: the whole of a TCP that a device embeds.
///
/// It allocates nothing, reads no clock and calls nobody. Time comes with each call; memory and secret come once.
/// Calls on one host are neither reentrant nor concurrent; hosts know nothing of each other.
///
/// - What it knows: `status`, `counters`, `nextEvent`, `deadline`.
/// - What happened: `arrive`, `expire`.
/// - What the user asks: `listen`, `connect`, `accept`, `write`, `read`, `close`, `abort`, `release`.
/// - What to do next: `transmit`.
///
/// The memory holds secrets; a copy of it is a snapshot, and should be guarded like a key.
@safe
public struct Host: ~Copyable {
  let region: Region
  let state: Table<HostState>
  let counterTable: Table<Counters>
  let wheel: Table<TimerWheel>
  let interfaces: Table<Interface>
  let slots: Table<SlotState>
  let timers: Table<TimerNode>
  let index: TupleIndex
  let readyLinks: Table<IndexLinks>
  let queueLinks: Table<IndexLinks>
  let acceptLinks: Table<IndexLinks>
  let connections: Table<Connection>
  let halfOpen: Table<HalfOpen>
  let timeWait: Table<TimeWait>
  let listeners: Table<Listener>
  let replies: Table<Reply>

  /// How many octets of memory a host of this configuration takes.
  public static func byteCount(
    for configuration: HostConfiguration
  ) throws(ConfigurationError) -> Int {
    try configuration.validate()
    return try HostLayout(configuration).byteCount
  }

  /// Makes a host in a caller's memory. What was in the memory is overwritten.
  ///
  /// - Parameters:
  ///   - configuration: how large it is.
  ///   - secret: 128 bits that nobody can guess, new for each start.
  ///   - memory: at least `byteCount(for:)` octets, aligned to 16, that live and stay untouched as long as the
  ///     host is used.
  ///   - now: the clock's reading.
  /// - Throws: `ConfigurationError`; the memory is untouched then.
  public init(
    _ configuration: HostConfiguration, secret: Secret, memory: UnsafeMutableRawBufferPointer,
    at now: Instant
  ) throws(ConfigurationError) {
    try configuration.validate()
    let layout = try HostLayout(configuration)
    // The caller vouches for the memory; its size and alignment are checked.
    let region = unsafe try Host.region(memory, byteCount: layout.byteCount)
    region.clear()
    self.init(region: region, layout, configuration)
    initialize(configuration, secret: secret, at: now, layout)
  }

  /// The part of the caller's memory that is used.
  static func region(
    _ memory: UnsafeMutableRawBufferPointer, byteCount: Int
  ) throws(ConfigurationError) -> Region {
    guard let base = memory.baseAddress, memory.count >= byteCount else { throw .memoryTooSmall }
    guard Int(bitPattern: base) & (RegionLayout.unit &- 1) == 0 else { throw .memoryMisaligned }
    // Checked on the lines above.
    return unsafe Region(base: base, count: byteCount)
  }

  /// Finds the tables in a region that is laid out, or is about to be.
  init(region: Region, _ layout: HostLayout, _ configuration: HostConfiguration) {
    let entries = configuration.entryCapacity
    let connectionCount = configuration.connectionCapacity
    self.region = region
    state = region.table(HostState.self, at: layout.state, count: 1)
    counterTable = region.table(Counters.self, at: layout.counters, count: 1)
    wheel = region.table(TimerWheel.self, at: layout.wheel, count: 1)
    interfaces = region.table(
      Interface.self, at: layout.interfaces, count: configuration.interfaceCount)
    slots = region.table(SlotState.self, at: layout.slots, count: entries)
    timers = region.table(TimerNode.self, at: layout.timers, count: entries)
    index = TupleIndex(
      buckets: region.table(
        UInt32.self, at: layout.buckets, count: TupleIndex.bucketCount(for: entries)),
      entries: region.table(IndexedEntry.self, at: layout.indexEntries, count: entries))
    readyLinks = region.table(IndexLinks.self, at: layout.readyLinks, count: entries)
    queueLinks = region.table(IndexLinks.self, at: layout.queueLinks, count: entries)
    acceptLinks = region.table(IndexLinks.self, at: layout.acceptLinks, count: connectionCount)
    connections = region.table(Connection.self, at: layout.connections, count: connectionCount)
    halfOpen = region.table(
      HalfOpen.self, at: layout.halfOpen, count: configuration.halfOpenCapacity)
    timeWait = region.table(
      TimeWait.self, at: layout.timeWait, count: configuration.timeWaitCapacity)
    listeners = region.table(
      Listener.self, at: layout.listeners, count: configuration.listenerCapacity)
    replies = region.table(Reply.self, at: layout.replies, count: configuration.replyCapacity)
  }

  /// Fills the tables of a new host.
  private func initialize(
    _ configuration: HostConfiguration, secret: Secret, at now: Instant, _ layout: HostLayout
  ) {
    for entry in 0..<slots.count {
      slots.initialize(entry, to: SlotState())
      timers.initialize(entry, to: TimerNode())
      readyLinks.initialize(entry, to: IndexLinks())
      queueLinks.initialize(entry, to: IndexLinks())
    }
    for entry in 0..<acceptLinks.count { acceptLinks.initialize(entry, to: IndexLinks()) }
    for entry in 0..<interfaces.count { interfaces.initialize(entry, to: Interface()) }
    index.clear()
    counterTable.initialize(0, to: Counters())
    let tick = now.microseconds / 1_000
    wheel.initialize(0, to: TimerWheel(current: UInt32(truncatingIfNeeded: tick)))
    let empty = SlotTable(first: 0, capacity: 0, slots)
    var classes = [4 of SlotTable](repeating: empty)
    var first = 0
    for position in 0..<configuration.ringClassCount {
      let count = configuration.ringClasses[position].connections
      classes[position] = SlotTable(first: first, capacity: count, slots)
      first += count
    }
    let halfOpenSlots = SlotTable(first: first, capacity: configuration.halfOpenCapacity, slots)
    first += configuration.halfOpenCapacity
    let timeWaitSlots = SlotTable(first: first, capacity: configuration.timeWaitCapacity, slots)
    first += configuration.timeWaitCapacity
    state.initialize(
      0,
      to: HostState(
        magic: HostState.magic, byteCount: UInt64(count: layout.byteCount), configuration: configuration,
        keys: HostKeys(secret), now: now, wheelTick: tick, ringStarts: layout.rings,
        ringStrides: layout.ringStrides, connectionSlots: classes,
        halfOpenSlots: halfOpenSlots, timeWaitSlots: timeWaitSlots,
        listenerSlots: SlotTable(first: first, capacity: configuration.listenerCapacity, slots)))
  }

  /// What this host has counted so far.
  public var counters: Counters { counterTable[0] }

  /// What the host was made with.
  public var configuration: HostConfiguration { state[0].configuration }

  /// Takes the caller's time; a step back is no time passing (ROB-290).
  @inline(__always)
  func advance(to now: Instant) {
    if state[0].now < now { state[0].now = now }
  }
}
