import TCPCore

// Text and FIN that leave.
extension ReferenceConnection {
  mutating func checkText(
    _ segment: SegmentHeader, _ text: RawSpan, _ tally: inout ReferenceDepartures, at now: UInt64
  ) {
    switch state {
    case .established, .finWait1, .closeWait, .closing, .lastAck: break
    case .closed, .listen, .synSent, .synReceived, .finWait2, .timeWait:
      violated("text leaves only while it may be sent", "\(state)")
    }
    let sequence = segment.sequence.rawValue
    let count = segment.payloadCount
    let first = acknowledgedText + distance(sequence, unacknowledged)
    require(
      "text stands between SND.UNA and SND.NXT", first >= acknowledgedText && distance(sequence, next) <= 0)
    require("only what was written is sent", first + count <= written)
    checkContent(text, from: first)
    let hasFinish = segment.flags.contains(.fin)
    require("FIN stands behind the last octet", !hasFinish || isFinishing && first + count == written)
    let room = min(peerSegmentSize, pathRoomForText) - (segment.byteCount - 20)
    require("no segment is longer than the peer and the path take", count <= room, "\(count) of \(room)")
    require(
      "what ends the written text is pushed",
      count == 0 || segment.flags.contains(.psh) == (first + count == written))
    let end = sequence.moved(segment.length)
    if distance(next, sequence) > 0 {
      checkAgain(segment, &tally, at: now)
      require("sent again is sent alone", distance(end, next) <= 0)
    } else {
      checkFresh(segment, room: room, at: now)
    }
    if distance(end, next) > 0 {
      if flight == 0 {
        waitingSince = now
        stirredAt = now
      }
      next = end
    }
  }

  private var pathRoomForText: Int { min(settings.mtu, pathMTU) - (settings.isIPv4 ? 40 : 60) }

  private func checkContent(_ text: RawSpan, from first: Int) {
    for index in 0..<text.byteCount {
      let octet = ReferenceConnection.userOctet(first + index)
      require("text is what the user wrote", text.uint8(at: index) == octet, "at \(first + index)")
    }
  }

  /// RFC 6298, RFC 5681: after a time-out, three duplicates, a partial acknowledgment, a window that opened, or a
  /// path that shrank, and not otherwise.
  private mutating func checkAgain(
    _ segment: SegmentHeader, _ tally: inout ReferenceDepartures, at now: UInt64
  ) {
    if segment.sequence.rawValue == unacknowledged { tally.hasSentAgain = true }
    let hasTimedOut = now - waitingSince >= options.minimumTimeout.microseconds
    require("text is sent again for a reason", recovery != nil || hasTimedOut)
    if recovery == nil { recovery = next }
    // A shut window is asked with one octet, or the FIN.
    let inside = distance(unacknowledged.moved(window), segment.sequence.rawValue.moved(segment.length))
    let isProbe = segment.sequence.rawValue == unacknowledged && segment.length == 1
    require("what is sent again lies in the window, or is a probe", inside >= 0 || isProbe)
  }

  private func checkFresh(_ segment: SegmentHeader, room: Int, at now: UInt64) {
    let end = segment.sequence.rawValue.moved(segment.length)
    let inside = distance(unacknowledged.moved(window), end)
    let isProbe = flight == 0 && segment.length == 1
    require("new text lies in the window, or is a probe", inside >= 0 || isProbe, "\(-inside) beyond")
    // Nagle (RFC 9293 section 3.7.4); what waits too long leaves after all.
    let isSmall = segment.payloadCount < room && !segment.flags.contains(.fin)
    let hasWaited = now - waitingSince >= 200_000
    require(
      "small text waits for an acknowledgment",
      !options.isNagleEnabled || !isSmall || flight == 0 || hasWaited)
  }
}
