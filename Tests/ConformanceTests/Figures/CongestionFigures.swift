import Testing

/// RFC 5681, RFC 6582 and RFC 3042 without SACK: what leaves, and when.
@Suite("Check5: congestion control, seen from the wire (RFC 5681, RFC 6582)") struct CongestionFigures {
  @Test("The initial window is ten segments, at most 14600 octets or two segments") func initialWindow() {
    // RFC6928-1, ROB-075, RFC5681-7
    play(
      """
      connected <MSS=1000>
      status ssthresh max
      write 30000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      ...
      """)
    play(
      """
      connected <MSS=1460>
      write 30000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1460>
      quiet
      ...
      """)
    play(
      """
      connected <MSS=100>
      write 30000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=100>
      quiet
      ...
      """)
    play(
      """
      connected <MSS=8000>
      write 30000
      ESTABLISHED --> x2 <SEQ=101><ACK=301><CTL=ACK><LEN=8000>
      quiet
      ...
      """, mtu: 9_000)
  }

  @Test("The peer's MSS does not make the segments larger than the path") func segmentSizeOfPath() {
    // ROB-083
    play(
      """
      connected <MSS=8960>
      write 20000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1460>
      quiet
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1460>
      quiet
      status cwnd 1460
      ...
      """)
  }

  @Test("Slow start: as much more as is acknowledged, eight segments at most") func slowStart() {
    // MUST-19, RFC9406-9
    for control in ["newreno", "cubic"] {
      play(
        """
        connected <MSS=1000>
        set control \(control)
        write 60000
        ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
        ESTABLISHED --> x2 <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK>
        ESTABLISHED --> x2 <SEQ=12101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        ESTABLISHED <-- <SEQ=301><ACK=4101><CTL=ACK>
        ESTABLISHED --> x4 <SEQ=14101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        ESTABLISHED <-- <SEQ=301><ACK=4201><CTL=ACK>
        quiet
        status cwnd 14100
        status phase slowStart
        ESTABLISHED <-- <SEQ=301><ACK=18101><CTL=ACK>
        status cwnd 22100
        ...
        """)
    }
  }

  @Test("The handshake does not open the window, nor does an idle application") func noGrowth() {
    // RFC5681-4, ROB-254
    play(
      """
      connected <MSS=1000>
      status cwnd 10000
      write 1000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      status cwnd 10000
      """)
  }

  @Test("Limited transmit, fast retransmit, fast recovery, and the end of it") func fastRetransmit() {
    // RFC5681-17, RFC5681-18, RFC3042-1, RFC5681-20...22, RFC6582-2, RFC6582-3, RFC5681-24, ROB-086
    // EV-SEG-ESTABLISHED-17
    play(
      """
      connected <MSS=1000>
      set control newreno
      write 30000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000> ; the first is lost
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=11101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      status cwnd 10000
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      status ssthresh 5000
      status cwnd 8000
      count fastRetransmits 1
      ESTABLISHED <-- x4 <SEQ=301><ACK=101><CTL=ACK>
      quiet
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=12101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      ESTABLISHED <-- x3 <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> x3 <SEQ=13101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      ESTABLISHED <-- <SEQ=301><ACK=12101><CTL=ACK>
      status cwnd 5000
      ESTABLISHED --> <SEQ=16101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      ...
      """)
  }

  @Test("A FIN rides on the last text that the congestion window takes, and does not wait for it alone")
  func finishAtTheWindow() {
    // RFC5681-1, RFC3042-1: the window counts text.
    play(
      """
      connected <MSS=1000>
      write 12000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      close
      quiet
      FIN-WAIT-1 <-- <SEQ=301><ACK=101><CTL=ACK>
      FIN-WAIT-1 --> <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
      FIN-WAIT-1 <-- <SEQ=301><ACK=101><CTL=ACK>
      FIN-WAIT-1 --> <SEQ=11101><ACK=301><CTL=FIN,ACK><LEN=1000>
      quiet
      """)
    play(
      """
      connected <MSS=1000>
      write 10000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      close
      FIN-WAIT-1 --> <SEQ=10101><ACK=301><CTL=FIN,ACK>
      quiet
      """)
  }

  @Test("Three duplicates retransmit a segment of any size") func oneOctet() {
    // RFC5681-17
    play(
      """
      connected
      write 1
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      quiet
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1>
      """)
  }

  @Test("A batch of duplicate acknowledgments counts each of them") func batch() {
    // ROB-274
    play(
      """
      connected <MSS=1000>
      set control newreno
      write 30000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- x9 <SEQ=301><ACK=101><CTL=ACK>
      status ssthresh 5000
      status cwnd 14000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED --> x4 <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      ...
      """)
  }

  @Test("A partial acknowledgment sends the next hole at once") func partialAcknowledgment() {
    // RFC6582-4, ROB-086
    play(
      """
      connected <MSS=1000>
      set control newreno
      write 30000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000> ; the first and the third are lost
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=11101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- x7 <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> x3 <SEQ=12101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK>
      ESTABLISHED --> <SEQ=2101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED --> <SEQ=15101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      status cwnd 14000
      ESTABLISHED <-- <SEQ=301><ACK=12101><CTL=ACK>
      status cwnd 5000
      ESTABLISHED --> <SEQ=16101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      ...
      """)
  }

  @Test("The first partial acknowledgment restarts the timer") func partialTimer() {
    // RFC6582-5
    play(
      """
      connected <MSS=1000>
      write 5000
             ESTABLISHED --> x5 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +500ms ESTABLISHED <-- x3 <SEQ=301><ACK=101><CTL=ACK>
             ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +100ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
             ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
      deadline +1s
      ...
      """)
  }

  @Test("After a time-out duplicate acknowledgments of older text start nothing") func notAgain() {
    // RFC6582-2, RFC6582-6
    play(
      """
      connected <MSS=1000>
      write 10000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- x5 <SEQ=301><ACK=101><CTL=ACK>
      quiet
      count fastRetransmits 0
      ...
      """)
  }

  @Test("A time-out takes the window to one segment, and slow start follows") func timeout() {
    // RFC5681-13, RFC5681-14, RFC6298-13, ROB-354, RFC8961-4, EV-RTO-ESTABLISHED-1
    play(
      """
      connected <MSS=1000>
      set control newreno
      write 10000
          ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      status cwnd 1000
      status ssthresh 5000
          ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
          ESTABLISHED --> x2 <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
      quiet
          ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK>
          ESTABLISHED --> x2 <SEQ=3101><ACK=301><CTL=ACK><LEN=1000>
      quiet
          ESTABLISHED <-- <SEQ=301><ACK=3101><CTL=ACK>
          ESTABLISHED --> x2 <SEQ=5101><ACK=301><CTL=ACK><LEN=1000>
      quiet
          ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK>
      deadline none
      """)
  }

  @Test("A second time-out in a row lowers the threshold no further") func secondTimeout() {
    // RFC5681-13
    play(
      """
      connected <MSS=1000>
      set control newreno
      set path-probing off
      write 10000
          ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +2s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      status ssthresh 5000
      ...
      """)
  }

  @Test("Congestion avoidance: one segment more for each window acknowledged") func avoidance() {
    // RFC5681-10, RFC5681-11
    play(
      """
      connected <MSS=1000>
      set control newreno
      write 40000
          ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
          ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK>
      status cwnd 5000
          ESTABLISHED --> x5 <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
          ESTABLISHED <-- <SEQ=301><ACK=14101><CTL=ACK>
          ESTABLISHED --> x4 <SEQ=15101><ACK=301><CTL=ACK><LEN=1000>
      quiet
          ESTABLISHED <-- <SEQ=301><ACK=15101><CTL=ACK>
          ESTABLISHED --> x2 <SEQ=19101><ACK=301><CTL=ACK><LEN=1000>
      status cwnd 6000
      quiet
      ...
      """)
  }

  @Test("After a pause that window probes filled, text finds the window the initial one")
  func idleRestartOfProbe() {
    // RFC5681-25, MUST-36
    play(
      """
      connected <MSS=1000>
      write 20000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=5101><CTL=ACK>
      ESTABLISHED --> x10 <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=20101><CTL=ACK><WND=0>
      status cwnd 28000
      +2s
      write 20000
      quiet
      +1s ESTABLISHED --> <SEQ=20100><ACK=301><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=20101><CTL=ACK><WND=60000>
      ESTABLISHED --> x10 <SEQ=20101><ACK=301><CTL=ACK><LEN=1000>
      status cwnd 10000
      ...
      """)
  }

  @Test("A FIN, text or another window makes no duplicate acknowledgment") func noDuplicates() {
    // ROB-273
    play(
      """
      connected <MSS=1000>
      write 5000
      ESTABLISHED --> x5 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- x2 <SEQ=301><ACK=101><CTL=ACK>
      CLOSE-WAIT  <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT  --> <SEQ=5101><ACK=302><CTL=ACK>
      count fastRetransmits 0
      ...
      """)
    play(
      """
      connected <MSS=1000>
      write 5000
      ESTABLISHED --> x5 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- x5 <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED <-- <SEQ=801><ACK=101><CTL=ACK><WND=60000>
      ESTABLISHED <-- <SEQ=801><ACK=101><CTL=ACK><WND=61000>
      ESTABLISHED <-- <SEQ=801><ACK=101><CTL=ACK><WND=62000>
      count fastRetransmits 0
      ...
      """)
  }

  @Test("A lone FIN is sent again by the timer whatever acknowledgments come") func loneFinish() {
    // ROB-091
    play(
      """
      connected
      close
          FIN-WAIT-1 --> <SEQ=101><ACK=301><CTL=FIN,ACK>
          FIN-WAIT-1 <-- x3 <SEQ=301><ACK=101><CTL=ACK>
          FIN-WAIT-1 --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      +1s FIN-WAIT-1 --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      """)
  }
}
