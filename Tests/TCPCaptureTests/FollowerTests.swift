import TCPCapture
import TCPCore
import Testing

@Suite("The data of a conversation")
struct FollowerTests {
  private struct Run {
    var follower = StreamFollower()
    var catalog = ConversationCatalog()
    var pieces: [StreamFollower.Piece] = []

    mutating func add(_ sample: SampleSegment, kept: Int? = nil) throws {
      let bytes = sample.bytes
      var file = classicFile(bigEndian: true, frame: [UInt8](bytes.prefix(kept ?? bytes.count)))
      file.replaceSubrange(36..<40, with: big(UInt32(bytes.count)))
      let capture = try Capture(file)
      guard case .segment(let segment) = capture.decode(capture.records[0]) else {
        Issue.record("no segment")
        return
      }
      let text = [UInt8](capture.datagram(of: capture.records[0])[segment.text])
      pieces += follower.add(
        segment, in: catalog.note(segment), text: text, at: Instant(microseconds: 0))
    }

    mutating func finish() { pieces += follower.finish(at: Instant(microseconds: 0)) }

    /// Each piece as its arrow, offset, what is missing, and its text.
    var texts: [String] {
      pieces.map {
        "\($0.isFromInitiator ? ">" : "<")\($0.offset)-\($0.missing) "
          + String(decoding: $0.bytes, as: UTF8.self)
      }
    }
  }

  private func up(_ offset: UInt32, _ text: String, flags: SegmentFlags = .ack) -> SampleSegment {
    SampleSegment(sequence: 1_000 &+ offset, acknowledgment: 1, flags: flags, text: [UInt8](text.utf8))
  }

  private func acknowledge(_ offset: UInt32) -> SampleSegment {
    SampleSegment(sequence: 1, acknowledgment: 1_000 + offset).reversed
  }

  @Test("Both sides, over the wrap") func both() throws {
    var run = Run()
    for segment in sampleConversation { try run.add(segment) }
    run.finish()
    #expect(run.texts == [">0-0 hello, xiao mei.", "<0-0 hello."])
  }

  @Test("Reordered, repeated and overlapping segments give each octet once") func order() throws {
    var run = Run()
    for segment in [up(0, "ab"), up(4, "ef"), up(6, "gh"), up(2, "cdef"), up(0, "abcdefghi"), up(3, "d")] {
      try run.add(segment)
    }
    #expect(run.texts == [">0-0 ab", ">2-0 cdef", ">6-0 gh", ">8-0 i"])
  }

  @Test("What was acknowledged and not captured is missing") func missing() throws {
    var run = Run()
    try run.add(up(0, "ab"))
    try run.add(up(5, "fg"))
    try run.add(acknowledge(5))
    #expect(run.texts == [">0-0 ab"])
    try run.add(acknowledge(7))
    #expect(run.texts == [">0-0 ab", ">5-3 fg"])
  }

  @Test("The end, and too much that came early, skip a hole") func skipped() throws {
    var run = Run()
    try run.add(up(0, "ab"))
    try run.add(up(3, "d"))
    run.finish()
    #expect(run.texts == [">0-0 ab", ">3-1 d"])
    var full = Run()
    try full.add(up(0, "a"))
    for index in 0..<18 as Range<UInt32> {
      try full.add(up(2 + index * 60_000, String(repeating: "x", count: 60_000)))
    }
    #expect(full.pieces.count == 19)
    #expect(full.pieces[1].missing == 1)
  }

  @Test("A segment that was cut off leaves a hole behind it") func cut() throws {
    var run = Run()
    try run.add(up(0, "abcdef"), kept: 42)
    try run.add(up(6, "gh"))
    #expect(run.texts == [">0-0 ab", ">6-4 gh"])
  }

  @Test("Resets and wrong checksums bring nothing") func dropped() throws {
    var run = Run()
    var wrong = up(0, "xx")
    wrong.spoilsChecksum = true
    try run.add(wrong)
    try run.add(up(0, "no", flags: .rst))
    try run.add(up(0, "ab"))
    #expect(run.texts == [">0-0 ab"])
  }
}
