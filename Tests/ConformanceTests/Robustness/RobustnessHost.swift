import TCPCore

/// A host with memory, a clock and one peer that is written by hand, for cases that no figure can show.
@safe
final class RobustnessHost {
  var host: TCPHost
  var now = Instant(microseconds: 10_000_000_000)
  private let memory: UnsafeMutableRawBufferPointer
  private let buffer: UnsafeMutableRawBufferPointer

  static let own = Endpoint(Address(192, 0, 2, 1), 80)

  init(_ configuration: HostConfiguration, secret: Secret = Secret(1, 2), mtu: Int = 1_500) throws {
    // Both live as long as this object; the host is in the first.
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: try TCPHost.byteCount(for: configuration), alignment: 16)
    unsafe self.memory = memory
    unsafe buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    host = try unsafe TCPHost(configuration, secret: secret, memory: memory, at: now)
    try host.setInterface(0, mtu: mtu)
    try host.addAddress(RobustnessHost.own.address, prefix: 24)
  }

  deinit {
    unsafe memory.deallocate()
    unsafe buffer.deallocate()
  }

  /// A segment arrives from a peer's port.
  @discardableResult
  func arrive(
    _ flags: SegmentFlags, from port: UInt16 = 6_000, to own: Endpoint = RobustnessHost.own, sequence: UInt32,
    acknowledgment: UInt32 = 0, text: [UInt8] = []
  ) -> ArrivalOutcome {
    let peer = Endpoint(Address(192, 0, 2, 2), port)
    let header = SegmentHeader(
      sourcePort: port, destinationPort: own.port, sequence: SequenceNumber(sequence),
      acknowledgment: SequenceNumber(acknowledgment), flags: flags, window: 65_535)
    var bytes = [UInt8](repeating: 0, count: 40 + text.count)
    // The view lives as long as the closure that lends the array's memory.
    unsafe bytes.withUnsafeMutableBytes { buffer in
      guard let view = unsafe MutableBytes(buffer) else { return }
      _ = header.emitDatagram(
        FourTuple(local: peer, remote: own), textCount: text.count, DatagramOptions(), into: view
      ) { room in
        for (index, octet) in text.enumerated() { room.store(octet, at: index) }
        var sum = InternetChecksum()
        sum.add(room, count: text.count)
        return sum
      }
    }
    return unsafe host.arrive(bytes.span.bytes, at: now)
  }

  /// The next segment that leaves; what is no segment leaves as `nil`.
  func transmit() -> SegmentHeader? {
    guard let departure = unsafe host.transmit(into: buffer, at: now) else { return nil }
    let bytes = unsafe Array(buffer[..<departure.count])
    return try? unsafe SegmentHeader(parsing: bytes.span.bytes.extracting(20..<bytes.count))
  }

  /// A handshake that the peer begins with the number 300: the number that we began with.
  func open(from port: UInt16 = 6_000) -> UInt32? {
    arrive(.syn, from: port, sequence: 300)
    guard let answer = transmit() else { return nil }
    let initial = answer.sequence.rawValue
    arrive(.ack, from: port, sequence: 301, acknowledgment: initial &+ 1)
    return initial
  }

  /// The error that a call meets.
  func error(of body: (inout TCPHost) throws(CallError) -> Void) -> CallError? {
    do throws(CallError) {
      try body(&host)
      return nil
    } catch { return error }
  }
}
