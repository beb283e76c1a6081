import Testing

/// What went wrong in other stacks, as figures.
@Suite("Robustness: one connection") struct FigureCases {
  @Test("The user chooses the code point, and may change it") func codePoint() {
    // ROB-279
    play(
      """
      connected
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10><DSCP=46>
      ESTABLISHED <-- <SEQ=301><ACK=111><CTL=ACK>
      set dscp 10
      write 10
      ESTABLISHED --> <SEQ=111><ACK=301><CTL=ACK><LEN=10><DSCP=10>
      ESTABLISHED <-- <SEQ=301><ACK=121><CTL=ACK>
      set dscp 200
      write 10
      ESTABLISHED --> <SEQ=121><ACK=301><CTL=ACK><LEN=10><DSCP=8>
      """, .all, options: { $0.dscp = 46 })
  }

  @Test("After a month without a word the congestion window still opens") func idleForAMonth() {
    // ROB-252: no moment of the past is kept where it could pass for one of the future.
    play(
      """
      connected <MSS=1000>
      write 20000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +10ms ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK>
      ESTABLISHED --> x10 <SEQ=10101><ACK=301><CTL=ACK><LEN=1000>
      +10ms ESTABLISHED <-- <SEQ=301><ACK=20101><CTL=ACK>
      +30d quiet
      write 40000
      ESTABLISHED --> x10 <SEQ=20101><ACK=301><CTL=ACK><LEN=1000>
      +10ms ESTABLISHED <-- <SEQ=301><ACK=21101><CTL=ACK>
      ESTABLISHED --> x2 <SEQ=30101><ACK=301><CTL=ACK><LEN=1000>
      """)
  }

  @Test("A peer that vanishes ends every state that owes something", arguments: SynchronizedState.all)
  func vanished(from state: SynchronizedState) {
    // CVE-20: R2 counts from the FIN, the end is reported, and the slot is free.
    guard ["FIN-WAIT-1", "CLOSING", "LAST-ACK"].contains(state.name) else { return }
    let finish = "<SEQ=101><ACK=\(state.expected)><CTL=FIN,ACK>"
    play(
      """
      +1s  ... --> \(finish)
      +2s  ... --> \(finish)
      +4s  ... --> \(finish)
      +8s  ... --> \(finish)
      +16s ... --> \(finish)
      +32s ... --> \(finish)
      +37s state CLOSED
      status reason timedOut
      event ended
      deadline none
      count connections 1
      release
      count connections 0
      """, after: state.prelude)
  }

  @Test("Two sides that both believe the other is out of window fall silent") func acknowledgmentStorm() {
    // CVE-19: of a hundred empty segments in no time, ten are answered.
    play(
      """
      connected
      repeat 10
      ESTABLISHED <-- <SEQ=90000><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      end
      ESTABLISHED <-- x90 <SEQ=90000><ACK=101><CTL=ACK>
      quiet
      count throttled 90
      +5s ESTABLISHED <-- <SEQ=90000><ACK=101><CTL=ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      """)
  }

  @Test("A hundred segments before one transmission are answered once") func oneAnswer() {
    // CVE-19, CVE-14, ROB-063: what is owed is noted, not queued.
    play(
      """
      connected
      ESTABLISHED <-- x50 <SEQ=1000><ACK=101><CTL=ACK><LEN=1>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=SYN>
      ESTABLISHED <-- <SEQ=302><ACK=101><CTL=RST>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      quiet
      """)
  }

  @Test("Options that lie leave a connection unharmed") func lyingOptions() {
    // CVE-12, CVE-05, CVE-04: also an MSS of 0 and a shift of 255 where they mean nothing.
    play(
      """
      connected <MSS=1000><WS=2>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=5><RAW=02040000>
      +40ms ESTABLISHED --> <SEQ=101><ACK=306><CTL=ACK>
      ESTABLISHED <-- <SEQ=306><ACK=101><CTL=ACK><LEN=5><RAW=0303ff00>
      +40ms ESTABLISHED --> <SEQ=101><ACK=311><CTL=ACK>
      ESTABLISHED <-- <SEQ=311><ACK=101><CTL=ACK><LEN=5><RAW=08000000>
      +40ms ESTABLISHED --> <SEQ=101><ACK=316><CTL=ACK>
      ESTABLISHED <-- <SEQ=316><ACK=101><CTL=ACK><LEN=5><RAW=0101010a>
      +40ms ESTABLISHED --> <SEQ=101><ACK=321><CTL=ACK>
      status segment 1000
      status sndwnd 65535*4
      write 1000
      ESTABLISHED --> <SEQ=101><ACK=321><CTL=ACK><LEN=1000>
      """)
  }
}
