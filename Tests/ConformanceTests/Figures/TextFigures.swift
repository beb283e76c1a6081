import Testing

/// RFC 9293 section 3.8.6.3 and 3.10.7.4, RFC 5681 section 4.2: text that arrives, and when it is
/// acknowledged.
@Suite("Check7, Check8: text that arrives, and its acknowledgments") struct TextFigures {
  @Test("A lone segment is acknowledged after the delay") func delayed() {
    // MUST-40, SHLD-18, RFC5681-26, EV-SEG-ESTABLISHED-21, EV-RECEIVE-ESTABLISHED-{1,2}
    play(
      """
      connected
      read block
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      event readable
      deadline +40ms
      +39ms quiet
      +1ms ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK>
      deadline none
      read 100
      """, .all)
  }

  @Test("The delay is the user's choice, below half a second") func delayBound() {
    // MUST-40, ROB-281
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      +498ms quiet
      +1ms ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK>
      """, options: { $0.acknowledgmentDelay = .seconds(2) })
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=1>
      ESTABLISHED --> <SEQ=101><ACK=302><CTL=ACK>
      """, options: { $0.acknowledgmentDelay = .seconds(0) })
  }

  @Test("Every second full-sized segment is acknowledged at once") func everySecond() {
    // SHLD-19, PEER-07
    play(
      """
      connected
      repeat 3
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK>
      end
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=1460>
      quiet
      ESTABLISHED <-- <SEQ=1761><ACK=101><CTL=ACK><LEN=1460>
      ESTABLISHED --> <SEQ=101><ACK=3221><CTL=ACK>
      ESTABLISHED <-- <SEQ=3221><ACK=101><CTL=ACK><LEN=1460>
      quiet
      ESTABLISHED <-- <SEQ=4681><ACK=101><CTL=ACK><LEN=1460>
      ESTABLISHED --> <SEQ=101><ACK=6141><CTL=ACK>
      """)
  }

  @Test("What counts as full-sized is what our MSS allows, not the peer's") func everySecondOfOurs() {
    // ROB-276
    play(
      """
      connected <MSS=1460>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=536>
      quiet
      ESTABLISHED <-- <SEQ=837><ACK=101><CTL=ACK><LEN=536>
      ESTABLISHED --> <SEQ=101><ACK=1373><CTL=ACK>
      """, options: { $0.maximumSegmentSize = 536 })
  }

  @Test("Segments that arrive together are acknowledged together") func together() {
    // MUST-58, MUST-59, RFC5681-27
    play(
      """
      connected
      ESTABLISHED <-- x6 <SEQ=301><ACK=101><CTL=ACK><LEN=1000>
      ESTABLISHED --> <SEQ=101><ACK=6301><CTL=ACK>
      quiet
      read 6000
      """)
  }

  @Test("Text of ours carries the acknowledgment") func piggyback() {
    // EV-SEND-ESTABLISHED-1
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      write 20
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=PSH,ACK><LEN=20>
      quiet
      ESTABLISHED <-- <SEQ=401><ACK=121><CTL=ACK>
      deadline none
      """)
  }

  @Test("Text beyond a gap is kept and acknowledged at once; so is the text that fills it") func gap() {
    // RFC5681-15, RFC5681-16, SHLD-31, MAY-13, EV-SEG-ESTABLISHED-22
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=401><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      ESTABLISHED <-- <SEQ=601><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      read block
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=501><CTL=ACK>
      read 200
      ESTABLISHED <-- <SEQ=501><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=701><CTL=ACK>
      read 200
      """)
  }

  @Test("Overlapping pieces make the same text") func overlaps() {
    // EV-SEG-ESTABLISHED-{7,22}, SHLD-31
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=351><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      ESTABLISHED <-- <SEQ=321><ACK=101><CTL=ACK><LEN=60>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      ESTABLISHED <-- <SEQ=431><ACK=101><CTL=ACK><LEN=70>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=40>
      ESTABLISHED --> <SEQ=101><ACK=501><CTL=ACK>
      read 200
      """)
  }

  @Test("Text that was received already is acknowledged at once, also with new text behind it")
  func duplicate() {
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      +40ms ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK>
      ESTABLISHED <-- <SEQ=381><ACK=101><CTL=ACK><LEN=40>
      ESTABLISHED --> <SEQ=101><ACK=421><CTL=ACK>
      read 120
      """)
  }

  @Test("A FIN that comes before the text in front of it is taken when the gap closes") func earlyFinish() {
    // ROB-081, PEER-03
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=401><ACK=101><CTL=FIN,ACK><LEN=100>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      CLOSE-WAIT  <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      CLOSE-WAIT  --> <SEQ=101><ACK=502><CTL=ACK>
      read 200
      read eof
      """)
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=401><ACK=101><CTL=FIN,ACK>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      CLOSE-WAIT  <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>
      CLOSE-WAIT  --> <SEQ=101><ACK=402><CTL=ACK>
      read 100
      read eof
      """)
  }

  @Test("Nothing behind a FIN is delivered, even if it was there first") func textBeyondFinish() {
    // ROB-270
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=305><ACK=101><CTL=ACK><LEN=12>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      CLOSE-WAIT  <-- <SEQ=301><ACK=101><CTL=FIN,ACK><LEN=12>
      CLOSE-WAIT  --> <SEQ=101><ACK=314><CTL=ACK>
      read 12
      read eof
      """)
  }

  @Test("More gaps than there are places: an acknowledgment still leaves") func manyGaps() {
    // PEER-06, CVE-14
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=311><ACK=101><CTL=ACK><LEN=1>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      ESTABLISHED <-- <SEQ=321><ACK=101><CTL=ACK><LEN=1>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      ESTABLISHED <-- <SEQ=331><ACK=101><CTL=ACK><LEN=1>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      status ranges 2
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=40>
      ESTABLISHED --> <SEQ=101><ACK=341><CTL=ACK>
      read 40
      """,
      configuration: {
        var ringClass = $0.ringClass(0)
        ringClass.ranges = 2
        $0.setRingClass(0, ringClass)
      })
  }

  @Test("Text with an old acknowledgment is taken, the acknowledgment is not") func oldAcknowledgment() {
    // PEER-01, EV-SEG-ESTABLISHED-17
    play(
      """
      connected
      write 100
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=100>
      ESTABLISHED <-- <SEQ=301><ACK=201><CTL=ACK>
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=50><WND=5>
      status sndwnd 65535
      read 50
      +40ms ESTABLISHED --> <SEQ=201><ACK=351><CTL=ACK>
      """)
  }

  @Test("Text that was queued but not sent cannot be acknowledged") func unsentAcknowledged() {
    // ROB-015, PEER-02, EV-SEG-ESTABLISHED-18
    play(
      """
      connected <WND=10>
      write 16
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK><LEN=10>
      ESTABLISHED <-- <SEQ=301><ACK=117><CTL=ACK>
      ESTABLISHED --> <SEQ=111><ACK=301><CTL=ACK>
      status unacknowledged 16
      ESTABLISHED <-- <SEQ=301><ACK=111><CTL=ACK><WND=100>
      ESTABLISHED --> <SEQ=111><ACK=301><CTL=ACK><LEN=6>
      ...
      """)
  }

  @Test("An older window does not overwrite a newer one") func olderWindow() {
    // ROB-272, EV-SEG-ESTABLISHED-19
    play(
      """
      connected
      ESTABLISHED <-- <SEQ=401><ACK=101><CTL=ACK><LEN=10><WND=8192>
      status sndwnd 8192
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100><WND=0>
      status sndwnd 8192
      ESTABLISHED --> <SEQ=101><ACK=411><CTL=ACK>
      """)
  }

  @Test("The window field is unsigned") func unsignedWindow() {
    // MUST-1
    play(
      """
      connected <WND=65535>
      status sndwnd 65535
      ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><WND=32768>
      status sndwnd 32768
      """)
  }

  @Test("PSH is on the segment that empties the ring") func push() {
    // MUST-61, SHLD-28, MUST-60
    play(
      """
      connected <MSS=1000>
      write 2500
      ESTABLISHED --> x2 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK>
      ESTABLISHED --> <SEQ=2101><ACK=301><CTL=PSH,ACK><LEN=500>
      ...
      """)
  }

  @Test("A full send ring takes no more, and says when there is room") func fullRing() {
    // EV-SEND-ESTABLISHED-{1,2}, EV-SEG-ESTABLISHED-16
    play(
      """
      connected <MSS=1000>
      write 1500 takes 1000
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=PSH,ACK><LEN=1000>
      write 1
      error wouldBlock
      event none
      ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      event writable
      write 500
      ESTABLISHED --> <SEQ=1101><ACK=301><CTL=PSH,ACK><LEN=500>
      ...
      """, sendCapacity: 1_000)
  }
}
