import TCPCapture
import TCPCore
import TCPCoreTool
import TCPTestSupport
import Testing

@Suite("A time-sequence graph") struct TimeSequenceTests {
  private static let sender = Endpoint(Address(10, 0, 0, 1), 5_000)
  private static let receiver = Endpoint(Address(10, 0, 0, 2), 7)

  /// A conversation that is fed by hand; times in milliseconds, numbers from the SYN's.
  private struct Feed {
    var sequence = TimeSequence()
    let first: UInt32

    init(first: UInt32 = 1_000) {
      self.first = first
      send(0, 0, at: 0, .syn)
    }

    mutating func send(_ number: UInt32, _ count: Int, at time: UInt64, _ flags: SegmentFlags = .ack) {
      see(number, 0, flags, count, isFromSender: true, at: time)
    }

    mutating func acknowledge(_ number: UInt32, at time: UInt64, sack: [(UInt32, UInt32)] = []) {
      see(0, number, .ack, 0, sack, isFromSender: false, at: time)
    }

    private mutating func see(
      _ number: UInt32, _ acknowledgment: UInt32, _ flags: SegmentFlags, _ count: Int,
      _ sack: [(UInt32, UInt32)] = [], isFromSender: Bool, at time: UInt64
    ) {
      var header = SegmentHeader(
        sourcePort: isFromSender ? 5_000 : 7, destinationPort: isFromSender ? 7 : 5_000,
        sequence: SequenceNumber(isFromSender ? first &+ number : 1),
        acknowledgment: SequenceNumber(isFromSender ? 1 : first &+ acknowledgment), flags: flags,
        window: 1_000)
      for (left, right) in sack {
        header.options.sack.append(
          SACKBlock(left: SequenceNumber(first &+ left), right: SequenceNumber(first &+ right)))
      }
      let ends = (TimeSequenceTests.sender, TimeSequenceTests.receiver)
      let bytes = header.datagram(
        from: isFromSender ? ends.0 : ends.1, to: isFromSender ? ends.1 : ends.0,
        text: [UInt8](repeating: 1, count: count))
      guard case .segment(let segment) = bytes.withUnsafeBytesOfDatagram({ CapturedDatagram($0) }) else {
        Issue.record("no segment")
        return
      }
      sequence.see(segment, isFromSender: isFromSender, at: 1_000 * time)
    }

    var roundTrips: [Double] { sequence.roundTrips.marks.map { $0.high / 1_000 } }
    var sent: [[Double]] { sequence.sent.marks.map { [$0.low, $0.high] } }
    var again: [[Double]] { sequence.sentAgain.marks.map { [$0.low, $0.high] } }
    var sacked: [[Double]] { sequence.sacked.marks.map { [$0.low, $0.high] } }
  }

  @Test("Octets count from the first of the text; SYN and FIN are none", arguments: [1_000, 0xFFFF_FF80])
  func octets(first: UInt32) {
    var feed = Feed(first: first)
    feed.acknowledge(1, at: 10)
    feed.send(1, 100, at: 20)
    feed.send(101, 100, at: 30, .fin | .ack)
    feed.acknowledge(101, at: 40)
    feed.acknowledge(202, at: 50)
    #expect(feed.sent == [[0, 0], [0, 100], [100, 200]] && feed.again == [])
    #expect(feed.sequence.acknowledged.points.map(\.value) == [0, 100, 200])
    #expect(feed.roundTrips == [10, 20, 20] && feed.sequence.end == 50_000)
  }

  @Test("What was sent twice gives no round trip") func ambiguous() {
    var feed = Feed()
    feed.acknowledge(1, at: 10)
    feed.send(1, 100, at: 20)
    feed.send(1, 100, at: 90)
    feed.acknowledge(101, at: 100)
    feed.send(101, 100, at: 110)
    feed.send(201, 100, at: 115)
    feed.send(101, 100, at: 150)  // fills a hole: the rest was held up by it
    feed.acknowledge(301, at: 160)
    feed.send(301, 100, at: 200)
    feed.acknowledge(401, at: 230)
    #expect(feed.roundTrips == [10, 30] && feed.again == [[0, 100], [100, 200]])
  }

  @Test("Nor does what comes late to a capture that is behind the place of loss") func late() {
    var feed = Feed()
    feed.acknowledge(1, at: 10)
    feed.send(1, 100, at: 20)
    feed.send(201, 100, at: 25)
    feed.send(101, 100, at: 60)
    feed.acknowledge(301, at: 70)
    feed.send(301, 100, at: 80)
    feed.acknowledge(401, at: 95)
    #expect(feed.roundTrips == [10, 15] && feed.again == [[100, 200]])
  }

  @Test("SACK blocks above the number are drawn, those about duplicates are not") func blocks() {
    var feed = Feed()
    feed.send(1, 100, at: 10)
    feed.send(201, 100, at: 20)
    feed.acknowledge(101, at: 30, sack: [(201, 301), (401, 501)])
    feed.acknowledge(101, at: 40, sack: [(1, 101), (201, 401)])
    feed.acknowledge(501, at: 50, sack: [(401, 501)])
    #expect(feed.sacked == [[200, 300], [200, 400]])
  }

  @Test("An acknowledgment that a later one has overtaken changes nothing") func overtaken() {
    var feed = Feed()
    feed.send(1, 300, at: 10)
    feed.acknowledge(301, at: 20)
    feed.acknowledge(101, at: 30, sack: [(201, 301)])
    #expect(feed.sequence.acknowledged.points.map(\.value) == [300] && feed.sacked == [])
  }
}

extension [UInt8] {
  fileprivate func withUnsafeBytesOfDatagram(_ body: (RawSpan) -> CapturedDatagram) -> CapturedDatagram {
    // The span lives as long as the closure that lends the array's memory.
    unsafe withUnsafeBytes { unsafe body($0.bytes) }
  }
}
