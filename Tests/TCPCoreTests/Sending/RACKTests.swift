import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// RFC 8985 section 6.2 as it reads, over a list of whole segments.
private struct NaiveRACK {
  struct Segment {
    var start: Int
    var end: Int
    var sentAt: Int
    /// Which transmission it was: what the clock does not tell apart, this does.
    var order: Int
    var isRetransmitted = false
    var isReported = false
    var isLost = false
  }

  var segments: [Segment] = []
  var order = 0
  var sentAt = -1
  var sentOrder = -1
  var rtt = 0
  var minimumRTT: Int?
  var fack: Int?
  var hasReordering = false

  mutating func send(_ start: Int, _ end: Int, at now: Int) {
    order += 1
    segments.append(Segment(start: start, end: end, sentAt: now, order: order))
  }

  mutating func resend(_ start: Int, at now: Int) {
    order += 1
    for index in segments.indices where segments[index].start == start {
      segments[index].sentAt = now
      segments[index].order = order
      segments[index].isRetransmitted = true
      segments[index].isLost = false
    }
  }

  /// Steps 1 to 3, for the segments that are delivered now, in the order of their numbers.
  mutating func deliver(_ delivered: [Segment], at now: Int) {
    let before = fack
    for segment in delivered where !segment.isRetransmitted { take(segment, at: now) }
    // Of what was sent again only the last counts, and not what came back too soon.
    if let latest = delivered.filter(\.isRetransmitted).max(by: { $0.order < $1.order }),
      minimumRTT.map({ now - latest.sentAt >= $0 }) ?? true
    {
      take(latest, at: now)
    }
    for segment in delivered {
      if let before, segment.end < before, !segment.isRetransmitted { hasReordering = true }
      fack = max(fack ?? segment.end, segment.end)
    }
  }

  private mutating func take(_ segment: Segment, at now: Int) {
    minimumRTT = min(minimumRTT ?? Int.max, now - segment.sentAt)
    guard segment.order > sentOrder else { return }
    sentAt = segment.sentAt
    sentOrder = segment.order
    rtt = now - segment.sentAt
  }

  /// Step 5: what is lost now, and how long until the last of the others is.
  mutating func detect(window: Int, at now: Int) -> Int {
    var wait = 0
    for index in segments.indices where !segments[index].isReported && !segments[index].isLost {
      guard segments[index].order < sentOrder else { continue }
      let remaining = segments[index].sentAt + rtt + window - now
      if remaining <= 0 { segments[index].isLost = true } else { wait = max(wait, remaining) }
    }
    return wait
  }
}

@Suite("RACK against RFC 8985's steps") struct RACKTests {
  /// RFC8985-2, RFC8985-6, RFC8985-7, RFC8985-8, RFC8985-9.
  @Test("Random sending, reporting and waiting", arguments: 0..<40)
  func random(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let memory = GuardedMemory(byteCount: 16 * 300)
    let region = memory.region
    var table = SentRecords(start: 0, capacity: 300)
    var rack = RACK()
    var naive = NaiveRACK()
    let base = SequenceNumber(0xFFFF_F000)
    var end = 0
    var now = 1_000_000
    for step in 0..<300 {
      let place = "step \(step), seed \(seed)"
      let instant = Instant(microseconds: UInt64(now))
      switch random.within(0...7) {
      case 0...2:
        guard table.count < 100 else { break }
        let count = random.within(1...1_460)
        table.append(base + end, count: count, at: instant, in: region)
        naive.send(end, end + count, at: now)
        end += count
      case 3:
        guard let (sequence, count) = table.nextLost(in: region) else { break }
        table.didResend(sequence, count: count, at: instant, in: region)
        naive.resend(sequence - base, at: now)
      case 4: now += random.within(0...30_000)
      default:
        guard !naive.segments.isEmpty else { break }
        try deliver(&random, &table, &rack, &naive, base, now, region)
      }
      let window = random.within(0...5_000)
      let wait = table.markLost(
        by: rack, window: UInt32(window), now: Instant(microseconds: UInt64(now)), in: region)
      try demand(Int(wait) == naive.detect(window: window, at: now), "how long to wait, \(place)")
      try compare(table, rack, naive, base, region, place)
    }
  }

  private func deliver(
    _ random: inout SplitMix64, _ table: inout SentRecords, _ rack: inout RACK, _ naive: inout NaiveRACK,
    _ base: SequenceNumber, _ now: Int, _ region: Region
  ) throws {
    var delivery = Delivery()
    var delivered: [NaiveRACK.Segment] = []
    let first = random.within(0...(naive.segments.count - 1))
    if random.within(0...2) == 0 {
      let gone = naive.segments[...first]
      delivered = gone.filter { !$0.isReported }
      table.acknowledge(base + naive.segments[first].end, &delivery, in: region)
      naive.segments.removeSubrange(...first)
    } else {
      let last = random.within(first...min(first + 4, naive.segments.count - 1))
      for index in first...last where !naive.segments[index].isReported {
        delivered.append(naive.segments[index])
        naive.segments[index].isReported = true
        naive.segments[index].isLost = false
      }
      table.report(
        base + naive.segments[first].start, base + naive.segments[last].end, &delivery, in: region)
    }
    rack.update(delivery, echo: nil, timestampOffset: 0, now: Instant(microseconds: UInt64(now)))
    naive.deliver(delivered, at: now)
  }

  private func compare(
    _ table: SentRecords, _ rack: RACK, _ naive: NaiveRACK, _ base: SequenceNumber, _ region: Region,
    _ place: String
  ) throws {
    try demand(rack.hasReordering == naive.hasReordering, "reordering, \(place)")
    try demand(Int(rack.rtt) == naive.rtt, "RACK.rtt \(rack.rtt), not \(naive.rtt), \(place)")
    try demand(
      rack.minimumRTT == naive.minimumRTT.map(UInt32.init) ?? UInt32.max, "the least round trip, \(place)")
    var lost: [Int] = []
    for index in 0..<table.count {
      let record = table.record(index, in: region)
      if record.isLost { lost.append(record.sequence - base) }
    }
    try demand(lost == naive.segments.filter(\.isLost).map(\.start), "what is lost, \(place)")
  }

  /// RFC8985-7: 20 ms is the least round trip; what was sent again at 100 ms is reported at a moment, with an
  /// echo that is so many milliseconds younger than the retransmission.
  @Test(
    "Which of its times is acknowledged? Not the last, if the answer came too soon or echoes an older one",
    arguments: [(101, 0, 20_000), (150, -5, 20_000), (150, 0, 50_000), (150, 5, 50_000)])
  func ambiguous(reportedAt: UInt64, echo: Int32, rtt: UInt32) {
    let memory = GuardedMemory(byteCount: 160)
    let region = memory.region
    var rack = RACK()
    deliver(0..<100, sentAt: 0, at: 20_000, &rack, region)
    var table = SentRecords(start: 0, capacity: 2)
    table.append(SequenceNumber(100), count: 100, at: Instant(microseconds: 30_000), in: region)
    table.markAllLost(in: region)
    _ = table.nextLost(in: region)
    let resentAt = Instant(microseconds: 100_000)
    table.didResend(SequenceNumber(100), count: 100, at: resentAt, in: region)
    var delivery = Delivery()
    table.acknowledge(SequenceNumber(200), &delivery, in: region)
    rack.update(
      delivery, echo: TimestampClock.value(at: resentAt, offset: 7) &+ UInt32(bitPattern: echo),
      timestampOffset: 7, now: Instant(microseconds: reportedAt * 1_000))
    #expect(rack.rtt == rtt && rack.minimumRTT == 20_000)
  }

  /// The stamps of a clock in the upper half of its range seem earlier than the one before anything was sent.
  @Test("A first delivery that does not tell when it left loses nothing, whatever the clock shows")
  func nothingKnown() {
    let memory = GuardedMemory(byteCount: 160)
    let region = memory.region
    var rack = RACK()
    let start: UInt64 = 1 << 47 + 1_000_000_000
    rack.noteRoundTrip(20_000, at: Instant(microseconds: start))
    var table = SentRecords(start: 0, capacity: 4)
    table.append(SequenceNumber(0), count: 100, at: Instant(microseconds: start), in: region)
    table.markAllLost(in: region)
    _ = table.nextLost(in: region)
    table.didResend(SequenceNumber(0), count: 100, at: Instant(microseconds: start + 90_000), in: region)
    table.append(SequenceNumber(100), count: 100, at: Instant(microseconds: start + 91_000), in: region)
    var delivery = Delivery()
    table.acknowledge(SequenceNumber(100), &delivery, in: region)  // too soon: the answer to the first time
    let now = Instant(microseconds: start + 95_000)
    rack.update(delivery, echo: nil, timestampOffset: 0, now: now)
    #expect(!rack.isTimeKnown && rack.rtt == 0)
    #expect(table.markLost(by: rack, window: 5_000, now: now, in: region) == 0 && table.lost == 0)
    // What is delivered next counts.
    table.append(SequenceNumber(200), count: 100, at: Instant(microseconds: start + 96_000), in: region)
    delivery = Delivery()
    table.report(SequenceNumber(200), SequenceNumber(300), &delivery, in: region)
    let later = Instant(microseconds: start + 126_000)
    rack.update(delivery, echo: nil, timestampOffset: 0, now: later)
    #expect(rack.isTimeKnown && rack.rtt == 30_000)
    #expect(table.markLost(by: rack, window: 0, now: later, in: region) == 0 && table.lost == 100)
  }

  /// RFC8985-3, RFC8985-4, RFC8985-5.
  @Test("The reordering window: none, a quarter of the round trip, wider with duplicates, never beyond SRTT")
  func window() {
    let memory = GuardedMemory(byteCount: 160)
    var rack = RACK()
    #expect(rack.reorderingWindow(smoothed: 40_000, isUrgent: false) == 0)
    deliver(0..<100, sentAt: 0, at: 20_000, &rack, memory.region)
    #expect(rack.reorderingWindow(smoothed: 40_000, isUrgent: true) == 0)
    #expect(rack.reorderingWindow(smoothed: 40_000, isUrgent: false) == 5_000)
    for (next, window) in [(200, 10_000), (300, 15_000), (400, 20_000)] as [(UInt32, UInt32)] {
      for _ in 0..<3 {  // once a round trip
        rack.didReportDuplicate(
          unacknowledged: SequenceNumber(next - 100), next: SequenceNumber(next))
      }
      #expect(rack.reorderingWindow(smoothed: 40_000, isUrgent: false) == window)
    }
    #expect(rack.reorderingWindow(smoothed: 12_000, isUrgent: false) == 12_000)
    for _ in 0..<15 { rack.didRecover() }
    #expect(rack.reorderingWindow(smoothed: 40_000, isUrgent: false) == 20_000)
    rack.didRecover()
    #expect(rack.reorderingWindow(smoothed: 40_000, isUrgent: false) == 5_000)
    // Something that left before what was delivered, and was not sent again, comes after all.
    deliver(0..<50, sentAt: 0, at: 20_000, &rack, memory.region)
    #expect(rack.hasReordering && rack.reorderingWindow(smoothed: 40_000, isUrgent: true) == 5_000)
  }

  private func deliver(
    _ range: Range<UInt32>, sentAt: UInt64, at now: UInt64, _ rack: inout RACK, _ region: Region
  ) {
    var table = SentRecords(start: 0, capacity: 2)
    table.append(
      SequenceNumber(range.lowerBound), count: range.count, at: Instant(microseconds: sentAt), in: region)
    var delivery = Delivery()
    table.acknowledge(SequenceNumber(range.upperBound), &delivery, in: region)
    rack.update(delivery, echo: nil, timestampOffset: 0, now: Instant(microseconds: now))
  }
}
