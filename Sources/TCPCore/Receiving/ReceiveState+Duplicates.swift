// RFC 2883: telling the peer which of its text came twice.

extension ReceiveState {
  /// Whether text has come twice since the last acknowledgment left.
  @inline(__always)
  package var hasDuplicate: Bool { duplicateCount > 0 }

  /// Remembers which octets of a segment had been received before, to be reported with the next
  /// acknowledgment. Of several runs of such octets it is the first (RFC 2883 section 4.2), and of several
  /// segments the latest. One walk over the ranges at most.
  ///
  /// - Parameters:
  ///   - sequence: where the segment's text starts; any number, as the segment may be one that is not taken.
  ///   - count: octets of text.
  @inline(never)  // off a segment's way
  package mutating func noteDuplicate(_ sequence: SequenceNumber, count: Int, in region: Region) {
    // As distances from RCV.NXT: the segment may be anywhere, also where comparing numbers goes round.
    let offset = sequence - next
    let end = offset &+ count
    // Before the peer's first octet nothing was received. Nobody sends again what lies further back than the
    // largest window, and after 2^32 octets the same numbers begin again.
    let received = next.rawValue &- initial.rawValue &- 1
    let reach = received < 1 << 30 ? Int(truncatingIfNeeded: received) : 1 << 30
    let start = offset > 0 &- reach ? offset : 0 &- reach
    let textEnd = isStreamComplete ? -1 : 0  // a FIN is no text
    if start < textEnd { return setDuplicate(from: start, to: end < textEnd ? end : textEnd) }
    for index in 0..<ranges.count {
      let range = ranges.range(index, in: region)
      let (left, right) = (range.left - next, range.right - next)
      if right <= start { continue }
      return setDuplicate(from: start > left ? start : left, to: end < right ? end : right)
    }
  }

  private mutating func setDuplicate(from start: Int, to end: Int) {
    guard start < end else { return }
    duplicateStart = next + start
    duplicateCount = UInt16(truncatingIfNeeded: end &- start)  // no segment has more text than that
    mayReport = true
  }

  /// It was reported, or will never be.
  @inline(__always)
  package mutating func forgetDuplicate() { duplicateCount = 0 }
}
