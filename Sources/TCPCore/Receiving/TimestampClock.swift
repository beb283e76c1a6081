/// The clock of the timestamps option: one tick is 1.024 ms (RFC7323-PAWS-10 asks for 1 ms to 1 s; 2^31 octets take
/// longer than a tick below 16 Tbit/s, RFC7323-PAWS-9), shifted by a
/// secret number for each connection (RFC7323-PAWS-11).
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

  /// PAWS: whether a timestamp is older than the one remembered at a moment, and that one is still good (RFC 7323
  /// section 5).
  @inline(__always)
  package static func isOld(_ value: UInt32, recent: UInt32, since: Instant, now: Instant) -> Bool {
    Int32(bitPattern: value &- recent) < 0 && now - since <= lifetime
  }
}

extension ReceiveSequence {
  /// PAWS: whether a timestamp is older than the remembered one.
  @inline(__always)
  package func isOld(_ value: UInt32, now: Instant) -> Bool {
    TimestampClock.isOld(value, recent: recentTimestamp, since: recentTimestampTime, now: now)
  }

  /// RFC7323-RTTM-7, RFC7323-PAWS-4: remembers a timestamp that is not older, from a segment that starts at or
  /// before the last acknowledgment sent. So a delayed acknowledgment echoes the earliest segment it covers, one for
  /// text beyond a gap the last that was in order, and one after a gap the segment that filled it
  /// (RFC7323-RTTM-4...6).
  @inline(__always)
  package mutating func remember(_ value: UInt32, from sequence: SequenceNumber, now: Instant) {
    guard sequence <= acknowledged else { return }
    guard !isOld(value, now: now) else { return }  // unreached: PAWS has dropped the segment before
    recentTimestamp = value
    recentTimestampTime = now
  }
}
