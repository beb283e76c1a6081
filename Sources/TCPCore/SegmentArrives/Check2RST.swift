// RFC 9293 section 3.10.7.4, second: check the RST bit (RFC 5961 section 3).

extension Connection {
  /// Returns the outcome if the segment ends here.
  ///
  /// EV-SEG-{SYN-RECEIVED,ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,LAST-ACK}-8...10,
  /// EV-SEG-SYN-RECEIVED-11. A reset may carry text (SHLD-2) and any other flag (ROB-288).
  @inline(__always)  // on a segment's way
  mutating func checkRST(_ segment: inout SegmentHeader, _ context: ConnectionContext) -> ArrivalOutcome? {
    guard segment.flags.contains(.rst) else { return nil }
    guard segment.sequence == receive.next else {
      // ROB-082, CVE-15: in the window, but not exact. What is at the edge is outside, and so is what begins
      // before RCV.NXT, even where its text reaches into the window (RFC5961-RST-1).
      guard segment.sequence > receive.next, segment.sequence < receive.rightEdge else {
        return .resetOutsideWindow
      }
      challenge(context)
      return .resetChallenged
    }
    // RFC5961-RST-2. The user learns that it was no orderly close (MUST-12, ROB-271).
    end(state == .synReceived ? .refused : .reset, context)
    return .processed
  }
}
