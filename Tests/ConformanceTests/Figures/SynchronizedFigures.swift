import Testing

/// RFC 9293 section 3.10.7.4, the checks that read alike in every synchronized state, and RFC 5961.
@Suite(
  "Check1, Check2, Check4, Check5, Check6, Check7: the checks in every state (RFC 9293 section 3.10.7.4, RFC 5961)"
) struct SynchronizedFigures {
  @Test("A segment outside the window is answered, a reset outside is not", arguments: SynchronizedState.all)
  func unacceptable(in state: SynchronizedState) {
    // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,LAST-ACK}-2
    // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,LAST-ACK}-4...6
    // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,LAST-ACK}-8, RFC5961-RST-1
    play(
      """
      \(state.name) <-- <SEQ=\(state.expected)-10><ACK=\(state.next)><CTL=ACK><LEN=10>
      \(state.name) --> <SEQ=\(state.next)><ACK=\(state.expected)><CTL=ACK>
      outcome outsideWindow
      \(state.name) <-- <SEQ=\(state.expected)+70000><ACK=\(state.next)><CTL=ACK><LEN=10>
      \(state.name) --> <SEQ=\(state.next)><ACK=\(state.expected)><CTL=ACK>
      \(state.name) <-- <SEQ=\(state.expected)+65536><ACK=\(state.next)><CTL=ACK>
      \(state.name) --> <SEQ=\(state.next)><ACK=\(state.expected)><CTL=ACK>
      \(state.name) <-- <SEQ=\(state.expected)-1><CTL=RST>
      outcome resetOutsideWindow
      \(state.name) <-- <SEQ=\(state.expected)+65535><CTL=RST>
      outcome resetOutsideWindow
      quiet
      """, after: state.prelude)
  }

  @Test(
    "A reset resets only at RCV.NXT; elsewhere in the window it is challenged",
    arguments: SynchronizedState.all)
  func reset(in state: SynchronizedState) {
    // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,LAST-ACK}-9...10
    // RFC5961-RST-2...3, ROB-082, CVE-15, SHLD-2
    play(
      """
      \(state.name) <-- <SEQ=\(state.expected)+1><CTL=RST>
      outcome resetChallenged
      \(state.name) --> <SEQ=\(state.next)><ACK=\(state.expected)><CTL=ACK>
      \(state.name) <-- <SEQ=\(state.expected)+1000><CTL=RST,ACK><ACK=\(state.next)>
      \(state.name) --> <SEQ=\(state.next)><ACK=\(state.expected)><CTL=ACK>
      CLOSED <-- <SEQ=\(state.expected)><CTL=RST><LEN=20>
      quiet
      event ended
      status reason reset
      deadline none
      """, after: state.prelude)
  }

  @Test("A reset with FIN and other flags is a reset", arguments: SynchronizedState.all)
  func resetWithFlags(in state: SynchronizedState) {
    // ROB-288
    play(
      """
      CLOSED <-- <SEQ=\(state.expected)><ACK=\(state.next)><CTL=FIN,RST,ACK>
      status reason reset
      """, after: state.prelude)
  }

  @Test("A SYN is challenged wherever it is", arguments: SynchronizedState.all)
  func synchronize(in state: SynchronizedState) {
    // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,LAST-ACK}-12, RFC5961-SYN-1, ROB-079,
    // CVE-15
    play(
      """
      \(state.name) <-- <SEQ=\(state.expected)><CTL=SYN>
      \(state.name) --> <SEQ=\(state.next)><ACK=\(state.expected)><CTL=ACK>
      \(state.name) <-- <SEQ=\(state.expected)+100><ACK=\(state.next)><CTL=SYN,ACK>
      \(state.name) --> <SEQ=\(state.next)><ACK=\(state.expected)><CTL=ACK>
      \(state.name) <-- <SEQ=\(state.expected)+90000><CTL=SYN>
      \(state.name) --> <SEQ=\(state.next)><ACK=\(state.expected)><CTL=ACK>
      \(state.name) <-- <SEQ=300><CTL=SYN>
      \(state.name) --> <SEQ=\(state.next)><ACK=\(state.expected)><CTL=ACK>
      outcome synChallenged
      """, after: state.prelude)
  }

  @Test("Without ACK nothing is taken", arguments: SynchronizedState.all)
  func withoutAcknowledgment(in state: SynchronizedState) {
    // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,LAST-ACK}-14, CVE-18
    play(
      """
      \(state.name) <-- <SEQ=\(state.expected)><CTL=NONE><LEN=10>
      outcome missingAcknowledgment
      \(state.name) <-- <SEQ=\(state.expected)><CTL=FIN>
      \(state.name) <-- <SEQ=\(state.expected)><CTL=PSH,URG><UP=5><LEN=10>
      quiet
      """, after: state.prelude)
  }

  @Test(
    "An acknowledgment of what was never sent is answered, and the segment dropped",
    arguments: SynchronizedState.all)
  func acknowledgmentBeyondSent(in state: SynchronizedState) {
    // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING}-18, EV-SEG-LAST-ACK-16d
    // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,LAST-ACK}-15, CVE-15, RFC5961-DATA-1
    play(
      """
      \(state.name) <-- <SEQ=\(state.expected)><ACK=\(state.next)+1><CTL=ACK><LEN=10>
      \(state.name) --> <SEQ=\(state.next)><ACK=\(state.expected)><CTL=ACK>
      outcome acknowledgmentBeyondSent
      \(state.name) <-- <SEQ=\(state.expected)><ACK=\(state.unacknowledged)-65536><CTL=ACK><LEN=10>
      \(state.name) --> <SEQ=\(state.next)><ACK=\(state.expected)><CTL=ACK>
      outcome acknowledgmentTooOld
      status unread 0
      """, after: state.prelude)
  }

  @Test(
    "A window update is taken, an acknowledgment that says nothing new is ignored",
    arguments: SynchronizedState.all)
  func windowUpdate(in state: SynchronizedState) {
    // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING}-17
    // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING}-19, EV-SEG-LAST-ACK-16b,
    // EV-SEG-LAST-ACK-16c
    play(
      """
      \(state.name) <-- <SEQ=\(state.expected)><ACK=\(state.unacknowledged)><CTL=ACK><WND=0>
      status sndwnd 0
      \(state.name) <-- <SEQ=\(state.expected)><ACK=\(state.unacknowledged)><CTL=ACK><WND=1234>
      status sndwnd 1234
      \(state.name) <-- <SEQ=\(state.expected)><ACK=\(state.unacknowledged)><CTL=ACK><WND=1000>
      status sndwnd 1234
      \(state.name) <-- <SEQ=\(state.expected)><ACK=\(state.unacknowledged)-1><CTL=ACK><WND=4321>
      status sndwnd 1234
      ...
      quiet
      """, after: state.prelude)
  }

  @Test("A keep-alive probe each second is always answered", arguments: SynchronizedState.idle)
  func peerProbe(in state: SynchronizedState) {
    // ROB-269
    play(
      """
      repeat 20
      \(state.name) <-- <SEQ=\(state.expected)-1><ACK=\(state.next)><CTL=ACK>
      \(state.name) --> <SEQ=\(state.next)><ACK=\(state.expected)><CTL=ACK>
      +1s
      end
      """, after: state.prelude)
  }

  @Test(
    "Answers to empty segments right below RCV.NXT: four at once, then one each 500 ms",
    arguments: SynchronizedState.idle)
  func probeThrottle(in state: SynchronizedState) {
    // ROB-269, RFC5961-THR-1
    play(
      """
      repeat 4
      \(state.name) <-- <SEQ=\(state.expected)-1><ACK=\(state.next)><CTL=ACK>
      \(state.name) --> <SEQ=\(state.next)><ACK=\(state.expected)><CTL=ACK>
      end
      repeat 3
      \(state.name) <-- <SEQ=\(state.expected)-1><ACK=\(state.next)><CTL=ACK>
      quiet
      +499ms
      \(state.name) <-- <SEQ=\(state.expected)-1><ACK=\(state.next)><CTL=ACK>
      quiet
      +1ms
      \(state.name) <-- <SEQ=\(state.expected)-1><ACK=\(state.next)><CTL=ACK>
      \(state.name) --> <SEQ=\(state.next)><ACK=\(state.expected)><CTL=ACK>
      end
      """, after: state.prelude)
  }

  @Test(
    "Challenges are throttled to ten in five seconds, for each connection", arguments: SynchronizedState.all)
  func throttle(in state: SynchronizedState) {
    // RFC5961-THR-1, CVE-19
    play(
      """
      repeat 10
      \(state.name) <-- <SEQ=\(state.expected)><CTL=SYN>
      \(state.name) --> <SEQ=\(state.next)><ACK=\(state.expected)><CTL=ACK>
      end
      \(state.name) <-- <SEQ=\(state.expected)><CTL=SYN>
      \(state.name) <-- <SEQ=\(state.expected)+5><CTL=RST>
      \(state.name) <-- <SEQ=\(state.expected)+70000><ACK=\(state.next)><CTL=ACK>
      quiet
      count throttled 3
      """, after: state.prelude)
  }

  @Test("The throttle opens again after five seconds, and can be set") func throttleInterval() {
    // RFC5961-THR-{1,2}
    play(
      """
      connected
      repeat 2
      ESTABLISHED <-- <SEQ=301><CTL=SYN>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      end
      ESTABLISHED <-- <SEQ=301><CTL=SYN>
      quiet
      +999ms
      ESTABLISHED <-- <SEQ=301><CTL=SYN>
      quiet
      +1ms
      ESTABLISHED <-- <SEQ=301><CTL=SYN>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      """,
      configuration: {
        $0.challengeLimit = 2
        $0.challengeInterval = .seconds(1)
      })
  }

  @Test("Window shut: empty segments at RCV.NXT count, and so do resets", arguments: SynchronizedState.full)
  func windowShut(in state: SynchronizedState) {
    // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,LAST-ACK}-1, MUST-66
    play(
      """
      \(state.name) <-- <SEQ=\(state.expected)><ACK=\(state.unacknowledged)><CTL=ACK><WND=0>
      status sndwnd 0
      \(state.name) <-- <SEQ=\(state.expected)><ACK=\(state.unacknowledged)><CTL=ACK><WND=777>
      status sndwnd 777
      \(state.name) <-- <SEQ=\(state.expected)+2><ACK=\(state.unacknowledged)><CTL=ACK><WND=888>
      status sndwnd 777
      \(state.name) --> <SEQ=\(state.next)><ACK=\(state.expected)><CTL=ACK><WND=0>
      \(state.name) <-- <SEQ=\(state.expected)+1><CTL=RST>
      quiet
      CLOSED <-- <SEQ=\(state.expected)><CTL=RST>
      """, after: state.prelude, receiveCapacity: 100)
  }

  @Test(
    "Window shut: the text of a probe is not taken, its acknowledgment is", arguments: SynchronizedState.full)
  func probeOfShutWindow(in state: SynchronizedState) {
    // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,LAST-ACK}-3, ROB-267
    play(
      """
      \(state.name) <-- <SEQ=\(state.expected)><ACK=\(state.unacknowledged)><CTL=ACK><LEN=1><WND=0>
      \(state.name) --> <SEQ=\(state.unacknowledged)><ACK=\(state.expected)><CTL=ACK><WND=0>
      status sndwnd 0
      """, after: state.prelude, receiveCapacity: 100)
  }

  @Test(
    "Window shut: an empty segment behind a probe that we did not take still counts",
    arguments: SynchronizedState.full)
  func behindProbe(in state: SynchronizedState) {
    // RFC9293-X-5, ROB-018
    play(
      """
      \(state.name) <-- <SEQ=\(state.expected)+1><ACK=\(state.unacknowledged)><CTL=ACK><WND=888>
      status sndwnd 888
      ...
      """, after: state.prelude, receiveCapacity: 100)
  }

  @Test("Urgent pointers are followed while text may come", arguments: SynchronizedState.receiving)
  func urgent(in state: SynchronizedState) {
    // EV-SEG-ESTABLISHED-20, EV-SEG-FIN-WAIT-1-21, EV-SEG-FIN-WAIT-2-21
    // EV-RECEIVE-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2}-3
    play(
      """
      event forget
      \(state.name) <-- <SEQ=\(state.expected)><ACK=\(state.unacknowledged)><CTL=ACK,URG><UP=5><LEN=10>
      event urgent
      status urgent 5
      read 3
      status urgent 2
      ...
      """, after: state.prelude)
  }

  @Test("Urgent pointers mean nothing once the peer has closed", arguments: SynchronizedState.finished)
  func urgentIgnored(in state: SynchronizedState) {
    // EV-SEG-CLOSE-WAIT-20, EV-SEG-CLOSING-21, EV-SEG-LAST-ACK-17, CVE-11
    play(
      """
      event forget
      \(state.name) <-- <SEQ=\(state.expected)><ACK=\(state.unacknowledged)><CTL=ACK,URG><UP=5><LEN=10>
      event none
      status urgent 0
      ...
      """, after: state.prelude)
  }

  @Test("Text is trimmed to the window on both sides", arguments: SynchronizedState.receiving)
  func trimmed(in state: SynchronizedState) {
    // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2}-7, ROB-002
    play(
      """
      \(state.name) <-- <SEQ=301><ACK=\(state.unacknowledged)><CTL=ACK><LEN=60>
      \(state.name) <-- <SEQ=331><ACK=\(state.unacknowledged)><CTL=ACK><LEN=60>
      \(state.name) <-- <SEQ=391><ACK=\(state.unacknowledged)><CTL=ACK><LEN=60>
      read 100
      read block
      ...
      """, after: state.prelude, receiveCapacity: 100)
  }

  @Test(
    "A segment that reaches into the window is taken, but its text no more",
    arguments: SynchronizedState.finished)
  func overlapping(in state: SynchronizedState) {
    // EV-SEG-{CLOSE-WAIT,CLOSING,LAST-ACK}-7, ROB-084
    play(
      """
      \(state.name) <-- <SEQ=\(state.expected)-5><ACK=\(state.unacknowledged)><CTL=ACK><LEN=10>
      outcome processed
      status unread 0
      read eof
      ...
      """, after: state.prelude)
  }

  @Test("How old an acknowledgment may be depends on the largest window ever seen") func maximumWindow() {
    // RFC5961-DATA-1, MAY-12, RFC5961-DATA-2
    play(
      """
      connected <WND=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=5000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=100>
      ESTABLISHED <-- <SEQ=301><ACK=101-5000><CTL=ACK><LEN=10>
      read 10
      +40ms ESTABLISHED --> <SEQ=101><ACK=311><CTL=ACK>
      ESTABLISHED <-- <SEQ=311><ACK=101-5001><CTL=ACK><LEN=10>
      outcome acknowledgmentTooOld
      ESTABLISHED --> <SEQ=101><ACK=311><CTL=ACK>
      read block
      """)
  }

  @Test(
    "A FIN behind the window's edge is cut off with the text before it",
    arguments: SynchronizedState.receiving)
  func finishBehindWindow(in state: SynchronizedState) {
    // ROB-003
    play(
      """
      \(state.name) <-- <SEQ=301><ACK=\(state.unacknowledged)><CTL=FIN,ACK><LEN=120>
      status unread 100
      read 100
      read block
      ...
      """, after: state.prelude, receiveCapacity: 100)
  }
}
