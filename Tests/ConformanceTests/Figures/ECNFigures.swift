import TCPCore
import Testing

/// RFC 3168: explicit congestion notification.
@Suite("ECN: negotiation, marks and their echo (RFC 3168)") struct ECNFigures {
  /// We offer it, the peer agrees, and segments carry 1,000 octets.
  let open = """
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

  /// Plays a figure of a host that offers it.
  func offering(
    _ figure: String, after prelude: String = "", control: CongestionControlAlgorithm = .newReno,
    _ variants: [FigureVariant] = .ipv4, filePath: String = #filePath, line: Int = #line
  ) {
    play(
      figure, after: prelude, variants,
      options: {
        $0.ecn = .offer
        $0.congestionControl = control
      }, filePath: filePath, line: line)
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
}
