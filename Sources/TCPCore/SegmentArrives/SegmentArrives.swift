// RFC 9293 section 3.10.7: the way of a segment through a connection. One file for each check, in the RFC's order.

extension Connection {
  /// SEGMENT ARRIVES, for a segment whose checksum is right.
  ///
  /// Nothing is sent here: what is owed is noted, and `transmit` sends it (MUST-58, MUST-59).
  ///
  /// - Parameters:
  ///   - segment: the header.
  ///   - payload: the text.
  ///   - isPlaced: whether the text was copied to its place already (`ReceiveSequence.acceptsEarly`).
  /// - Returns: what became of it. `badHandshakeAcknowledgment`, `forNobody` and `textAfterRelease` ask the
  ///   host to answer with a reset.
  package mutating func arrive(
    _ segment: SegmentHeader, payload: RawSpan, isPlaced: Bool, _ context: ConnectionContext
  ) -> ArrivalOutcome {
    switch state {
    case .closed, .listen, .timeWait:
      return .forNobody
    case .synSent:
      return arriveInSynSent(segment, payload: payload, context)
    case .synReceived:
      // A copy, so that the states below need none.
      var segment = segment
      dropCrossedSynchronize(&segment)
      return arriveSynchronized(segment, payload: payload, isPlaced: isPlaced, context)
    case .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck:
      return arriveSynchronized(segment, payload: payload, isPlaced: isPlaced, context)
    }
  }

  /// RFC 9293 section 3.10.7.4: the checks in order; each may be the last.
  private mutating func arriveSynchronized(
    _ segment: SegmentHeader, payload: RawSpan, isPlaced: Bool, _ context: ConnectionContext
  ) -> ArrivalOutcome {
    if let outcome = checkTimestamps(segment, context) { return outcome }  // RFC7323-PAWS-1: first of all
    if let outcome = checkSequence(segment, context) { return outcome }
    if let outcome = checkReset(segment, context) { return outcome }
    if let outcome = checkSynchronize(segment, context) { return outcome }
    if let outcome = checkAcknowledgment(segment, context) { return outcome }
    noteArrival(segment, context)
    if state != .closed {
      checkUrgent(segment)
      if let outcome = checkText(segment, payload: payload, isPlaced: isPlaced, context) { return outcome }
      checkFinish(context)
    }
    updateTimers(context)
    return .processed
  }

  /// The segment has passed every check that could reject it: what it says about time is believed.
  mutating func noteArrival(_ segment: SegmentHeader, _ context: ConnectionContext) {
    receive.lastArrival = context.now
    keepAliveUnanswered = 0
    isKeepAliveDue = false
    if usesTimestamps, let timestamps = segment.options.timestamps {
      receive.remember(timestamps.value, from: segment.sequence, now: context.now)
    }
  }
}
