import Testing

/// RFC 9293 section 3.10.7.4 in TIME-WAIT, RFC 1337 and RFC 6191.
@Suite("TimeWaitState: TIME-WAIT (RFC 1337, RFC 6191)") struct TimeWaitFigures {
  /// Into TIME-WAIT: SND.NXT is 102, RCV.NXT 302.
  static let rest = """
    listen
    connected
    close
    FIN-WAIT-1 --> <SEQ=101><ACK=301><CTL=FIN,ACK>
    TIME-WAIT  <-- <SEQ=301><ACK=102><CTL=FIN,ACK>
    TIME-WAIT  --> <SEQ=102><ACK=302><CTL=ACK>
    """

  /// The same with timestamps; the peer's last one is 1000.
  static let stampedTimeWait = """
    listen
    connected <TS=1000>
    close
    FIN-WAIT-1 --> <SEQ=101><ACK=301><CTL=FIN,ACK>
    TIME-WAIT  <-- <SEQ=301><ACK=102><CTL=FIN,ACK><TS=1000>
    TIME-WAIT  --> <SEQ=102><ACK=302><CTL=ACK><TS=*,1000>
    """

  @Test("The rest lasts twice the maximum segment lifetime") func length() {
    // MUST-13, EV-TWT-TIME-WAIT-1, ROB-258
    play(
      """
      deadline +60s
      +59999ms state TIME-WAIT
      +1ms     count timeWait 0
      deadline none
      CLOSED <-- <SEQ=302><ACK=102><CTL=ACK>
      ...
      """, after: TimeWaitFigures.rest.withoutListener,
      configuration: { $0.maximumSegmentLifetime = .seconds(30) })
  }

  @Test("The peer's FIN again is acknowledged, and the rest starts again") func finishAgain() {
    // EV-SEG-TIME-WAIT-18, ROB-268, EV-SEG-TIME-WAIT-{21,22}
    play(
      """
      +3min
      repeat 20
      TIME-WAIT <-- <SEQ=301><ACK=102><CTL=FIN,ACK>
      TIME-WAIT --> <SEQ=102><ACK=302><CTL=ACK>
      end
      +239999ms state TIME-WAIT
      +1ms      state CLOSED
      """, after: TimeWaitFigures.rest.withoutListener)
  }

  @Test("Resets are ignored, so that nothing can cut the rest short") func assassination() {
    // RFC1337-1, EV-SEG-TIME-WAIT-9, EV-SEG-TIME-WAIT-6
    play(
      """
      TIME-WAIT <-- <SEQ=302><CTL=RST>
      TIME-WAIT <-- <SEQ=303><CTL=RST>
      TIME-WAIT <-- <SEQ=90000><CTL=RST>
      TIME-WAIT <-- <SEQ=302><ACK=102><CTL=RST,ACK>
      outcome ignoredInTimeWait
      quiet
      +4min state CLOSED
      status reason finished
      """, after: TimeWaitFigures.rest.withoutListener)
  }

  @Test("Old segments are answered or dropped; the rest goes on as it was") func others() {
    // EV-SEG-TIME-WAIT-{2,4,5,8,16,17,19,20}
    play(
      """
      +1min
      TIME-WAIT <-- <SEQ=250><ACK=102><CTL=ACK><LEN=20>
      TIME-WAIT --> <SEQ=102><ACK=302><CTL=ACK>
      TIME-WAIT <-- <SEQ=302><ACK=102><CTL=ACK><LEN=20>
      TIME-WAIT <-- <SEQ=302><ACK=102><CTL=ACK,URG><UP=5><LEN=20>
      TIME-WAIT <-- <SEQ=302><CTL=NONE>
      quiet
      TIME-WAIT <-- <SEQ=302><ACK=103><CTL=ACK>
      TIME-WAIT --> <SEQ=102><ACK=302><CTL=ACK>
      TIME-WAIT <-- <SEQ=302><ACK=102-65536><CTL=ACK>
      TIME-WAIT --> <SEQ=102><ACK=302><CTL=ACK>
      read eof
      +2min state TIME-WAIT
      +1min state CLOSED
      """, after: TimeWaitFigures.rest.withoutListener)
  }

  @Test("Window shut: only an empty segment at RCV.NXT is acceptable") func windowShut() {
    // EV-SEG-TIME-WAIT-{1,3}
    play(
      """
      connected
      close
      FIN-WAIT-1 --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      TIME-WAIT  <-- <SEQ=301><ACK=102><CTL=FIN,ACK><LEN=99>
      TIME-WAIT  --> <SEQ=102><ACK=401><CTL=ACK><WND=0>
      TIME-WAIT  <-- <SEQ=401><ACK=102><CTL=ACK>
      quiet
      TIME-WAIT  <-- <SEQ=401><ACK=102><CTL=ACK><LEN=1>
      TIME-WAIT  --> <SEQ=102><ACK=401><CTL=ACK><WND=0>
      """, receiveCapacity: 100)
  }

  @Test("A SYN with a higher number opens the pair again, without timestamps") func reuse() {
    // MAY-2, EV-SEG-TIME-WAIT-13, RFC6191-3, RFC6191-6
    play(
      """
      iss 5000
      SYN-RECEIVED <-- <SEQ=303><CTL=SYN>
      SYN-RECEIVED --> <SEQ=5000><ACK=304><CTL=SYN,ACK>
      count timeWait 0
      ESTABLISHED  <-- <SEQ=304><ACK=5001><CTL=ACK><LEN=10>
      accept
      read 10
      ...
      """, after: TimeWaitFigures.rest)
  }

  @Test("A SYN that may be an old duplicate is challenged, without timestamps") func noReuse() {
    // EV-SEG-TIME-WAIT-14, ROB-079
    play(
      """
      TIME-WAIT <-- <SEQ=302><CTL=SYN>
      TIME-WAIT --> <SEQ=102><ACK=302><CTL=ACK>
      TIME-WAIT <-- <SEQ=250><CTL=SYN>
      TIME-WAIT --> <SEQ=102><ACK=302><CTL=ACK>
      TIME-WAIT <-- <SEQ=900><ACK=102><CTL=SYN,ACK>
      TIME-WAIT --> <SEQ=102><ACK=302><CTL=ACK>
      """, after: TimeWaitFigures.rest)
  }

  @Test("A SYN finds the pair in TIME-WAIT, but nobody listens") func reuseWithoutListener() {
    // EV-SEG-TIME-WAIT-14
    play(
      """
      TIME-WAIT <-- <SEQ=900><CTL=SYN>
      TIME-WAIT --> <SEQ=102><ACK=302><CTL=ACK>
      """, after: TimeWaitFigures.rest.withoutListener)
  }

  @Test("With timestamps the timestamp decides, then the number") func reuseWithTimestamps() {
    // RFC6191-1, SHLD-4, EV-SEG-TIME-WAIT-7
    play(
      """
      iss 5000
      SYN-RECEIVED <-- <SEQ=250><CTL=SYN><TS=1001>
      SYN-RECEIVED --> <SEQ=5000><ACK=251><CTL=SYN,ACK><TS=*,1001>
      """, after: TimeWaitFigures.stampedTimeWait)
    // RFC6191-2
    play(
      """
      TIME-WAIT    <-- <SEQ=302><CTL=SYN><TS=1000>
      TIME-WAIT    --> <SEQ=102><ACK=302><CTL=ACK>
      iss 5000
      SYN-RECEIVED <-- <SEQ=303><CTL=SYN><TS=1000>
      SYN-RECEIVED --> <SEQ=5000><ACK=304><CTL=SYN,ACK>
      """, after: TimeWaitFigures.stampedTimeWait)
    // RFC6191-3
    play(
      """
      TIME-WAIT    <-- <SEQ=302><CTL=SYN>
      TIME-WAIT    --> <SEQ=102><ACK=302><CTL=ACK>
      iss 5000
      SYN-RECEIVED <-- <SEQ=303><CTL=SYN>
      SYN-RECEIVED --> <SEQ=5000><ACK=304><CTL=SYN,ACK>
      """, after: TimeWaitFigures.stampedTimeWait)
    play(
      """
      TIME-WAIT <-- <SEQ=900><CTL=SYN><TS=999>
      TIME-WAIT --> <SEQ=102><ACK=302><CTL=ACK><TS=*,1000>
      """, after: TimeWaitFigures.stampedTimeWait)
  }

  @Test("A SYN with timestamps may follow a connection without them") func newTimestamps() {
    // RFC6191-4
    play(
      """
      iss 5000
      SYN-RECEIVED <-- <SEQ=250><CTL=SYN><TS=7>
      SYN-RECEIVED --> <SEQ=5000><ACK=251><CTL=SYN,ACK><TS=*,7>
      """, after: TimeWaitFigures.rest)
  }

  @Test("TIME-WAIT with timestamps: PAWS holds; without them a segment is judged by its numbers")
  func timestamps() {
    // RFC7323-PAWS-2, RFC7323-TS-7
    play(
      """
      TIME-WAIT <-- <SEQ=302><ACK=102><CTL=ACK><LEN=5><TS=999>
      TIME-WAIT --> <SEQ=102><ACK=302><CTL=ACK><TS=*,1000>
      TIME-WAIT <-- <SEQ=302><ACK=102><CTL=ACK><LEN=5>
      outcome ignoredInTimeWait
      quiet
      """, after: TimeWaitFigures.stampedTimeWait)
  }

  @Test("Answers to SYN are throttled in TIME-WAIT too") func throttle() {
    // RFC5961-THR-1
    play(
      """
      repeat 10
      TIME-WAIT <-- <SEQ=250><CTL=SYN>
      TIME-WAIT --> <SEQ=102><ACK=302><CTL=ACK>
      end
      TIME-WAIT <-- <SEQ=250><CTL=SYN>
      quiet
      +5s
      TIME-WAIT <-- <SEQ=250><CTL=SYN>
      TIME-WAIT --> <SEQ=102><ACK=302><CTL=ACK>
      """, after: TimeWaitFigures.rest.withoutListener)
  }
}

extension String {
  /// The lines without the first, which listens.
  fileprivate var withoutListener: String { String(drop { $0 != "\n" }.dropFirst()) }
}
