/// What had been delivered when a record left: section 4.1.2.1.2 of draft-ietf-ccwg-bbr-06, in 8 octets.
///
/// From the low bits: delivered 28 (units of 8 octets), lost 16 (units of 128), application-limited 1,
/// exponent 3, and two mantissas of 8: how long before it the first of its flight left, and how long before
/// it the last delivery was. The units of both are 2^(3 + 2 * exponent) microseconds, so the longer one is
/// within 1 in 128 of what it was, or 4 microseconds, up to half a minute.
package struct DeliverySnapshot: BitwiseCopyable {
  private var bits: UInt64 = 0

  package init() {}

  /// - Parameters:
  ///   - delivered: octets delivered so far.
  ///   - lost: octets marked lost so far.
  ///   - sendElapsed: microseconds since the first of its flight left.
  ///   - ackElapsed: microseconds since the last delivery.
  package init(
    delivered: UInt64, lost: UInt64, isAppLimited: Bool, sendElapsed: UInt64, ackElapsed: UInt64
  ) {
    let longest = sendElapsed > ackElapsed ? sendElapsed : ackElapsed
    var exponent: UInt64 = 0
    while exponent < 7 && DeliverySnapshot.rounded(longest, exponent) > 255 { exponent &+= 1 }
    let first = DeliverySnapshot.rounded(sendElapsed, exponent)
    let second = DeliverySnapshot.rounded(ackElapsed, exponent)
    bits = delivered &>> 3 & 0xFFF_FFFF
    bits |= (lost &>> 7 & 0xFFFF) &<< 28
    bits |= (isAppLimited ? 1 : 0) &<< 44
    bits |= exponent &<< 45
    bits |= (first < 255 ? first : 255) &<< 48
    // unreached: half a minute with text in flight and nothing delivered, and then something leaves;
    // DeliveryRateTests
    bits |= (second < 255 ? second : 255) &<< 56
  }

  private static func rounded(_ time: UInt64, _ exponent: UInt64) -> UInt64 {
    let shift = 3 &+ 2 &* exponent
    let half: UInt64 = 1 &<< (shift &- 1)
    // unreached: twelve days with text in flight
    return (time < 1 &<< 40 ? time &+ half : 1 &<< 40) &>> shift
  }

  /// How many octets had been delivered, in whole units of 8: so many that fewer than 2^31 were since.
  package func delivered(now: UInt64) -> UInt64 {
    let units = now &>> 3
    let since = (units &- bits) & 0xFFF_FFFF
    return since < units ? (units &- since) &<< 3 : 0
  }

  /// How many octets were marked lost since, to 128; modulo 8 MiB.
  package func lostSince(now: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: ((now &>> 7) &- (bits &>> 28)) & 0xFFFF) &<< 7
  }

  package var isAppLimited: Bool { bits &>> 44 & 1 != 0 }
  /// Microseconds since the first of its flight left.
  package var sendElapsed: UInt64 { (bits &>> 48 & 0xFF) &<< (3 &+ 2 &* (bits &>> 45 & 7)) }
  /// Microseconds since the last delivery.
  package var ackElapsed: UInt64 { (bits &>> 56) &<< (3 &+ 2 &* (bits &>> 45 & 7)) }
}

extension DeliverySnapshot {
  func add(to digest: inout StateDigest) { digest.add(bits) }
}
