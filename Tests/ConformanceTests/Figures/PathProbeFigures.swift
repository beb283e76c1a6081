import Testing

/// RFC 4821: what the path takes is found out by what arrives.
@Suite("Path MTU: black holes and probes (RFC 4821)") struct PathProbeFigures {
  /// A path takes no segments of 1,460 octets, and two time-outs show it.
  private let hole = """
    connected <MSS=1460>
    write 60000
    ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1460>
    +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1460>
    count blackHoles 0
    +2s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=536>

    """

  /// The window has room for a probe and three segments behind it, and all of before is behind.
  private let probe = """
    ESTABLISHED <-- <SEQ=301><ACK=14701><CTL=ACK>
    status cwnd 4824
    ESTABLISHED --> x9 <SEQ=14701><ACK=301><CTL=ACK><LEN=536>
    quiet
    ESTABLISHED <-- <SEQ=301><ACK=19525><CTL=ACK>
    status cwnd 9112
    ESTABLISHED --> <SEQ=19525><ACK=301><CTL=ACK><LEN=1460>
    ESTABLISHED --> x14 <SEQ=20985><ACK=301><CTL=ACK><LEN=536>
    quiet
    count pathProbes 1

    """

  @Test("The second time-out of a long segment takes the size down, and what was in flight goes in pieces")
  func blackHole() {
    // RFC8899-4, RFC8899-8
    play(
      hole + """
        count blackHoles 1
        status pathmtu 576
        status search on
        status segment 536
        status cwnd 536
        quiet
        ESTABLISHED <-- <SEQ=301><ACK=637><CTL=ACK>
        ESTABLISHED --> <SEQ=637><ACK=301><CTL=ACK><LEN=536>
        ESTABLISHED --> <SEQ=1173><ACK=301><CTL=ACK><LEN=388>
        quiet
        ESTABLISHED <-- <SEQ=301><ACK=1561><CTL=ACK>
        ESTABLISHED --> <SEQ=1561><ACK=301><CTL=ACK><LEN=536>
        ESTABLISHED --> <SEQ=2097><ACK=301><CTL=ACK><LEN=536>
        ESTABLISHED --> <SEQ=2633><ACK=301><CTL=ACK><LEN=388>
        ESTABLISHED --> <SEQ=3021><ACK=301><CTL=ACK><LEN=536>
        ...
        """)
  }

  @Test("Short segments that time out say nothing of the path") func short() {
    play(
      """
      connected <MSS=1460>
      write 500
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=500>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=500>
      +2s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=500>
      +4s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=500>
      count blackHoles 0
      status pathmtu 1500
      ...
      """)
  }

  @Test("Switched off, nothing becomes shorter") func off() {
    play(
      """
      connected <MSS=1460>
      set path-probing off
      write 1460
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1460>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1460>
      +2s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1460>
      +4s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1460>
      count blackHoles 0
      ...
      """)
  }

  @Test("A probe of the former size that arrives ends the search") func passes() {
    // RFC8899-6, RFC8899-7
    play(
      hole + probe + """
        ESTABLISHED <-- <SEQ=301><ACK=20985><CTL=ACK>
        status cwnd 10220
        status pathmtu 1500
        status search off
        status segment 1460
        count pathProbesLost 0
        ...
        """)
  }

  @Test("A probe that is lost costs no window, and its text goes in pieces that pass") func lost() {
    // RFC4821-1, RFC8899-5
    play(
      hole + probe + """
        status ssthresh 10220
        ESTABLISHED <-- x2 <SEQ=301><ACK=19525><CTL=ACK>
        ESTABLISHED --> x2 <SEQ=28489><ACK=301><CTL=ACK><LEN=536>
        quiet
        ESTABLISHED <-- <SEQ=301><ACK=19525><CTL=ACK>
        ESTABLISHED --> <SEQ=19525><ACK=301><CTL=ACK><LEN=536>
        ESTABLISHED --> <SEQ=20061><ACK=301><CTL=ACK><LEN=536>
        ESTABLISHED --> <SEQ=20597><ACK=301><CTL=ACK><LEN=388>
        status cwnd 9112
        status ssthresh max
        count pathProbesLost 1
        count fastRetransmits 0
        status search on
        status pathmtu 576
        ...
        """)
  }

  @Test("A probe behind a hole shows nothing: its text goes again in pieces") func behindHole() {
    // RFC4821-1: what arrives then are the pieces.
    play(
      hole + """
        ESTABLISHED <-- <SEQ=301><ACK=14701><CTL=ACK>
        ESTABLISHED --> x9 <SEQ=14701><ACK=301><CTL=ACK><LEN=536>
        ESTABLISHED <-- <SEQ=301><ACK=16309><CTL=ACK>
        ESTABLISHED --> <SEQ=19525><ACK=301><CTL=ACK><LEN=1460>
        ESTABLISHED --> x3 <SEQ=20985><ACK=301><CTL=ACK><LEN=536>
        quiet
        ESTABLISHED <-- x3 <SEQ=301><ACK=16309><CTL=ACK>
        ESTABLISHED --> <SEQ=16309><ACK=301><CTL=ACK><LEN=536>
        count pathProbes 1
        count pathProbesLost 1
        ESTABLISHED <-- <SEQ=301><ACK=19525><CTL=ACK>
        ESTABLISHED --> <SEQ=19525><ACK=301><CTL=ACK><LEN=536>
        ESTABLISHED <-- <SEQ=301><ACK=22593><CTL=ACK>
        status pathmtu 576
        status search on
        ...
        """)
  }

  @Test("A router that answers a probe says what passes, and that is tried next") func reported() {
    play(
      hole + probe + """
        icmp toobig mtu=1006 seq=19525
        status pathmtu 576
        ESTABLISHED --> <SEQ=19525><ACK=301><CTL=ACK><LEN=536>
        ESTABLISHED --> <SEQ=20061><ACK=301><CTL=ACK><LEN=536>
        ESTABLISHED --> <SEQ=20597><ACK=301><CTL=ACK><LEN=388>
        quiet
        ESTABLISHED <-- <SEQ=301><ACK=28489><CTL=ACK>
        ESTABLISHED --> <SEQ=28489><ACK=301><CTL=ACK><LEN=966>
        ESTABLISHED --> x23 <SEQ=29455><ACK=301><CTL=ACK><LEN=536>
        ESTABLISHED <-- <SEQ=301><ACK=29455><CTL=ACK>
        status pathmtu 1006
        status search off
        ...
        """)
  }

  @Test("Where only probes are carried, the size stays down for ten minutes") func lie() {
    play(
      hole + probe + """
        ESTABLISHED <-- <SEQ=301><ACK=28489><CTL=ACK>
        status pathmtu 1500
        ESTABLISHED --> x7 <SEQ=28489><ACK=301><CTL=ACK><LEN=1460>
        +1s ESTABLISHED --> <SEQ=28489><ACK=301><CTL=ACK><LEN=1460>
        +2s ESTABLISHED --> <SEQ=28489><ACK=301><CTL=ACK><LEN=536>
        count blackHoles 2
        status search off
        status pathmtu 576
        ...
        """)
  }

  @Test("A forged size stops at the minimum; ten minutes later the search begins") func forged() {
    play(
      """
      connected <MSS=1460>
      write 1460
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1460>
      icmp toobig mtu=68
      status pathmtu 296
      ESTABLISHED --> x5 <SEQ=101><ACK=301><CTL=ACK><LEN=256>
      ESTABLISHED --> <SEQ=1381><ACK=301><CTL=ACK><LEN=180>
      ESTABLISHED <-- <SEQ=301><ACK=1561><CTL=ACK>
      status search off
      sleep 598s
      write 256
      ESTABLISHED --> <SEQ=1561><ACK=301><CTL=ACK><LEN=256>
      ESTABLISHED <-- <SEQ=301><ACK=1817><CTL=ACK>
      status search off
      sleep 5s
      write 256
      ESTABLISHED --> <SEQ=1817><ACK=301><CTL=ACK><LEN=256>
      ESTABLISHED <-- <SEQ=301><ACK=2073><CTL=ACK>
      status search on
      write 5000
      ESTABLISHED --> <SEQ=2073><ACK=301><CTL=ACK><LEN=1460>
      ...
      ESTABLISHED <-- <SEQ=301><ACK=3533><CTL=ACK>
      status pathmtu 1500
      ...
      """)
  }
}
