import TCPCore
import Testing

/// RFC 5482: each end tells the other how long it waits, and may wait as long as the other does.
@Suite("Check5: the user time-out option (RFC 5482)") struct UserTimeoutFigures {
  private static func adopts(_ options: inout ConnectionOptions) { options.userTimeoutPolicy = .adopt }
  private static func exchanges(_ options: inout ConnectionOptions) { options.userTimeoutPolicy = .exchange }

  @Test("Nothing is sent or heard by default") func off() {
    // RFC5482-9
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN><NOUTO>
      ESTABLISHED  <-- <SEQ=300><ACK=101><CTL=SYN,ACK><UTO=300s>
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><NOUTO>
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><UTO=5min>
      outcome processed
      status peeruto 0s
      status timelimit 100s
      """, .all)
  }

  @Test("SYN and the first segment behind it tell the peer, the next ones do not") func active() {
    // RFC5482-6
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN><MSS=1460><WS=0><SACKOK><TS><UTO=100s>
      +1s SYN-SENT --> <SEQ=100><CTL=SYN><UTO=100s>
      ESTABLISHED  <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
      write 10
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=10><UTO=100s>
      write 10
      ESTABLISHED  <-- <SEQ=301><ACK=111><CTL=ACK>
      ESTABLISHED  --> <SEQ=111><ACK=301><CTL=ACK><LEN=10><NOUTO>
      """, options: Self.exchanges)
  }

  @Test("SYN-ACK and the first segment behind the handshake tell the peer") func passive() {
    // RFC5482-6
    play(
      """
      listen
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><UTO=100s>
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><UTO=100s>
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK>
      accept
      quiet
      write 10
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=10><UTO=100s>
      ESTABLISHED  <-- <SEQ=301><ACK=111><CTL=ACK>
      write 10
      ESTABLISHED  --> <SEQ=111><ACK=301><CTL=ACK><LEN=10><NOUTO>
      """, .all, options: Self.exchanges)
  }

  @Test("A cookie's SYN-ACK tells the peer, and so does the first segment behind it") func cookie() {
    // RFC5482-6, RFC5482-7: of the peer's SYN nothing is kept, so its first segment says it again.
    play(
      """
      listen
      LISTEN       <-- <SEQ=300><CTL=SYN><UTO=400s>
      LISTEN       --> <SEQ=100><ACK=301><CTL=SYN,ACK><UTO=100s>
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><UTO=300s>
      accept
      status peeruto 300s
      write 10
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=10><UTO=100s>
      """, options: Self.exchanges,
      configuration: { $0.synCookies = .always })
  }

  @Test("Both SYNs of a simultaneous open tell the peer, and both are heard") func simultaneous() {
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN><UTO=100s>
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN><UTO=300s>
      status peeruto 300s
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK><UTO=100s>
      ESTABLISHED  <-- <SEQ=300><ACK=101><CTL=SYN,ACK><UTO=301s>
      status peeruto 301s
      write 10
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=10><UTO=100s>
      """, .all, options: Self.exchanges)
  }

  @Test("After a change the next segment tells it; setting it back in between tells nothing") func change() {
    // RFC5482-6
    play(
      """
      connected
      set retransmission-limit 200s
      set retransmission-limit 100s
      quiet
      write 10
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=10><NOUTO>
      ESTABLISHED  <-- <SEQ=301><ACK=111><CTL=ACK>
      set retransmission-limit 10h
      quiet
      ESTABLISHED  <-- <SEQ=301><ACK=111><CTL=ACK><LEN=10>
      +40ms ESTABLISHED --> <SEQ=111><ACK=311><CTL=ACK><UTO=600min>
      set user-timeout 1500ms
      ESTABLISHED  <-- <SEQ=311><ACK=111><CTL=ACK><LEN=10>
      +40ms ESTABLISHED --> <SEQ=111><ACK=321><CTL=ACK><UTO=2s>
      set uto off
      set user-timeout 9s
      ESTABLISHED  <-- <SEQ=321><ACK=111><CTL=ACK><LEN=10>
      +40ms ESTABLISHED --> <SEQ=111><ACK=331><CTL=ACK><NOUTO>
      """, options: Self.exchanges)
  }

  @Test("A segment that carries it is four octets shorter; beside SACK blocks it takes the room of one")
  func room() {
    // MUST-16: options and text together are no more than the peer's MSS.
    play(
      """
      connected <MSS=200><TS=1>
      write 388
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=188><TS><NOUTO>
      ESTABLISHED  --> <SEQ=289><ACK=301><CTL=ACK><LEN=188><TS>
      ESTABLISHED  <-- <SEQ=301><ACK=477><CTL=ACK><TS=2>
      ESTABLISHED  --> <SEQ=477><ACK=301><CTL=ACK><LEN=12><TS>
      ESTABLISHED  <-- <SEQ=301><ACK=489><CTL=ACK><TS=3>
      set retransmission-limit 200s
      write 376
      ESTABLISHED  --> <SEQ=489><ACK=301><CTL=ACK><LEN=184><TS><UTO=200s>
      ESTABLISHED  --> <SEQ=673><ACK=301><CTL=ACK><LEN=188><TS><NOUTO>
      ...
      """, options: Self.exchanges)
    play(
      """
      connected <SACKOK><TS=1>
      set retransmission-limit 200s
      ESTABLISHED  <-- <SEQ=401><ACK=101><CTL=ACK><LEN=10><TS=2>
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><SACK=401:411><UTO=200s>
      set retransmission-limit 300s
      ESTABLISHED  <-- <SEQ=501><ACK=101><CTL=ACK><LEN=10><TS=2>
      ESTABLISHED  <-- <SEQ=601><ACK=101><CTL=ACK><LEN=10><TS=2>
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><SACK=601:611,501:511><UTO=300s>
      ESTABLISHED  <-- <SEQ=601><ACK=101><CTL=ACK><LEN=11><TS=2>
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><SACK=601:611,601:612,501:511><NOUTO>
      """, options: Self.exchanges)
  }

  @Test("Text fills a segment beside it and the SACK blocks that find room") func fullSegment() {
    // MUST-16
    play(
      """
      connected <MSS=200><SACKOK><TS=1>
      ESTABLISHED  <-- <SEQ=401><ACK=101><CTL=ACK><LEN=10><TS=2>
      ESTABLISHED  <-- <SEQ=501><ACK=101><CTL=ACK><LEN=10><TS=2>
      ESTABLISHED  <-- <SEQ=601><ACK=101><CTL=ACK><LEN=10><TS=2>
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><SACK=601:611,501:511,401:411><NOUTO>
      set retransmission-limit 200s
      write 600
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=164><SACK=601:611,501:511><UTO=200s>
      ESTABLISHED  --> <SEQ=265><ACK=301><CTL=ACK><LEN=160><SACK=601:611,501:511,401:411><NOUTO>
      ...
      """, options: Self.exchanges)
  }

  @Test("Without SACK, text beyond a gap does not hide it") func withoutSACK() {
    play(
      """
      connected
      ESTABLISHED  <-- <SEQ=401><ACK=101><CTL=ACK><LEN=10>
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><NOSACK><NOUTO>
      set retransmission-limit 200s
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED  --> <SEQ=101><ACK=411><CTL=ACK><NOSACK><UTO=200s>
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED  --> <SEQ=101><ACK=411><CTL=ACK><NOSACK><NOUTO>
      """, options: Self.exchanges)
  }

  @Test(
    "What the peer says makes the wait longer, between 100 s and the limit",
    arguments: [
      ("<UTO=1s>", "100s"), ("<UTO=99s>", "100s"), ("<UTO=101s>", "101s"), ("<UTO=300s>", "300s"),
      ("<UTO=5min>", "300s"), ("<UTO=3600s>", "1h"), ("<UTO=3601s>", "1h"), ("<UTO=32767min>", "1h"),
      // RFC5482-8; a wrong length; behind the end of the list.
      ("<RAW=1C040000>", "100s"), ("<RAW=1C048000>", "100s"), ("<RAW=1C030101>", "100s"),
      ("<RAW=1C06012C01010101>", "100s"), ("<RAW=1C050001 2C010101>", "100s"), ("<RAW=001C0401>", "100s"),
      ("<RAW=1C04012C1C040000>", "300s"), ("<RAW=01011C04012C0101>", "300s"),
      ("<RAW=1C04012C1C040190>", "400s"),
      ("<RAW=1C04012C08000000>", "300s"),
    ])
  func bounds(fields: String, limit: String) {
    // RFC5482-1, RFC5482-3, RFC5482-5
    for policy in [UserTimeoutPolicy.adopt, .exchange] {
      play(
        """
        connected
        ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK>\(fields.replacing(" ", with: ""))
        status timelimit \(limit == "1h" ? "3600s" : limit)
        """, options: { $0.userTimeoutPolicy = policy })
    }
  }

  @Test("Text is given up after as long as the peer has said, to the millisecond") func end() {
    // RFC5482-3
    play(
      """
      connected
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><UTO=110s>
      write 10
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +1s   ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +2s   ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +4s   ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +8s   ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +16s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +32s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +46999ms state ESTABLISHED
      +1ms  state CLOSED
      status reason timedOut
      """, .all, options: Self.adopts)
  }

  @Test("In the SYN it counts as well, for who begins and for who listens") func handshake() {
    play(
      """
      connected <UTO=300s>
      status peeruto 300s
      status timelimit 300s
      """, .all, options: Self.adopts)
    play(
      """
      accepted <UTO=300s>
      status peeruto 300s
      status timelimit 300s
      """, .all, options: Self.adopts)
    // The time for the handshake stays.
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN><NOUTO>
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN><UTO=3600s>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      status timelimit 180s
      """, options: Self.adopts)
  }

  @Test("The last one counts, and ends at once what has waited longer") func last() {
    play(
      """
      connected <UTO=300s>
      write 10
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +1s   ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +2s   ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +4s   ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +8s   ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +16s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +32s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +59s  quiet
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><UTO=123s>
      +999ms state ESTABLISHED
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><UTO=100s>
      deadline +0s
      +1ms  state CLOSED
      status reason timedOut
      """, options: Self.adopts)
  }

  @Test("Where the user has chosen a time, the peer changes nothing, and is reported") func unchangeable() {
    // RFC5482-2
    play(
      """
      connected
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><UTO=300s>
      status peeruto 300s
      status timelimit 30s
      set user-timeout 500s
      status timelimit 100s
      set user-timeout 10000000s
      status timelimit 300s
      """,
      options: {
        $0.userTimeoutPolicy = .exchange
        $0.userTimeout = .seconds(30)
      })
  }

  @Test("What the user waits anyway is never shortened") func longer() {
    play(
      """
      connected <UTO=300s>
      set retransmission-limit 2h
      status timelimit 7200s
      set retransmission-limit 200s
      status timelimit 300s
      set uto off
      status timelimit 200s
      set uto adopt
      set uto-limit 250s
      status timelimit 250s
      """, options: Self.adopts)
  }

  @Test("The wait is longer than any retransmission time-out") func lowerLimit() {
    // RFC5482-4
    play(
      """
      connected <UTO=100s>
      status timelimit 400001ms
      """,
      options: {
        $0.userTimeoutPolicy = .adopt
        $0.maximumTimeout = .seconds(400)
      })
  }

  @Test("A released connection waits no longer for it") func released() {
    play(
      """
      connected <UTO=300s>
      release
      RELEASED     --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      +1s  RELEASED --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      +2s  RELEASED --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      +4s  RELEASED --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      +8s  RELEASED --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      +16s RELEASED --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      +18999ms quiet
      +1ms CLOSED   --> <SEQ=102><ACK=301><CTL=RST,ACK>
      """,
      options: {
        $0.userTimeoutPolicy = .adopt
        $0.releasedLimit = .seconds(50)
      })
  }

  @Test("Keep-alive waits longer than the time that was adopted") func keepAlive() {
    // RFC5482-10
    play(
      """
      connected <UTO=150s>
      +150s quiet
      +1ms ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK><NOUTO>
      ...
      """, .all,
      options: {
        $0.userTimeoutPolicy = .adopt
        $0.isKeepAliveEnabled = true
        $0.keepAliveIdle = .seconds(20)
      })
    play(
      """
      connected
      +20s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK><NOUTO>
      ...
      """,
      options: {
        $0.userTimeoutPolicy = .adopt
        $0.isKeepAliveEnabled = true
        $0.keepAliveIdle = .seconds(20)
      })
    play(
      """
      connected <UTO=150s>
      +150s quiet
      +1ms ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK><NOUTO>
      ...
      """,
      options: {
        $0.userTimeoutPolicy = .adopt
        $0.isKeepAliveEnabled = true
        $0.keepAliveIdle = .seconds(20)
        $0.retransmissionTimeLimit = .unlimited
      })
  }

  @Test("What is not accepted is not heard") func rejected() {
    play(
      """
      connected
      ESTABLISHED  <-- <SEQ=90000><ACK=101><CTL=ACK><UTO=300s>
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK>
      ESTABLISHED  <-- <SEQ=301><ACK=102><CTL=ACK><UTO=300s>
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK>
      ESTABLISHED  <-- <SEQ=301><ACK=101><CTL=ACK><UTO=300s><BADSUM>
      status peeruto 0s
      status timelimit 100s
      """, options: Self.adopts)
  }
}
