import Testing

/// Pacing, seen from the wire: what the window allows does not leave at once.
@Suite("Sending: pacing") struct PaceFigures {
  /// The round trip takes 20 ms, so SRTT is that; the initial window takes ten segments.
  private let open = """
    open
    SYN-SENT --> <SEQ=100><CTL=SYN><SACKOK>
    +20ms ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1000><SACKOK>
    ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>

    """

  @Test("What one acknowledgment lets out is spread over the round trip, and all of it counts")
  func spread() {
    // RFC9406-9: the window is 20,000 now. Twice that in 20 ms are two segments a millisecond; nothing left
    // before, so a millisecond is made up for.
    play(
      open + """
        write 40000
        ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        +20ms ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK>
        status cwnd 20000
        status pace 2000000
        ESTABLISHED --> x4 <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        +1ms ESTABLISHED --> x2 <SEQ=14101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        +1ms ESTABLISHED --> x2 <SEQ=16101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        ...
        """)
  }

  @Test("Twice the window in a round trip below the threshold, five quarters of it otherwise") func rates() {
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN>
      set control newreno
      +20ms ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1000>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      status pace 1000000
      write 10000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      status cwnd 8000
      status ssthresh 5000
      status pace 500000
      ...
      """)
  }

  @Test("Without pacing it leaves at once, and an acknowledgment counts for eight segments") func unpaced() {
    play(
      open + """
        set pacing off
        status pace 0
        write 40000
        ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        +20ms ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK>
        status cwnd 18000
        ESTABLISHED --> x18 <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        ...
        """)
  }

  @Test("Pacing can be switched off while something waits") func switchedOff() {
    play(
      open + """
        write 40000
        ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        +20ms ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK>
        ESTABLISHED --> x4 <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        set pacing off
        ESTABLISHED --> x16 <SEQ=14101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        ...
        """)
  }

  @Test("What waits for its turn holds back no acknowledgment, and the first retransmission waits for none")
  func notHeld() {
    play(
      open + """
        write 40000
        ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
        +20ms ESTABLISHED <-- <SEQ=301><ACK=5101><CTL=ACK>
        ESTABLISHED --> x2 <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
        quiet
        ESTABLISHED <-- <SEQ=302><ACK=5101><CTL=ACK><LEN=100>
        ESTABLISHED --> <SEQ=12101><ACK=301><CTL=ACK><SACK=302:402>
        ESTABLISHED <-- <SEQ=301><ACK=5101><CTL=ACK><SACK=6101:9101>
        ESTABLISHED --> <SEQ=5101><ACK=301><CTL=ACK><LEN=988><SACK=302:402>
        ...
        """)
  }
}
