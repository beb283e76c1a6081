import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// What is in flight, octet by octet, and what a peer has reported of it.
private struct NaiveScoreboard {
  var isReported: [Bool] = []
  var start = 0
  var delivered = 0

  var end: Int { start + isReported.count }

  mutating func append(_ count: Int) { isReported += Array(repeating: false, count: count) }

  mutating func acknowledge(_ count: Int) {
    delivered += isReported[..<count].filter { !$0 }.count
    isReported.removeFirst(count)
    start += count
  }

  mutating func report(_ left: Int, _ right: Int) {
    for offset in left..<right where !isReported[offset - start] {
      isReported[offset - start] = true
      delivered += 1
    }
  }
}

/// RFC2018-8, RFC6675-1, RFC6675-2, RFC6675-7, CVE-13.
@Suite("SentRecords as the sender's scoreboard") struct SentRecordsSACKTests {
  /// With room for every cut the table knows each octet; without, it knows some less, and never one more.
  @Test("Random reports over random text", arguments: [2, 3, 5, 16, 400])
  func random(capacity: Int) throws {
    for number in 0..<20 { try run(capacity: capacity, seed: UInt64(capacity * 1_000 + number)) }
  }

  private func run(capacity: Int, seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let memory = GuardedMemory(byteCount: 16 + capacity * 16 + 16)
    let region = memory.region
    var table = SentRecords(start: 1, capacity: capacity)
    var naive = NaiveScoreboard()
    let base = SequenceNumber(0xFFFF_FF00 &+ UInt32(truncatingIfNeeded: seed))
    var delivered = 0
    for step in 0..<400 {
      let place = "step \(step), capacity \(capacity), seed \(seed)"
      let now = Instant(microseconds: 1_000 + UInt64(step / 4))
      var delivery = Delivery()
      switch random.within(0...9) {
      case 0...3:
        guard table.canRecordMore(in: region), naive.isReported.count < 800 else { break }
        let count = random.within(1...20)
        table.append(base + naive.end, count: count, at: now, in: region)
        naive.append(count)
      case 4 where naive.end > naive.start:
        let count = random.within(1...min(40, naive.end - naive.start))
        table.acknowledge(base + naive.start + count, &delivery, in: region)
        naive.acknowledge(count)
      case 5: table.markAllLost(in: region)
      case 6:
        guard let (sequence, count) = table.nextLost(in: region) else { break }
        table.didResend(sequence, count: random.within(1...count), at: now, in: region)
      default:
        guard naive.end > naive.start else { break }
        let left = random.within(naive.start...(naive.end - 1))
        let right = random.within((left + 1)...naive.end)
        table.report(base + left, base + right, &delivery, in: region)
        naive.report(left, right)
      }
      delivered += Int(delivery.octets)
      try compare(table, naive, base, region, isExact: capacity >= 400, place)
      if capacity >= 400 { try demand(delivered == naive.delivered, "delivered, \(place)") }
    }
    try demand(memory.isUntouched(outside: 16..<(16 + capacity * 16)), "memory around, seed \(seed)")
  }

  private func compare(
    _ table: SentRecords, _ naive: NaiveScoreboard, _ base: SequenceNumber, _ region: Region,
    isExact: Bool, _ place: String
  ) throws {
    var checked = table
    try demand(checked.isSound(start: 1, capacity: table.capacity, in: region), "soundness, \(place)")
    var offset = naive.start
    var isBehindReported = false
    for index in 0..<table.count {
      let record = table.record(index, in: region)
      try demand(record.sequence - base == offset && record.count > 0, "place of \(index), \(place)")
      for octet in offset..<(offset + Int(record.count)) {
        let isReported = naive.isReported[octet - naive.start]
        try demand(!record.isSACKed || isReported, "\(octet) was not reported, \(place)")
        try demand(!isExact || record.isSACKed == isReported, "\(octet), \(place)")
      }
      try demand(!record.isSACKed || !isBehindReported, "two that should be one at \(index), \(place)")
      isBehindReported = record.isSACKed
      offset += Int(record.count)
    }
    try demand(offset == naive.end, "the end, \(place)")
    var copy = table
    if let (sequence, count) = copy.nextLost(in: region), isExact {
      let left = sequence - base - naive.start
      try demand(!naive.isReported[left..<(left + count)].contains(true), "next lost, \(place)")
    }
  }

  /// RFC2018-9, RFC2018-10, RFC2018-11, RFC6675-16.
  @Test("Reports survive a time-out, unless the peer has thrown away what it reported", arguments: [0, 1])
  func reneging(first: Int) {
    let memory = GuardedMemory(byteCount: 128)
    let region = memory.region
    var table = SentRecords(start: 0, capacity: 4)
    for index in 0..<4 {
      table.append(
        SequenceNumber(UInt32(100 * index)), count: 100, at: Instant(microseconds: 1), in: region)
    }
    var delivery = Delivery()
    table.report(SequenceNumber(UInt32(100 * first)), SequenceNumber(200), &delivery, in: region)
    table.forgetReports(in: region)
    table.markAllLost(in: region)
    #expect(table.sacked == (first == 0 ? 0 : 100) && table.lost == (first == 0 ? 400 : 300))
  }

  @Test("A report costs what it adds, however often it is repeated")
  func repeated() {
    let memory = GuardedMemory(byteCount: 16 * 1_000)
    let region = memory.region
    var table = SentRecords(start: 0, capacity: 1_000)
    for index in 0..<1_000 {
      table.append(SequenceNumber(UInt32(index)), count: 1, at: Instant(microseconds: 1), in: region)
    }
    var sum = 0
    for end in 2...1_000 {
      var delivery = Delivery()
      table.report(SequenceNumber(1), SequenceNumber(UInt32(end)), &delivery, in: region)
      #expect(delivery.reportedRecords == 1 && table.count == 1_001 - end + 1)
      sum += Int(delivery.octets)
    }
    #expect(sum == 999 && table.sacked == 999)
  }
}
