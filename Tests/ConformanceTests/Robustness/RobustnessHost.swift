import TCPCore
import TCPTestSupport
import Testing

/// A host and one peer that is written by hand, for cases that no figure can show.
final class RobustnessHost: HostFixture {
  static let own = Endpoint(Address(192, 0, 2, 1), 80)

  init(_ configuration: HostConfiguration, secret: Secret = Secret(1, 2), mtu: Int = 1_500) throws {
    let start = Instant(microseconds: 10_000_000_000)
    try super.init(configuration, secret: secret, at: start) { Issue.record("\($0)") }
    try host.setInterface(0, mtu: mtu)
    try host.addAddress(RobustnessHost.own.address, prefix: 24)
  }

  /// A segment arrives from a peer's port.
  @discardableResult
  func arrive(
    _ flags: SegmentFlags, from port: UInt16 = 6_000, to own: Endpoint = RobustnessHost.own, sequence: UInt32,
    acknowledgment: UInt32 = 0, text: [UInt8] = []
  ) -> ArrivalOutcome {
    let header = SegmentHeader(
      sourcePort: port, destinationPort: own.port, sequence: SequenceNumber(sequence),
      acknowledgment: SequenceNumber(acknowledgment), flags: flags, window: 65_535)
    return arrive(header.datagram(from: Endpoint(Address(192, 0, 2, 2), port), to: own, text: text))
  }

  /// The next segment that leaves; what is no segment leaves as `nil`.
  func transmitSegment() -> SegmentHeader? {
    guard let (bytes, _) = transmit() else { return nil }
    return try? unsafe SegmentHeader(parsing: bytes.span.bytes.extracting(20..<bytes.count))
  }

  /// A handshake that the peer begins with the number 300: the number that we began with.
  func open(from port: UInt16 = 6_000) -> UInt32? {
    arrive(.syn, from: port, sequence: 300)
    guard let answer = transmitSegment() else { return nil }
    let initial = answer.sequence.rawValue
    arrive(.ack, from: port, sequence: 301, acknowledgment: initial &+ 1)
    return initial
  }
}
