// What a connection does where both sides agreed on RFC 3168 (SHLD-8).
extension Connection {
  /// Text has arrived that passed all checks: its mark counts, and its CWR.
  @inline(never)  // rare
  mutating func noteMark(
    of segment: inout SegmentHeader, _ info: ArrivalInfo, _ context: ConnectionContext
  ) {
    // RFC3168-15: with the window shut, the text is not taken. RFC3168-3: what is empty cannot be marked.
    guard segment.payloadCount > 0, receive.rightEdge > receive.next else { return }
    let isMarked = info.codepoint == .experienced
    if isMarked { context.counters.ecnMarks &+= 1 }
    ecn.didReceiveText(hasCWR: segment.flags.contains(.cwr), isMarked: isMarked)
  }

  /// An acknowledgment has come that may be true: with ECE or without.
  ///
  /// - Returns: whether `pauseForEcho` is due behind it.
  @inline(never)  // rare
  mutating func noteEcho(of segment: inout SegmentHeader, _ context: ConnectionContext) -> Bool {
    let hasEcho = segment.flags.contains(.ece)
    if hasEcho { context.counters.ecnEchoes &+= 1 }
    let response = sender.didReceiveAcknowledgment(
      segment.acknowledgment, hasEcho: hasEcho, unacknowledged: send.unacknowledged, next: send.next,
      segmentSize: segmentSize(context))
    if response != .none { context.counters.ecnReductions &+= 1 }
    return response == .reducedLeast
  }

  /// RFC3168-11: new text waits for a time-out, as it is behind the sample that this acknowledgment gave.
  @inline(never)  // rare
  mutating func pauseForEcho(_ context: ConnectionContext) {
    let retry = context.now + timeout
    sender.ecn.pause(until: retry)
    // unreached: behind new data the timer is armed for that already
    if sender.timer.timeout < retry { sender.awaitTimeout(at: retry) }
    recomputeWakeup(at: context.now)
  }

  /// The ECN flags of a segment behind the handshake, and the codepoint of its datagram: ECT(0) where it
  /// carries text that was never sent (RFC3168-1, RFC3168-3, RFC3168-14), and CWR there only. Probes that the
  /// peer does not accept do not come here (RFC3168-16).
  @inline(never)  // rare
  mutating func markDeparture(
    _ flags: inout SegmentFlags, at sequence: SequenceNumber, textCount: Int
  ) -> CongestionCodepoint {
    // survives `if false`: equivalent: a SYN carries no text, and what carries none is not ECT either
    if flags.contains(.syn) { return .notCapable }  // RFC3168-7
    if ecn.mustEcho { flags = flags | .ece }
    guard sender.ecn.isInUse, textCount > 0, sequence == send.next else { return .notCapable }
    if sender.ecn.didSendNewText() { flags = flags | .cwr }
    return .capable0
  }

  /// The ECN flags of our SYN or SYN-ACK (RFC3168-4). Once it has to be sent again it goes without: what
  /// drops such segments drops them again (RFC3168-9).
  var handshakeECNFlags: SegmentFlags {
    mutating get {
      guard ecn.isInUse, !isHandshakeRetransmitted else { return .none }
      return state == .synSent ? .ece | .cwr : .ece
    }
  }
}
