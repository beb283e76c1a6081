// RFC 9293 section 3.10.7.4, first: check sequence number.

extension Connection {
  /// Returns the outcome if the segment ends here.
  ///
  /// EV-SEG-{SYN-RECEIVED,ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,LAST-ACK}-1...7.
  @inline(always)  // on a segment's way, and too large for the hint
  mutating func checkSequence(
    _ segment: inout SegmentHeader, _ context: ConnectionContext
  ) -> ArrivalOutcome? {
    switch receive.acceptability(
      of: segment.sequence, length: segment.length, hasFIN: segment.flags.contains(.fin))
    {
    case .acceptable:
      return nil
    case .controlOnly:
      // The window is shut: a probe is answered, its acknowledgment counts, its text does not (ROB-267).
      if segment.length > 0 { ackPolicy.acknowledgeNow() }
      return nil
    case .unacceptable:
      if segment.flags.contains(.rst) { return .resetOutsideWindow }  // RFC5961-RST-1
      if segment.flags.contains(.syn) {
        // RFC5961-SYN-1: whatever its sequence number (ROB-079). The SYN-ACK that made this connection comes
        // again where our last acknowledgment was lost; blind SYNs must not use up its answer.
        let isRepeated = segment.flags.contains(.ack) && segment.sequence == receive.initial
        if isRepeated { acknowledgeProbe(context) } else { challenge(context) }
        return .synChallenged
      }
      acknowledgeRejected(&segment, context)
      return .outsideWindow
    }
  }

  /// In a simultaneous open both sides answer the other's SYN with SYN and ACK (RFC 9293 figure 7): the SYN
  /// is known already, the acknowledgment is what counts.
  mutating func stripCrossedSYN(_ segment: inout SegmentHeader) {
    isCrossedSYN =
      segment.flags.contains(.syn | .ack) && !segment.flags.contains(.rst)
      && segment.sequence == receive.initial
    guard isCrossedSYN else { return }
    segment.flags = SegmentFlags(rawValue: segment.flags.rawValue & ~SegmentFlags.syn.rawValue)
    segment.sequence = segment.sequence + 1
  }
}
