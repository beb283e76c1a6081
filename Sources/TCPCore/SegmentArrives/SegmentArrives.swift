// RFC 9293 section 3.10.7: a segment's way through a connection. One file for each check, in the RFC's order.

extension Connection {
  /// SEGMENT ARRIVES, for a segment whose checksum is right.
  ///
  /// Nothing is sent here: what must be sent is noted, and `transmit` sends it (MUST-58, MUST-59).
  ///
  /// - Parameters:
  ///   - segment: the header, modified in place: once its SYN is handled, its sequence number is advanced
  ///     past it. Passed `inout` to avoid copies.
  ///   - bytes: the whole segment, with its text.
  ///   - isAlreadyInRing: whether the text was copied to its place already
  ///     (`ReceiveState.canCopyBeforeChecksum`).
  ///   - info: what the IP header says.
  /// - Returns: what became of it. `badHandshakeAcknowledgment`, `forNobody` and `textAfterRelease` ask the
  ///   host to answer with a reset.
  @inline(__always)  // on a segment's way
  package mutating func arrive(
    _ segment: inout SegmentHeader, of bytes: RawSpan, isAlreadyInRing: Bool, _ info: ArrivalInfo,
    _ context: ConnectionContext
  ) -> ArrivalOutcome {
    switch state {
    case .closed, .listen, .timeWait:
      // survives removal: redundant: the index names no connection in these states
      return .forNobody
    case .synSent:
      if let outcome = arriveInSynSent(&segment, context) { return outcome }
    case .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck:
      if let outcome = checkHeader(&segment, context) { return outcome }
    }
    if segment.options.userTimeout.rawValue != 0 { hear(segment.options.userTimeout, context) }
    // Where the last acknowledgment in LAST-ACK has closed the connection, nothing of this does anything.
    checkURG(&segment)
    if let outcome = checkText(&segment, of: bytes, isAlreadyInRing: isAlreadyInRing, info, context) {
      return outcome
    }
    checkFIN(context)
    updateTimers(context)
    return .processed
  }

  /// RFC 9293 section 3.10.7.4: the first five checks in order; each may be the last. Returns the outcome if
  /// it is.
  @inline(always)  // on a segment's way, and too large for the hint
  private mutating func checkHeader(
    _ segment: inout SegmentHeader, _ context: ConnectionContext
  ) -> ArrivalOutcome? {
    if state == .synReceived { stripCrossedSYN(&segment) }
    if let outcome = checkTimestamps(&segment, context) { return outcome }  // RFC7323-PAWS-1: first of all
    if let outcome = checkSequence(&segment, context) { return outcome }
    if let outcome = checkRST(&segment, context) { return outcome }
    if let outcome = checkSYN(&segment, context) { return outcome }
    if let outcome = checkACK(&segment, context) { return outcome }
    noteArrival(&segment, context)
    return nil
  }

  /// The segment has passed every check that could reject it: what it says about time is believed.
  @inline(__always)
  mutating func noteArrival(_ segment: inout SegmentHeader, _ context: ConnectionContext) {
    receive.lastArrival = context.now
    keepAliveUnanswered = 0
    isKeepAliveDue = false
    if usesTimestamps, let timestamps = segment.options.timestamps {
      receive.updateRecentTimestamp(timestamps.value, from: segment.sequence, now: context.now)
    }
  }
}
