// RFC 5681 section 3.2 and RFC 6582: without SACK a duplicate acknowledgment means that a segment has left
// the network, so the window also covers the segments that the peer holds behind the hole.
extension CongestionControl {
  /// Fast retransmit begins: the three segments whose duplicates showed the loss (RFC5681-21).
  package mutating func inflate(segmentSize: Int) {
    if algorithm.isBBR { return }
    window = threshold &+ UInt32(truncatingIfNeeded: 3 &* segmentSize)
  }

  /// One more duplicate acknowledgment in recovery: RFC5681-22; never beyond what is outstanding
  /// (RFC5681-23).
  package mutating func didReceiveDuplicate(flight: Int, segmentSize: Int) {
    if algorithm.isBBR { return }
    let limit = threshold &+ UInt32(truncatingIfNeeded: flight)
    let inflated = window &+ UInt32(truncatingIfNeeded: segmentSize)
    window = inflated < limit ? inflated : limit
  }

  /// A partial acknowledgment of `count` octets: RFC6582-4.
  package mutating func didPartiallyAcknowledge(_ count: Int, segmentSize: Int) {
    if algorithm.isBBR { return }
    let octets = UInt32(truncatingIfNeeded: count)
    let segment = UInt32(truncatingIfNeeded: segmentSize)
    window = window > octets ? window &- octets : 0
    if octets >= segment { window &+= segment }
    if window < segment { window = segment }
  }
}
