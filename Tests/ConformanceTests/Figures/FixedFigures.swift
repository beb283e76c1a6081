import Testing

/// What fuzzing found, one figure each; the input scripts are in Corpus under the same numbers.
@Suite("What fuzzing found") struct FixedFigures {
  @Test("0001: a SYN-ACK that has not left yet also acknowledges the peer's SYN") func simultaneousOpen() {
    // MUST-10
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      ESTABLISHED  <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK>
      """)
  }

  @Test("0002: an MSS of 0 in a SYN to a listener is the smallest, and not none")
  func maximumSegmentSizeZero() {
    // MUST-15
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN><MSS=0>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK>
      accept
      status segment 64
      """)
  }

  @Test("0003: what ICMP says of the path during the handshake holds behind it") func pathOfTheHandshake() {
    // RFC1191-1
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      icmp toobig mtu=576
      ESTABLISHED  <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1460>
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK>
      status segment 536
      """)
  }

  @Test("0004: window probes take no sample of the round trip") func probeTwice() {
    // RFC6298-6
    play(
      """
      connected <WND=0>
      status srtt 1us
      write 1
      +1s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +2s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
          ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      status srtt 1us
      ...
      """)
  }

  @Test("0005: unread text causes a reset, even after both FINs")
  func unreadBehindBothFins() {
    // SHLD-3
    play(
      """
      connected
      CLOSE-WAIT  <-- <SEQ=301><ACK=101><CTL=FIN,ACK><LEN=9>
      CLOSE-WAIT  --> <SEQ=101><ACK=311><CTL=ACK>
      close
      LAST-ACK    --> <SEQ=101><ACK=311><CTL=FIN,ACK>
      release
      CLOSED      --> <SEQ=102><ACK=311><CTL=RST,ACK>
      """)
  }

  @Test("0007: a keep-alive probe that was due is forgotten with the options it was due by")
  func keepAlivePutOff() {
    // MUST-24
    for change in ["keepalive off", "keepalive-idle 2min"] {
      play(
        """
        connected
        +60s
        set \(change)
        quiet
        """,
        options: {
          $0.isKeepAliveEnabled = true
          $0.keepAliveIdle = .seconds(60)
        })
    }
  }

  @Test("0008: an ignored error sets no deadline while text waits for the window") func ignoredError() {
    // RFC5927-1
    play(
      """
      connected <WND=0>
      write 10
      quiet
      deadline +1s
      icmp host seq=5000
      outcome icmpNotInFlight
      deadline +1s
      """)
  }

  @Test("0009: a longer interval stops probes that have begun") func keepAliveLongerMeanwhile() {
    // MUST-26
    play(
      """
      connected
      +60s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      set keepalive-idle 1h
      deadline +59min
      +3539999ms quiet
      +1ms ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +75s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      """,
      options: {
        $0.isKeepAliveEnabled = true
        $0.keepAliveIdle = .seconds(60)
      })
  }

  @Test("0012: a window that opens by a little stops the probe, and waits to be filled for as long as any")
  func crumbsBeforeTheProbe() {
    // MUST-38
    play(
      """
      connected <MSS=1000>
      write 100
             ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=100>
             ESTABLISHED <-- <SEQ=301><ACK=201><CTL=ACK><WND=0>
      write 500
      deadline +10ms
             ESTABLISHED <-- <SEQ=301><ACK=201><CTL=ACK><WND=10>
      deadline +200ms
      quiet
      +200ms ESTABLISHED --> <SEQ=201><ACK=301><CTL=ACK><LEN=10>
      """, options: { $0.minimumTimeout = .milliseconds(10) })
  }

  @Test("0020: a size that only a probe has shown stays unproven when the next search begins")
  func lieBehindPause() {
    play(
      """
      connected <MSS=1460>
      write 28388
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1460>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1460>
      +2s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=536>
      ESTABLISHED <-- <SEQ=301><ACK=14701><CTL=ACK>
      ESTABLISHED --> x9 <SEQ=14701><ACK=301><CTL=ACK><LEN=536>
      ESTABLISHED <-- <SEQ=301><ACK=19525><CTL=ACK>
      ESTABLISHED --> <SEQ=19525><ACK=301><CTL=ACK><LEN=1460>
      ESTABLISHED --> x14 <SEQ=20985><ACK=301><CTL=ACK><LEN=536>
      icmp toobig mtu=1006 seq=19525
      ESTABLISHED --> <SEQ=19525><ACK=301><CTL=ACK><LEN=536>
      ESTABLISHED --> <SEQ=20061><ACK=301><CTL=ACK><LEN=536>
      ESTABLISHED --> <SEQ=20597><ACK=301><CTL=ACK><LEN=388>
      ESTABLISHED <-- <SEQ=301><ACK=28489><CTL=ACK>
      write 2574
      ESTABLISHED --> <SEQ=28489><ACK=301><CTL=ACK><LEN=966>
      ESTABLISHED --> x3 <SEQ=29455><ACK=301><CTL=ACK><LEN=536>
      ESTABLISHED <-- <SEQ=301><ACK=31063><CTL=ACK>
      status pathmtu 1006
      status search off
      sleep 605s
      write 100
      ESTABLISHED --> <SEQ=31063><ACK=301><CTL=ACK><LEN=100>
      ESTABLISHED <-- <SEQ=301><ACK=31163><CTL=ACK>
      status search on
      write 966
      ESTABLISHED --> <SEQ=31163><ACK=301><CTL=ACK><LEN=966>
      +1s ESTABLISHED --> <SEQ=31163><ACK=301><CTL=ACK><LEN=966>
      +2s ESTABLISHED --> <SEQ=31163><ACK=301><CTL=ACK><LEN=536>
      count blackHoles 2
      status pathmtu 576
      status search off
      ...
      """)
  }

  @Test("0021: a tail loss probe that was due is not sent once all that is in flight goes again")
  func tailProbeBehindLoss() {
    // RFC8985-10
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN><SACKOK>
      +20ms ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1000><SACKOK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      write 5000
      ESTABLISHED --> x5 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      busy 50ms
      icmp toobig mtu=296
      ESTABLISHED --> x3 <SEQ=101><ACK=301><CTL=ACK><LEN=256>
      ESTABLISHED --> <SEQ=869><ACK=301><CTL=ACK><LEN=232>
      ESTABLISHED --> x3 <SEQ=1101><ACK=301><CTL=ACK><LEN=256>
      ESTABLISHED --> <SEQ=1869><ACK=301><CTL=ACK><LEN=232>
      ESTABLISHED --> x2 <SEQ=2101><ACK=301><CTL=ACK><LEN=256>
      quiet
      count tailLossProbes 0
      """)
  }

  @Test("0022: a link that comes up brings no SYN-ACK sooner than a time-out behind the last")
  func linkUpBehindAnswer() {
    // RFC6298-1
    play(
      """
      listen
             SYN-RECEIVED <-- <SEQ=300><CTL=SYN><MSS=1000>
             SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      +43ms  SYN-RECEIVED <-- <SEQ=300><CTL=SYN><MSS=1000>
             SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      link up
      +999ms quiet
      +2ms   SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      """)
  }

  @Test("0023: a link that comes up brings no probe too soon, also where options made its pause longer")
  func linkUpBehindOptions() {
    // SHLD-30
    play(
      """
      connected <WND=0>
      write 500
      +1s    ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +2s    ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      set minimum-timeout 2s
      link up
      +1999ms quiet
      +1ms   ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      """)
  }

  @Test("A pause between probes that has been longer than other options want it ends at once")
  func shorterPause() {
    // SHLD-30
    play(
      """
      connected <WND=0>
      set minimum-timeout 8s
      write 500
      +8s    ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +16s   ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +20s   quiet
      set minimum-timeout 1s
      +0s    ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      """)
  }

  @Test("New text waits while it would share a record with lost text, and is sent once") func fullTable() {
    play(
      """
      connected
      set nagle off
      write 100
           ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=100>
      write 536
           ESTABLISHED --> <SEQ=201><ACK=301><CTL=ACK><LEN=536>
      +1s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=100>
      write 10
      quiet
           ESTABLISHED <-- <SEQ=301><ACK=201><CTL=ACK>
           ESTABLISHED --> <SEQ=201><ACK=301><CTL=ACK><LEN=536>
           ESTABLISHED --> <SEQ=737><ACK=301><CTL=ACK><LEN=10>
           ESTABLISHED <-- <SEQ=301><ACK=747><CTL=ACK>
      deadline none
      """,
      configuration: {
        var ringClass = $0.ringClass(0)
        ringClass.transmissions = 2
        $0.setRingClass(0, ringClass)
      })
  }
}
