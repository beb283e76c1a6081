// RFC 9293 section 3.10.7.4, sixth: check the URG bit.

extension Connection {
  /// EV-SEG-ESTABLISHED-20, EV-SEG-FIN-WAIT-1-21, EV-SEG-FIN-WAIT-2-21: RCV.UP moves forward only.
  /// EV-SEG-CLOSE-WAIT-20, EV-SEG-CLOSING-21, EV-SEG-LAST-ACK-17: ignored once the peer has finished
  /// (CVE-11).
  ///
  /// The pointer is a sequence number and nothing else (CVE-10, RFC9293-X-8): text stays in line (RFC 6093),
  /// and a pointer of 0 marks nothing (CVE-09).
  @inline(__always)  // on a segment's way
  mutating func checkURG(_ segment: inout SegmentHeader) {
    guard segment.flags.contains(.urg), segment.urgentPointer > 0 else { return }
    switch state {
    case .established, .finWait1, .finWait2:
      break
    case .closed, .listen, .synSent, .synReceived, .closeWait, .closing, .lastAck, .timeWait:
      return
    }
    let pointer = segment.sequence + Int(segment.urgentPointer)
    let consumed = receive.next - receive.ring.count
    guard pointer > consumed, !receive.hasUrgent || pointer > receive.urgent else { return }
    receive.urgent = pointer
    receive.hasUrgent = true
    raise(.urgent)  // MUST-32: the first one, and each advance
  }
}
