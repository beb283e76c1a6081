import Testing

/// RFC 6298: the retransmission timer, and RFC 9293 section 3.8.3: when to give up.
@Suite("Check5: the retransmission timer (RFC 6298)") struct RetransmissionFigures {
  @Test("A lost SYN is sent again after one RTO") func lostSynchronize() {
    // RFC6298-1, RFC8961-1, EV-RTO-SYN-SENT-1
    play(
      """
      open
             SYN-SENT --> <SEQ=100><CTL=SYN>  ; lost
      +999ms quiet
      +1ms   SYN-SENT --> <SEQ=100><CTL=SYN>
      """, .all)
  }

  @Test("SYN: the time-out doubles, the user is warned, and R2 ends the attempt after three minutes")
  func synchronizeGivesUp() {
    // RFC6298-14, RFC8961-5, MUST-20, MUST-22, MUST-23, SHLD-9, SHLD-10, ROB-016, EV-UTO-SYN-SENT-1
    play(
      """
      open
           SYN-SENT --> <SEQ=100><CTL=SYN>
      +1s  SYN-SENT --> <SEQ=100><CTL=SYN>
      +2s  SYN-SENT --> <SEQ=100><CTL=SYN>
      event none
      +4s  SYN-SENT --> <SEQ=100><CTL=SYN>
      event softError
      status softerror retransmissions
      +8s  SYN-SENT --> <SEQ=100><CTL=SYN>
      +16s SYN-SENT --> <SEQ=100><CTL=SYN>
      +32s SYN-SENT --> <SEQ=100><CTL=SYN>
      +60s SYN-SENT --> <SEQ=100><CTL=SYN>
      +56999ms state SYN-SENT
      +1ms state CLOSED
      quiet
      event ended
      status reason timedOut
      write 1
      error timedOut
      deadline none
      """)
  }

  @Test("Text: the time-out doubles, and R2 ends the connection after 100 s") func textGivesUp() {
    // RFC6298-13, RFC6298-14, RFC6298-5, MUST-20, SHLD-11, EV-RTO-ESTABLISHED-1, EV-UTO-ESTABLISHED-1, CVE-20
    play(
      """
      connected
      write 10
           ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +1s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +2s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +4s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      event softError
      +8s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +16s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +32s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +36999ms state ESTABLISHED
      +1ms state CLOSED
      quiet
      event ended
      status reason timedOut
      """, .all)
  }

  @Test("R2 is the user's choice, and may be without end") func retransmissionTimeLimit() {
    // MUST-21
    play(
      """
      connected
      write 10
           ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +1s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +2s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +2s  state CLOSED
      status reason timedOut
      """, options: { $0.retransmissionTimeLimit = .seconds(5) })
    play(
      """
      connected
      write 10
           ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +1s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +2s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +4s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +8s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +16s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +32s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      repeat 100
      +60s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      end
      """, options: { $0.retransmissionTimeLimit = .unlimited })
  }

  @Test("The user time-out ends a connection whose text is not acknowledged") func userTimeout() {
    // EV-UTO-ESTABLISHED-1, EV-UTO-FIN-WAIT-1-1
    play(
      """
      connected
      +1h
      write 10
           ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +1s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      close
           FIN-WAIT-1  --> <SEQ=111><ACK=301><CTL=FIN,ACK>
      +2s  FIN-WAIT-1  --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
           FIN-WAIT-1  --> <SEQ=111><ACK=301><CTL=FIN,ACK>
      +1999ms state FIN-WAIT-1
      +1ms state CLOSED
      status reason timedOut
      """, options: { $0.userTimeout = .seconds(5) })
    // EV-UTO-CLOSE-WAIT-1
    play(
      """
      connected
      CLOSE-WAIT   <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT   --> <SEQ=101><ACK=302><CTL=ACK>
      write 10
           CLOSE-WAIT --> <SEQ=101><ACK=302><CTL=ACK><LEN=10>
      +1s  CLOSE-WAIT --> <SEQ=101><ACK=302><CTL=ACK><LEN=10> ; EV-RTO-CLOSE-WAIT-1
      +1s  state CLOSED
      status reason timedOut
      """, options: { $0.userTimeout = .seconds(2) })
    // EV-UTO-LAST-ACK-1
    play(
      """
      connected
      CLOSE-WAIT   <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT   --> <SEQ=101><ACK=302><CTL=ACK>
      close
           LAST-ACK   --> <SEQ=101><ACK=302><CTL=FIN,ACK>
      +1s  LAST-ACK   --> <SEQ=101><ACK=302><CTL=FIN,ACK>
      +1s  state CLOSED
      status reason timedOut
      """, options: { $0.userTimeout = .seconds(2) })
    // EV-UTO-CLOSING-1
    play(
      """
      connected
      close
           FIN-WAIT-1   --> <SEQ=101><ACK=301><CTL=FIN,ACK>
           CLOSING      <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
           CLOSING      --> <SEQ=102><ACK=302><CTL=ACK>
      +1s  CLOSING      --> <SEQ=101><ACK=302><CTL=FIN,ACK>
      +1s  state CLOSED
      status reason timedOut
      """, options: { $0.userTimeout = .seconds(2) })
  }

  @Test("After a lost SYN text begins with one segment and an RTO of three seconds")
  func afterLostSynchronize() {
    // RFC6298-15, ROB-257, RFC5681-5, RFC6928-2, ROB-277
    play(
      """
      open
           SYN-SENT    --> <SEQ=100><CTL=SYN>
      +1s  SYN-SENT    --> <SEQ=100><CTL=SYN>
           ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1000>
           ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      status ssthresh max
      write 3000
           ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      +2999ms quiet
      +1ms ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      """)
  }

  @Test("A SYN sent again for nothing, as the timestamp shows, costs no window, but the RTO is 3 s")
  func spuriousSynchronize() {
    // RFC6928-3, RFC6298-15
    play(
      """
      open
           SYN-SENT    --> <SEQ=100><CTL=SYN><TS=5000,0>
      +1s  SYN-SENT    --> <SEQ=100><CTL=SYN>
           ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1012><TS=1,5000>
           ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      write 3000
           ESTABLISHED --> x3 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      status rto 3s
      +2999ms quiet
      +1ms ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      """)
  }

  @Test("The time-out follows the round trip") func roundTrip() {
    // RFC6298-2, RFC6298-3, MUST-18
    play(
      """
      open
             SYN-SENT    --> <SEQ=100><CTL=SYN>
      +500ms ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
             ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      status srtt 500ms
      status rto 1500ms
      write 10
             ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +500ms ESTABLISHED <-- <SEQ=301><ACK=111><CTL=ACK>
      status rto 1250ms
      write 10
             ESTABLISHED --> <SEQ=111><ACK=301><CTL=ACK><LEN=10>
      +900ms ESTABLISHED <-- <SEQ=301><ACK=121><CTL=ACK>
      status srtt 550ms
      status rto 1512500us
      """)
  }

  @Test("The time-out is never below a second unless the user says so") func minimum() {
    // RFC6298-4, RFC6298-8
    play(
      """
      connected
      status rto 1s
      """)
    play(
      """
      open
            SYN-SENT    --> <SEQ=100><CTL=SYN>
      +20ms ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
            ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      status rto 60ms
      """, options: { $0.minimumTimeout = .milliseconds(10) })
  }

  @Test("What was sent twice gives no sample, and the back-off stays until one comes") func karn() {
    // RFC6298-6, RFC8961-3, RFC8961-6
    play(
      """
      connected
      write 10
             ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +1s    ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +300ms ESTABLISHED <-- <SEQ=301><ACK=111><CTL=ACK>
      status rto 2s
      write 10
             ESTABLISHED --> <SEQ=111><ACK=301><CTL=ACK><LEN=10>
      +100ms ESTABLISHED <-- <SEQ=301><ACK=121><CTL=ACK>
      status rto 1s
      """)
  }

  @Test("With timestamps, what was sent twice gives a sample") func karnWithTimestamps() {
    // RFC6298-6, ROB-256, RFC7323-RTTM-2
    play(
      """
      connected <TS=1>
      write 10
             ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10><TS>
      +1s    ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10><TS>
      +300ms ESTABLISHED <-- <SEQ=301><ACK=111><CTL=ACK><TS=2>
      status rto 1s
      """)
  }

  @Test("What waited behind a gap gives no sample: its acknowledgment waited too") func sampleBehindGap() {
    // RFC6298-6: the second segment was sent once, 1.1 s ago, and has arrived long since.
    play(
      """
      connected <MSS=1000>
      write 2000
             ESTABLISHED --> x2 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +1s    ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +100ms ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK>
      status rto 2s
      """)
    // With timestamps the echo is that of what filled the gap (RFC7323-RTTM-6).
    play(
      """
      connected <MSS=1000><TS=1>
      write 1976
             ESTABLISHED --> x2 <SEQ=101><ACK=301><CTL=ACK><LEN=988><TS>
      +1s    ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=988><TS>
      +100ms ESTABLISHED <-- <SEQ=301><ACK=2077><CTL=ACK><TS=2>
      status rto 1s
      """)
  }

  @Test("The timer starts again when new text is acknowledged, and stops when all of it is") func restart() {
    // RFC6298-10, RFC6298-11, RFC6298-12, RFC6298-9
    play(
      """
      connected
      deadline none
      write 10
             ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      deadline +1s
      write 10
             ESTABLISHED --> <SEQ=111><ACK=301><CTL=ACK><LEN=10>
      deadline +1s
      +200ms ESTABLISHED <-- <SEQ=301><ACK=111><CTL=ACK>
      +999ms quiet
      +1ms   ESTABLISHED --> <SEQ=111><ACK=301><CTL=ACK><LEN=10>
             ESTABLISHED <-- <SEQ=301><ACK=121><CTL=ACK>
      deadline none
      """, options: { $0.isNagleEnabled = false })
  }

  @Test("Acknowledgments and resets are never below what was sent") func neverBelowHighest() {
    // ROB-017
    play(
      """
      connected <MSS=1000>
      write 3000
             ESTABLISHED --> x3 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +1s    ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
             ESTABLISHED <-- <SEQ=401><ACK=101><CTL=ACK><LEN=10>
             ESTABLISHED --> <SEQ=3101><ACK=301><CTL=ACK>
      abort
             CLOSED      --> <SEQ=3101><ACK=301><CTL=RST,ACK>
      """)
  }
}
