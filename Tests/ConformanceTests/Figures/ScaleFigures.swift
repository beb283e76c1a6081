import Testing

/// RFC 7323 section 2: window scaling; RFC 9293 section 3.7.1: the MSS option.
@Suite("ListenState, SynSentState: window scale and MSS (RFC 7323 section 2, RFC 9293 section 3.7.1)")
struct ScaleFigures {
  @Test("Both sides scale, SYN never does") func bothScale() {
    // RFC7323-WS-{1,3,4,5,6,10}
    play(
      """
      open
      SYN-SENT    --> <SEQ=100><CTL=SYN><WS=4><WND=65535>
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><WS=7><WND=1000>
      status sndwnd 1000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><WND=62500>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=100>
      status sndwnd 12800
      """, receiveCapacity: 1_000_000)
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN><WS=2><WND=5000>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><WS=4><WND=65535>
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><WND=5000>
      accept
      status sndwnd 20000
      write 1
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=1><WND=62500>
      ...
      """, receiveCapacity: 1_000_000)
  }

  @Test("If one side does not scale, none does") func oneScales() {
    // RFC7323-WS-1, RFC7323-WS-4
    play(
      """
      open
      SYN-SENT    --> <SEQ=100><CTL=SYN><WS=4><WND=65535>
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><WND=1000>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><WND=65535>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=100>
      status sndwnd 100
      """, receiveCapacity: 1_000_000)
    // RFC7323-WS-11
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><NOWS>
      """, receiveCapacity: 1_000_000)
    play(
      """
      open
      SYN-SENT    --> <SEQ=100><CTL=SYN><NOWS>
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><WS=7><WND=1000>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=100>
      status sndwnd 100
      """, options: { $0.offersWindowScale = false })
  }

  @Test("A small ring offers a shift of zero, so that the peer may scale") func shiftZero() {
    // RFC7323-WS-9
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN><WS=0>
      """)
  }

  @Test("A shift above 14 is taken as 14, and counted") func clamped() {
    // RFC7323-WS-7, RFC7323-WS-8, CVE-05
    play(
      """
      connected <WS=15><WND=4>
      count clamped 1
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=1>
      status sndwnd 16384
      """)
    play(
      """
      accepted <WS=255><WND=1>
      count clamped 1
      status sndwnd 16384
      """)
  }

  @Test("MSS and window scale on a segment without SYN change nothing") func notOnSynchronize() {
    // RFC7323-WS-2, CVE-05, MUST-5
    play(
      """
      connected <WS=2><WND=1000><MSS=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=1000><WS=9><MSS=200>
      status sndwnd 4000
      status segment 1000
      """)
  }

  @Test("A window that rounding hides is still honoured, and does not retreat") func rounding() {
    // RFC7323-WS-{12,13,14}, ROB-080, ROB-002, SHLD-14
    play(
      """
      accepted <WS=0>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=1>
      +40ms ESTABLISHED --> <SEQ=101><ACK=302><CTL=ACK><WND=49999>
      ESTABLISHED <-- <SEQ=302><ACK=101><CTL=ACK><LEN=1>
      +40ms ESTABLISHED --> <SEQ=101><ACK=303><CTL=ACK><WND=49999>
      ESTABLISHED <-- <SEQ=65000><ACK=101><CTL=ACK><LEN=836>
      ESTABLISHED --> <SEQ=101><ACK=303><CTL=ACK>
      status ranges 1
      ...
      """, receiveCapacity: 100_000)
  }

  @Test("MSS is on SYN, as the MTU and the user allow, and nowhere else") func advertisedSize() {
    // MUST-14, MUST-65, MUST-67, SHLD-5
    play(
      """
      open
      SYN-SENT    --> <SEQ=100><CTL=SYN><MSS=1460>
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1000>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><NOMSS><NOWS><NOSACKOK>
      """)
    play(
      """
      open
      SYN-SENT    --> <SEQ=100><CTL=SYN><MSS=1440>
      """, [.ipv6])
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><MSS=960>
      """, mtu: 1_000)
    play(
      """
      open
      SYN-SENT    --> <SEQ=100><CTL=SYN><MSS=700>
      """, options: { $0.maximumSegmentSize = 700 })
  }

  @Test("Without the option 536 octets are assumed, 1220 over IPv6") func defaultSize() {
    // MUST-15, ROB-259
    play(
      """
      connected
      status segment 536
      write 1000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=536>
      ...
      """)
    play(
      """
      connected
      status segment 1220
      write 2000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1220>
      ...
      """, [.ipv6])
  }

  @Test("Text is bounded by the peer's MSS and the MTU, less the options") func segmentSize() {
    // MUST-16
    play(
      """
      connected <MSS=1460><TS=1>
      write 3000
      ESTABLISHED --> x2 <SEQ=101><ACK=301><CTL=ACK><LEN=1448><TS>
      ...
      """)
    play(
      """
      connected <MSS=1460>
      write 3000
      ESTABLISHED --> x5 <SEQ=101><ACK=301><CTL=ACK><LEN=560>
      ...
      """, mtu: 600)
    play(
      """
      connected <MSS=1460><TS=1><SACKOK>
      ESTABLISHED <-- <SEQ=401><ACK=101><CTL=ACK><LEN=100><TS=1>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><TS><SACK=401:501>
      write 3000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1436><TS><SACK=401:501>
      ...
      """)
  }

  @Test("An absurd MSS is taken for the smallest sensible one") func tinySize() {
    // CVE-04
    for size in [0, 1, 11, 63] {
      play(
        """
        connected <MSS=\(size)>
        status segment 64
        write 100
        ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=64>
        ...
        """)
    }
  }

  @Test("Malformed and unknown options do no harm") func badOptions() {
    // MUST-6, CVE-01, CVE-02, CVE-12
    for options in ["FD04AAAA", "FD00AAAA", "FD01AAAA", "05020101", "02FF0101", "00FFFFFF", "01010102"] {
      play(
        """
        connected
        ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=10><RAW=\(options)>
        outcome processed
        read 10
        +40ms ESTABLISHED --> <SEQ=101><ACK=311><CTL=ACK>
        """)
    }
  }
}
