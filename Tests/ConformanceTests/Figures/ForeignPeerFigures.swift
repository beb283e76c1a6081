import TCPCore
import Testing

/// What peers of other make showed: one figure for each kind of fault.
@Suite("What other TCPs showed") struct ForeignPeerFigures {
  @Test("The window of a SYN-ACK that crosses ours is not scaled") func crossedWindow() {
    // RFC7323-WS-3
    play(
      """
      open
      SYN-SENT     --> <SEQ=100><CTL=SYN>
      SYN-RECEIVED <-- <SEQ=300><CTL=SYN><MSS=500><WS=7><WND=1000>
      SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      ESTABLISHED  <-- <SEQ=300><ACK=101><CTL=SYN,ACK><WS=7><WND=1000>
      status sndwnd 1000
      write 5000
      ESTABLISHED  --> <SEQ=101><ACK=301><CTL=ACK><LEN=500>
      ESTABLISHED  --> <SEQ=601><ACK=301><CTL=ACK><LEN=500>
      quiet
      ESTABLISHED  <-- <SEQ=301><ACK=1101><CTL=ACK><WND=10>
      status sndwnd 1280
      ...
      """, .all)
  }

  @Test("SYN-RECEIVED on both sides: who acknowledges another SYN gets the reset, not a challenge")
  func otherIncarnation() {
    // EV-SEG-SYN-RECEIVED-18
    for number in ["5001", "99", "102"] {
      play(
        """
        open
        SYN-SENT     --> <SEQ=100><CTL=SYN>
        SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
        SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
        SYN-RECEIVED <-- <SEQ=301><ACK=\(number)><CTL=ACK>
        SYN-RECEIVED --> <SEQ=\(number)><CTL=RST>
        """)
    }
  }

  @Test("A released connection whose peer keeps its window closed ends with a reset")
  func releasedAndShut() {
    // RFC6429-2
    play(
      """
      connected <WND=0>
      write 10
      release
      +1s RELEASED --> <SEQ=100><ACK=301><CTL=ACK>
          RELEASED <-- <SEQ=301><ACK=101><CTL=ACK><WND=0>
      +2s RELEASED --> <SEQ=100><ACK=301><CTL=ACK>
          RELEASED <-- <SEQ=301><ACK=101><CTL=ACK><WND=0>
      +2s CLOSED   --> <SEQ=101><ACK=301><CTL=RST,ACK>
      count connections 0
      """, options: { $0.releasedLimit = .seconds(5) })
  }

  @Test("A released connection that makes progress goes on") func releasedWithProgress() {
    play(
      """
      connected <MSS=1000><WND=1000>
      write 3000
          ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      release
          RELEASED <-- <SEQ=301><ACK=1101><CTL=ACK><WND=0>
      +1s RELEASED --> <SEQ=1100><ACK=301><CTL=ACK>
          RELEASED <-- <SEQ=301><ACK=1101><CTL=ACK><WND=1000>
          RELEASED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
      +900ms RELEASED <-- <SEQ=301><ACK=2101><CTL=ACK><WND=1001>
          RELEASED --> <SEQ=2101><ACK=301><CTL=FIN,ACK><LEN=1000>
      +900ms RELEASED <-- <SEQ=301><ACK=3102><CTL=ACK>
      ...
      """, options: { $0.releasedLimit = .seconds(2) })
  }

  @Test("What the SYN has offered does not change with later options") func optionsInSYNSent() {
    // RFC7323-TS-4, RFC7323-WS-1, RFC2018-1
    play(
      """
      open
          SYN-SENT --> <SEQ=100><CTL=SYN><MSS=1460><SACKOK><WS=0><TS>
      set timestamps off
      set windowscale off
      set sack off
      set mss 500
      +1s SYN-SENT --> <SEQ=100><CTL=SYN><MSS=1460><SACKOK><WS=0><TS>
          ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><TS=5><WS=7><SACKOK><WND=1000>
          ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><TS=*,5>
          ESTABLISHED <-- <SEQ=311><ACK=101><CTL=ACK><LEN=5><WND=10><TS=5>
          ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><TS=*,5><SACK=311:316>
      status sndwnd 1280
      """)
  }

  @Test("After a pause what was in flight goes out again before anything is given up") func overslept() {
    // SHLD-11, EV-UTO-ESTABLISHED-1
    play(
      """
      connected
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      sleep 1h
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      ESTABLISHED <-- <SEQ=301><ACK=111><CTL=ACK>
      """)
    play(
      """
      open
      SYN-SENT --> <SEQ=100><CTL=SYN>
      sleep 1h
      SYN-SENT --> <SEQ=100><CTL=SYN>
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      """)
    play(
      """
      connected <WND=0>
      write 10
      +1s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      sleep 1h
      ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=0>
      ...
      """)
  }

  @Test("A pause does not count: a silent peer is given up after the usual attempts")
  func oversleptAndSilent() {
    // SHLD-11: 3 s of R2 before the pause, 3 s behind it.
    play(
      """
      connected
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      sleep 1h
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +2s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +3s state CLOSED
      status reason timedOut
      """, options: { $0.retransmissionTimeLimit = .seconds(6) })
  }

  @Test("A limit that has already passed when it is set ends the connection")
  func shorterLimit() {
    // SHLD-11, MUST-21
    play(
      """
      connected
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +1s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      +2s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      set retransmission-limit 1s
      +1ms state CLOSED
      status reason timedOut
      """)
  }

  @Test("Keep-alive: after a pause the peer is asked once more") func oversleptKeepAlive() {
    // MUST-29
    play(
      """
      connected
      +10s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +1s  ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      sleep 1h
      ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      ...
      """,
      options: {
        $0.isKeepAliveEnabled = true
        $0.keepAliveIdle = .seconds(10)
        $0.keepAliveInterval = .seconds(1)
        $0.keepAliveProbes = 2
      })
  }

  @Test("While the device accepts nothing, no time-out advances and no attempt counts") func busyDevice() {
    // SHLD-11, RFC6298-14
    play(
      """
      connected
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      busy 10min
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      count timeouts 1
      status rto 2s
      +2s ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      ESTABLISHED <-- <SEQ=301><ACK=111><CTL=ACK>
      """)
    play(
      """
      open
      busy 10min
      SYN-SENT --> <SEQ=100><CTL=SYN>
      +1s SYN-SENT --> <SEQ=100><CTL=SYN>
      """)
  }

  @Test("Reads that change no window field on the wire send no acknowledgment")
  func largeRingUnscaled() {
    // MUST-39, RFC5681-15
    play(
      """
      connected <MSS=1000>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=1000>
      read 1000
      quiet
      ESTABLISHED <-- <SEQ=1301><ACK=101><CTL=ACK><LEN=1000>
      ESTABLISHED --> <SEQ=101><ACK=2301><CTL=ACK><WND=65535>
      read 1000
      quiet
      ESTABLISHED <-- <SEQ=2301><ACK=101><CTL=ACK><LEN=1000>
      read 1000
      quiet
      ...
      """, receiveCapacity: 200_000)
  }

  @Test("Acknowledgments that arrive in one batch open the window as if they came one by one") func batch() {
    // RFC9406-9
    play(
      """
      connected <MSS=1000><WND=60000>
      write 40000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=3101><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=4101><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=5101><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=6101><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=7101><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=8101><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=9101><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=10101><CTL=ACK>
      status cwnd 20000
      ...
      """)
  }

  @Test("The user time-out ends unanswered keep-alive probes, two of them at least")
  func userTimeoutOfKeepAlive() {
    // MUST-29, EV-UTO-ESTABLISHED-1
    play(
      """
      connected
      +10s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +1s  ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +1s  state CLOSED
      status reason timedOut
      """,
      options: {
        $0.isKeepAliveEnabled = true
        $0.keepAliveIdle = .seconds(10)
        $0.keepAliveInterval = .seconds(1)
        $0.userTimeout = .seconds(12)
      })
  }

  @Test("A tail leaves beside full segments in flight, and text that is announced is waited for") func tails()
  {
    // SHLD-7, MUST-60
    play(
      """
      connected <MSS=1000>
      write 1800
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=800>
      ESTABLISHED <-- <SEQ=301><ACK=1901><CTL=ACK>
      write more 100
      quiet
      write 50
      ESTABLISHED --> <SEQ=1901><ACK=301><CTL=ACK><LEN=150>
      ESTABLISHED <-- <SEQ=301><ACK=2051><CTL=ACK>
      write more 100
      +200ms ESTABLISHED --> <SEQ=2051><ACK=301><CTL=ACK><LEN=100>
      ESTABLISHED <-- <SEQ=301><ACK=2151><CTL=ACK>
      write more 1100
      ESTABLISHED --> <SEQ=2151><ACK=301><CTL=ACK><LEN=1000>
      quiet
      close
      FIN-WAIT-1 --> <SEQ=3151><ACK=301><CTL=FIN,ACK><LEN=100>
      ...
      """)
  }

  @Test("Small segments of a small path: every second one is acknowledged") func smallPath() {
    // SHLD-19
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=128>
      ESTABLISHED <-- <SEQ=429><ACK=101><CTL=ACK><LEN=128>
      ESTABLISHED --> <SEQ=101><ACK=557><CTL=ACK>
      ESTABLISHED <-- <SEQ=557><ACK=101><CTL=ACK><LEN=1>
      ESTABLISHED <-- <SEQ=558><ACK=101><CTL=ACK><LEN=1>
      quiet
      ...
      """)
  }

  @Test("TIME-WAIT: another FIN that is acceptable is acknowledged, and the rest starts again")
  func otherFINInTimeWait() {
    // EV-SEG-TIME-WAIT-22
    play(
      """
      connected
      close
      FIN-WAIT-1 --> <SEQ=101><ACK=301><CTL=FIN,ACK>
      TIME-WAIT  <-- <SEQ=301><ACK=102><CTL=FIN,ACK>
      TIME-WAIT  --> <SEQ=102><ACK=302><CTL=ACK>
      +200s TIME-WAIT  <-- <SEQ=305><ACK=102><CTL=FIN,ACK>
      TIME-WAIT  --> <SEQ=102><ACK=302><CTL=ACK>
      +239s state TIME-WAIT
      +1s state CLOSED
      """)
  }

  @Test("A FIN in front of a shut window is taken: it needs no room") func finAtShutWindow() {
    // EV-SEG-ESTABLISHED-3
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      +40ms ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><WND=0>
      CLOSE-WAIT  <-- <SEQ=401><ACK=101><CTL=FIN,ACK>
      CLOSE-WAIT  --> <SEQ=101><ACK=402><CTL=ACK><WND=0>
      read 100
      read eof
      """, receiveCapacity: 100)
    play(
      """
      connected
      CLOSE-WAIT  <-- <SEQ=301><ACK=101><CTL=FIN,ACK><LEN=100>
      CLOSE-WAIT  --> <SEQ=101><ACK=402><CTL=ACK><WND=0>
      CLOSE-WAIT  <-- <SEQ=402><ACK=101><CTL=ACK>
      quiet
      """, receiveCapacity: 100)
  }

  @Test("Blind SYNs do not starve the answer to a repeated SYN-ACK") func repeatedSYNACK() {
    // RFC5961-THR-1
    play(
      """
      connected
      repeat 10
      ESTABLISHED <-- <SEQ=301><CTL=SYN>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      end
      ESTABLISHED <-- <SEQ=9000><CTL=SYN>
      quiet
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      """)
  }

  @Test("No time-out falls below the minimum, also before the first sample") func minimumWithBackOff() {
    // RFC6298-4
    play(
      """
      open
           SYN-SENT --> <SEQ=100><CTL=SYN>
      +10s SYN-SENT --> <SEQ=100><CTL=SYN>
      +20s SYN-SENT --> <SEQ=100><CTL=SYN>
      +40s SYN-SENT --> <SEQ=100><CTL=SYN>
      """, options: { $0.minimumTimeout = .seconds(10) })
    play(
      """
      listen
           SYN-RECEIVED <-- <SEQ=300><CTL=SYN>
           SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      +10s SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      +20s SYN-RECEIVED --> <SEQ=100><ACK=301><CTL=SYN,ACK>
      """, options: { $0.minimumTimeout = .seconds(10) })
  }

  @Test("A connection that is over has nothing in flight and no deadline") func statusOfTheEnd() {
    play(
      """
      connected
      write 10
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      abort
      CLOSED --> <SEQ=111><ACK=301><CTL=RST,ACK>
      status flight 0
      deadline none
      """)
  }
}
