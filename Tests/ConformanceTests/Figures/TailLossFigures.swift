import Testing

/// RFC 8985 section 7: the tail of what was sent is lost, and nothing comes behind it.
@Suite("Check5: tail loss probes (RFC 8985)") struct TailLossFigures {
  /// The round trip takes 20 ms, so SRTT is that.
  private let open = """
    open
    SYN-SENT --> <SEQ=100><CTL=SYN><SACKOK>
    set control newreno
    +20ms ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1000><SACKOK>
    ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>

    """

  @Test("Where the last three are lost, the probe's report brings the others without a time-out")
  func lastThree() {
    // RFC8985-10, RFC8985-11, RFC8985-13
    play(
      open + """
        write 5000
        ESTABLISHED --> x5 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        +20ms ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK>
        quiet
        +40ms ESTABLISHED --> <SEQ=4101><ACK=301><CTL=ACK><LEN=1000>
        +20ms ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK><SACK=4101:5101>
        ESTABLISHED --> <SEQ=2101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        +20ms ESTABLISHED <-- <SEQ=301><ACK=3101><CTL=ACK><SACK=4101:5101>
        ESTABLISHED --> <SEQ=3101><ACK=301><CTL=ACK><LEN=1000>
        +20ms ESTABLISHED <-- <SEQ=301><ACK=5101><CTL=ACK>
        count timeouts 0
        count tailLossProbes 1
        quiet
        """)
  }

  @Test("A single segment may wait for another at the peer, and is given 200 ms more") func single() {
    // RFC8985-11
    play(
      open + """
        write 500
        ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=500>
        +240ms ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=500>
        +20ms ESTABLISHED <-- <SEQ=301><ACK=601><CTL=ACK>
        quiet
        """)
  }

  @Test("Text that was never sent goes first, beyond the congestion window") func newText() {
    // RFC8985-13
    play(
      open + """
        write 12000
        ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        +40ms ESTABLISHED --> <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        +20ms ESTABLISHED <-- <SEQ=301><ACK=11101><CTL=ACK>
        ESTABLISHED --> <SEQ=11101><ACK=301><CTL=ACK><LEN=1000>
        ...
        """)
  }

  @Test("One probe, and then the time-out counts from it") func once() {
    // RFC8985-12, RFC8985-14
    play(
      open + """
        write 3000
        ESTABLISHED --> x3 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        +40ms ESTABLISHED --> <SEQ=2101><ACK=301><CTL=ACK><LEN=1000>
        +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        ...
        """)
  }

  @Test("The next probe waits for a round trip that is measured") func nextSample() {
    // RFC8985-12
    play(
      open + """
        write 3000
        ESTABLISHED --> x3 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        +40ms ESTABLISHED --> <SEQ=2101><ACK=301><CTL=ACK><LEN=1000>
        +20ms ESTABLISHED <-- <SEQ=301><ACK=3101><CTL=ACK>
        write 3000
        ESTABLISHED --> x3 <SEQ=3101><ACK=301><CTL=ACK><LEN=1000>
        +1s ESTABLISHED --> <SEQ=3101><ACK=301><CTL=ACK><LEN=1000>
        ...
        """)
  }

  /// Four segments; the probe repeats the last. The window is 10,000, and its threshold has no bound yet.
  private var probed: String {
    open + """
      write 4000
      ESTABLISHED --> x4 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +40ms ESTABLISHED --> <SEQ=3101><ACK=301><CTL=ACK><LEN=1000>

      """
  }

  @Test("A loss that the probe has repaired takes the window down, once it is known") func repaired() {
    // RFC8985-15: what follows the probe is acknowledged, and nothing said that it came twice.
    play(
      probed + """
        +20ms ESTABLISHED <-- <SEQ=301><ACK=4101><CTL=ACK>
        status cwnd 10000
        write 4000
        ESTABLISHED --> x4 <SEQ=4101><ACK=301><CTL=ACK><LEN=1000>
        +20ms ESTABLISHED <-- <SEQ=301><ACK=8101><CTL=ACK>
        status ssthresh 2000
        """)
  }

  @Test("A probe that came twice shows that nothing was lost", arguments: ["<SACK=3101:4101>", ""])
  func cameTwice(blocks: String) {
    // RFC8985-15: by D-SACK, or by a duplicate of a peer that sends none.
    play(
      probed + """
        ESTABLISHED <-- <SEQ=301><ACK=4101><CTL=ACK>
        write 1000
        ESTABLISHED --> <SEQ=4101><ACK=301><CTL=ACK><LEN=1000>
        +20ms ESTABLISHED <-- <SEQ=301><ACK=4101><CTL=ACK>\(blocks)
        +20ms ESTABLISHED <-- <SEQ=301><ACK=5101><CTL=ACK>
        status ssthresh max
        """)
  }

  @Test("Without SACK no probe is sent") func withoutSACK() {
    // RFC8985-1
    play(
      """
      connected <MSS=1000>
      write 3000
      ESTABLISHED --> x3 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ...
      """)
  }

  @Test("A FIN is a tail, too") func finish() {
    play(
      open + """
        write 2000
        ESTABLISHED --> x2 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        close
        FIN-WAIT-1 --> <SEQ=2101><ACK=301><CTL=FIN,ACK>
        +40ms FIN-WAIT-1 --> <SEQ=2101><ACK=301><CTL=FIN,ACK>
        +20ms FIN-WAIT-2 <-- <SEQ=301><ACK=2102><CTL=ACK>
        """)
  }

  @Test("A window that shuts stops the probe") func shut() {
    play(
      open + """
        write 3000
        ESTABLISHED --> x3 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><WND=0>
        +900ms quiet
        """)
  }
}
