import Testing

/// RFC 9293 section 3.6: closing a connection.
@Suite("Check8: closing a connection (RFC 9293 section 3.6)") struct CloseFigures {
  @Test("Figure 12: normal close, the side that closes first") func normalCloseFirst() {
    // EV-CLOSE-ESTABLISHED-1, EV-SEG-FIN-WAIT-1-{16,20}, EV-SEG-FIN-WAIT-2-{24,25}, EV-TWT-TIME-WAIT-1,
    // MUST-13 EV-STATUS-{FIN-WAIT-1,FIN-WAIT-2,TIME-WAIT}-1
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
    // EV-SEG-ESTABLISHED-{23,24}, EV-CLOSE-CLOSE-WAIT-1, EV-SEG-LAST-ACK-16,
    // EV-STATUS-{CLOSE-WAIT,LAST-ACK}-1
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

  @Test("CLOSING: text may be acknowledged before the FIN") func closingText() {
    // EV-SEG-CLOSING-{16,20}
    play(
      """
      connected
      write 10
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      close
      FIN-WAIT-1   --> <SEQ=111><ACK=301><CTL=FIN,ACK>
      CLOSING      <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSING      --> <SEQ=112><ACK=302><CTL=ACK>
      CLOSING      <-- <SEQ=302><ACK=111><CTL=ACK>
      status unacknowledged 0
      TIME-WAIT    <-- <SEQ=302><ACK=112><CTL=ACK>
      """)
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
    // EV-CLOSE-ESTABLISHED-1, EV-SEND-{FIN-WAIT-1,FIN-WAIT-2,TIME-WAIT}-1,
    // EV-CLOSE-{FIN-WAIT-1,FIN-WAIT-2,TIME-WAIT}-1
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

  @Test("Half close: the peer goes on sending, and we read it") func halfClose() {
    // EV-SEG-FIN-WAIT-2-{20,22,23}, EV-RECEIVE-FIN-WAIT-2-{1,2,4}
    play(
      """
      connected
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      FIN-WAIT-2   <-- <SEQ=301><ACK=102><CTL=ACK>
      read block
      FIN-WAIT-2   <-- <SEQ=301><ACK=102><CTL=ACK><LEN=1000>
      event readable
      +40ms FIN-WAIT-2 --> <SEQ=102><ACK=1301><CTL=ACK>
      read 1000
      FIN-WAIT-2   <-- <SEQ=1311><ACK=102><CTL=ACK><LEN=10>
      FIN-WAIT-2   --> <SEQ=102><ACK=1301><CTL=ACK>
      FIN-WAIT-2   <-- <SEQ=1301><ACK=102><CTL=ACK><LEN=10>
      FIN-WAIT-2   --> <SEQ=102><ACK=1321><CTL=ACK>
      TIME-WAIT    <-- <SEQ=1321><ACK=102><CTL=FIN,ACK><LEN=10>
      TIME-WAIT    --> <SEQ=102><ACK=1332><CTL=ACK>
      read 30
      read eof
      """)
  }

  @Test("Half close: text is taken in FIN-WAIT-1 too") func halfCloseFirst() {
    // EV-SEG-FIN-WAIT-1-{17,22,23}, EV-RECEIVE-FIN-WAIT-1-{1,2,4}
    play(
      """
      connected
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      read block
      FIN-WAIT-1   <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      +40ms FIN-WAIT-1 --> <SEQ=102><ACK=401><CTL=ACK>
      read 100
      FIN-WAIT-1   <-- <SEQ=451><ACK=101><CTL=ACK><LEN=50>
      FIN-WAIT-1   --> <SEQ=102><ACK=401><CTL=ACK>
      FIN-WAIT-1   <-- <SEQ=401><ACK=101><CTL=ACK><LEN=50>
      FIN-WAIT-1   --> <SEQ=102><ACK=501><CTL=ACK>
      read 100
      ...
      """)
  }

  @Test("Half close: in CLOSE-WAIT we go on sending") func closeWaitSends() {
    // EV-SEND-CLOSE-WAIT-{1,2}, EV-SEG-CLOSE-WAIT-{16,17,19}
    play(
      """
      accepted
      CLOSE-WAIT   <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT   --> <SEQ=101><ACK=302><CTL=ACK>
      write 600 takes 500
      write 1
      error wouldBlock
      CLOSE-WAIT   --> <SEQ=101><ACK=302><CTL=ACK><LEN=500>
      CLOSE-WAIT   <-- <SEQ=302><ACK=601><CTL=ACK><WND=100>
      quiet
      event writable
      status sndwnd 100
      CLOSE-WAIT   <-- <SEQ=302><ACK=601><CTL=ACK><WND=200>
      status sndwnd 200
      """, sendCapacity: 500)
  }

  @Test("Unread text stays readable until the handle is released, also past the close") func unreadText() {
    // ROB-019, EV-RECEIVE-CLOSE-WAIT-{1,2}, EV-RECEIVE-LAST-ACK-1
    play(
      """
      accepted
      CLOSE-WAIT   <-- <SEQ=301><ACK=101><CTL=FIN,ACK><LEN=100>
      CLOSE-WAIT   --> <SEQ=101><ACK=402><CTL=ACK>
      read 50
      close
      LAST-ACK     --> <SEQ=101><ACK=402><CTL=FIN,ACK>
      read 20
      CLOSED       <-- <SEQ=402><ACK=102><CTL=ACK>
      read 30
      read eof
      """)
    // ROB-019, EV-RECEIVE-TIME-WAIT-1
    play(
      """
      connected
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      FIN-WAIT-2   <-- <SEQ=301><ACK=102><CTL=ACK>
      TIME-WAIT    <-- <SEQ=301><ACK=102><CTL=FIN,ACK><LEN=100>
      TIME-WAIT    --> <SEQ=102><ACK=402><CTL=ACK>
      read 10
      +4min state CLOSED
      read 90
      read eof
      """)
    // ROB-019, EV-RECEIVE-CLOSING-1
    play(
      """
      connected
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      CLOSING      <-- <SEQ=301><ACK=101><CTL=FIN,ACK><LEN=100>
      CLOSING      --> <SEQ=102><ACK=402><CTL=ACK>
      read 100
      read eof
      """)
  }

  @Test("A reset after the peer's FIN is distinguished from a normal close") func resetAfterFinish() {
    // ROB-271, MUST-12, EV-SEG-CLOSE-WAIT-10
    play(
      """
      accepted
      CLOSE-WAIT   <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT   --> <SEQ=101><ACK=302><CTL=ACK>
      CLOSED       <-- <SEQ=302><CTL=RST>
      event ended
      status reason reset
      write 1
      error reset
      """)
    // EV-SEG-LAST-ACK-10
    play(
      """
      accepted
      CLOSE-WAIT   <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT   --> <SEQ=101><ACK=302><CTL=ACK>
      close
      LAST-ACK     --> <SEQ=101><ACK=302><CTL=FIN,ACK>
      CLOSED       <-- <SEQ=302><CTL=RST>
      status reason reset
      """)
  }

  @Test("Text behind the peer's FIN is ignored") func textAfterFinish() {
    // ROB-084, EV-SEG-CLOSE-WAIT-21, EV-SEG-LAST-ACK-18
    play(
      """
      accepted
      CLOSE-WAIT   <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT   --> <SEQ=101><ACK=302><CTL=ACK>
      CLOSE-WAIT   <-- <SEQ=302><ACK=101><CTL=ACK><LEN=10>
      read eof
      close
      LAST-ACK     --> <SEQ=101><ACK=302><CTL=FIN,ACK>
      LAST-ACK     <-- <SEQ=302><ACK=101><CTL=ACK><LEN=10>
      read eof
      ...
      """)
    // ROB-084, EV-SEG-CLOSING-22
    play(
      """
      connected
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      CLOSING      <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSING      --> <SEQ=102><ACK=302><CTL=ACK>
      CLOSING      <-- <SEQ=302><ACK=101><CTL=ACK><LEN=10>
      read eof
      ...
      """)
  }

  @Test("LAST-ACK: acknowledgments are processed while text or FIN is outstanding")
  func lastAckAcknowledgments() {
    // ROB-085, EV-SEG-LAST-ACK-{16a,16b,16c,16d}, EV-SEND-LAST-ACK-1, EV-CLOSE-LAST-ACK-1
    play(
      """
      accepted <WND=100>
      CLOSE-WAIT   <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT   --> <SEQ=101><ACK=302><CTL=ACK>
      write 150
      CLOSE-WAIT   --> <SEQ=101><ACK=302><CTL=ACK><LEN=100>
      close
      state LAST-ACK
      write 1
      error closing
      close
      error closing
      LAST-ACK     <-- <SEQ=302><ACK=101><CTL=ACK><WND=120>
      LAST-ACK     <-- <SEQ=302><ACK=101><CTL=ACK>
      quiet
      LAST-ACK     <-- <SEQ=302><ACK=102><CTL=ACK><WND=200>
      status unacknowledged 149
      LAST-ACK     --> <SEQ=201><ACK=302><CTL=FIN,ACK><LEN=50>
      LAST-ACK     <-- <SEQ=302><ACK=253><CTL=ACK>
      LAST-ACK     --> <SEQ=252><ACK=302><CTL=ACK>
      LAST-ACK     <-- <SEQ=302><ACK=251><CTL=ACK>
      CLOSED       <-- <SEQ=302><ACK=252><CTL=ACK>
      """)
  }

  @Test("A FIN that comes again is acknowledged in every state, however often") func finishAgain() {
    // ROB-268, EV-SEG-CLOSE-WAIT-{22,23}, EV-SEG-LAST-ACK-{19,20}
    play(
      """
      accepted
      CLOSE-WAIT   <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT   --> <SEQ=101><ACK=302><CTL=ACK>
      event forget
      repeat 20
      CLOSE-WAIT   <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT   --> <SEQ=101><ACK=302><CTL=ACK>
      end
      event none
      close
      LAST-ACK     --> <SEQ=101><ACK=302><CTL=FIN,ACK>
      repeat 20
      LAST-ACK     <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      LAST-ACK     --> <SEQ=102><ACK=302><CTL=ACK>
      end
      """)
    // ROB-268, EV-SEG-CLOSING-{23,24}
    play(
      """
      connected
      close
      FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      CLOSING      <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSING      --> <SEQ=102><ACK=302><CTL=ACK>
      repeat 20
      CLOSING      <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSING      --> <SEQ=102><ACK=302><CTL=ACK>
      end
      """)
  }
}
