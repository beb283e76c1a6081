/// What became of a segment's text.
package enum TextVerdict {
  /// Nothing of it was new.
  case duplicate
  /// It is beyond a gap and was kept, or there was no room for another range.
  case outOfOrder
  /// RCV.NXT moved; `isClean` says that nothing of it was old, and that no text beyond a gap was or is
  /// waiting.
  case inOrder(isClean: Bool)
}

extension ReceiveState {
  /// Whether the text of a segment may be copied to its place before its checksum is known: it starts at
  /// RCV.NXT, fits, and nothing that was received is where it goes.
  @inline(__always)
  package func canCopyBeforeChecksum(_ sequence: SequenceNumber, count: Int) -> Bool {
    sequence == next && count > 0 && count <= rightEdge - next && ranges.isEmpty && !hasFIN
  }

  /// Takes a segment's text, and remembers its FIN (RFC 9293 section 3.10.7.4, seventh and eighth check), and
  /// which octets of it had come before (RFC 2883).
  ///
  /// - Parameters:
  ///   - payload: the segment's text.
  ///   - sequence: where it starts; SYN is not part of it.
  ///   - hasFIN: whether a FIN is behind it.
  ///   - isAlreadyInRing: whether the text already is in the ring (`canCopyBeforeChecksum`).
  @inline(always)  // on a segment's way, and too large for the hint
  package mutating func receive(
    _ payload: RawSpan, at sequence: SequenceNumber, hasFIN finFlag: Bool, isAlreadyInRing: Bool,
    in region: Region
  ) -> TextVerdict {
    let count = payload.byteCount
    if finFlag { noteFIN(sequence + count, in: region) }
    if isAlreadyInRing {
      ring.commit(count)
      next = next + count
      return .inOrder(isClean: true)
    }
    // Trim to the window, and to the FIN if there is one (ROB-003, ROB-270, ROB-080: any edge ever
    // advertised).
    var end = SequenceNumber.earlier(sequence + count, rightEdge)
    if hasFIN { end = .earlier(end, finSequence) }
    let start = SequenceNumber.later(sequence, next)
    guard start < end else {
      noteDuplicate(sequence, count: count, in: region)
      return .duplicate
    }
    let text = payload.extracting((start - sequence)..<(end - sequence))
    if start == next {
      ring.writeAhead(text, at: ring.count, in: region)
      // Checked first: the segment may cover every out-of-order range and so hide the gap (RFC5681-16).
      let isClean = ranges.isEmpty && start == sequence
      var reach = end
      if !isClean {
        noteDuplicate(sequence, count: count, in: region)
        reach = ranges.absorb(from: end, in: region)
      }
      ring.commit(reach - next)
      next = reach
      return .inOrder(isClean: isClean)
    }
    noteDuplicate(sequence, count: count, in: region)
    // Beyond a gap: written straight to its place (SHLD-31), unless there is no room to remember that; then
    // it is not reported either (RFC2018-13).
    guard let range = ranges.insert(SequenceRange(start, end), in: region) else { return .outOfOrder }
    mayReport = true
    ring.writeAhead(text, at: ring.count &+ (start - next), in: region)
    noteRecent(start, range)
    return .outOfOrder
  }

  /// Remembers where the FIN is, if it lies in the window, or right behind it, and contradicts nothing
  /// (ROB-003, ROB-081).
  private mutating func noteFIN(_ sequence: SequenceNumber, in region: Region) {
    guard !hasFIN, sequence >= next, sequence <= rightEdge else { return }
    hasFIN = true
    finSequence = sequence
    // A FIN below text that was kept: nothing behind it is part of the stream.
    ranges.truncate(at: sequence, in: region)
  }

  /// Puts a range in front of those that changed lately, and drops the older mentions of it and of what is no
  /// longer beyond a gap.
  private mutating func noteRecent(_ number: SequenceNumber, _ range: SequenceRange) {
    var kept: [4 of SequenceNumber] = recent
    var count = 1
    kept[0] = number
    for index in 0..<Int(recentCount) {  // at most four
      let other = recent[index]
      if count < 4 && other > next && !(range.left <= other && other < range.right) {
        kept[count] = other
        count &+= 1
      }
    }
    recent = kept
    recentCount = UInt8(truncatingIfNeeded: count)
  }
}
