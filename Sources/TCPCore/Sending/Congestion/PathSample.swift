/// What an acknowledgment says of the path, for those who ask: nothing is computed before.
package struct PathSample: BitwiseCopyable {
  /// Its acknowledgment number.
  package var number: SequenceNumber
  /// SND.NXT.
  package var next: SequenceNumber
  /// Of what it acknowledges whole, the record that left last.
  package var latest: SentRecord?
  /// SRTT in microseconds.
  package var smoothed: UInt32
  /// When it came.
  package var now: Instant

  @inline(__always)
  package init(
    number: SequenceNumber, next: SequenceNumber, latest: SentRecord?, smoothed: UInt32, now: Instant
  ) {
    self.number = number
    self.next = next
    self.latest = latest
    self.smoothed = smoothed
    self.now = now
  }

  /// The round-trip time that it shows in microseconds; none where what it answers was sent twice
  /// (RFC6298-6).
  package var roundTrip: UInt32? {
    guard let latest, !latest.isRetransmitted else { return nil }
    return UInt32(saturating: latest.age(at: now))
  }
}
