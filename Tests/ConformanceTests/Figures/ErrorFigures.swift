import Testing

/// RFC 9293 section 3.9.2.2, RFC 5927 and RFC 1191: ICMP errors.
@Suite("RFC 9293 section 3.9.2.2, RFC 5927 and RFC 1191: ICMP errors") struct ErrorFigures {
  @Test(
    "Soft errors end nothing, but are reported to the user",
    arguments: ["net", "host", "route", "hops", "parameter"])
  func soft(kind: String) {
    // MUST-54, MUST-56, MUST-47, SHLD-25, ROB-263, ROB-353
    play(
      """
      open
      SYN-SENT    --> <SEQ=100><CTL=SYN>
      icmp \(kind)
      state SYN-SENT
      event softError
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      icmp \(kind)
      state ESTABLISHED
      event softError
      ...
      """, .all)
  }

  @Test("A user may switch the reports off") func silent() {
    // SHLD-20
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN>
      icmp host
      event none
      status softerror unreachable
      ...
      """, options: { $0.reportsSoftErrors = false })
  }

  @Test("Hard errors end an attempt to connect", arguments: ["port", "protocol"])
  func hard(kind: String) {
    // SHLD-26
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN>
      icmp \(kind)
      state CLOSED
      event ended
      status reason refused
      quiet
      """)
  }

  @Test("Hard errors are soft once the connection is established") func hardWhenEstablished() {
    // RFC5927-2
    play(
      """
      connected
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      icmp port
      state ESTABLISHED
      event softError
      status softerror refused
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      """, .all)
  }

  @Test("Errors about octets that are not in flight are ignored") func notInFlight() {
    // RFC5927-1, ROB-067, ROB-352
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN>
      icmp port seq=99
      outcome icmpNotInFlight
      icmp port seq=101
      outcome icmpNotInFlight
      state SYN-SENT
      event none
      icmp port seq=100
      state CLOSED
      """, .all)
    play(
      """
      connected
      icmp host seq=101
      outcome icmpNotInFlight
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      icmp host seq=100
      outcome icmpNotInFlight
      icmp host seq=111
      outcome icmpNotInFlight
      event none
      icmp host seq=110
      event softError
      ...
      """)
  }

  @Test("Source quench is ignored") func quench() {
    // MUST-55, ROB-031, RFC6633-2
    play(
      """
      open
      SYN-SENT    --> <SEQ=100><CTL=SYN>
      icmp quench
      outcome icmpIgnored
      event none
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1000>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      write 3000
      ESTABLISHED --> x3 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      event forget
      icmp quench
      status cwnd 10000
      event none
      ...
      """)
  }

  @Test("Too big: smaller segments, and what was too long goes again at once") func tooBig() {
    // RFC1191-1, RFC5927-3, ROB-012, ROB-030, RFC1191-7, RFC5681-6
    play(
      """
      connected <MSS=1460>
      write 2920
      ESTABLISHED --> x2 <SEQ=101><ACK=301><CTL=ACK><LEN=1460>
      icmp toobig mtu=1000
      status segment 960
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=960>
      ESTABLISHED --> <SEQ=1061><ACK=301><CTL=ACK><LEN=500>
      ESTABLISHED --> <SEQ=1561><ACK=301><CTL=ACK><LEN=960>
      ESTABLISHED --> <SEQ=2521><ACK=301><CTL=ACK><LEN=500>
      quiet
      count timeouts 0
      count pathMTUReductions 1
      status cwnd 9600
      ESTABLISHED <-- <SEQ=301><ACK=3021><CTL=ACK>
      write 2000
      ESTABLISHED --> x2 <SEQ=3021><ACK=301><CTL=ACK><LEN=960>
      ...
      """)
  }

  @Test("Too big: only a real reduction has an effect, and only of what is in flight") func tooBigIgnored() {
    // RFC1191-3, RFC1191-8, RFC5927-3
    play(
      """
      connected <MSS=1460>
      write 1460
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1460>
      icmp toobig mtu=9000
      quiet
      icmp toobig mtu=1000 seq=100
      quiet
      status segment 1460
      icmp toobig mtu=1400
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1360>
      ESTABLISHED --> <SEQ=1461><ACK=301><CTL=ACK><LEN=100>
      icmp toobig mtu=1400 seq=101
      quiet
      count pathMTUReductions 1
      ...
      """)
  }

  @Test("Too big: never below the minimum") func minimum() {
    // RFC1191-2
    play(
      """
      connected <MSS=1460>
      write 1000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      icmp toobig mtu=68
      status segment 256
      ESTABLISHED --> x3 <SEQ=101><ACK=301><CTL=ACK><LEN=256>
      ESTABLISHED --> <SEQ=869><ACK=301><CTL=ACK><LEN=232>
      ...
      """)
    // RFC8201-1
    play(
      """
      connected <MSS=1440>
      write 1440
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1440>
      icmp toobig mtu=600
      status segment 1220
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1220>
      ESTABLISHED --> <SEQ=1321><ACK=301><CTL=ACK><LEN=220>
      ...
      """, [.ipv6])
  }

  @Test("Too big from an old router, without a number: the next usual size") func oldRouter() {
    // RFC1191-5
    play(
      """
      connected <MSS=1460>
      write 1460
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1460>
      icmp toobig mtu=0
      status segment 1452
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1452>
      ESTABLISHED --> <SEQ=1553><ACK=301><CTL=ACK><LEN=8>
      ...
      """)
  }
}
