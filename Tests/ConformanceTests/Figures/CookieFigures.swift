import TCPCore
import Testing

/// RFC 4987 section 3.6: handshakes for which a listener keeps nothing.
@Suite("SYN cookies: LISTEN until the last segment of the handshake (RFC 4987 section 3.6)")
struct CookieFigures {
  private func playAlways(
    _ figure: String, iss: UInt32 = 100, options: (inout ConnectionOptions) -> Void = { _ in },
    line: Int = #line
  ) {
    play(figure, iss: iss, .all, options: options, configuration: { $0.synCookies = .always }, line: line)
  }

  @Test("Without timestamps: an MSS of the table, no scale, no SACK, no ECN") func plain() {
    // RFC4987-5, RFC4987-6
    playAlways(
      """
      listen
      LISTEN      <-- <SEQ=300><CTL=SYN,ECE,CWR><MSS=1000><WS=7><SACKOK>
      LISTEN      --> <SEQ=100><ACK=301><CTL=SYN,ACK><NOWS><NOSACKOK><NOTS>
      deadline none
      event none
      count cookiesSent 1
      +20ms
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=900>
      count cookiesAccepted 1
      event accepted
      status sndwnd 900
      status segment 536
      status ecn off
      status srtt 0s
      write 600
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=536>
      ESTABLISHED --> <SEQ=637><ACK=301><CTL=ACK><LEN=64>
      ESTABLISHED <-- <SEQ=301><ACK=701><CTL=ACK>
      """)
  }

  @Test("With timestamps: scale, SACK and ECN come back in the echo") func timestamps() {
    // RFC4987-6, RFC7323-RTTM-1, RFC3168-4
    playAlways(
      """
      listen
      LISTEN      <-- <SEQ=300><CTL=SYN,ECE,CWR><MSS=1440><WS=7><SACKOK><TS=9>
      LISTEN      --> <SEQ=100><ACK=301><CTL=SYN,ACK,ECE><WS=0><SACKOK><TS=*,9>
      +20ms
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=1000><TS=10>
      event accepted
      status sndwnd 128000
      status ecn on
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10><TS=*,10>
      ESTABLISHED <-- <SEQ=311><ACK=111><CTL=ACK><LEN=10><TS=11>
      ESTABLISHED --> <SEQ=111><ACK=301><CTL=ACK><SACK=311:321><TS=*,10>
      """)
  }

  @Test("Each option comes back alone") func eachOption() {
    // RFC4987-6
    for (fields, window, hasECN) in [
      ("<WS=0>", "1000", "off"), ("<WS=14>", "16384000", "off"), ("<WS=15>", "16384000", "off"),
      ("<SACKOK>", "1000", "off"), ("", "1000", "off"),
    ] {
      playAlways(
        """
        listen
        LISTEN      <-- <SEQ=300><CTL=SYN>\(fields)<TS=9>
        LISTEN      --> <SEQ=100><ACK=301><CTL=SYN,ACK><TS=*,9>
        ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=1000><TS=10>
        accept
        status sndwnd \(window)
        status ecn \(hasECN)
        ESTABLISHED <-- <SEQ=311><ACK=101><CTL=ACK><LEN=10><TS=11>
        ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>\(fields == "<SACKOK>" ? "<SACK=311:321>" : "<NOSACK>")
        """)
    }
  }

  @Test("What a listener does not offer is not in the cookie") func refused() {
    // RFC4987-6
    playAlways(
      """
      listen
      LISTEN      <-- <SEQ=300><CTL=SYN,ECE,CWR><WS=7><SACKOK><TS=9>
      LISTEN      --> <SEQ=100><ACK=301><CTL=SYN,ACK><NOWS><NOSACKOK><TS=*,9>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=1000><TS=10>
      accept
      status sndwnd 1000
      status ecn off
      """,
      options: {
        $0.offersSACK = false
        $0.offersWindowScale = false
        $0.ecn = .off
      })
  }

  @Test("The SYN-ACK is lost: the peer's SYN brings the same number") func lostAnswer() {
    // RFC4987-5
    playAlways(
      """
      listen
      LISTEN      <-- <SEQ=300><CTL=SYN>
      LISTEN      --> <SEQ=100><ACK=301><CTL=SYN,ACK> ; lost
      +1s
      LISTEN      <-- <SEQ=300><CTL=SYN>
      LISTEN      --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      event accepted
      """)
  }

  @Test("The ACK is lost: text, and text with FIN, complete the handshake") func lostAcknowledgment() {
    // RFC4987-5
    let front =
      """
      listen
      LISTEN      <-- <SEQ=300><CTL=SYN>
      LISTEN      --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      LISTEN      <-- <SEQ=311><ACK=101><CTL=ACK><LEN=10> ; what is before it is lost
      outcome badCookie
      quiet
      """
    playAlways(
      front + """

        ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=10>
        accept
        read 10
        +40ms ESTABLISHED --> <SEQ=101><ACK=311><CTL=ACK>
        """)
    playAlways(
      front + """

        CLOSE-WAIT <-- <SEQ=301><ACK=101><CTL=FIN,ACK><LEN=10>
        CLOSE-WAIT --> <SEQ=101><ACK=312><CTL=ACK>
        accept
        read 10
        read eof
        """)
    playAlways(
      front + """

        CLOSE-WAIT <-- <SEQ=301><ACK=101><CTL=FIN,ACK>
        CLOSE-WAIT --> <SEQ=101><ACK=302><CTL=ACK>
        accept
        read eof
        """)
  }

  @Test("What is no cookie is dropped for two periods, and reset then") func wrongNumber() {
    // RFC4987-6, EV-SEG-LISTEN-2
    playAlways(
      """
      listen
      LISTEN <-- <SEQ=301><ACK=101><CTL=ACK>
      LISTEN --> <SEQ=101><CTL=RST>
      iss 100
      LISTEN <-- <SEQ=300><CTL=SYN>
      LISTEN --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      LISTEN <-- <SEQ=301><ACK=102><CTL=ACK>
      outcome badCookie
      LISTEN <-- <SEQ=302><ACK=101><CTL=ACK>
      outcome badCookie
      count badCookies 2
      quiet
      +135s
      LISTEN <-- <SEQ=301><ACK=101><CTL=ACK>
      LISTEN --> <SEQ=101><CTL=RST>
      """)
  }

  @Test("A connection that is over, and a copy of what began it") func replay() {
    // RFC4987-6, EV-SEG-LISTEN-2
    playAlways(
      """
      listen
      LISTEN      <-- <SEQ=300><CTL=SYN>
      LISTEN      --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=10>
      accept
      read 10
      abort
      --> <SEQ=101><ACK=311><CTL=RST,ACK>
      release
      LISTEN      <-- <SEQ=301><ACK=101><CTL=ACK><LEN=10>
      LISTEN      --> <SEQ=101><CTL=RST>
      count cookiesAccepted 1
      """)
  }
}
