import Testing

/// What waits behind a doubled time-out when the driver tells that the link is back.
@Suite("Check5: the link is back (RFC 6298 section 5.5)") struct LinkFigures {
  @Test("Text: after an outage of 40 s it leaves at once, and the rest a round trip later") func text() {
    play(
      """
      connected <MSS=200>
      write 600
           ESTABLISHED --> x3 <SEQ=101><ACK=301><CTL=ACK><LEN=200>
      +1s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=200>
      +2s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=200>
      +4s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=200>
      +8s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=200>
      +16s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=200>
      +9s  quiet
      link up
           ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=200>
      +20ms ESTABLISHED <-- <SEQ=301><ACK=301><CTL=ACK>
           ESTABLISHED --> x2 <SEQ=301><ACK=301><CTL=ACK><LEN=200>
      """, .all)
  }

  @Test("A link that goes up and down brings out no more than one segment a second") func flapping() {
    play(
      """
      connected
      write 10
             ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +999ms link up
      quiet
      +1ms   ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      link up
      link up
      deadline +1s
      +1s    ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +500ms link up
      quiet
      +500ms ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      deadline +8s
      """, .all)
  }

  @Test("Without a back-off nothing leaves earlier") func plain() {
    play(
      """
      connected
      write 10
             ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +500ms link up
      quiet
      deadline +500ms
      """)
  }

  @Test("SYN") func synchronize() {
    play(
      """
      open
          SYN-SENT --> <SEQ=100><CTL=SYN>
      +1s SYN-SENT --> <SEQ=100><CTL=SYN>
      +2s SYN-SENT --> <SEQ=100><CTL=SYN>
      +2s link up
          SYN-SENT --> <SEQ=100><CTL=SYN>
      quiet
      """, .all)
  }

  @Test("SYN-ACK of a half-open entry") func answer() {
    play(
      """
      listen
          SYN-RECEIVED <-- <SEQ=300><CTL=SYN><MSS=1000>
          SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      +500ms link up
      quiet
      +500ms SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      +2s SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      +500ms link up
      quiet
      +501ms SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      +2s link up
          SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      """, .all)
  }

  @Test("Window probes") func probe() {
    play(
      """
      connected <WND=0>
      write 500
      +1s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +2s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      link up
      +500ms link up
      quiet
      +500ms ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +5s link up
          ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
          ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=1000>
          ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=500>
      """, .all)
  }

  @Test("What is asked again has time for an answer before it is given up") func lastTry() {
    // MUST-20
    play(
      """
      connected
      write 10
           ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +1s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +2s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +4s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +2999ms link up
           ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +999ms state ESTABLISHED
      +1ms state CLOSED
      status reason timedOut
      """, options: { $0.retransmissionTimeLimit = .seconds(10) })
  }

  @Test("What the device has not taken yet is not doubled, and leaves once") func untaken() {
    play(
      """
      connected
      write 10
          ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      busy 40s
      link up
          ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      quiet
      """)
  }
}
