import Testing

/// RFC 9293 section 3.5: establishing a connection. Each figure is played as each of its sides.
@Suite(
  "ListenState, SynSentState, SynReceivedState, Check4, Check5: establishing a connection (RFC 9293 section 3.5)"
)
struct HandshakeFigures {
  @Test("Figure 6: basic three-way handshake, the side that opens") func threeWayOpening() {
    // EV-OPEN-CLOSED-6, EV-SEG-SYN-SENT-{3,9,10}, EV-STATUS-{SYN-SENT,ESTABLISHED}-1, RFC9293-X-3, MUST-2
    play(
      """
      state CLOSED
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      ESTABLISHED  <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
      event writable
      write 10
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      ESTABLISHED  <-- <SEQ=301><ACK=111><CTL=ACK>
      quiet
      """, .all)
  }

  @Test("Figure 6: the acknowledgment leaves alone when there is no text") func threeWayWithoutText() {
    // EV-SEG-SYN-SENT-10
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      ESTABLISHED  <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK>
      """, .all)
  }

  @Test("Figure 6: basic three-way handshake, the side that listens") func threeWayListening() {
    // EV-OPEN-CLOSED-4, EV-SEG-LISTEN-4, EV-SEG-SYN-RECEIVED-17, EV-STATUS-{LISTEN,SYN-RECEIVED}-1
    play(
      """
      listen
      state LISTEN
      SYN-RECEIVED <-- <SEQ=100><CTL=SYN>
      SYN-RECEIVED --> <SEQ=300><ACK=101><CTL=SYN,ACK>
      ESTABLISHED  <-- <SEQ=101><ACK=301><CTL=ACK>
      event accepted
      ESTABLISHED  <-- <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      read 10
      +40ms ESTABLISHED --> <SEQ=301><ACK=111><CTL=ACK>
      """, iss: 300, .all)
  }

  @Test("Figure 7: simultaneous open") func simultaneousOpen() {
    // MUST-10, EV-SEG-SYN-SENT-11, EV-SEG-SYN-RECEIVED-17
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      ESTABLISHED  <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
      quiet
      write 5
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=5>
      ...
      """, .all)
  }

  @Test("Figure 7: simultaneous open, where only an ACK comes back") func simultaneousOpenPlainACK() {
    // MUST-10
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK>
      """)
  }

  @Test("A simultaneous open survives the loss of our SYN and ACK") func simultaneousOpenLoss() {
    // EV-RTO-SYN-RECEIVED-1, MUST-10
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      +10ms
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK> ; lost
      +990ms SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK>
      """)
  }

  @Test("Figure 8: recovery from an old duplicate SYN, the side that opens") func oldDuplicateOpening() {
    // EV-SEG-SYN-SENT-1, EV-SEG-SYN-SENT-3
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      SYN-SENT     <-- <SEQ=300><ACK=91><CTL=SYN,ACK>
      SYN-SENT     --> <SEQ=91><CTL=RST>
      ESTABLISHED  <-- <SEQ=400><ACK=101><CTL=SYN,ACK>
      ESTABLISHED  --> <SEQ=101><ACK=401><CTL=ACK>
      """, .all)
  }

  @Test("Figure 8: recovery from an old duplicate SYN, the side that listens") func oldDuplicateListening() {
    // EV-SEG-SYN-RECEIVED-10, MUST-11, EV-SEG-LISTEN-4
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=90><CTL=SYN>
      SYN-RECEIVED --> <SEQ=300><ACK=91><CTL=SYN,ACK>
      LISTEN       <-- <SEQ=91><CTL=RST>
      quiet
      iss 400
      +1ms
      SYN-RECEIVED <-- <SEQ=100><CTL=SYN>
      SYN-RECEIVED --> <SEQ=400><ACK=101><CTL=SYN,ACK>
      ESTABLISHED  <-- <SEQ=101><ACK=401><CTL=ACK>
      event accepted
      """, iss: 300, .all)
  }

  @Test("Figure 9: half-open connection discovery, the side that crashed") func halfOpenCrashed() {
    // EV-SEG-SYN-SENT-1
    play(
      """
      connected
      crash
      iss 400
      +5s open
      SYN-SENT     --> <SEQ=400><CTL=SYN>
      SYN-SENT     <-- <SEQ=300><ACK=100><CTL=ACK>
      SYN-SENT     --> <SEQ=100><CTL=RST>
      quiet
      +1s SYN-SENT --> <SEQ=400><CTL=SYN>
      ESTABLISHED  <-- <SEQ=900><ACK=401><CTL=SYN,ACK>
      ESTABLISHED  --> <SEQ=401><ACK=901><CTL=ACK>
      """)
  }

  @Test("Figure 9: half-open connection discovery, the side that did not crash") func halfOpenSurvivor() {
    // EV-SEG-ESTABLISHED-12, RFC5961-SYN-{1,2}, EV-SEG-ESTABLISHED-10, ROB-079, MUST-12
    play(
      """
      connected
      ESTABLISHED  <-- <SEQ=400><CTL=SYN>
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK>
      CLOSED       <-- <SEQ=301><CTL=RST>
      event ended
      status reason reset
      read 1
      error reset
      quiet
      """, .all)
  }

  @Test("Figure 10: the active side causes half-open connection discovery") func halfOpenActive() {
    // EV-SEG-CLOSED-3
    play(
      """
      connected
      crash
      CLOSED       <-- <SEQ=300><ACK=100><CTL=ACK><LEN=10>
      CLOSED       --> <SEQ=100><CTL=RST>
      """)
    // EV-SEG-ESTABLISHED-10
    play(
      """
      connected
      write 10
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      CLOSED       <-- <SEQ=301><CTL=RST>
      quiet
      write 10
      error reset
      """)
  }

  @Test("Figure 11: an old duplicate SYN initiates a reset on two passive sockets") func twoPassive() {
    // EV-SEG-LISTEN-2
    play(
      """
      listen
      LISTEN       <-- <SEQ=300><ACK=91><CTL=SYN,ACK>
      LISTEN       --> <SEQ=91><CTL=RST>
      quiet
      """)
    // EV-SEG-LISTEN-4, EV-SEG-SYN-RECEIVED-10
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=90><CTL=SYN>
      SYN-RECEIVED --> <SEQ=300><ACK=91><CTL=SYN,ACK>
      LISTEN       <-- <SEQ=91><CTL=RST>
      count halfOpen 0
      event none
      """, iss: 300)
  }

  @Test("A SYN that is sent again gets the SYN and ACK again") func synchronizeAgain() {
    // ROB-096: one entry for one tuple
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      count halfOpen 1
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK>
      count halfOpen 0
      count connections 1
      """)
  }

  @Test("A SYN and ACK that is lost is sent again, and its entry ends in time")
  func synchronizeAcknowledgeLost() {
    // EV-RTO-SYN-RECEIVED-1, EV-UTO-SYN-RECEIVED-1, ROB-016, PEER-05, CVE-20
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      +1s  SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      +2s  SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      +4s  SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      +8s  SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      +16s SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      +31s state SYN-RECEIVED
      +1s  state LISTEN
      count halfOpenExpired 1
      deadline none
      """)
  }

  @Test("Text on a SYN is not kept, with its acknowledgment the peer learns so") func textOnSynchronize() {
    // EV-SEG-LISTEN-4, CVE-18
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN><LEN=20>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><LEN=20>
      accept
      read 20
      +40ms ESTABLISHED --> <SEQ=101><ACK=321><CTL=ACK>
      """)
  }

  @Test("SYN and FIN in one costs a listener no more than a SYN") func synchronizeFinish() {
    // CVE-18, EV-SEG-LISTEN-6
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN,FIN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK>
      """)
  }

  @Test("The last ACK of the handshake may bring text and FIN") func textOnLastAcknowledgment() {
    // EV-SEG-SYN-RECEIVED-17, EV-SEG-SYN-RECEIVED-19...20
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      CLOSE-WAIT   <-- <SEQ=301><ACK=101><CTL=FIN,ACK><LEN=30>
      CLOSE-WAIT   --> <SEQ=101><ACK=332><CTL=ACK>
      accept
      read 30
      read eof
      quiet
      """)
  }

  @Test("Text and FIN on the SYN and ACK are taken") func textOnSynchronizeAcknowledge() {
    // EV-SEG-SYN-SENT-10
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      CLOSE-WAIT   <-- <SEQ=300><ACK=101><CTL=SYN,FIN,ACK><LEN=8>
      CLOSE-WAIT   --> <SEQ=101><ACK=310><CTL=ACK>
      read 8
      read eof
      """)
  }
}
