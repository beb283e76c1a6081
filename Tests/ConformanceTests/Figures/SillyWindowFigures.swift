import Testing

/// RFC 9293 section 3.8.6.2: silly windows; section 3.7.4: Nagle's rule.
@Suite("Check5, Check7: no silly windows, no tiny segments (RFC 9293 section 3.8.6.2)")
struct SillyWindowFigures {
  @Test("The sender does not fill silly windows") func sillySender() {
    // MUST-38, ROB-092
    play(
      """
      connected <MSS=1000><WND=256>
      write 256
             ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=256>
             ESTABLISHED <-- <SEQ=301><ACK=357><CTL=ACK><WND=1>
      write 500
      quiet
      +199ms quiet
      +1ms   ESTABLISHED --> <SEQ=357><ACK=301><CTL=ACK><LEN=1>
             ESTABLISHED <-- <SEQ=301><ACK=358><CTL=ACK><WND=128>
             ESTABLISHED --> <SEQ=358><ACK=301><CTL=ACK><LEN=128>
      ...
      """)
  }

  @Test("The receiver opens its window in worthwhile steps only") func sillyReceiver() {
    // MUST-39, ROB-089, SHLD-14, EV-RECEIVE-ESTABLISHED-4
    play(
      """
      connected
             ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=1000>
      +40ms  ESTABLISHED --> <SEQ=101><ACK=1301><CTL=ACK><WND=0>
      read 1
      quiet
      read 498
      quiet
             ESTABLISHED <-- <SEQ=1301><ACK=101><CTL=ACK><LEN=1>
             ESTABLISHED --> <SEQ=101><ACK=1301><CTL=ACK><WND=0>
      read 1
             ESTABLISHED --> <SEQ=101><ACK=1301><CTL=ACK><WND=500>
      read 400
      quiet
             ESTABLISHED <-- <SEQ=1301><ACK=101><CTL=ACK><LEN=10>
      +40ms  ESTABLISHED --> <SEQ=101><ACK=1311><CTL=ACK><WND=490>
      """, receiveCapacity: 1_000)
  }

  @Test("Nagle, Minshall's way: a short segment waits for a short one, not for full ones") func nagle() {
    // SHLD-7, ROB-282
    play(
      """
      connected <MSS=1000>
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      write 10
      write 10
      quiet
      ESTABLISHED <-- <SEQ=301><ACK=111><CTL=ACK>
      ESTABLISHED --> <SEQ=111><ACK=301><CTL=ACK><LEN=20>
      ESTABLISHED <-- <SEQ=301><ACK=131><CTL=ACK>
      write 1100
      ESTABLISHED --> <SEQ=131><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED --> <SEQ=1131><ACK=301><CTL=ACK><LEN=100>
      write 1500
      ESTABLISHED --> <SEQ=1231><ACK=301><CTL=ACK><LEN=1000>
      quiet
      ESTABLISHED <-- <SEQ=301><ACK=1131><CTL=ACK>
      quiet
      ESTABLISHED <-- <SEQ=301><ACK=1231><CTL=ACK>
      ESTABLISHED --> <SEQ=2231><ACK=301><CTL=ACK><LEN=500>
      ...
      """, .all)
  }

  @Test("Nagle can be switched off, also while the connection runs") func nagleOff() {
    // MUST-17
    play(
      """
      connected <MSS=1000>
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      write 10
      ESTABLISHED --> <SEQ=111><ACK=301><CTL=ACK><LEN=10>
      set nagle on
      write 10
      quiet
      set nagle off
      ESTABLISHED --> <SEQ=121><ACK=301><CTL=ACK><LEN=10>
      ...
      """, options: { $0.isNagleEnabled = false })
  }

  @Test("A FIN does not wait for Nagle") func nagleFinish() {
    // EV-CLOSE-ESTABLISHED-1
    play(
      """
      connected <MSS=1000>
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      write 10
      quiet
      close
      FIN-WAIT-1  --> <SEQ=111><ACK=301><CTL=FIN,ACK><LEN=10>
      ...
      """)
  }
}
