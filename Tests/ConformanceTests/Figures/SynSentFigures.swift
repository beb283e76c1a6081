import Testing

/// RFC 9293 section 3.10.7.1 to 3.10.7.3: segments for nobody, for a listener, and in SYN-SENT.
@Suite("ClosedState, ListenState, SynSentState: CLOSED, LISTEN, SYN-SENT (RFC 9293 section 3.10.7.1 to 3)")
struct SynSentFigures {
  @Test("CLOSED: whatever arrives is answered with a reset, but a reset never is") func closed() {
    // EV-SEG-CLOSED-{1,2,3,4}, RFC9293-X-4, ROB-351
    play(
      """
      CLOSED <-- <SEQ=300><CTL=SYN>
      CLOSED --> <SEQ=0><ACK=301><CTL=RST,ACK><WND=0>
      CLOSED <-- <SEQ=300><CTL=FIN><LEN=10>
      CLOSED --> <SEQ=0><ACK=311><CTL=RST,ACK>
      CLOSED <-- <SEQ=300><ACK=77><CTL=ACK><LEN=10>
      CLOSED --> <SEQ=77><CTL=RST>
      CLOSED <-- <SEQ=300><ACK=77><CTL=SYN,ACK>
      CLOSED --> <SEQ=77><CTL=RST>
      CLOSED <-- <SEQ=300><CTL=RST>
      CLOSED <-- <SEQ=300><ACK=77><CTL=RST,ACK>
      quiet
      """, .all)
  }

  @Test("CLOSED: no call finds a connection") func closedCalls() {
    // EV-{SEND,RECEIVE,CLOSE,ABORT,STATUS}-CLOSED-2
    play(
      """
      status stale
      write 5
      error staleHandle
      read 5
      error staleHandle
      close
      error staleHandle
      abort
      error staleHandle
      """)
  }

  @Test("LISTEN: only a SYN makes an entry") func listen() {
    // EV-SEG-LISTEN-{1,2,5}, EV-SEG-LISTEN-6, CVE-18
    play(
      """
      listen
      LISTEN <-- <SEQ=300><CTL=RST>
      LISTEN <-- <SEQ=300><CTL=SYN,RST>
      LISTEN <-- <SEQ=300><CTL=NONE><LEN=10>
      LISTEN <-- <SEQ=300><CTL=FIN>
      quiet
      LISTEN <-- <SEQ=300><ACK=55><CTL=ACK>
      LISTEN --> <SEQ=55><CTL=RST>
      LISTEN <-- <SEQ=300><ACK=55><CTL=SYN,ACK>
      LISTEN --> <SEQ=55><CTL=RST>
      count halfOpen 0
      """)
  }

  @Test("LISTEN: text cannot be sent or received on a listener") func listenCalls() {
    // EV-SEND-LISTEN-1, EV-RECEIVE-LISTEN-1, EV-CLOSE-LISTEN-1
    play(
      """
      listen
      write 5
      error remoteUnspecified
      read block
      listen
      error connectionExists
      close listener
      CLOSED <-- <SEQ=300><CTL=SYN>
      CLOSED --> <SEQ=0><ACK=301><CTL=RST,ACK>
      """)
    // EV-ABORT-LISTEN-1
    play(
      """
      listen
      abort listener
      CLOSED <-- <SEQ=300><CTL=SYN>
      CLOSED --> <SEQ=0><ACK=301><CTL=RST,ACK>
      """)
  }

  @Test("SYN-SENT: an acknowledgment outside ISS+1 to SND.NXT is answered with a reset")
  func badAcknowledgment() {
    // EV-SEG-SYN-SENT-{1,2}, ROB-264
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN>
      SYN-SENT <-- <SEQ=300><ACK=100><CTL=ACK>
      SYN-SENT --> <SEQ=100><CTL=RST>
      SYN-SENT <-- <SEQ=300><ACK=102><CTL=ACK>
      SYN-SENT --> <SEQ=102><CTL=RST>
      SYN-SENT <-- <SEQ=300><ACK=102><CTL=SYN,ACK>
      SYN-SENT --> <SEQ=102><CTL=RST>
      SYN-SENT <-- <SEQ=300><ACK=102><CTL=PSH,ACK><LEN=5>
      SYN-SENT --> <SEQ=102><CTL=RST>
      SYN-SENT <-- <SEQ=300><ACK=99><CTL=FIN,ACK>
      SYN-SENT --> <SEQ=99><CTL=RST>
      SYN-SENT <-- <SEQ=300><ACK=102><CTL=RST,ACK>
      SYN-SENT <-- <SEQ=300><ACK=100><CTL=RST,ACK>
      quiet
      """)
  }

  @Test("SYN-SENT: only a reset that acknowledges our SYN refuses the connection") func reset() {
    // EV-SEG-SYN-SENT-{4,5,6}, RFC5961-RST-4
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN>
      SYN-SENT <-- <SEQ=0><CTL=RST>
      quiet
      CLOSED   <-- <SEQ=0><ACK=101><CTL=RST,ACK>
      quiet
      event ended
      status reason refused
      write 1
      error refused
      read 1
      error refused
      """, .all)
  }

  @Test("SYN-SENT: without SYN and RST everything else is dropped") func neither() {
    // EV-SEG-SYN-SENT-{12,13}
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN>
      SYN-SENT <-- <SEQ=300><ACK=101><CTL=ACK><LEN=10>
      SYN-SENT <-- <SEQ=300><ACK=101><CTL=FIN,ACK>
      SYN-SENT <-- <SEQ=300><CTL=FIN><LEN=10>
      SYN-SENT <-- <SEQ=300><CTL=NONE>
      quiet
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      read block
      """)
  }

  @Test("SYN-SENT: a SYN that arrives before ours was sent is no simultaneous open")
  func synchronizeBeforeOurs() {
    // ROB-001
    play(
      """
      open
      SYN-SENT <-- <SEQ=300><CTL=SYN>
      SYN-SENT --> <SEQ=100><CTL=SYN>
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      """)
  }

  @Test("SYN-SENT: a segment with a wrong checksum changes nothing") func badChecksum() {
    // MUST-3
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN>
      SYN-SENT <-- <SEQ=300><ACK=101><CTL=SYN,ACK><BADSUM>
      outcome badChecksum
      quiet
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=20><BADSUM>
      outcome badChecksum
      ESTABLISHED <-- <SEQ=301><CTL=RST><BADSUM>
      quiet
      read block
      """, .all)
  }

  @Test("SYN-SENT: close and abort end the attempt and send nothing") func closeAndAbort() {
    // EV-CLOSE-SYN-SENT-1
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN>
      close
      state CLOSED
      quiet
      event ended
      status reason aborted
      deadline none
      """)
    // EV-ABORT-SYN-SENT-1
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN>
      abort
      state CLOSED
      quiet
      CLOSED <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
      CLOSED --> <SEQ=101><CTL=RST>
      """)
  }

  @Test("SYN-RECEIVED: a bad acknowledgment is answered with a reset, and the entry stays")
  func halfOpenBadACK() {
    // EV-SEG-SYN-RECEIVED-{15,18}
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      SYN-RECEIVED <-- <SEQ=301><ACK=90><CTL=ACK>
      SYN-RECEIVED --> <SEQ=90><CTL=RST>
      SYN-RECEIVED <-- <SEQ=301><CTL=NONE><LEN=5>
      quiet
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK>
      """)
  }

  @Test("SYN-RECEIVED: sequence numbers are checked as on any connection") func halfOpenSequence() {
    // EV-SEG-SYN-RECEIVED-{5,6,8,9}, EV-SEG-SYN-RECEIVED-16, EV-SEG-SYN-RECEIVED-{2,4}
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><WND=1000>
      SYN-RECEIVED <-- <SEQ=1301><ACK=101><CTL=ACK><LEN=5>
      SYN-RECEIVED --> <SEQ=101><ACK=301><CTL=ACK>
      SYN-RECEIVED <-- <SEQ=1301><CTL=RST>
      quiet
      SYN-RECEIVED <-- <SEQ=400><CTL=RST>
      SYN-RECEIVED --> <SEQ=101><ACK=301><CTL=ACK>
      SYN-RECEIVED <-- <SEQ=301><ACK=102><CTL=ACK>
      SYN-RECEIVED --> <SEQ=102><CTL=RST>
      LISTEN       <-- <SEQ=301><CTL=RST>
      quiet
      """, receiveCapacity: 1_000)
  }

  @Test("SYN-RECEIVED: what the last ACK brings is trimmed to the window") func halfOpenTrimmed() {
    // EV-SEG-SYN-RECEIVED-7
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><WND=100>
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><LEN=120>
      accept
      read 100
      read block
      ...
      """, receiveCapacity: 100)
  }

  @Test("SYN-RECEIVED of our own making: a reset refuses the connection") func activeReset() {
    // EV-SEG-SYN-RECEIVED-11, MUST-11
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      CLOSED       <-- <SEQ=301><CTL=RST>
      status reason refused
      event ended
      """)
    // EV-SEG-SYN-RECEIVED-14
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      SYN-RECEIVED <-- <SEQ=700><CTL=SYN>
      SYN-RECEIVED --> <SEQ=101><ACK=301><CTL=ACK>
      """)
  }

  @Test("SYN-RECEIVED: close waits for the handshake, then the FIN follows") func closeInSynReceived() {
    // EV-CLOSE-SYN-RECEIVED-2, ROB-020
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      close
      quiet
      +1s SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      FIN-WAIT-1   <-- <SEQ=301><ACK=101><CTL=ACK>
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      FIN-WAIT-2   <-- <SEQ=301><ACK=102><CTL=ACK>
      """)
  }

  @Test("SYN-RECEIVED: text and close wait, and leave in this order") func writeInSynReceived() {
    // EV-SEND-SYN-RECEIVED-1, EV-RECEIVE-SYN-RECEIVED-1, EV-CLOSE-SYN-RECEIVED-2
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      write 10
      read block
      close
      quiet
      FIN-WAIT-1   <-- <SEQ=301><ACK=101><CTL=ACK>
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK><LEN=10>
      FIN-WAIT-2   <-- <SEQ=301><ACK=112><CTL=ACK>
      """)
    // EV-SEND-SYN-RECEIVED-2
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      write 100
      write 1
      error wouldBlock
      """, sendCapacity: 100)
  }

  @Test("SYN-RECEIVED: abort resets") func abortInSynReceived() {
    // EV-ABORT-SYN-RECEIVED-1
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      abort
      CLOSED       --> <SEQ=101><ACK=301><CTL=RST,ACK>
      """)
  }
}
