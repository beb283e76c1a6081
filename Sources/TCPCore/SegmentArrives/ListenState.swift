// RFC 9293 section 3.10.7.2.

/// What a listener does with a segment that belongs to no connection.
package enum ListenVerdict {
  /// Drop it.
  case ignore
  /// Answer with a reset.
  case reset
  /// Answer with SYN and ACK, and enter SYN-RECEIVED.
  case acceptSYN

  /// EV-SEG-LISTEN-{1,2,4,5,6}: reset first, then acknowledgment, then SYN; anything else is dropped.
  ///
  /// A SYN may carry text, FIN or any other flag (CVE-18): none of it is kept, the peer sends it again.
  package init(on segment: SegmentHeader) {
    if segment.flags.contains(.rst) {
      self = .ignore
    } else if segment.flags.contains(.ack) {
      self = .reset
    } else if segment.flags.contains(.syn) {
      self = .acceptSYN
    } else {
      self = .ignore
    }
  }
}
