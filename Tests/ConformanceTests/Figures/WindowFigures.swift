import Testing

/// RFC 9293 section 3.8.6: windows and probes.
@Suite("Check1, Check5, Check7: managing the window (RFC 9293 section 3.8.6)") struct WindowFigures {
  @Test("A shut window is probed after one RTO, then at doubled intervals") func probes() {
    // MUST-36, SHLD-29, SHLD-30, ROB-018
    play(
      """
      connected <MSS=1000>
      write 1000
           ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
           ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><WND=0>
      write 500
      quiet
      deadline +1s
      +1s  ESTABLISHED --> <SEQ=1100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      +2s  ESTABLISHED --> <SEQ=1100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      +4s  ESTABLISHED --> <SEQ=1100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      +8s  ESTABLISHED --> <SEQ=1100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      +16s ESTABLISHED --> <SEQ=1100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      +32s ESTABLISHED --> <SEQ=1100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      +60s ESTABLISHED --> <SEQ=1100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      +60s ESTABLISHED --> <SEQ=1100><ACK=301><CTL=ACK>
      count windowProbes 8
      """, .all)
  }

  @Test("Probes that are answered keep the connection up for a week") func week() {
    // MUST-37, RFC6429-1
    play(
      """
      connected <WND=0>
      write 500
      +1s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +2s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +4s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +8s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +16s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +32s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +64s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +128s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +256s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +512s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +1024s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +2048s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      repeat 168
      +1h  ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      end
      state ESTABLISHED
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=1000>
           ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=500>
      ...
      """, options: { $0.maximumTimeout = .seconds(3_600) })
  }

  @Test("The pause between answered probes may be longer than R2 and the user time-out") func longPause() {
    // MUST-37
    play(
      """
      connected <WND=0>
      write 500
      +1s  ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +2s  ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +4s  ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +8s  ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +3s  state CLOSED
      status reason timedOut
      """, options: { $0.userTimeout = .seconds(3) })
  }

  @Test("A window that opens after a pause longer than the user time-out finds the connection up")
  func opensAfterPause() {
    // MUST-37: what is in flight since before the window shut has all the time again.
    play(
      """
      connected <WND=1000>
      write 500
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=500>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=0>
      +1s  ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +2s  ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +4s  ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
           ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +7s  ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=1000>
           ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=500>
      +500ms state ESTABLISHED
           ESTABLISHED <-- <SEQ=301><ACK=601><CTL=ACK><WND=1000>
      quiet
      """, options: { $0.userTimeout = .seconds(3) })
  }

  @Test("Probes that nobody answers end the connection") func unanswered() {
    play(
      """
      connected <WND=0>
      write 500
      +1s  ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +2s  ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +4s  ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +8s  ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +16s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +32s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      +60s state CLOSED
      status reason timedOut
      """)
  }

  @Test(
    "After a probe, acknowledgments and resets keep a sequence number that a peer with a closed window accepts"
  )
  func heardWhileProbing() {
    // ROB-018, MUST-36
    play(
      """
      connected <WND=0>
      write 500
      +1s   ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
            ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=0><LEN=10>
      +40ms ESTABLISHED --> <SEQ=101><ACK=311><CTL=ACK>
            ESTABLISHED <-- <SEQ=311><CTL=SYN>
            ESTABLISHED --> <SEQ=101><ACK=311><CTL=ACK>
            ESTABLISHED <-- <SEQ=311><ACK=101><CTL=ACK><WND=1000>
            ESTABLISHED --> <SEQ=101><ACK=311><CTL=ACK><LEN=500>
      ...
      """, .all)
    play(
      """
      connected <WND=0>
      write 500
      +1s   ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
      abort
      CLOSED --> <SEQ=101><ACK=301><CTL=RST,ACK>
      """, .all)
  }

  @Test("A pending acknowledgment is sent beside the probe, and the peer does not mistake the probe for it")
  func owedBesideProbe() {
    // MUST-36
    play(
      """
      connected <WND=0>
      write 500
      +980ms ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=0><LEN=10>
      +20ms  ESTABLISHED --> <SEQ=100><ACK=311><CTL=ACK>
      +20ms  ESTABLISHED --> <SEQ=101><ACK=311><CTL=ACK>
      """, .all)
  }

  @Test("When the window has shrunk below what is in flight, acknowledgments use its right edge")
  func acceptableBehindShrunkEdge() {
    // MUST-34, RFC9293-X-7
    play(
      """
      connected <MSS=1000>
      write 2000
      ESTABLISHED --> x2 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><WND=500><LEN=1>
      +40ms ESTABLISHED --> <SEQ=1601><ACK=302><CTL=ACK>
      ESTABLISHED <-- <SEQ=302><ACK=1101><CTL=ACK><WND=0><LEN=1>
      +40ms ESTABLISHED --> <SEQ=1101><ACK=303><CTL=ACK>
      abort
      CLOSED --> <SEQ=1101><ACK=303><CTL=RST,ACK>
      """, .all)
  }

  @Test("The rounding of a scaled window does not move the right edge") func roundingIsNoShrinking() {
    // RFC7323-WS-14
    play(
      """
      open
      SYN-SENT    --> <SEQ=100><CTL=SYN>
      ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK><MSS=1000><WS=7><WND=1000>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      write 1000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=601><CTL=ACK><WND=3><LEN=1>
      +40ms ESTABLISHED --> <SEQ=1101><ACK=302><CTL=ACK>
      """)
  }

  @Test("Urgent text behind a shut window is announced beside the probe") func urgentWhileProbing() {
    // MUST-30, MUST-66
    play(
      """
      connected <WND=0>
      write urgent 10
      +1s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
          ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK,URG><UP=10>
      ...
      """)
  }

  @Test("A window that opens lets text leave at once") func reopening() {
    play(
      """
      connected <WND=0>
      write 500
      +500ms ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=1000>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=500>
      ...
      """)
  }

  @Test("A FIN waits for the window too, and lets it be probed") func finishProbe() {
    play(
      """
      connected <WND=0>
      close
      state FIN-WAIT-1
      quiet
      +1s FIN-WAIT-1 --> <SEQ=100><ACK=301><CTL=ACK>
          FIN-WAIT-1 <-- <SEQ=301><ACK=101><CTL=ACK>
      +2s FIN-WAIT-1 --> <SEQ=100><ACK=301><CTL=ACK>
          FIN-WAIT-1 <-- <SEQ=301><ACK=101><CTL=ACK><WND=1>
          FIN-WAIT-1 --> <SEQ=101><ACK=301><CTL=FIN,ACK>
          FIN-WAIT-2 <-- <SEQ=301><ACK=102><CTL=ACK>
      deadline none
      """)
  }

  @Test("A window that shrinks below what is in flight does no harm") func shrunk() {
    // MUST-34, SHLD-15, SHLD-16
    play(
      """
      connected <MSS=1000><WND=10000>
      write 6000
          ESTABLISHED --> x6 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      write 2000
          ESTABLISHED --> x2 <SEQ=6101><ACK=301><CTL=ACK><LEN=1000>
          ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><WND=2000>
      write 1000
      quiet
      +1s ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
          ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK><WND=1000>
          ESTABLISHED --> <SEQ=2101><ACK=301><CTL=ACK><LEN=1000>
      quiet
          ESTABLISHED <-- <SEQ=301><ACK=8101><CTL=ACK><WND=5000>
          ESTABLISHED --> <SEQ=8101><ACK=301><CTL=ACK><LEN=1000>
      ...
      """)
  }

  @Test("A window shut over text in flight is probed, and what was lost goes again") func shutOverFlight() {
    // MUST-35, ROB-087, ROB-090
    play(
      """
      connected <MSS=1000>
      write 2000
          ESTABLISHED --> x2 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
          ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><WND=0>
      +1s ESTABLISHED --> <SEQ=1100><ACK=301><CTL=ACK>
          ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      +1s ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK><WND=5000>
          ESTABLISHED --> <SEQ=1101><ACK=301><CTL=ACK><LEN=1000>
          ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK>
      deadline none
      """)
  }

  @Test("Text beyond a shrunken edge does not end the connection while the peer answers") func shrunkEdge() {
    // SHLD-17
    play(
      """
      connected <MSS=1000>
      write 2000
          ESTABLISHED --> x2 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
          ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=0>
      +1s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
          ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +2s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
          ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +4s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
          ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +8s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
          ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +16s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
          ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      +32s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
          ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      repeat 60
      +60s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
          ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      end
          ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=5000>
          ESTABLISHED --> x2 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ...
      """)
  }

  @Test("A closed window is not probed while there is nothing to send") func noProbe() {
    // ROB-355
    play(
      """
      connected <WND=0>
      deadline none
      write 1
      +1s ESTABLISHED --> <SEQ=100><ACK=301><CTL=ACK>
          ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=1>
          ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=1>
          ESTABLISHED <-- <SEQ=301><ACK=102><CTL=ACK><WND=0>
      deadline none
      """)
  }
}
