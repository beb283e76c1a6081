import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// One record, octet by octet.
private struct NaiveRecord {
  /// For each octet: whether it is lost and was not sent again.
  var waits: [Bool]
  var isLost = false
  var isRetransmitted = false
  var sentAt: Int
}

/// What is in flight as a list of lists, counted from the first number.
private struct NaiveSentRecords {
  var records: [NaiveRecord] = []
  var start = 0
  let capacity: Int

  var end: Int { start + records.reduce(0) { $0 + $1.waits.count } }
  var lost: Int { records.reduce(0) { $0 + $1.waits.filter { $0 }.count } }

  /// What joined a lost record would be taken for lost like the rest of it.
  var canRecordMore: Bool { records.count < capacity || records.last?.isLost != true }

  mutating func append(_ count: Int, at now: Int) {
    if records.count == capacity {
      records[capacity - 1].waits += Array(repeating: false, count: count)
      records[capacity - 1].sentAt = now
    } else {
      records.append(NaiveRecord(waits: Array(repeating: false, count: count), sentAt: now))
    }
  }

  /// Returns the newest record that is gone whole.
  mutating func acknowledge(_ count: Int) -> NaiveRecord? {
    var latest: NaiveRecord?
    start += count
    var left = count
    while left > 0, let first = records.first {
      if first.waits.count > left {
        records[0].waits.removeFirst(left)
        return latest
      }
      left -= first.waits.count
      if latest.map({ $0.sentAt <= first.sentAt }) ?? true { latest = first }
      records.removeFirst()
    }
    return latest
  }

  mutating func mark(_ index: Int) {
    records[index].isLost = true
    records[index].waits = records[index].waits.map { _ in true }
  }

  mutating func markFirstLost() {
    guard let first = records.first, !first.isLost else { return }
    // One place is remembered up to which a record was sent again: marking another starts that one over.
    for index in records.indices where records[index].isLost { mark(index) }
    mark(0)
  }

  /// The first octets that wait, in one record.
  var next: (offset: Int, count: Int)? {
    var offset = start
    for record in records {
      if let first = record.waits.firstIndex(of: true) {
        return (offset + first, record.waits.count - first)
      }
      offset += record.waits.count
    }
    return nil
  }

  mutating func didResend(_ count: Int, at now: Int) {
    for index in records.indices {
      guard let first = records[index].waits.firstIndex(of: true) else { continue }
      for position in first..<(first + count) { records[index].waits[position] = false }
      // The front of a record gets one of its own, if there is room.
      if first == 0 && count < records[index].waits.count && records.count < capacity {
        var rest = records[index]
        rest.waits.removeFirst(count)
        records[index].waits.removeLast(rest.waits.count)
        records.insert(rest, at: index + 1)
      }
      if first + count == records[index].waits.count {
        records[index].isLost = false
        records[index].isRetransmitted = true
        records[index].sentAt = now
      }
      return
    }
  }
}

@Suite("SentRecords against lists of octets")
struct SentRecordsTests {
  /// MUST-18, RFC6298-6, RFC6298-13, RFC8961-3.
  @Test("Random events, tables of every small size", arguments: [2, 3, 4, 7, 16])
  func random(capacity: Int) throws {
    for number in 0..<15 {
      try run(capacity: capacity, seed: UInt64(capacity * 1_000 + number))
    }
  }

  /// The clock where the 56 bits of a record's time wrap, after a hundred steps.
  private let origin: UInt64 = 1 << 56 - 100
  /// A reading behind every step.
  private var moment: Instant { Instant(microseconds: origin + 1_000) }

  private func run(capacity: Int, seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let memory = GuardedMemory(byteCount: 16 + capacity * 16 + 16)
    let region = memory.region
    var table = SentRecords(start: 1, capacity: capacity)
    var naive = NaiveSentRecords(capacity: capacity)
    let base = SequenceNumber(UInt32(truncatingIfNeeded: seed &* 0x9E37_79B9) | 0xFFFF_FF00)
    for step in 0..<300 {
      let place = "step \(step), capacity \(capacity), seed \(seed)"
      let now = Instant(microseconds: origin + UInt64(step))
      switch random.within(0...11) {
      case 0...3:
        try demand(table.canRecordMore(in: region) == naive.canRecordMore, "room, \(place)")
        guard naive.canRecordMore else { break }
        let count = random.within(1...20)
        table.append(base + naive.end, count: count, at: now, in: region)
        naive.append(count, at: step)
      case 4...5 where naive.end > naive.start:
        let count = random.within(1...min(25, naive.end - naive.start))
        let newest = table.acknowledge(base + naive.start + count, in: region)
        let expected = naive.acknowledge(count)
        try demand(
          newest?.sentAt(now: moment).microseconds == expected.map { origin + UInt64($0.sentAt) },
          "sample, \(place)")
        try demand(newest?.isRetransmitted == expected?.isRetransmitted, "sent twice, \(place)")
      case 6:
        table.markAllLost(in: region)
        for index in naive.records.indices { naive.mark(index) }
      case 7:
        table.markFirstLost(in: region)
        naive.markFirstLost()
      default:
        guard let (sequence, count) = table.nextLost(in: region) else { break }
        let piece = random.within(1...count)
        try demand(naive.next.map { $0 == (sequence - base, count) } == true, "next lost, \(place)")
        table.didResend(sequence, count: piece, at: now, in: region)
        naive.didResend(piece, at: step)
      }
      try compare(table, naive, base, region, place)
    }
    try demand(memory.isUntouched(outside: 16..<(16 + capacity * 16)), "memory around, seed \(seed)")
  }

  private func compare(
    _ table: SentRecords, _ naive: NaiveSentRecords, _ base: SequenceNumber, _ region: Region,
    _ place: String
  ) throws {
    try demand(Int(table.lost) == naive.lost, "lost \(table.lost), not \(naive.lost), \(place)")
    try demand(table.count == naive.records.count, "count, \(place)")
    var checked = table
    try demand(checked.isSound(start: 1, capacity: table.capacity, in: region), "soundness, \(place)")
    var start = naive.start
    for (index, record) in naive.records.enumerated() {
      let found = table.record(index, in: region)
      try demand(
        found.sequence - base == start && Int(found.count) == record.waits.count
          && found.end - base == start + record.waits.count, "place of \(index), \(place)")
      try demand(
        found.isLost == record.isLost && found.isRetransmitted == record.isRetransmitted,
        "marks of \(index), \(place)")
      try demand(
        found.sentAt(now: moment).microseconds == origin + UInt64(record.sentAt),
        "time of \(index), \(place)")
      start += record.waits.count
    }
    var copy = table
    let next = copy.nextLost(in: region).map { ($0.sequence - base, $0.count) }
    switch (next, naive.next) {
    case (nil, nil): break
    case (let found?, let wanted?): try demand(found == wanted, "next \(found), not \(wanted), \(place)")
    default: throw Deviation(description: "next lost, \(place)")
    }
  }

  @Test("A record that is half sent again, and then another one that is lost in front of it")
  func halfSentAgain() {
    let memory = GuardedMemory(byteCount: 128)
    let region = memory.region
    var table = SentRecords(start: 0, capacity: 4)
    let now = Instant(microseconds: 0)
    for offset in 0..<2 {
      table.append(SequenceNumber(UInt32(100 * offset)), count: 100, at: now, in: region)
    }
    table.markAllLost(in: region)
    for count in [100, 60] {
      if let (sequence, _) = table.nextLost(in: region) {
        table.didResend(sequence, count: count, at: now, in: region)
      }
    }
    #expect(table.lost == 40)
    table.markFirstLost(in: region)
    var sum = 0
    for _ in 0..<10 {
      guard let (sequence, count) = table.nextLost(in: region) else { break }
      #expect(Int(table.lost) >= count)
      sum += count
      table.didResend(sequence, count: count, at: now, in: region)
    }
    #expect(table.lost == 0 && sum <= 200)
  }

  @Test("Forgetting everything")
  func removeAll() {
    let memory = GuardedMemory(byteCount: 128)
    var table = SentRecords(start: 0, capacity: 4)
    table.append(SequenceNumber(5), count: 10, at: Instant(microseconds: 1), in: memory.region)
    table.markAllLost(in: memory.region)
    table.removeAll()
    #expect(table.count == 0 && table.lost == 0)
    #expect(table.nextLost(in: memory.region) == nil && table.count == 0)
  }
}
