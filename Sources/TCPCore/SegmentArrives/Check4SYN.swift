// RFC 9293 section 3.10.7.4, fourth: check the SYN bit (RFC 5961 section 4). The third check, of IP security,
// has nothing to compare.

extension Connection {
  /// Returns the outcome if the segment ends here: a SYN never resets, it is challenged (CVE-15, ROB-079).
  ///
  /// EV-SEG-SYN-RECEIVED-14, EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,LAST-ACK}-12.
  /// A peer that has lost the connection answers the challenge with a reset (RFC5961-SYN-2).
  @inline(__always)
  mutating func checkSYN(
    _ segment: inout SegmentHeader, _ context: ConnectionContext
  ) -> ArrivalOutcome? {
    guard segment.flags.contains(.syn) else { return nil }
    challenge(context)
    return .synChallenged
  }
}
