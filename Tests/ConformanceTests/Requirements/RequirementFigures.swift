import TCPCore
import TCPTestSupport
import Testing

@Suite("Requirements that no figure of an RFC shows") struct RequirementFigures {
  @Test("A SYN in the window of a passive SYN-RECEIVED goes back to LISTEN") func passiveSynchronize() {
    // EV-SEG-SYN-RECEIVED-13
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      LISTEN       <-- <SEQ=400><CTL=SYN>
      quiet
      """)
  }

  @Test("The user's own address is the source, and stays it") func localAddress() {
    // MUST-43, MUST-45: figures open from a named address, and every departing datagram is checked against
    // it.
    play(
      """
      connected
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      ESTABLISHED <-- <SEQ=301><ACK=111><CTL=ACK>
      """, .all)
  }

  @Test("Small writes behind each other leave as full segments, PSH at the end") func aggregated() {
    // SHLD-27, MAY-15, MAY-16, MUST-60, MUST-61
    play(
      """
      connected <MSS=1000><WND=0>
      write 400
      write 400
      write 400
      write 800
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=5000>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK,PSH><LEN=1000>
      quiet
      ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK>
      """)
  }

  @Test("Every SYN carries MSS, and nothing else does") func segmentSizeOption() {
    // MAY-3, MUST-65
    play(
      """
      open
      SYN-SENT    --> <SEQ=100><CTL=SYN><MSS=1460>
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><NOMSS>
      """)
  }

  @Test("A window may stay shut forever") func staysShut() {
    // MAY-8: probes are answered, the window stays 0.
    play(
      """
      accepted
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=1000>
      +40ms ESTABLISHED --> <SEQ=101><ACK=1301><CTL=ACK><WND=0>
      repeat 20
      ESTABLISHED <-- <SEQ=1301><ACK=101><CTL=ACK><LEN=1>
      ESTABLISHED --> <SEQ=101><ACK=1301><CTL=ACK><WND=0>
      +60s quiet
      end
      """, receiveCapacity: 1_000)
  }

  @Test("A window of more than 16 bits is used whole") func wideWindow() {
    // REC-1, MUST-1, RFC7323-WS-5
    play(
      """
      open
      SYN-SENT    --> <SEQ=100><CTL=SYN><WS=0>
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><WND=65535><WS=14>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=65535>
      status sndwnd 1073725440
      """)
  }

  @Test("Reports distinguish soft errors, urgent text and ICMP") func reports() {
    // RFC9293-X-1, SHLD-9, SHLD-25
    play(
      """
      connected
      event forget
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK,URG><UP=3>
      event urgent
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      icmp host
      event softError
      status softerror unreachable
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +2s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +4s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      event softError
      status softerror retransmissions
      """)
  }

  @Test("New text never goes beyond either window") func bothWindows() {
    // RFC5681-1, RFC7323-WS-15, SHLD-15
    play(
      """
      connected <MSS=1000><WND=2500>
      write 9000
      ESTABLISHED --> x2 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      quiet
      ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK><WND=3000>
      ESTABLISHED --> x3 <SEQ=2101><ACK=301><CTL=ACK><LEN=1000>
      ...
      """)
  }

  @Test("The echo of a segment without ACK is ignored") func echoWithoutAcknowledgment() {
    // RFC7323-TS-3: the SYN's echo would be a round trip of weeks.
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN><TS=7,4000000000>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><TS>
      +100ms ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><TS=8,0>
      accept
      write 10
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      deadline +1s
      ...
      """)
  }

  @Test("SACK reports only what is still held") func sackHeld() {
    // RFC2018-13: text that found no room for its range is not reported; RFC2018-14: the sender's own text
    // stays.
    play(
      """
      accepted <SACKOK>
      ESTABLISHED <-- <SEQ=401><ACK=101><CTL=ACK><LEN=10>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><SACK=401:411>
      ESTABLISHED <-- <SEQ=501><ACK=101><CTL=ACK><LEN=10>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><SACK=501:511,401:411>
      ESTABLISHED <-- <SEQ=601><ACK=101><CTL=ACK><LEN=10>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><SACK=501:511,401:411>
      """,
      configuration: { configuration in
        var ringClass = configuration.ringClass(0)
        ringClass.ranges = 2
        configuration.setRingClass(0, ringClass)
      })
  }

  @Test("Text that was reported by SACK is kept until it is acknowledged") func sackReneged() {
    // RFC2018-10, RFC2018-14: after a time-out the left edge goes again, whatever the blocks said; and
    // what a peer reported and has thrown away goes again, too.
    play(
      """
      connected <MSS=1000><SACKOK>
      write 3000
      ESTABLISHED --> x3 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><SACK=1101:3101>
      +1ms ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +999ms ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      +2s ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK>
      ESTABLISHED --> <SEQ=2101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=3101><CTL=ACK>
      """)
  }

  @Test("A second loss, of the retransmission, halves again") func secondLoss() {
    // RFC5681-28, RFC5681-8, RFC8961-4: each time-out of new octets takes the threshold down.
    play(
      """
      connected <MSS=1000><WND=20000>
      set control newreno
      write 10000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      status ssthresh 5000
      status cwnd 1000
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      ESTABLISHED --> x2 <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
      ...
      """)
  }

  @Test("A larger path MTU sends nothing again") func largerPath() {
    // RFC1191-6, RFC1191-3
    play(
      """
      connected <MSS=1460>
      write 1000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      icmp toobig mtu=9000
      quiet
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      """)
  }

  @Test("A connection whose peer keeps its window shut can be given up") func givenUp() {
    // RFC6429-2, RFC6429-1
    play(
      """
      connected <WND=0>
      write 10
      +1s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=0>
      abort
      CLOSED      --> <SEQ=101><ACK=301><CTL=RST,ACK>
      """)
  }

  @Test("An attempt that the network calls hopeless goes on, and then ends with that reason")
  func unreachable() {
    // MUST-56, ROB-263
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN>
      icmp host
      state SYN-SENT
      +1s SYN-SENT --> <SEQ=100><CTL=SYN>
      +1s quiet
      +1s
      state CLOSED
      status reason unreachable
      """, options: { $0.handshakeLimit = .seconds(3) })
  }
}
