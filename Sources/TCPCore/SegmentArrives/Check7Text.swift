// RFC 9293 section 3.10.7.4, seventh: process the segment text.

extension Connection {
  /// EV-SEG-ESTABLISHED-21...22, EV-SEG-FIN-WAIT-1-22...23, EV-SEG-FIN-WAIT-2-22...23. Once the peer has
  /// finished, text is ignored (ROB-084): EV-SEG-CLOSE-WAIT-21, EV-SEG-CLOSING-22, EV-SEG-LAST-ACK-18.
  ///
  /// Returns the outcome if the segment ends here.
  @inline(always)  // on a segment's way, and too large for the hint
  mutating func checkText(
    _ segment: inout SegmentHeader, of bytes: RawSpan, isAlreadyInRing: Bool, _ info: ArrivalInfo,
    _ context: ConnectionContext
  ) -> ArrivalOutcome? {
    let hasFIN = segment.flags.contains(.fin)
    let count = segment.payloadCount
    guard count > 0 || hasFIN else { return nil }
    switch state {
    case .established, .finWait1, .finWait2:
      break
    case .closed, .listen, .synSent, .synReceived, .closeWait, .closing, .lastAck, .timeWait:
      return nil
    }
    if isReleased && count > 0 && segment.sequence + count > receive.next {
      end(.aborted, context)
      needsRST = true
      return .textAfterRelease  // nobody will read it, and the peer should know
    }
    if ecn.isInUse { noteMark(of: &segment, info, context) }
    receive.noteSize(count, isPushed: segment.flags.contains(.psh))
    switch receive.receive(
      bytes.extracting(last: count), at: segment.sequence, hasFIN: hasFIN, isAlreadyInRing: isAlreadyInRing,
      in: context.region)
    {
    case .duplicate, .outOfOrder:
      // RFC5681-15, RFC2018-4, MAY-13, PEER-06; one for each segment at most (RFC5681-27).
      acknowledgeDisorder()
    case .inOrder(let isClean):
      raise(.readable)
      if !isClean {
        // RFC5681-16; and the peer should soon hear of what came twice (RFC2883-1).
        acknowledgeDisorder()
      } else {
        let size = receive.fullSize(maximumSegmentSize: Int(receiveSegmentSize))
        let isDelayed = ackPolicy.noteReceived(
          unacknowledged: receive.next - receive.acknowledged, fullSize: size,
          delay: options.acknowledgmentDelay, now: context.now)
        if isDelayed { wakeup.request(by: ackPolicy.deadline) }
      }
    }
    return nil
  }

  /// Text came beyond a gap, into one, or twice.
  private mutating func acknowledgeDisorder() {
    ackPolicy.acknowledgeNow()
    if !usesSACK { receive.forgetDuplicate() }
  }
}
