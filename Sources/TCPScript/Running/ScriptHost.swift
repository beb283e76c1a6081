import TCPCapture
import TCPCore

/// A host with its memory and one clock.
@safe
final class ScriptHost {
  var host: TCPHost
  /// The clock.
  var now: Instant
  /// When the script began.
  let start: Instant
  // Unsafe boundaries: both live as long as this object; the host is in the first.
  private let memory: UnsafeMutableRawBufferPointer
  private let datagram: UnsafeMutableRawBufferPointer

  init(_ profile: ScriptProfile, _ configuration: ScriptConfiguration) throws(ScriptProblem) {
    let origin = SourcePosition(line: 1, column: 1)
    // Far from the clock's zero, so that numbers made from it are no small ones.
    start = Instant(microseconds: 1_000_000_000)
    now = start
    var tables = profile.configuration
    let rings = tables.ringClass(0)
    tables.setRingClass(
      0,
      RingClass(
        connections: rings.connections, sendCapacity: configuration.sendCapacity ?? rings.sendCapacity,
        receiveCapacity: configuration.receiveCapacity ?? rings.receiveCapacity))
    do {
      let count = try TCPHost.byteCount(for: tables)
      unsafe memory = .allocate(byteCount: count, alignment: 16)
      unsafe datagram = .allocate(byteCount: 65_536, alignment: 16)
      // The memory is as large as the host asks for.
      host = unsafe try TCPHost(
        tables, secret: Secret(0x7363_7269_7074_0001, 1), memory: memory, at: start)
      try host.setInterface(0, mtu: configuration.mtu)
      try host.addAddress(configuration.local, prefix: configuration.isIPv6 ? 64 : 24)
    } catch {
      throw .unsupported(origin, "no host can be made so: \(error)")
    }
  }

  deinit {
    unsafe memory.deallocate()
    unsafe datagram.deallocate()
  }

  /// Microseconds since the script began.
  var elapsed: UInt64 { (now - start).microseconds }

  /// A datagram arrives.
  func arrive(_ bytes: [UInt8]) {
    // The octets are plain integers and live until the call returns.
    _ = unsafe host.arrive(bytes.span.bytes, on: 0, at: now)
  }

  /// The next datagram that leaves, if any.
  func transmit() -> [UInt8]? {
    guard let departure = unsafe host.transmit(into: datagram, at: now) else { return nil }
    return unsafe Array(datagram.prefix(departure.count))
  }

  /// Does what is due.
  func expire() { while host.expire(at: now) {} }

  func write(_ handle: Handle, _ text: [UInt8], isUrgent: Bool, isMoreComing: Bool) throws(CallError) -> Int {
    // The octets are plain integers and live until the call returns.
    unsafe try host.write(handle, text.span.bytes, isUrgent: isUrgent, isMoreComing: isMoreComing, at: now)
  }

  /// Reads, or looks at what could be read.
  func read(_ handle: Handle, atMost count: Int, isPeeking: Bool) throws(CallError) -> [UInt8] {
    var result: [UInt8] = []
    _ = unsafe try host.withReadable(handle, at: now) { first, second in
      // The runs live until the closure returns.
      unsafe result = Array(first.prefix(count))
      unsafe result += Array(second.prefix(count - result.count))
      return isPeeking ? 0 : result.count
    }
    return result
  }
}
