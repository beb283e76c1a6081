import Testing

/// What seemed lost was only late: the window is restored (RFC 3522, RFC 4015, RFC 5682, RFC 2883).
@Suite("Check5: needless recoveries are undone") struct UndoFigures {
  /// Five segments with timestamps; nothing comes for a second, and the first goes again. The round trip took
  /// 20 ms.
  private let timedOut = """
    open
    SYN-SENT --> <SEQ=100><CTL=SYN><TS=5000,0>
    set control newreno
    +20ms ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1012><TS=1,5000>
    ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><TS=*,1>
    write 5000
    ESTABLISHED --> x5 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
    +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
    status cwnd 1000
    status losses 5
    status timeoutsInARow 1
    status undone 0

    """

  @Test("An echo from before the time-out shows that the first time is answered") func echo() {
    // RFC9438-13
    play(
      timedOut + """
        +20ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><TS=2,5020>
        status cwnd 10000
        status ssthresh max
        count reductionsUndone 1
        status undone 1
        status timeoutsInARow 0
        status pipe 4000
        quiet
        +10ms ESTABLISHED <-- <SEQ=301><ACK=5101><CTL=ACK><TS=2,5020>
        count retransmitted 1
        """)
  }

  @Test("An echo of what left again shows nothing") func laterEcho() {
    play(
      timedOut + """
        +20ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><TS=2>
        ESTABLISHED --> x2 <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
        status ssthresh 2500
        count reductionsUndone 0
        ...
        """)
  }

  @Test("Only the first acknowledgment after the time-out tells") func secondEcho() {
    play(
      timedOut + """
        +20ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><TS=2>
        ESTABLISHED --> x2 <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
        ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK><TS=2,5020>
        count reductionsUndone 0
        ...
        """)
  }

  /// Ten segments without timestamps, of which the first goes again after a second.
  private let tenTimedOut = """
    connected <MSS=1000>
    set control newreno
    set pacing off
    write 20000
    ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
    +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>

    """

  @Test("F-RTO: where two acknowledgments go on, nothing was lost") func frto() {
    // RFC5682-1
    play(
      tenTimedOut + """
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
        ESTABLISHED --> x2 <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK>
        status cwnd 10000
        status ssthresh max
        count reductionsUndone 1
        quiet
        ESTABLISHED <-- <SEQ=301><ACK=12101><CTL=ACK>
        ESTABLISHED --> x8 <SEQ=12101><ACK=301><CTL=ACK><LEN=1000>
        count retransmitted 1
        ...
        """)
  }

  @Test("A time-out in a recovery is undone to what that chose") func timeoutInRecovery() {
    // RFC5682-1, RFC5681-22
    play(
      """
      connected <MSS=1000>
      set pacing off
      write 16000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=11101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      status cwnd 10000
      status ssthresh 7000
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      status cwnd 1000
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      ESTABLISHED --> x2 <SEQ=12101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK>
      count reductionsUndone 1
      status cwnd 7000
      ...
      """)
  }

  @Test("F-RTO: a duplicate ends it, and what is lost goes again") func frtoDuplicate() {
    // RFC5682-1: section 2.1, step 3a: the window is three segments.
    play(
      tenTimedOut + """
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
        ESTABLISHED --> x2 <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
        status cwnd 3000
        ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
        ESTABLISHED --> <SEQ=12101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK>
        ESTABLISHED --> <SEQ=2101><ACK=301><CTL=ACK><LEN=1000>
        count reductionsUndone 0
        ...
        """)
  }

  @Test("F-RTO: a duplicate right after the time-out ends it, too") func frtoFirstDuplicate() {
    // RFC5682-1: section 2.1, step 2a.
    play(
      tenTimedOut + """
        ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
        ESTABLISHED --> x2 <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
        ...
        """)
  }

  @Test("F-RTO: without new text nothing waits") func frtoWithoutText() {
    // RFC5682-1: section 2.1, step 2b.
    play(
      """
      connected <MSS=1000>
      write 10000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      ESTABLISHED --> x2 <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
      ...
      """)
  }

  /// The second of ten was only overtaken, and has gone again.
  private let recovering = """
    open
    SYN-SENT --> <SEQ=100><CTL=SYN><SACKOK>
    set control newreno
    +20ms ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1000><SACKOK>
    ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
    write 10000
    ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
    +20ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
    ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=2101:5101>
    ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
    ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK>
    status cwnd 4500

    """

  @Test("A peer that reports everything that left again as a duplicate") func duplicates() {
    play(
      recovering + """
        +20ms ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK><SACK=1101:2101>
        status cwnd 11000
        status ssthresh max
        count reductionsUndone 1
        """)
  }

  @Test("Duplicates of anything else undo nothing", arguments: ["101:1101", "2101:3101", "1101:2001"])
  func otherDuplicates(block: String) {
    play(
      recovering + """
        +20ms ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK><SACK=\(block)>
        status cwnd 4500
        count reductionsUndone 0
        """)
  }
}
