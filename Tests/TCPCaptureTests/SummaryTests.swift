import TCPCapture
import TCPCore
import Testing

@Suite("Summary")
struct SummaryTests {
  private func summary(_ segments: [SampleSegment], interfaces: Int = 1) throws -> CaptureSummary {
    var writer = PcapngWriter(MemorySink(), interfaces: (0..<interfaces).map { "if\($0)" })
    for (index, segment) in segments.enumerated() {
      for interface in 0..<interfaces {
        writer.write(segment.bytes, at: Instant(microseconds: UInt64(index) * 10_000), interface: interface)
      }
    }
    return try Capture(writer.bytes).summary
  }

  @Test("Counts of one conversation") func counts() throws {
    #expect(
      try summary(sampleConversation).description == """
        8 records, 8 datagrams, 8 segments, 0 ICMP errors, 0 unreadable
        0 retransmissions, 0 keep-alives, 0 incorrect checksums
        1: 10.0.0.1:49152 > 10.0.0.2:80, 0.070000 s
          -> 5 segments, 16 octets, SYN 1, FIN 1, RST 0, 0 retransmissions, 0 keep-alives, 0 incorrect checksums
          <- 3 segments, 6 octets, SYN 1, FIN 1, RST 0, 0 retransmissions, 0 keep-alives, 0 incorrect checksums
        """)
  }

  @Test("Ranges seen again are retransmissions, a gap that is filled late is none") func retransmissions()
    throws
  {
    func piece(_ sequence: UInt32, _ count: Int) -> SampleSegment {
      SampleSegment(sequence: sequence, text: [UInt8](repeating: 1, count: count))
    }
    let start = UInt32.max - 5  // wraps
    let pieces = [
      piece(start, 10), piece(start &+ 20, 10), piece(start &+ 10, 10),  // reordered
      piece(start, 10), piece(start &+ 25, 10),  // again, and half again
      piece(start &+ 35, 0),
    ]
    let summary = try summary(pieces)
    #expect(summary.retransmissions == 2)
    #expect(summary.conversations.map(\.fromInitiator.textOctets) == [35])
    #expect(summary.conversations.map(\.fromInitiator.segments) == [6])
  }

  @Test("A segment seen on two interfaces was not sent twice") func interfaces() throws {
    let summary = try summary(sampleConversation, interfaces: 2)
    #expect(summary.segments == 16)
    #expect(summary.retransmissions == 0)
    #expect(summary.conversations.map(\.fromInitiator.textOctets) == [16])
  }

  @Test("A probe of an idle connection is no retransmission, one octet that was not acknowledged is")
  func keepAlives() throws {
    let text = SampleSegment(sequence: 100, text: [1, 2, 3])
    let acknowledgment = SampleSegment(sequence: 700, acknowledgment: 103).reversed
    let empty = SampleSegment(sequence: 102)
    let octet = SampleSegment(sequence: 102, text: [9])
    let answered = try summary([text, acknowledgment, empty, octet, octet]).conversations[0].fromInitiator
    #expect(answered.keepAlives == 3)
    #expect(answered.retransmissions == 0)
    #expect(answered.textOctets == 3)
    let unanswered = try summary([text, octet]).conversations[0].fromInitiator
    #expect(unanswered.keepAlives == 0)
    #expect(unanswered.retransmissions == 1)
  }

  @Test("Endpoints that open again begin another conversation") func reused() throws {
    let again = sampleConversation.map { segment in
      var copy = segment
      copy.sequence &+= 1_000_000
      copy.acknowledgment &+= 1_000_000
      return copy
    }
    func counts(_ segments: [SampleSegment]) throws -> [Int] {
      try summary(segments).conversations.map { $0.fromInitiator.segments + $0.fromResponder.segments }
    }
    #expect(try counts(sampleConversation + again) == [8, 8])
    // In the middle, the SYN is known to begin one when it was answered.
    #expect(try counts(Array(sampleConversation[..<5]) + again) == [6, 7])
    #expect(try summary(Array(sampleConversation[..<5]) + again).conversations[1].initiator.port == 49152)
    // A SYN alone in the middle is stray, a second try after nothing is not.
    #expect(try counts(Array(sampleConversation[..<5]) + [again[0]]) == [6])
    #expect(try counts([sampleConversation[0], again[0]]) == [1, 1])
    #expect(try counts([sampleConversation[0], sampleConversation[0]]) == [2])
  }

  @Test("Resets, wrong checksums and other datagrams") func others() throws {
    var reset = SampleSegment(sequence: 5, flags: .rst)
    reset.spoilsChecksum = true
    var result = try summary([reset, reset.reversed])
    result.add(.unreadable(reason: ""), at: Instant(microseconds: 9))
    #expect(result.incorrectChecksums == 2)
    #expect(result.conversations.map(\.fromInitiator.rst) == [1])
    #expect(result.unreadable == 1)
    #expect(result.records == 3)
    #expect(result.conversations.map(\.duration.microseconds) == [10_000])
  }

  @Test("Many gaps stay bounded") func gaps() throws {
    let pieces = (0..<200 as Range<UInt32>).map { SampleSegment(sequence: $0 * 10, text: [1, 2, 3]) }
    #expect(try summary(pieces).conversations.map(\.fromInitiator.textOctets) == [600])
  }
}
