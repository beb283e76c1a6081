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
  /// Whether what leaves is spread over the round trip.
  package var isPaced: Bool
  /// When it came.
  package var now: Instant

  @inline(__always)
  package init(
    number: SequenceNumber, next: SequenceNumber, latest: SentRecord?, smoothed: UInt32, isPaced: Bool,
    now: Instant
  ) {
    self.number = number
    self.next = next
    self.latest = latest
    self.smoothed = smoothed
    self.isPaced = isPaced
    self.now = now
  }

  /// The round-trip time that it shows in microseconds; none where what it answers was sent twice
  /// (RFC6298-6).
  package var roundTrip: UInt32? {
    guard let latest, !latest.isRetransmitted else { return nil }
    return UInt32(saturating: latest.age(at: now))
  }
}
