import Testing

/// RFC 9293 section 3.8.4: keep-alives.
@Suite("Check1: keep-alives (RFC 9293 section 3.8.4)") struct KeepAliveFigures {
  @Test("Keep-alive is off by default: an idle connection sends nothing") func off() {
    // MUST-25
    play(
      """
      connected
      deadline none
      +30d state ESTABLISHED
      """)
  }

  @Test("The first probe comes after two hours of silence and carries nothing") func firstProbe() {
    // MUST-28, MAY-5, SHLD-12, ROB-356, MUST-24
    play(
      """
      connected
      +7199999ms quiet
      +1ms ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +7199999ms quiet
      +1ms ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      ...
      """, .all, options: { $0.isKeepAliveEnabled = true })
  }

  @Test("Nine probes without an answer end the connection, one does not") func unanswered() {
    // MUST-29
    play(
      """
      connected
      +2h  ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      repeat 8
      +75s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      end
      +74999ms state ESTABLISHED
      +1ms state CLOSED
      quiet
      status reason timedOut
      event ended
      count keepAliveProbes 9
      """, options: { $0.isKeepAliveEnabled = true })
    play(
      """
      connected
      +2h  ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK> ; lost
      +75s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +7199999ms quiet
      +1ms ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      ...
      """, options: { $0.isKeepAliveEnabled = true })
    play(
      """
      connected
      +1min ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +75s  ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +75s  state CLOSED
      """,
      options: {
        $0.isKeepAliveEnabled = true
        $0.keepAliveIdle = .seconds(60)
        $0.keepAliveProbes = 1
      })
  }

  @Test("Any arrival postpones the probe, and none is sent while data is unacknowledged") func postponed() {
    // MUST-26, MUST-27
    play(
      """
      connected
      +50s ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +50s write 10
           ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +1s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +2s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +4s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +8s  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
           ESTABLISHED <-- <SEQ=301><ACK=111><CTL=ACK>
      +59999ms quiet
      +1ms ESTABLISHED --> <SEQ=110><ACK=301><CTL=ACK>
      ...
      """,
      options: {
        $0.isKeepAliveEnabled = true
        $0.keepAliveIdle = .seconds(60)
      })
  }

  @Test("A shorter interval, or none at all, holds at once") func changed() {
    // ROB-283, MUST-24, MUST-27
    play(
      """
      connected
      set keepalive on
      deadline +2h
      +10min
      set keepalive-idle 15min
      deadline +5min
      +5min ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
            ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +1min
      set keepalive off
      deadline none
      +1d state ESTABLISHED
      """)
  }

  @Test("A probe that was due is taken back by what arrives") func takenBack() {
    // MUST-26
    play(
      """
      connected
      +60s
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      quiet
      """,
      options: {
        $0.isKeepAliveEnabled = true
        $0.keepAliveIdle = .seconds(60)
      })
  }
}
