import Testing

/// RFC 7323: timestamps and PAWS.
@Suite("Check0: timestamps and PAWS (RFC 7323)") struct TimestampFigures {
  @Test("Timestamps are offered on SYN, and used if both sides do") func negotiation() {
    // RFC7323-TS-1, RFC7323-TS-5, RFC7323-TS-2
    play(
      """
      open
      SYN-SENT    --> <SEQ=100><CTL=SYN><TS=*,0>
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><TS=77>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><TS=*,77>
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10><TS=*,77>
      ESTABLISHED <-- <SEQ=301><ACK=111><CTL=ACK><TS=78>
      close
      FIN-WAIT-1  --> <SEQ=111><ACK=301><CTL=FIN,ACK><TS=*,78>
      ...
      """, .all)
    // RFC7323-TS-4
    play(
      """
      open
      SYN-SENT    --> <SEQ=100><CTL=SYN><TS>
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><NOTS>
      """)
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><NOTS>
      """)
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN><TS=9>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><TS=*,9>
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><TS=10>
      """)
  }

  @Test("Timestamps that were not agreed on are ignored") func notNegotiated() {
    // RFC7323-TS-9
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=10><TS=5>
      ESTABLISHED <-- <SEQ=311><ACK=101><CTL=ACK><LEN=10><TS=4>
      read 20
      +40ms ESTABLISHED --> <SEQ=101><ACK=321><CTL=ACK><NOTS>
      """)
  }

  @Test("A user who wants none offers none") func switchedOff() {
    // RFC7323-TS-4
    play(
      """
      open
      SYN-SENT    --> <SEQ=100><CTL=SYN><NOTS>
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><TS=77>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><NOTS>
      """, options: { $0.offersTimestamps = false })
  }

  @Test("Section 4.3, case A: an acknowledgment of several segments echoes the earliest") func delayedEcho() {
    // RFC7323-RTTM-4, RFC7323-RTTM-7, ROB-275
    play(
      """
      connected <TS=1>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=1000><TS=1>
      ESTABLISHED <-- <SEQ=1301><ACK=101><CTL=ACK><LEN=1000><TS=2>
      ESTABLISHED --> <SEQ=101><ACK=2301><CTL=ACK><TS=*,1>
      ESTABLISHED <-- <SEQ=2301><ACK=101><CTL=ACK><LEN=1000><TS=3>
      +40ms ESTABLISHED --> <SEQ=101><ACK=3301><CTL=ACK><TS=*,3>
      """)
  }

  @Test("Section 4.3, case B: text beyond a gap leaves the echo as it was, case C: filling it does not")
  func gapEcho() {
    // RFC7323-RTTM-5, RFC7323-RTTM-6, RFC7323-PAWS-3
    play(
      """
      connected <TS=1>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100><TS=1>
      +40ms ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><TS=*,1>
      ESTABLISHED <-- <SEQ=501><ACK=101><CTL=ACK><LEN=100><TS=3>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><TS=*,1>
      ESTABLISHED <-- <SEQ=601><ACK=101><CTL=ACK><LEN=100><TS=5>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><TS=*,1>
      ESTABLISHED <-- <SEQ=401><ACK=101><CTL=ACK><LEN=100><TS=2>
      ESTABLISHED --> <SEQ=101><ACK=701><CTL=ACK><TS=*,2>
      read 400
      """)
  }

  @Test("PAWS: an old timestamp is answered and dropped, a reset is exempt", arguments: [0, 100])
  func oldTimestamp(offset: Int) {
    // RFC7323-PAWS-1, RFC7323-PAWS-2, PEER-04
    play(
      """
      connected <TS=1000>
      ESTABLISHED <-- <SEQ=301+\(offset)><ACK=101><CTL=ACK><LEN=10><TS=999>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><TS=*,1000>
      outcome oldTimestamp
      read block
      ESTABLISHED <-- <SEQ=301+\(offset)><ACK=101><CTL=FIN,ACK><TS=1000-2147483647>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><TS=*,1000>
      """)
    // RFC7323-PAWS-5
    play(
      """
      connected <TS=1000>
      CLOSED <-- <SEQ=301><CTL=RST><TS=999>
      """)
    play(
      """
      connected <TS=1000>
      CLOSED <-- <SEQ=301><CTL=RST>
      """)
  }

  @Test("The remembered timestamp never falls, and wraps as sequence numbers do") func wrap() {
    // RFC7323-PAWS-4, RFC7323-RTTM-7
    play(
      """
      connected <TS=4294967295>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=10><TS=3>
      +40ms ESTABLISHED --> <SEQ=101><ACK=311><CTL=ACK><TS=*,3>
      ESTABLISHED <-- <SEQ=311><ACK=101><CTL=ACK><LEN=10><TS=4294967295>
      ESTABLISHED --> <SEQ=101><ACK=311><CTL=ACK><TS=*,3>
      outcome oldTimestamp
      """)
  }

  @Test("A segment without the agreed timestamps passes the other checks, and says nothing of time")
  func missing() {
    // RFC7323-TS-7, ROB-262
    play(
      """
      connected <TS=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=10>
      outcome processed
      count timestampsMissing 1
      +40ms ESTABLISHED --> <SEQ=101><ACK=311><CTL=ACK><TS=*,1000>
      ESTABLISHED <-- <SEQ=310><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=101><ACK=311><CTL=ACK><TS=*,1000>
      CLOSE-WAIT <-- <SEQ=311><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT --> <SEQ=101><ACK=312><CTL=ACK><TS=*,1000>
      count timestampsMissing 3
      """)
  }

  @Test("Strict: a segment without the agreed timestamps is dropped quietly") func missingStrict() {
    // RFC7323-TS-7, RFC7323-TS-8, ROB-262
    play(
      """
      connected <TS=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=10>
      outcome missingTimestamp
      quiet
      read block
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=10><TS=1001>
      read 10
      ...
      """, options: { $0.requiresTimestamps = true })
  }

  @Test("After 24 days of silence an old timestamp is believed") func longSilence() {
    // RFC7323-PAWS-8
    play(
      """
      connected <TS=1000>
      +23d
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=10><TS=999>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><TS=*,1000>
      +25h
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=10><TS=999>
      +40ms ESTABLISHED --> <SEQ=101><ACK=311><CTL=ACK><TS=*,999>
      """)
  }

  @Test("Our clock ticks about once a millisecond") func clock() {
    // RFC7323-RTTM-1, RFC7323-PAWS-10
    play(
      """
      open
              SYN-SENT --> <SEQ=100><CTL=SYN><TS=50000,0>
      +1s     SYN-SENT --> <SEQ=100><CTL=SYN><TS>
      +1.048s state SYN-SENT
      +952ms  SYN-SENT --> <SEQ=100><CTL=SYN><TS>
      """)
    play(
      """
      connected <TS=1>
      write 1
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1><TS=50000,1>
      ESTABLISHED <-- <SEQ=301><ACK=102><CTL=ACK><TS=1>
      +1024ms
      write 1
      ESTABLISHED --> <SEQ=102><ACK=301><CTL=ACK><LEN=1><TS=51000,1>
      ...
      """)
  }

  @Test("Resets carry timestamps: an abort ours, an answer to nobody a zero") func resets() {
    // RFC7323-TS-6, RFC7323-PAWS-7
    play(
      """
      connected <TS=1000>
      abort
      CLOSED --> <SEQ=101><ACK=301><CTL=RST,ACK><TS=*,1000>
      """)
    // RFC7323-PAWS-6
    play(
      """
      CLOSED <-- <SEQ=300><CTL=SYN><TS=55>
      CLOSED --> <SEQ=0><ACK=301><CTL=RST,ACK><TS=0,55>
      """)
  }

  @Test("SYN-RECEIVED: PAWS holds for a half-open entry") func halfOpen() {
    // RFC7323-PAWS-1, RFC7323-TS-7
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN><TS=1000>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><TS=*,1000>
      SYN-RECEIVED <-- <SEQ=301><ACK=101><CTL=ACK>
      quiet
      SYN-RECEIVED <-- <SEQ=301><ACK=101><CTL=ACK><TS=999>
      SYN-RECEIVED --> <SEQ=101><ACK=301><CTL=ACK><TS=*,1000>
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><TS=1000>
      """, options: { $0.requiresTimestamps = true })
  }

  @Test("SYN-RECEIVED: a last ACK without the agreed timestamps completes the handshake")
  func halfOpenMissing() {
    // RFC7323-TS-7, ROB-262
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN><TS=1000>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><TS=*,1000>
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK>
      count timestampsMissing 1
      """)
  }

  @Test("A SYN-ACK that goes again echoes the latest SYN's timestamp") func latestEcho() {
    // RFC7323-PAWS-4
    play(
      """
      listen
          SYN-RECEIVED <-- <SEQ=300><CTL=SYN><TS=1000>
          SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><TS=*,1000>
          SYN-RECEIVED <-- <SEQ=300><CTL=SYN><TS=2000>
          SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><TS=*,2000>
          SYN-RECEIVED <-- <SEQ=300><CTL=SYN><TS=1500>
          SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><TS=*,2000>
      """)
  }
}
