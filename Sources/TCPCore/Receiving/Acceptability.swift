/// What the sequence test of RFC 9293 section 3.10.7.4, first check, says about a segment.
package enum Acceptability {
  /// Some of it lies in the window.
  case acceptable
  /// Outside, but its acknowledgment still counts: the segment is right at the edge of the window (RFC 9293
  /// section 3.8.6 and appendix A.2).
  case controlOnly
  /// Outside.
  case unacceptable

  /// The sequence test, table 6 of RFC 9293 section 3.4.
  ///
  /// - Parameters:
  ///   - offset: SEG.SEQ - RCV.NXT.
  ///   - length: SEG.LEN.
  ///   - window: RCV.WND.
  ///   - hasFIN: the segment carries FIN. A FIN alone right at the edge is acceptable: it takes no room, and
  ///     the end of the stream need not wait for a read.
  @inline(__always)  // on a segment's way
  package init(offset: Int, length: Int, window: Int, hasFIN: Bool) {
    if window == 0 {
      // MUST-66. A peer whose probe octet or FIN we had no room for counts it as sent, so its empty segments
      // are one behind RCV.NXT; dropping what they acknowledge would keep both windows shut forever
      // (RFC9293-X-5, ROB-018, ROB-267).
      let isAtEdge = offset == 0 || offset == 1 && length == 0
      let takesNoRoom = length == 0 || hasFIN && length == 1
      self = offset == 0 && takesNoRoom ? .acceptable : isAtEdge ? .controlOnly : .unacceptable
    } else if offset >= 0 {
      if offset < window {
        self = .acceptable
      } else if offset == window && hasFIN && length == 1 {
        self = .acceptable
      } else {
        // A peer that has filled the window, and lost it all, is right at the edge with its empty segments.
        self = offset == window && length == 0 ? .controlOnly : .unacceptable
      }
    } else {
      // It starts before the window: its last octet decides.
      let last = offset &+ length &- 1
      // survives `length >= 0`: equivalent: what is empty and starts before the window has a last octet
      // before it
      self = length > 0 && last >= 0 && last < window ? .acceptable : .unacceptable
    }
  }
}
