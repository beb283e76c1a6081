import Testing

/// What single lines are for that nothing else shows: each figure fails without one of them.
@Suite("Check0, Check1, Check5: rare cases") struct RareFigures {
  @Test("Keep-alive probes are answered in TIME-WAIT, four at once, then one each 500 ms")
  func probesInTimeWait() {
    // ROB-269
    play(
      """
      connected
      close
      FIN-WAIT-1 --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      TIME-WAIT  <-- <SEQ=301><ACK=102><CTL=FIN,ACK>
      TIME-WAIT  --> <SEQ=102><ACK=302><CTL=ACK>
      repeat 4
      TIME-WAIT  <-- <SEQ=301><ACK=102><CTL=ACK>
      TIME-WAIT  --> <SEQ=102><ACK=302><CTL=ACK>
      end
      TIME-WAIT  <-- <SEQ=301><ACK=102><CTL=ACK>
      quiet
      repeat 20
      +500ms TIME-WAIT  <-- <SEQ=301><ACK=102><CTL=ACK>
      TIME-WAIT  --> <SEQ=102><ACK=302><CTL=ACK>
      end
      """)
  }

  @Test("After a retransmitted SYN-ACK the initial window is one segment") func windowAfterLostAnswer() {
    // RFC5681-5
    play(
      """
      listen
          SYN-RECEIVED <-- <SEQ=300><CTL=SYN><MSS=1000>
          SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK> ; lost
      +1s SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
          ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK>
      accept
      status cwnd 1000
      """)
  }

  @Test(
    "A window that opens before the probe has left brings all that is in flight again, under the usual timer")
  func windowOpensBeforeTheProbe() {
    // ROB-087
    play(
      """
      connected
      write 100
          ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=100>
          ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=0>
      +1s
          ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=1000>
          ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=100> ; lost
      quiet
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=100>
      """)
  }

  @Test("PAWS begins with the handshake, however long the clock has run") func oldClock() {
    // RFC7323-PAWS-8
    play(
      """
      +25d
      connected <TS=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=10><TS=999>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      outcome oldTimestamp
      """)
  }

  @Test("A user time-out that is shorter than the retransmission time-out is kept to the moment")
  func shortTimeouts() {
    // MUST-20. The six seconds let pass what the handshake asked to be woken for.
    play(
      """
      connected
      +6s
      write 100
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=100>
      deadline +5s
      +5s
      status reason timedOut
      event ended
      """,
      options: {
        $0.minimumTimeout = .seconds(10)
        $0.userTimeout = .seconds(5)
      })
  }
}
