import TCPCore

/// A host with its memory, a clock, and room for one datagram: what tests need that are on the other side of
/// the wire.
///
/// Every call takes place at `now`, unless a time is given.
@safe
open class HostFixture {
  /// The host.
  public final var host: TCPHost
  /// When calls take place.
  public final var now: Instant
  /// Is called with an invariant that does not hold after an arrival; `nil` where nothing is checked then.
  private let onBroken: ((String) -> Void)?
  // Unsafe boundaries: all live as long as this object; the host is in the first.
  private final var memory: UnsafeMutableRawBufferPointer
  private final let datagram: UnsafeMutableRawBufferPointer
  private final var saved: (memory: UnsafeMutableRawBufferPointer, now: Instant)?

  /// A host without an interface.
  public init(
    _ configuration: HostConfiguration, secret: Secret, at now: Instant, onBroken: ((String) -> Void)?
  ) throws {
    let count = try TCPHost.byteCount(for: configuration)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    // A host does not ask for clean memory. Without this, what an earlier host left behind might be found in
    // it. All of it is the fixture's.
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0xA5)
    do {
      // The memory is as large as the host asks for.
      host = unsafe try TCPHost(configuration, secret: secret, memory: memory, at: now)
    } catch {
      unsafe memory.deallocate()
      throw error
    }
    unsafe self.memory = memory
    unsafe datagram = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    unsafe saved = nil
    self.now = now
    self.onBroken = onBroken
  }

  deinit {
    unsafe memory.deallocate()
    unsafe datagram.deallocate()
    unsafe saved?.memory.deallocate()
  }

  /// Keeps a copy of everything; the host goes on as one that was restored from its memory.
  open func save() throws(ConfigurationError) {
    host = unsafe try TCPHost(restoring: memory)
    let copy = unsafe saved?.memory ?? .allocate(byteCount: memory.count, alignment: 16)
    unsafe copy.copyMemory(from: UnsafeRawBufferPointer(memory))
    unsafe saved = (copy, now)
  }

  /// Goes back to what was saved. A host is nothing but its memory, so no other one has to be made.
  open func restore() {
    guard let saved = unsafe saved else { return }
    // Both are as long as the host.
    unsafe memory.copyMemory(from: UnsafeRawBufferPointer(saved.memory))
    now = unsafe saved.now
  }

  /// What must hold between any two calls.
  public final func checkInvariants() {
    if let onBroken, let broken = host.brokenInvariant() { onBroken("broken at \(now): \(broken)") }
  }
}

// MARK: - The wire

extension HostFixture {
  /// A datagram arrives.
  @discardableResult
  public final func arrive(
    _ bytes: [UInt8], on interface: Int = 0, at time: Instant? = nil
  ) -> ArrivalOutcome {
    // The octets are plain integers and live until the call returns.
    let outcome = unsafe host.arrive(bytes.span.bytes, on: interface, at: time ?? now)
    checkInvariants()
    return outcome
  }

  /// A segment arrives, with `textCount` octets of text; `octet` says which, by their places.
  @discardableResult
  public final func arrive(
    _ header: SegmentHeader, from source: Endpoint, to destination: Endpoint, textCount: Int,
    octet: (Int) -> UInt8
  ) -> ArrivalOutcome {
    guard let room = unsafe MutableBytes(datagram) else { return .datagramTooShort }
    let tuple = FourTuple(local: source, remote: destination)
    let count = header.emitDatagram(tuple, textCount: textCount, into: room, octet: octet)
    // The octets were written above, and the view does not outlive the call.
    let whole = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(datagram)[..<count])
    let outcome = unsafe host.arrive(whole.bytes, at: now)
    checkInvariants()
    return outcome
  }

  /// The next datagram that leaves, if any, and the number of its interface.
  public final func transmit(at time: Instant? = nil) -> (bytes: [UInt8], interface: Int)? {
    guard let departure = unsafe host.transmit(into: datagram, at: time ?? now) else { return nil }
    return (unsafe Array(datagram.prefix(departure.count)), departure.interface)
  }

  /// Time passes, and the timers that end on the way do their work, each at its time. `take` is called before
  /// and after each of these moments, to take what leaves.
  public final func pass(_ interval: Interval, _ take: () -> Void) {
    let end = now + interval
    take()
    for _ in 0..<10_000 {
      guard let deadline = host.deadline, deadline <= end else { break }
      if now < deadline { now = deadline }
      host.expire(at: now)
      take()
    }
    now = end
    host.expire(at: now)
    take()
  }
}

// MARK: - User calls

extension HostFixture {
  /// SEND; returns how many octets were taken.
  public final func write(
    _ handle: Handle, _ text: [UInt8], isUrgent: Bool = false, isMoreComing: Bool = false,
    at time: Instant? = nil
  ) throws(CallError) -> Int {
    // The octets are plain integers and live until the call returns.
    unsafe try host.write(
      handle, text.span.bytes, isUrgent: isUrgent, isMoreComing: isMoreComing, at: time ?? now)
  }

  /// RECEIVE.
  public final func read(
    _ handle: Handle, atMost count: Int = 65_535, at time: Instant? = nil
  ) throws(CallError) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    defer { unsafe buffer.deallocate() }
    let taken = unsafe try host.read(handle, into: buffer, at: time ?? now)
    return unsafe Array(buffer.prefix(taken))
  }

  /// All events of the host.
  public final func events() -> [ConnectionEvent] {
    var result: [ConnectionEvent] = []
    while let event = host.nextEvent() { result.append(event) }
    return result
  }

  /// A connection's state; `nil` where the handle names none.
  public final func state(_ handle: Handle) -> ConnectionState? { try? host.status(handle).state }

  /// The error that a call meets.
  public final func error(of body: (inout TCPHost) throws(CallError) -> Void) -> CallError? {
    do throws(CallError) {
      try body(&host)
      return nil
    } catch { return error }
  }
}

// MARK: - Copies of the memory

extension HostFixture {
  /// Lends a copy of the memory.
  public final func withCopy<Result>(
    _ body: (UnsafeMutableRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: unsafe memory.count, alignment: 16)
    defer { unsafe copy.deallocate() }
    // Both are as long as the host, and the copy lives until the call returns.
    unsafe copy.copyMemory(from: UnsafeRawBufferPointer(memory))
    return try unsafe body(copy)
  }

  /// The host goes on in a copy of its memory, and the old memory is overwritten.
  public final func moveToCopy() throws(ConfigurationError) {
    let old = unsafe memory
    let new = UnsafeMutableRawBufferPointer.allocate(byteCount: old.count, alignment: 16)
    unsafe new.copyMemory(from: UnsafeRawBufferPointer(old))
    do throws(ConfigurationError) {
      host = try unsafe TCPHost(restoring: new)
    } catch {
      unsafe new.deallocate()
      throw error
    }
    unsafe memory = new
    // All of what was allocated.
    unsafe old.initializeMemory(as: UInt8.self, repeating: 0xA5)
    unsafe old.deallocate()
  }
}
