import TCPCore
import Testing

/// RFC 3168: explicit congestion notification.
@Suite("ECN: negotiation, marks and their echo (RFC 3168)") struct ECNFigures {
  /// We offer it, the peer agrees, and segments carry 1,000 octets.
  private let open = """
    open
    SYN-SENT --> <SEQ=100><CTL=SYN,ECE,CWR><ECN=NONE>
    +20ms ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK,ECE><MSS=1000>
    ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><ECN=NONE>
    status ecn on

    """
  /// The peer offers it.
  private let accepted = """
    listen
    <-- <SEQ=300><CTL=SYN,ECE,CWR><MSS=1000>
    --> <SEQ=100><ACK=301><CTL=SYN,ACK,ECE><ECN=NONE>
    +20ms ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
    accept
    status ecn on

    """

  private func offering(
    _ figure: String, after prelude: String = "", control: CongestionControlAlgorithm = .newReno,
    _ variants: [FigureVariant] = .ipv4, line: Int = #line
  ) {
    play(
      figure, after: prelude, variants,
      options: {
        $0.ecn = .offer
        $0.congestionControl = control
      }, line: line)
  }

  // MARK: Negotiation

  @Test("Offered: our SYN has ECE and CWR, and our text is ECT(0)") func offered() {
    // RFC3168-1, RFC3168-3, RFC3168-4, RFC3168-7
    offering(
      """
      write 1500
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=500><ECN=ECT0>
      ESTABLISHED <-- <SEQ=301><ACK=1601><CTL=ACK>
      close
      FIN-WAIT-1 --> <SEQ=1601><ACK=301><CTL=FIN,ACK><ECN=NONE>
      """, after: open, .all)
  }

  @Test("Answered by default: the SYN-ACK has ECE alone") func answered() {
    // SHLD-8, RFC3168-4, RFC3168-5
    play(
      """
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10><ECN=ECT0>
      """, after: accepted, .all)
  }

  @Test("Not offered by default, and no SYN-ACK of the peer's changes that") func notOffered() {
    // RFC3168-5, RFC3168-6
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN><ECN=NONE>
      +20ms ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK,ECE><MSS=1000>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      status ecn off
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10><ECN=NONE>
      """)
  }

  @Test("Half an offer is none, and off is off", arguments: ["SYN,ECE", "SYN,CWR", "SYN"]) func half(
    flags: String
  ) {
    // RFC3168-5, RFC3168-8
    let rest = """
      --> <SEQ=100><ACK=301><CTL=SYN,ACK><ECN=NONE>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      accept
      status ecn off
      <-- <SEQ=301><ACK=101><CTL=ACK,CWR,ECE><LEN=1000><ECN=CE>
      +40ms ESTABLISHED --> <SEQ=101><ACK=1301><CTL=ACK>
      write 10
      ESTABLISHED --> <SEQ=101><ACK=1301><CTL=ACK><LEN=10><ECN=NONE>
      count ecnMarks 0
      count ecnEchoes 0
      """
    play(rest, after: "listen\n<-- <SEQ=300><CTL=\(flags)><MSS=1000>")
    play(rest, after: "listen\n<-- <SEQ=300><CTL=SYN,ECE,CWR><MSS=1000>", options: { $0.ecn = .off })
  }

  @Test("A SYN-ACK that reflects our SYN, or has no ECE, agrees to nothing", arguments: ["ECE,CWR", "CWR"])
  func reflected(flags: String) {
    // RFC3168-6, RFC3168-8
    offering(
      """
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      status ecn off
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10><ECN=NONE>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=111><CTL=ACK,ECE>
      count ecnReductions 0
      """,
      after: """
        open
        SYN-SENT --> <SEQ=100><CTL=SYN,ECE,CWR>
        +20ms ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK,\(flags)>
        """)
  }

  // MARK: Fallback

  @Test("A SYN that is lost leaves again without ECN") func lostSYN() {
    // RFC3168-9
    offering(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN,ECE,CWR>
      +1s SYN-SENT --> <SEQ=100><CTL=SYN><ECN=NONE>
      +20ms ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1000>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      status ecn off
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10><ECN=NONE>
      """)
  }

  @Test("The answer to the first SYN comes late: marks are echoed, but our text is not ECT") func lateAnswer()
  {
    // RFC3168-6, RFC3168-13
    offering(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN,ECE,CWR>
      +1s SYN-SENT --> <SEQ=100><CTL=SYN>
      +20ms ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK,ECE><MSS=1000>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      status ecn on
      <-- <SEQ=301><ACK=101><CTL=ACK><LEN=1000><ECN=CE>
      write 10
      ESTABLISHED --> <SEQ=101><ACK=1301><CTL=ACK,ECE><LEN=10><ECN=NONE>
      +20ms ESTABLISHED <-- <SEQ=1301><ACK=111><CTL=ACK,ECE>
      count ecnReductions 0
      """)
  }

  @Test("A SYN-ACK that is lost leaves again without ECE") func lostSYNACK() {
    // RFC3168-6, RFC3168-9
    play(
      """
      listen
      <-- <SEQ=300><CTL=SYN,ECE,CWR><MSS=1000>
      --> <SEQ=100><ACK=301><CTL=SYN,ACK,ECE>
      +1s --> <SEQ=100><ACK=301><CTL=SYN,ACK><ECN=NONE>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      accept
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10><ECN=NONE>
      <-- <SEQ=301><ACK=101><CTL=ACK><LEN=1000><ECN=CE>
      +40ms ESTABLISHED --> <SEQ=111><ACK=1301><CTL=ACK,ECE>
      """)
  }

  @Test("The peer's second SYN is without ECN, and so is the connection") func secondSYN() {
    // RFC3168-6, RFC3168-8
    play(
      """
      listen
      <-- <SEQ=300><CTL=SYN,ECE,CWR><MSS=1000>
      --> <SEQ=100><ACK=301><CTL=SYN,ACK,ECE>
      <-- <SEQ=300><CTL=SYN><MSS=1000>
      --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      accept
      status ecn off
      <-- <SEQ=301><ACK=101><CTL=ACK><LEN=1000><ECN=CE>
      +40ms ESTABLISHED --> <SEQ=101><ACK=1301><CTL=ACK>
      """)
  }

  @Test("In a simultaneous open both SYN-ACKs have to agree", arguments: ["SYN,ACK,ECE", "SYN,ACK"])
  func simultaneous(flags: String) {
    // RFC3168-4, RFC3168-6
    let isAgreed = flags.contains("ECE")
    offering(
      """
      status ecn \(isAgreed ? "on" : "off")
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10><ECN=\(isAgreed ? "ECT0" : "NONE")>
      """,
      after: """
        open
        SYN-SENT --> <SEQ=100><CTL=SYN,ECE,CWR>
        SYN-RECEIVED <-- <SEQ=300><CTL=SYN,ECE,CWR><MSS=1000>
        SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK,ECE><ECN=NONE>
        ESTABLISHED <-- <SEQ=300><ACK=101><CTL=\(flags)><MSS=1000>
        """)
  }

  // MARK: The receiver

  @Test("From a mark on all acknowledgments carry ECE, until CWR comes") func echo() {
    // RFC3168-13
    play(
      """
      <-- <SEQ=301><ACK=101><CTL=ACK><LEN=1000><ECN=CE>
      <-- <SEQ=1301><ACK=101><CTL=ACK><LEN=1000><ECN=ECT0>
      ESTABLISHED --> <SEQ=101><ACK=2301><CTL=ACK,ECE><ECN=NONE>
      <-- <SEQ=2301><ACK=101><CTL=ACK><LEN=1000><ECN=ECT0>
      write 10
      ESTABLISHED --> <SEQ=101><ACK=3301><CTL=ACK,ECE><LEN=10>
      <-- <SEQ=3301><ACK=111><CTL=ACK,CWR><LEN=1000><ECN=ECT0>
      +40ms ESTABLISHED --> <SEQ=111><ACK=4301><CTL=ACK>
      count ecnMarks 1
      """, after: accepted, .all)
  }

  @Test("A mark on the segment with CWR is a new one") func markWithCWR() {
    // RFC3168-13
    play(
      """
      <-- <SEQ=301><ACK=101><CTL=ACK><LEN=1000><ECN=CE>
      <-- <SEQ=1301><ACK=101><CTL=ACK,CWR><LEN=1000><ECN=CE>
      ESTABLISHED --> <SEQ=101><ACK=2301><CTL=ACK,ECE>
      <-- <SEQ=2301><ACK=101><CTL=ACK,CWR><LEN=1000><ECN=ECT0>
      +40ms ESTABLISHED --> <SEQ=101><ACK=3301><CTL=ACK>
      """, after: accepted)
  }

  @Test("Marks on what is empty, or outside the window, mean nothing") func ignored() {
    // RFC3168-3, RFC3168-15
    play(
      """
      <-- <SEQ=301><ACK=101><CTL=ACK><ECN=CE>
      <-- <SEQ=301><ACK=101><CTL=ACK><LEN=1000>
      +40ms ESTABLISHED --> <SEQ=101><ACK=1301><CTL=ACK>
      <-- <SEQ=301><ACK=101><CTL=ACK><LEN=1000><ECN=CE>
      ESTABLISHED --> <SEQ=101><ACK=1301><CTL=ACK>
      <-- <SEQ=1301+70000><ACK=101><CTL=ACK><LEN=1000><ECN=CE>
      ESTABLISHED --> <SEQ=101><ACK=1301><CTL=ACK>
      count ecnMarks 0
      """, after: accepted)
  }

  @Test("CWR without text does not end the echo") func emptyCWR() {
    // RFC3168-13
    play(
      """
      <-- <SEQ=301><ACK=101><CTL=ACK><LEN=1000><ECN=CE>
      repeat 20
      <-- <SEQ=1301><ACK=101><CTL=ACK,CWR>
      end
      +40ms ESTABLISHED --> <SEQ=101><ACK=1301><CTL=ACK,ECE>
      """, after: accepted)
  }

  // MARK: The sender

  @Test("ECE halves the window once for each window, nothing leaves again, and CWR goes with new text")
  func once() {
    // RFC3168-2, RFC3168-10, RFC3168-12
    offering(
      """
      set pacing off
      write 13000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK,ECE>
      status cwnd 5000
      status ssthresh 5000
      quiet
      ESTABLISHED <-- <SEQ=301><ACK=4101><CTL=ACK,ECE>
      status cwnd 5000
      quiet
      ESTABLISHED <-- <SEQ=301><ACK=6101><CTL=ACK,ECE>
      ESTABLISHED --> <SEQ=10101><ACK=301><CTL=ACK,CWR><LEN=1000><ECN=ECT0>
      ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK,ECE>
      ESTABLISHED --> <SEQ=11101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      ESTABLISHED --> <SEQ=12101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      status cwnd 5000
      count ecnEchoes 4
      count ecnReductions 1
      +20ms ESTABLISHED <-- <SEQ=301><ACK=11101><CTL=ACK,ECE>
      count ecnReductions 2
      status ssthresh 2000
      status cwnd 1500
      count retransmitted 0
      ...
      """, after: open, .all)
  }

  @Test("ECE that ends a recovery takes the window down from what that chose") func afterRecovery() {
    // RFC3168-10, RFC5681-22
    offering(
      """
      set pacing off
      write 14000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=10101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=11101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000><ECN=NONE>
      repeat 6
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      end
      ESTABLISHED --> <SEQ=12101><ACK=301><CTL=ACK,CWR><LEN=1000><ECN=ECT0>
      ESTABLISHED --> <SEQ=13101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      status cwnd 14000
      status ssthresh 5000
      ESTABLISHED <-- <SEQ=301><ACK=14101><CTL=ACK,ECE>
      status ssthresh 2500
      status cwnd 2000
      ...
      """, after: open)
  }

  @Test("CUBIC takes the window down to 0.7 of it") func cubic() {
    // RFC3168-2, RFC9406-5
    offering(
      """
      write 10000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK,ECE>
      status cwnd 7000
      status ssthresh 7000
      ...
      """, after: open, control: .cubic)
  }

  @Test("A loss in a window that has come down already takes it down no further") func lossAfterEcho() {
    // RFC3168-10, RFC3168-12, RFC3168-14
    offering(
      """
      write 12000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK,ECE>
      status ssthresh 5000
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK,ECE>
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK,ECE>
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK,ECE>
      status ssthresh 5000
      ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000><ECN=NONE>
      count ecnReductions 1
      +20ms ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK,ECE>
      ESTABLISHED --> <SEQ=10101><ACK=301><CTL=ACK,CWR><LEN=1000><ECN=ECT0>
      ...
      """, after: open)
  }

  @Test("ECE in a recovery takes nothing down; CWR goes for the loss") func echoAfterLoss() {
    // RFC3168-10, RFC3168-12
    offering(
      """
      write 12000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=10101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=11101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000><ECN=NONE>
      status ssthresh 5000
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK,ECE>
      status ssthresh 5000
      count ecnReductions 0
      +20ms ESTABLISHED <-- <SEQ=301><ACK=12101><CTL=ACK,ECE>
      status ssthresh 5000
      count ecnReductions 0
      write 1000
      ESTABLISHED --> <SEQ=12101><ACK=301><CTL=ACK,CWR><LEN=1000><ECN=ECT0>
      """, after: open)
  }

  @Test("A time-out takes CWR along, and its retransmission is not ECT") func timeout() {
    // RFC3168-12, RFC3168-14
    offering(
      """
      write 1000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000><ECN=NONE>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      write 1000
      ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK,CWR><LEN=1000><ECN=ECT0>
      """, after: open)
  }

  @Test("A window of one segment cannot come down: new text waits for the time-out") func single() {
    // RFC3168-11, RFC9438-10. The acknowledgment with ECE gives a round trip, which ends the back-off.
    offering(
      """
      write 3000
      ESTABLISHED --> x3 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      status cwnd 1000
      +20ms ESTABLISHED <-- <SEQ=301><ACK=3101><CTL=ACK,ECE>
      status cwnd 1000
      write 3000
      ESTABLISHED --> <SEQ=3101><ACK=301><CTL=ACK,CWR><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=4101><CTL=ACK,ECE>
      status cwnd 1000
      count ecnReductions 1
      quiet
      +1s ESTABLISHED --> <SEQ=4101><ACK=301><CTL=ACK,CWR><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=5101><CTL=ACK>
      ESTABLISHED --> <SEQ=5101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      """, after: open)
  }

  @Test("ECE with nothing in flight, and ECE where nothing is ECT, take nothing down") func needless() {
    // RFC3168-10
    offering(
      """
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK,ECE>
      count ecnReductions 0
      count ecnEchoes 1
      write 1000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000><ECN=ECT0>
      """, after: open)
  }

  @Test("Probes of the window carry neither ECT nor CWR") func windowProbe() {
    // RFC3168-16
    offering(
      """
      write 4000
      ESTABLISHED --> x4 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=4101><CTL=ACK,ECE><WND=0>
      count ecnReductions 1
      write 1000
      +1s ESTABLISHED --> <SEQ=4100><ACK=301><CTL=ACK><ECN=NONE>
      ESTABLISHED <-- <SEQ=301><ACK=4101><CTL=ACK><WND=65535>
      ESTABLISHED --> <SEQ=4101><ACK=301><CTL=ACK,CWR><LEN=1000><ECN=ECT0>
      """, after: open)
  }

  @Test("A reduction that ECE confirms is not undone") func notUndone() {
    // RFC3168-2
    offering(
      """
      write 4000
      ESTABLISHED --> x4 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK,ECE>
      count reductionsUndone 0
      ...
      """, after: open)
  }

  @Test("A keep-alive probe is not ECT") func keepAlive() {
    // RFC3168-3
    offering(
      """
      set keepalive on
      +2h ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK><ECN=NONE>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      """, after: open)
  }
}
