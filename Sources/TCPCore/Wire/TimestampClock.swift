/// The clock of the timestamps option: one tick is 1.024 ms (RFC7323-PAWS-10 asks for 1 ms to 1 s; 2^31
/// octets take longer than a tick below 16 Tbit/s, RFC7323-PAWS-9), shifted by a secret number for each
/// connection (RFC7323-PAWS-11).
package enum TimestampClock {
  /// TSval at a moment (RFC7323-RTTM-1: proportional to real time).
  @inline(__always)
  package static func value(at now: Instant, offset: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: now.microseconds &>> 10) &+ offset
  }

  /// The time since an echoed value left, in microseconds.
  @inline(__always)
  package static func age(of echo: UInt32, at now: Instant, offset: UInt32) -> UInt64 {
    UInt64(wide: value(at: now, offset: offset) &- echo) &<< 10
  }

  /// How long a remembered timestamp stays good: 24 days (RFC7323-PAWS-8).
  package static var lifetime: Interval { .seconds(24 * 86_400) }

  /// PAWS: whether a timestamp is older than the one remembered at a moment, and that one is still good (RFC
  /// 7323 section 5).
  @inline(__always)
  package static func isOld(_ value: UInt32, recent: UInt32, since: Instant, now: Instant) -> Bool {
    value.ahead(of: recent) < 0 && now - since <= lifetime
  }
}
