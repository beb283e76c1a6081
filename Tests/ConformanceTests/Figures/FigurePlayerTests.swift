import TCPTestSupport
import Testing

/// A figure that is wrong must fail, and at the right line: the player hides nothing.
@Suite("The figure player finds what is wrong") struct FigurePlayerTests {
  /// The line that fails and why; `nil` if the figure holds.
  private func failure(_ figure: String) -> (line: Int, message: String)? {
    FigurePlayer.play(figure, FigureSettings()).map { ($0.line, $0.message) }
  }

  private func expectFailure(
    _ figure: String, line: Int, _ part: String, _ place: SourceLocation = #_sourceLocation
  ) {
    guard let found = failure(figure) else {
      Issue.record("the figure holds", sourceLocation: place)
      return
    }
    #expect(found.line == line, "\(found.message)", sourceLocation: place)
    #expect(found.message.contains(part), "\(found.message)", sourceLocation: place)
  }

  @Test("A right figure holds, wherever the numbers are") func right() {
    for place in [NumberPlace.anywhere, .belowHalf(2), .belowWrap(2)] {
      for isIPv6 in [false, true] {
        var settings = FigureSettings()
        settings.ownPlace = place
        settings.peerPlace = place
        settings.isIPv6 = isIPv6
        let figure = "connected\nwrite 20\nESTABLISHED --> <SEQ=101><ACK=301><CTL=PSH,ACK><LEN=20>\n..."
        #expect(FigurePlayer.play(figure, settings) == nil)
      }
    }
  }

  @Test(
    "Each field of a segment that leaves is looked at",
    arguments: [
      ("SYN-SENT --> <SEQ=101><CTL=SYN>", "SEQ is 100"),
      ("SYN-SENT --> <SEQ=100><CTL=SYN,ACK>", "CTL is SYN"),
      ("LISTEN --> <SEQ=100><CTL=SYN>", "the state is SYN-SENT"),
      ("SYN-SENT --> <CTL=SYN><LEN=1>", "LEN is 0"),
      ("SYN-SENT --> <CTL=SYN><MSS=1461>", "MSS is 1460"), ("SYN-SENT --> <CTL=SYN><WS=3>", "WS is 0"),
      ("SYN-SENT --> <CTL=SYN><WND=1>", "WND is 65535"), ("SYN-SENT --> <CTL=SYN><NOTS>", "TS is there"),
      ("SYN-SENT --> <CTL=SYN><NOSACKOK>", "SACKOK is there"),
      ("SYN-SENT --> <CTL=SYN><TS=7,1>", "TSecr is 0"),
      ("SYN-SENT --> <CTL=SYN><SACK=1:2>", "SACK is missing"), ("SYN-SENT --> <CTL=SYN><UP=1>", "UP is 0"),
      ("quiet", "is sent"), ("+1ms quiet", "waits to be sent"), ("state SYN-SENT", "still to be sent"),
    ])
  func fields(line: String, reason: String) {
    // The first line is the SYN's own; a figure without it fails at its end.
    expectFailure("open\n\(line)", line: 1, reason)
  }

  @Test("A line that no host and no grammar knows fails") func nonsense() {
    expectFailure("open\ngibberish", line: 1, "no such statement")
    expectFailure("SYN-SENT --> <SEQ=x><CTL=SYN>", line: 0, "no number")
    expectFailure("SYN-SENT --> <SEQ=1>", line: 0, "CTL")
    expectFailure("SYN-SENT --> <CTL=SYN><NAME=1>", line: 0, "no such field")
  }

  @Test("Nothing may leave on the way, and nothing may be missing") func time() {
    let open = "open\nSYN-SENT --> <SEQ=100><CTL=SYN>\n"
    expectFailure(open + "+2s quiet", line: 2, "is sent after 1s already")
    expectFailure(open + "+999ms SYN-SENT --> <SEQ=100><CTL=SYN>", line: 2, "nothing is sent")
    expectFailure(open + "deadline +2s", line: 2, "it is +1s")
    #expect(failure(open + "deadline +1s\n+1s SYN-SENT --> <SEQ=100><CTL=SYN>") == nil)
  }

  @Test("Calls that fail must be named, and calls that do not, too") func calls() {
    expectFailure("close\nquiet", line: 1, "failed: staleHandle")
    expectFailure("close", line: 0, "failed: staleHandle")
    expectFailure("listen\nerror wouldBlock", line: 1, "did not fail")
    expectFailure("close\nerror reset", line: 1, "it is staleHandle")
    expectFailure("connected\nread 1\nerror reset", line: 2, "it is wouldBlock")
    expectFailure("connected\nevent readable", line: 1, "there is none")
  }

  @Test("Text is compared on its way out and on its way in") func text() {
    let arrives = "connected\nESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=10>\n"
    #expect(failure(arrives + "read 10\n+40ms ESTABLISHED --> <CTL=ACK>") == nil)
    expectFailure(arrives + "read 11", line: 2, "only 10 octets")
    expectFailure(arrives + "read block", line: 2, "there is text")
  }
}
