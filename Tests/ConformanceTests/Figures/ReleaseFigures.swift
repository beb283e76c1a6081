import Testing

/// RFC 9293 section 3.10.5 and 3.6.1: abort, release, and what is left of a connection then.
@Suite("Check7, Check8: abort and release (RFC 9293 section 3.10.5 and 3.6.1)") struct ReleaseFigures {
  @Test("abort resets with SEQ=SND.NXT where there is a peer to tell") func abort() {
    // EV-ABORT-ESTABLISHED-1
    play(
      """
      connected
      write 100
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=100>
      abort
      CLOSED       --> <SEQ=201><ACK=301><CTL=RST,ACK>
      event ended
      status reason aborted
      write 1
      error aborted
      read 1
      error aborted
      abort
      error aborted
      deadline none
      """)
    // EV-ABORT-FIN-WAIT-1-1
    play(
      """
      connected
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      abort
      CLOSED       --> <SEQ=102><ACK=301><CTL=RST,ACK>
      """)
    // EV-ABORT-FIN-WAIT-2-1
    play(
      """
      connected
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      FIN-WAIT-2   <-- <SEQ=301><ACK=102><CTL=ACK>
      abort
      CLOSED       --> <SEQ=102><ACK=301><CTL=RST,ACK>
      """)
    // EV-ABORT-CLOSE-WAIT-1
    play(
      """
      connected
      CLOSE-WAIT   <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT   --> <SEQ=101><ACK=302><CTL=ACK>
      abort
      CLOSED       --> <SEQ=101><ACK=302><CTL=RST,ACK>
      """)
  }

  @Test("abort is silent where both sides have closed") func abortSilently() {
    // EV-ABORT-CLOSING-1, EV-SEND-CLOSING-1, EV-CLOSE-CLOSING-1
    play(
      """
      connected
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      CLOSING      <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSING      --> <SEQ=102><ACK=302><CTL=ACK>
      write 1
      error closing
      close
      error closing
      abort
      state CLOSED
      quiet
      """)
    // EV-ABORT-LAST-ACK-1
    play(
      """
      connected
      CLOSE-WAIT   <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT   --> <SEQ=101><ACK=302><CTL=ACK>
      close
      LAST-ACK     --> <SEQ=101><ACK=302><CTL=FIN,ACK>
      abort
      state CLOSED
      quiet
      """)
    // EV-ABORT-TIME-WAIT-1
    play(
      """
      connected
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      TIME-WAIT    <-- <SEQ=301><ACK=102><CTL=FIN,ACK>
      TIME-WAIT    --> <SEQ=102><ACK=302><CTL=ACK>
      abort
      state CLOSED
      count timeWait 0
      quiet
      """)
  }

  @Test("release closes, and text that comes later is answered with a reset") func releaseThenText() {
    // SHLD-3
    play(
      """
      connected
      release
      RELEASED     --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      RELEASED     <-- <SEQ=301><ACK=102><CTL=ACK>
      quiet
      RELEASED     <-- <SEQ=301><ACK=102><CTL=ACK><LEN=10>
      outcome textAfterRelease
      CLOSED       --> <SEQ=102><ACK=301><CTL=RST,ACK>
      count connections 0
      write 1
      error staleHandle
      """)
  }

  @Test("release with unread text answers with a reset") func releaseUnread() {
    // SHLD-3
    play(
      """
      connected
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><LEN=10>
      release
      CLOSED       --> <SEQ=101><ACK=311><CTL=RST,ACK>
      count connections 0
      """)
  }

  @Test("release: the peer's FIN ends the connection in TIME-WAIT, and frees the slot")
  func releaseThenFinish() {
    // MUST-13
    play(
      """
      connected
      release
      RELEASED     --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      RELEASED     <-- <SEQ=301><ACK=102><CTL=ACK>
      TIME-WAIT    <-- <SEQ=301><ACK=102><CTL=FIN,ACK>
      TIME-WAIT    --> <SEQ=102><ACK=302><CTL=ACK>
      count connections 0
      count timeWait 1
      +4min state CLOSED
      deadline none
      """)
  }

  @Test("FIN-WAIT-2 ends 60 s after release, and never while the handle is held") func finWait2Limit() {
    // ROB-088
    play(
      """
      connected
      release
      RELEASED     --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      RELEASED     <-- <SEQ=301><ACK=102><CTL=ACK>
      +59999ms count connections 1
      +1ms count connections 0
      state CLOSED
      quiet
      """)
    play(
      """
      connected
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      FIN-WAIT-2   <-- <SEQ=301><ACK=102><CTL=ACK>
      deadline none
      +7d state FIN-WAIT-2
      """)
    // EV-UTO-FIN-WAIT-2-1
    play(
      """
      connected
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      FIN-WAIT-2   <-- <SEQ=301><ACK=102><CTL=ACK>
      +29999ms state FIN-WAIT-2
      +1ms state CLOSED
      status reason timedOut
      """, options: { $0.userTimeout = .seconds(30) })
  }

  @Test("A lost FIN is sent again, in FIN-WAIT-1, CLOSING and LAST-ACK") func lostFinish() {
    // EV-RTO-{FIN-WAIT-1,CLOSING}-1
    play(
      """
      connected
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      +1s FIN-WAIT-1 --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      CLOSING      <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSING      --> <SEQ=102><ACK=302><CTL=ACK>
      +2s CLOSING  --> <SEQ=101><ACK=302><CTL=FIN,ACK>
      TIME-WAIT    <-- <SEQ=302><ACK=102><CTL=ACK>
      """)
    // EV-RTO-LAST-ACK-1
    play(
      """
      connected
      CLOSE-WAIT   <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT   --> <SEQ=101><ACK=302><CTL=ACK>
      close
      LAST-ACK     --> <SEQ=101><ACK=302><CTL=FIN,ACK>
      +1s LAST-ACK --> <SEQ=101><ACK=302><CTL=FIN,ACK>
      CLOSED       <-- <SEQ=302><ACK=102><CTL=ACK>
      """)
  }

  @Test("A FIN with text that is sent again is judged with its FIN") func finishWithOldText() {
    // ROB-266
    play(
      """
      connected
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><LEN=3>
      +40ms ESTABLISHED --> <SEQ=101><ACK=304><CTL=ACK>
      CLOSE-WAIT   <-- <SEQ=301><ACK=101><CTL=FIN,ACK><LEN=3>
      CLOSE-WAIT   --> <SEQ=101><ACK=305><CTL=ACK>
      read 3
      read eof
      """)
  }
}
