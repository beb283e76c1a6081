/// Round-trip time and retransmission time-out (RFC 6298, MUST-18), in integer microseconds.
package struct RoundTripEstimator: BitwiseCopyable {
  /// SRTT, times 8; 0 before the first sample.
  private var scaledSmoothed: UInt32 = 0
  /// RTTVAR, times 4.
  private var scaledVariance: UInt32 = 0
  /// RTO without back-off.
  private var base: UInt32
  /// How often the time-out was doubled since the last sample.
  package private(set) var backoff: UInt8 = 0

  /// RFC6298-1, RFC8961-1: before any sample the time-out is one second.
  package init(initial: UInt32 = 1_000_000) { base = initial }

  /// Whether there was a sample.
  @inline(__always)
  package var hasSample: Bool { scaledSmoothed != 0 }
  /// SRTT in microseconds, 0 before the first sample.
  package var smoothed: UInt32 { scaledSmoothed &>> 3 }
  /// Twice SRTT in microseconds.
  @inline(__always)
  package var twiceSmoothed: UInt32 { scaledSmoothed &>> 2 }
  /// RTTVAR in microseconds.
  package var variance: UInt32 { scaledVariance &>> 2 }

  /// Takes a sample, RFC6298-2 and RFC6298-3, and ends the back-off (RFC8961-6).
  package mutating func sample(microseconds: UInt64, limits: TimeoutLimits) {
    // Samples above 134 s would not fit the scaled sums; no time-out is that long anyway.
    let capped = UInt32(saturating: microseconds)
    let sample = capped == 0 ? 1 : (capped > 0x07FF_FFFF ? 0x07FF_FFFF : capped)
    if scaledSmoothed == 0 {
      scaledSmoothed = sample &<< 3
      scaledVariance = sample &<< 1
    } else {
      let smoothed = scaledSmoothed &>> 3
      let deviation = sample > smoothed ? sample &- smoothed : smoothed &- sample
      scaledVariance = scaledVariance &- scaledVariance &>> 2 &+ deviation
      scaledSmoothed = scaledSmoothed &- scaledSmoothed &>> 3 &+ sample
    }
    // RFC6298-8: the variance term is never below the clock's granularity, one millisecond.
    let spread = scaledVariance > 1_000 ? scaledVariance : 1_000
    base = limits.clamp(scaledSmoothed &>> 3 &+ spread)
    backoff = 0
  }

  /// RTO with back-off (RFC6298-14), at least the minimum (RFC6298-4) and at most the limit.
  @inline(__always)
  package func timeout(_ limits: TimeoutLimits) -> Interval {
    let doubled = UInt64(wide: atLeast(limits.minimum)) &<< UInt64(wide: UInt32(backoff))
    let limit = UInt64(wide: limits.maximum)
    return Interval(microseconds: doubled < limit ? doubled : limit)
  }

  /// RTO as it was before any back-off: how long an answer may take.
  package func firstTimeout(_ limits: TimeoutLimits) -> Interval {
    Interval(microseconds: UInt64(wide: atLeast(limits.minimum)))
  }

  @inline(__always)
  private func atLeast(_ minimum: UInt32) -> UInt32 { base > minimum ? base : minimum }

  /// The time-out has passed without success: the next is twice as long (RFC8961-5).
  package mutating func backOff() { if backoff < RoundTripEstimator.maximumBackoff { backoff &+= 1 } }

  private static var maximumBackoff: UInt8 { 24 }

  /// Whether the time-out is one that samples and back-off can make; a restore checks this. One of zero would
  /// be due again at once, forever.
  package var isSound: Bool { base >= 1_000 && backoff <= RoundTripEstimator.maximumBackoff }

  /// RFC6298-15: the handshake timed out, so text starts with at least three seconds.
  package mutating func restartAfterHandshakeTimeout() {
    if base < 3_000_000 { base = 3_000_000 }
    backoff = 0
  }
}

/// The smallest and largest retransmission time-out, in microseconds.
package struct TimeoutLimits: BitwiseCopyable {
  package var minimum: UInt32
  package var maximum: UInt32

  package init(minimum: UInt32, maximum: UInt32) {
    self.minimum = minimum
    self.maximum = maximum
  }

  @inline(__always)
  func clamp(_ value: UInt32) -> UInt32 {
    value < minimum ? minimum : (value > maximum ? maximum : value)
  }
}

extension RoundTripEstimator {
  func add(to digest: inout StateDigest) {
    digest.add(scaledSmoothed)  // survives removal: redundant: no two hosts differ in this alone
    digest.add(scaledVariance)
    digest.add(base)
    digest.add(backoff)
  }
}
