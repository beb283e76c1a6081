extension ReceiveState {
  /// What counts as a full-sized segment: what the peer fills its segments to, so that option octets and
  /// small paths at the peer do not lengthen the wait (ROB-276, PEER-07), but no less than the smallest MSS
  /// that is believed: a peer that sends octet by octet earns no acknowledgment for each.
  @inline(__always)
  package func fullSize(maximumSegmentSize: Int) -> Int {
    let seen = Int(fullPayload) > 64 ? Int(fullPayload) : 64
    return seen < maximumSegmentSize ? seen : maximumSegmentSize
  }

  /// Notes the size of a segment's text. The largest one counts as full; a smaller one only when it comes
  /// twice in a row and neither was the end of what the peer had to send, as on a path whose MTU has fallen.
  @inline(__always)
  package mutating func noteSize(_ count: Int, isPushed: Bool) {
    // unreached: no segment has more text than that
    let size = UInt16(truncatingIfNeeded: count < 65_535 ? count : 65_535)
    if size > fullPayload || size < fullPayload && size == lastPayload && !isPushed { fullPayload = size }
    lastPayload = isPushed ? 0 : size
  }
}
