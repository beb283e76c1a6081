// RFC 9293 section 3.10.7.4, eighth: check the FIN bit.

extension Connection {
  /// The FIN is taken when everything before it has arrived, with this segment or a later one (PEER-03).
  ///
  /// EV-SEG-SYN-RECEIVED-19...20, EV-SEG-ESTABLISHED-23...24, EV-SEG-FIN-WAIT-1-24...26,
  /// EV-SEG-FIN-WAIT-2-24...25. A FIN that comes again lies before RCV.NXT and ends at the first check, with
  /// an acknowledgment: EV-SEG-CLOSE-WAIT-22...23, EV-SEG-CLOSING-23...24, EV-SEG-LAST-ACK-19...20.
  @inline(__always)  // on a segment's way
  mutating func checkFIN(_ context: ConnectionContext) {
    guard receive.hasFIN, receive.next == receive.finSequence else { return }
    switch state {
    case .established:
      state = .closeWait
    case .finWait1:
      state = .closing  // our FIN is not acknowledged: the fifth check would have said so
    case .finWait2:
      state = .timeWait
      finWait2Deadline = .never
    case .closed, .listen, .synSent, .synReceived, .closeWait, .closing, .lastAck, .timeWait:
      // unreached: text and FIN are not looked at in these states
      return
    }
    receive.receiveFIN()
    ackPolicy.acknowledgeNow()
    raise(.readable)
  }
}
