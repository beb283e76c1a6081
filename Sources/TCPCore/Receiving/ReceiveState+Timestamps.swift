extension ReceiveState {
  /// PAWS: whether a timestamp is older than the remembered one.
  @inline(__always)
  package func isOld(_ value: UInt32, now: Instant) -> Bool {
    TimestampClock.isOld(value, recent: recentTimestamp, since: recentTimestampTime, now: now)
  }

  /// RFC7323-RTTM-7, RFC7323-PAWS-4: remembers a timestamp that is not older, from a segment that starts at
  /// or before the last acknowledgment sent. So a delayed acknowledgment echoes the earliest segment it
  /// covers, one for text beyond a gap the last that was in order, and one after a gap the segment that
  /// filled it (RFC7323-RTTM-4...6).
  @inline(__always)
  package mutating func updateRecentTimestamp(_ value: UInt32, from sequence: SequenceNumber, now: Instant) {
    guard sequence <= acknowledged else { return }
    guard !isOld(value, now: now) else { return }  // unreached: PAWS has dropped the segment before
    recentTimestamp = value
    recentTimestampTime = now
  }
}
