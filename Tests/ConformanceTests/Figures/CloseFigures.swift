import Testing

/// RFC 9293 section 3.6: closing a connection.
@Suite("RFC 9293 section 3.6: closing a connection") struct CloseFigures {
  @Test("Figure 12: normal close, the side that closes first") func normalCloseFirst() {
    // EV-CLOSE-ESTABLISHED-1, EV-SEG-FIN-WAIT-1-{16,20}, EV-SEG-FIN-WAIT-2-{24,25}, EV-TWT-TIME-WAIT-1, MUST-13
    // EV-STATUS-{FIN-WAIT-1,FIN-WAIT-2,TIME-WAIT}-1
    play(
      """
      connected
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      FIN-WAIT-2   <-- <SEQ=301><ACK=102><CTL=ACK>
      quiet
      TIME-WAIT    <-- <SEQ=301><ACK=102><CTL=FIN,ACK>
      TIME-WAIT    --> <SEQ=102><ACK=302><CTL=ACK>
      read eof
      +239999ms state TIME-WAIT
      +1ms      state CLOSED
      status reason finished
      event ended
      deadline none
      """, .all)
  }

  @Test("Figure 12: normal close, the side that closes second") func normalCloseSecond() {
    // EV-SEG-ESTABLISHED-{23,24}, EV-CLOSE-CLOSE-WAIT-1, EV-SEG-LAST-ACK-16, EV-STATUS-{CLOSE-WAIT,LAST-ACK}-1
    play(
      """
      accepted
      CLOSE-WAIT   <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT   --> <SEQ=101><ACK=302><CTL=ACK>
      event readable
      read eof
      close
      LAST-ACK     --> <SEQ=101><ACK=302><CTL=FIN,ACK>
      CLOSED       <-- <SEQ=302><ACK=102><CTL=ACK>
      status reason finished
      event ended
      deadline none
      """, .all)
  }

  @Test("Figure 13: simultaneous close") func simultaneousClose() {
    // EV-SEG-FIN-WAIT-1-{24,26}, EV-SEG-CLOSING-20, EV-STATUS-CLOSING-1
    play(
      """
      connected
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      CLOSING      <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSING      --> <SEQ=102><ACK=302><CTL=ACK>
      TIME-WAIT    <-- <SEQ=302><ACK=102><CTL=ACK>
      quiet
      +4min state CLOSED
      """, .all)
  }

  @Test("A FIN that acknowledges ours leads from FIN-WAIT-1 to TIME-WAIT at once")
  func finishWithAcknowledgment() {
    // EV-SEG-FIN-WAIT-1-25
    play(
      """
      connected
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      TIME-WAIT    <-- <SEQ=301><ACK=102><CTL=FIN,ACK>
      TIME-WAIT    --> <SEQ=102><ACK=302><CTL=ACK>
      """)
  }

  @Test("The FIN follows all the text that was written") func finishAfterText() {
    // EV-CLOSE-ESTABLISHED-1, EV-SEND-{FIN-WAIT-1,FIN-WAIT-2,TIME-WAIT}-1, EV-CLOSE-{FIN-WAIT-1,FIN-WAIT-2,TIME-WAIT}-1
    play(
      """
      connected <MSS=1000>
      write 1500
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      FIN-WAIT-1   --> <SEQ=1101><ACK=301><CTL=FIN,ACK><LEN=500>
      write 1
      error closing
      close
      error closing
      quiet
      FIN-WAIT-1   <-- <SEQ=301><ACK=1101><CTL=ACK>
      FIN-WAIT-1   <-- <SEQ=301><ACK=1601><CTL=ACK>
      FIN-WAIT-2   <-- <SEQ=301><ACK=1602><CTL=ACK>
      write 1
      error closing
      close
      error closing
      TIME-WAIT    <-- <SEQ=301><ACK=1602><CTL=FIN,ACK>
      TIME-WAIT    --> <SEQ=1602><ACK=302><CTL=ACK>
      write 1
      error closing
      close
      error closing
      """)
  }
}
