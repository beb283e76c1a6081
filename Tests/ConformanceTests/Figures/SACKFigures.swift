import Testing

/// RFC 2018: what we tell the peer of text beyond a gap.
@Suite("Check7: selective acknowledgment, the receiving side (RFC 2018)") struct SACKFigures {
  @Test("SACK is offered on SYN, and answered only if the peer offered it") func negotiation() {
    // RFC2018-1
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN><SACKOK>
      ESTABLISHED  <-- <SEQ=300><ACK=101><CTL=SYN,ACK><SACKOK>
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><NOSACKOK>
      """)
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN><SACKOK>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><SACKOK>
      """)
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><NOSACKOK>
      """)
  }

  @Test("No blocks for a peer that does not understand them") func notPermitted() {
    // RFC2018-2
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=501><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><NOSACK>
      """)
    play(
      """
      open
      SYN-SENT    --> <SEQ=100><CTL=SYN><NOSACKOK>
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><SACKOK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      ESTABLISHED <-- <SEQ=501><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><NOSACK>
      """, options: { $0.offersSACK = false })
  }

  @Test("The latest block comes first; four fit without timestamps") func newestFirst() {
    // RFC2018-{3,4,5,6,7}
    play(
      """
      connected <SACKOK>
      ESTABLISHED <-- <SEQ=501><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><SACK=501:601>
      ESTABLISHED <-- <SEQ=901><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><SACK=901:1001,501:601>
      ESTABLISHED <-- <SEQ=701><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><SACK=701:801,901:1001,501:601>
      ESTABLISHED <-- <SEQ=1101><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><SACK=1101:1201,701:801,901:1001,501:601>
      ESTABLISHED <-- <SEQ=1301><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><SACK=1301:1401,1101:1201,701:801,901:1001>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=200>
      ESTABLISHED --> <SEQ=101><ACK=601><CTL=ACK><SACK=1301:1401,1101:1201,701:801,901:1001>
      """)
  }

  @Test("Three blocks fit beside timestamps") func withTimestamps() {
    // RFC2018-6
    play(
      """
      connected <SACKOK><TS=1>
      ESTABLISHED <-- <SEQ=501><ACK=101><CTL=ACK><LEN=100><TS=1>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><TS><SACK=501:601>
      ESTABLISHED <-- <SEQ=701><ACK=101><CTL=ACK><LEN=100><TS=1>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><TS><SACK=701:801,501:601>
      ESTABLISHED <-- <SEQ=901><ACK=101><CTL=ACK><LEN=100><TS=1>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><TS><SACK=901:1001,701:801,501:601>
      ESTABLISHED <-- <SEQ=1101><ACK=101><CTL=ACK><LEN=100><TS=1>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><TS><SACK=1101:1201,901:1001,701:801>
      """)
  }

  @Test("Blocks grow and join, and the one that changed comes first") func joining() {
    // RFC2018-5
    play(
      """
      connected <SACKOK>
      ESTABLISHED <-- <SEQ=501><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><SACK=501:601>
      ESTABLISHED <-- <SEQ=901><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><SACK=901:1001,501:601>
      ESTABLISHED <-- <SEQ=601><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><SACK=501:701,901:1001>
      ESTABLISHED <-- <SEQ=701><ACK=101><CTL=ACK><LEN=200>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><SACK=501:1001>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=200>
      ESTABLISHED --> <SEQ=101><ACK=1001><CTL=ACK><NOSACK>
      read 700
      """)
  }

  @Test("Blocks are on text of ours, too") func onText() {
    // RFC2018-3
    play(
      """
      connected <SACKOK>
      ESTABLISHED <-- <SEQ=501><ACK=101><CTL=ACK><LEN=100>
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10><SACK=501:601>
      quiet
      ...
      """)
  }

  @Test("Senseless blocks from the peer do no harm") func senseless() {
    // CVE-13
    play(
      """
      connected <SACKOK><MSS=1000>
      write 3000
      ESTABLISHED --> x3 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><SACK=2101:1101>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><SACK=9101:9999,50:60,101:101,0:4294967295>
      status flight 3000
      ESTABLISHED <-- <SEQ=301><ACK=3101><CTL=ACK><SACK=50:60>
      status flight 0
      ...
      """)
  }
}
