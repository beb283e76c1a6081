import Testing

/// RFC 8985 and RFC 9937, from the wire: what a peer reports decides what leaves again, and when.
@Suite("Check5: recovery with SACK (RFC 2018, RFC 8985, RFC 9937)") struct RecoveryFigures {
  /// Segments of 1000 octets; the round trip takes 20 ms.
  private let handshake = """
    open
    SYN-SENT --> <SEQ=100><CTL=SYN><SACKOK>
    +20ms ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1000><SACKOK>
    ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
    """

  /// Ten segments, of which the second is lost; the round trip takes 20 ms.
  private let secondIsLost = """
    open
    SYN-SENT --> <SEQ=100><CTL=SYN><SACKOK>
    +20ms ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1000><SACKOK>
    ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
    set control newreno
    set pacing off
    write 30000
    ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
    +20ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
    ESTABLISHED --> x2 <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
    ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=2101:3101>
    ESTABLISHED --> <SEQ=12101><ACK=301><CTL=ACK><LEN=1000>

    """

  @Test("The third report sends the hole again, and then half as much leaves as was delivered")
  func thirdReport() {
    // RFC8985-8, RFC8985-18, RFC9937-1...5, RFC6675-1, RFC6675-4, RFC6675-10, RFC6675-11, RFC5681-21,
    // RFC2018-12
    play(
      secondIsLost + """
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=2101:4101>
        ESTABLISHED --> <SEQ=13101><ACK=301><CTL=ACK><LEN=1000>
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=2101:5101>
        status ssthresh 5500
        ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=2101:6101>
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=2101:7101>
        quiet
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=2101:8101>
        ESTABLISHED --> <SEQ=14101><ACK=301><CTL=ACK><LEN=1000>
        +20ms ESTABLISHED <-- <SEQ=301><ACK=14101><CTL=ACK>
        status cwnd 5500
        ESTABLISHED --> x4 <SEQ=15101><ACK=301><CTL=ACK><LEN=1000>
        ...
        """)
  }

  @Test("An acknowledgment that delivers nothing makes no room in a recovery") func nothingDelivered() {
    // RFC9937-2, RFC8985-19, RFC6675-7: 1101 to 2101 was delivered when it was reported.
    play(
      handshake + """

        set control newreno
        set pacing off
        write 30000
        ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        +20ms ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><SACK=7101:10101>
        ESTABLISHED --> x3 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><SACK=1101:2101,7101:10101>
        ESTABLISHED --> <SEQ=3101><ACK=301><CTL=ACK><LEN=1000>
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=7101:10101>
        ESTABLISHED --> x2 <SEQ=4101><ACK=301><CTL=ACK><LEN=1000>
        ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK><SACK=7101:10101>
        quiet
        """)
  }

  @Test("A recovery ends at its point, if a single octet was missing") func lastOctet() {
    // RFC6675-7, RFC6675-11: also for a peer that acknowledges less than it has reported.
    play(
      handshake + """

        set control newreno
        set nagle off
        write 3001
        ESTABLISHED --> x3 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        ESTABLISHED --> <SEQ=3101><ACK=301><CTL=ACK><LEN=1>
        +20ms ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><SACK=1101:3102>
        ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        status phase recovery
        ESTABLISHED <-- <SEQ=301><ACK=3101><CTL=ACK>
        status phase recovery
        ESTABLISHED <-- <SEQ=301><ACK=3102><CTL=ACK>
        status phase avoidance
        """)
  }

  @Test("An acknowledgment with a report measures the round trip, too") func sampleWithReport() {
    // RFC6675-7, RFC2018-12, RFC6298-3
    play(
      handshake + """

        write 5000
        ESTABLISHED --> x5 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        status srtt 20ms
        +36ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=3101:4101>
        status srtt 22ms
        ...
        """)
  }

  @Test("STATUS: what is in the network, lost and known of the round trip") func status() {
    // RFC6675-1
    play(
      secondIsLost + """
        status pipe 11000
        status reordering 5ms
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=2101:4101>
        ESTABLISHED --> <SEQ=13101><ACK=301><CTL=ACK><LEN=1000>
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=2101:5101>
        ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
        status flight 13000
        status pipe 10000
        status losses 1
        status retransmissions 1
        status minrtt 20ms
        status rttvar 7500us
        status reordering 0s
        ...
        """)
  }

  @Test("One report is enough once a quarter of the round trip has passed") func reorderingTimer() {
    // RFC8985-3, RFC8985-9
    play(
      secondIsLost + """
        +5ms ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        ...
        """)
  }

  @Test("A duplicate that the peer reports makes the reordering window wider") func duplicateReported() {
    // RFC8985-4, RFC2883-2: the first block lies below the acknowledgment.
    play(
      secondIsLost + """
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=101:1101,2101:3101>
        +10ms ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
        ...
        """)
  }

  @Test("A duplicate that is reported before any range counts, and so does one with nothing in flight")
  func duplicateReportedFirst() {
    // RFC8985-4, RFC2883-2
    let rest = """
      ESTABLISHED --> x10 <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=2101:3101>
      +10ms ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
      """
    play(
      """
      write 1000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=101:1101>
      write 10000

      """ + rest, after: handshake)
    play(
      """
      write 1000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=101:1101>
      write 10000

      """ + rest, after: handshake)
    play(
      """
      write 2000
      ESTABLISHED --> x2 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><SACK=1101:2101>
      ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK><SACK=101:1101>
      write 10000
      ESTABLISHED --> x10 <SEQ=2101><ACK=301><CTL=ACK><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK><SACK=3101:4101>
      +10ms ESTABLISHED --> <SEQ=2101><ACK=301><CTL=ACK><LEN=1000>
      """, after: handshake)
  }

  @Test("A first block within a second that cannot be true reports no duplicate") func falseDuplicate() {
    // RFC2883-2, CVE-13
    play(
      secondIsLost + """
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=90101:90601,90101:91101>
        +5ms ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
        ...
        """)
  }

  @Test("The second of two holes is found by time, though the first was filled") func twoHoles() {
    // RFC8985-9
    play(
      secondIsLost + """
        +2ms ESTABLISHED <-- <SEQ=301><ACK=3101><CTL=ACK><SACK=4101:5101>
        ESTABLISHED --> x4 <SEQ=13101><ACK=301><CTL=ACK><LEN=1000>
        +5ms ESTABLISHED --> <SEQ=3101><ACK=301><CTL=ACK><LEN=1000>
        ...
        """)
  }

  @Test("The first octet behind a recovery may be lost again") func nextRecovery() {
    // RFC6675-11, RFC6675-12, RFC6675-15: the recovery point itself belongs to the next one, and what was
    // reported beyond it is not sent again.
    play(
      """
      connected <MSS=1000><SACKOK>
      set control newreno
      write 30000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><SACK=1101:10101>
      status ssthresh 5000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED --> x4 <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK><SACK=11101:14101>
      status ssthresh 2500
      ESTABLISHED --> <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
      ...
      """)
  }

  @Test("What comes late within a quarter of the round trip was not lost") func reordered() {
    // RFC8985-3, RFC8985-8
    play(
      secondIsLost + """
        +4ms ESTABLISHED <-- <SEQ=301><ACK=3101><CTL=ACK>
        status cwnd 13000
        ESTABLISHED --> x3 <SEQ=13101><ACK=301><CTL=ACK><LEN=1000>
        ; From now on three reports prove nothing by themselves.
        ESTABLISHED <-- <SEQ=301><ACK=3101><CTL=ACK><SACK=4101:7101>
        ESTABLISHED --> x3 <SEQ=16101><ACK=301><CTL=ACK><LEN=1000>
        +5ms ESTABLISHED --> <SEQ=3101><ACK=301><CTL=ACK><LEN=1000>
        ...
        """)
  }

  @Test("A retransmission that is lost goes again after a round trip, without a time-out")
  func lostRetransmission() {
    // RFC8985-8, RFC8985-19
    play(
      secondIsLost + """
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=2101:5101>
        ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=2101:10101>
        ESTABLISHED --> <SEQ=13101><ACK=301><CTL=ACK><LEN=1000>
        +20ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=2101:14101>
        ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
        ...
        """)
  }

  @Test("After a time-out only what was not reported goes again") func timeoutWithReports() {
    // RFC6675-16, RFC2018-9
    play(
      """
      connected <MSS=1000><SACKOK>
      write 4000
      ESTABLISHED --> x4 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><SACK=1101:2101>
      +1ms ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +999ms ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK>
      ESTABLISHED --> x2 <SEQ=2101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=4101><CTL=ACK>
      """)
  }

  @Test("Blocks that cannot be true are no reports") func lies() {
    // CVE-13: nothing of it was sent, its ends are the wrong way round, or it is below what is acknowledged.
    for block in ["11101:12101", "3101:2101", "2101:2101", "5101:12101", "1:101", "4294967000:50"] {
      play(
        """
        connected <MSS=1000><SACKOK>
        write 10000
        ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        ESTABLISHED <-- x2 <SEQ=301><ACK=101><CTL=ACK><SACK=\(block)>
        quiet
        ; Duplicates count as they do without SACK.
        ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
        ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        ...
        """)
    }
  }

  @Test("Duplicates without a report bring out no new text; the third sends the oldest again") func bare() {
    // RFC5681-19
    play(
      """
      connected <MSS=1000><SACKOK>
      write 30000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- x2 <SEQ=301><ACK=101><CTL=ACK>
      quiet
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      """)
  }

  @Test("Reports that begin in a recovery that duplicates began take over") func reportsBeginLate() {
    // RFC8985-17: the window is the threshold's, no longer inflated, and what is in flight counts once.
    play(
      """
      connected <MSS=1000><SACKOK>
      set control newreno
      write 30000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- x3 <SEQ=301><ACK=101><CTL=ACK>
      status ssthresh 5000
      status cwnd 8000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><SACK=1101:5101>
      status cwnd 8000
      ...
      """)
  }

  @Test("A loss below the point of recovery goes again after a time-out, too") func lossAfterTimeout() {
    // RFC8985-8, RFC6675-15: what was sent again after the time-out is lost once more.
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN><SACKOK>
      set control newreno
      +20ms ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1000><SACKOK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      write 6000
      ESTABLISHED --> x6 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +40ms ESTABLISHED --> <SEQ=5101><ACK=301><CTL=ACK><LEN=1000>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      ESTABLISHED --> x2 <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><SACK=2101:3101>
      status ssthresh 3000
      ESTABLISHED --> <SEQ=3101><ACK=301><CTL=ACK><LEN=1000>
      +5ms ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
      status ssthresh 3000
      ...
      """)
  }
}
