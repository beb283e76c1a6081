import TCPCore

/// What octets behind the last step choose, too few for one: 0xBB, then the rings, the controller and the
/// time on the wire, and a black hole; and a third one what is done about user time-outs. Without them
/// neither side samples delivery rates, both use CUBIC, the path takes every segment, and nobody advertises a
/// time-out.
package struct LoopbackChoice {
  /// The first of the octets.
  package static var mark: Int { 0xBB }
  /// Whether delivery rates are sampled.
  var samplesDeliveryRate = false
  var control = CongestionControlAlgorithm.cubic
  var ecn = ECNPolicy.answer
  /// Microseconds that a datagram of `exchange` is under way.
  var delay: UInt64 = 1_000
  var userTimeout = UserTimeoutPolicy.off
  /// The longest datagram that gets through: longer ones vanish.
  var blackHole = 65_535

  init() {}

  init(_ bytes: RawSpan) {
    let rest = (bytes.byteCount - 1) % LoopbackStep.byteCount
    let start = bytes.byteCount - rest
    guard rest >= 2, Int(bytes.uint8(at: start)) == LoopbackChoice.mark else { return }
    let octet = bytes.uint8(at: start + 1)
    switch octet & 3 {
    case 0: control = .cubic
    case 1: control = .newReno
    default: control = .bbr
    }
    ecn = octet & 4 != 0 ? .offer : .answer
    samplesDeliveryRate = octet & 8 == 0
    delay = LoopbackTable.delays[Int(octet >> 5 & 3)]
    if rest >= 3 {
      let policies: [4 of UserTimeoutPolicy] = [.exchange, .adopt, .off, .exchange]
      userTimeout = policies[Int(bytes.uint8(at: start + 2) & 3)]
    }
    blackHole = LoopbackTable.holes[Int(octet >> 4 & 1 | octet >> 6 & 2)]
  }

  /// The position of the rings that are sampled, or of the others.
  var ringClass: Int { samplesDeliveryRate ? 1 : 0 }
}
