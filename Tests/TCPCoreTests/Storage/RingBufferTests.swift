import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// What a ring should be: the queue as an array, and behind it what was placed ahead of its time.
private struct NaiveRing {
  var queue: [UInt8] = []
  var ahead: [UInt8?]

  init(capacity: Int) { ahead = Array(repeating: nil, count: capacity) }

  /// How many octets right behind the queue are known.
  var known: Int { ahead.firstIndex(of: nil) ?? ahead.count }

  mutating func place(_ bytes: [UInt8], at offset: Int) {
    for (index, octet) in bytes.enumerated() {
      let position = offset + index
      if position < queue.count { queue[position] = octet } else { ahead[position - queue.count] = octet }
    }
  }

  mutating func commit(_ count: Int) {
    queue += ahead.prefix(count).compactMap { $0 }
    ahead.removeFirst(count)
  }

  mutating func consume(_ count: Int) {
    queue.removeFirst(count)
    ahead += Array(repeating: nil, count: count)
  }
}

/// A ring and its model, with memory around it that nobody may touch.
private struct RingUnderTest {
  let capacity: Int
  let memory: GuardedMemory
  var ring: RingBuffer
  var naive: NaiveRing
  static let start = 3  // in units of 16 octets

  init(capacity: Int) {
    self.capacity = capacity
    memory = GuardedMemory(byteCount: RingUnderTest.start * 16 + capacity + 48)
    ring = RingBuffer(start: UInt32(RingUnderTest.start), capacity: capacity)
    naive = NaiveRing(capacity: capacity)
  }

  var isContained: Bool {
    memory.isUntouched(outside: RingUnderTest.start * 16..<(RingUnderTest.start * 16 + capacity))
  }

  /// One random operation on both.
  mutating func step(_ random: inout SplitMix64, _ seed: UInt64) throws {
    let region = memory.region
    switch random.within(0...6) {
    case 0, 1:
      let offset = random.within(0...capacity)
      let bytes = random.octets(random.within(0...(capacity - offset)))
      let isSummed = random.within(0...1) == 0
      let ring = ring
      let field = span(bytes) { raw -> UInt16? in
        if isSummed { return ring.writeAheadSumming(raw, at: offset, in: region).field }
        ring.writeAhead(raw, at: offset, in: region)
        return nil
      }
      naive.place(bytes, at: offset)
      if let field {
        try demand(
          field == naiveChecksum(bytes), "sum of \(bytes.count) at \(offset) of \(capacity), seed \(seed)")
      }
    case 2:
      let bytes = random.octets(random.within(0...ring.freeCapacity))
      let (ring, count) = (ring, ring.count)
      span(bytes) { ring.writeAhead($0, at: count, in: region) }
      naive.place(bytes, at: count)
      self.ring.commit(bytes.count)
      naive.commit(bytes.count)
    case 3:
      let count = random.within(0...naive.known)
      ring.commit(count)
      naive.commit(count)
    case 4:
      let count = random.within(0...ring.count)
      ring.consume(count)
      naive.consume(count)
    case 5:
      try fill(&random, seed)
    default:
      try compareCopies(&random, seed)
    }
  }

  /// Writes in place, as a user does.
  private mutating func fill(_ random: inout SplitMix64, _ seed: UInt64) throws {
    let bytes = random.octets(random.within(0...ring.freeCapacity))
    let runs = unsafe ring.withWritable(in: memory.region) { first, second -> [Int] in
      for (index, octet) in bytes.enumerated() {
        if index < first.count {
          unsafe first[index] = octet
        } else {
          unsafe second[index - first.count] = octet
        }
      }
      return [first.count, second.count]
    }
    try demand(
      runs.reduce(0, +) == ring.freeCapacity, "the writable runs are not the free room, seed \(seed)")
    naive.place(bytes, at: ring.count)
    ring.commit(bytes.count)
    naive.commit(bytes.count)
  }

  private func compareCopies(_ random: inout SplitMix64, _ seed: UInt64) throws {
    let offset = random.within(0...ring.count)
    let count = random.within(0...(ring.count - offset))
    let expected = Array(naive.queue[offset..<(offset + count)])
    let region = memory.region
    let plain = written(count) { ring.copy(from: offset, count: count, to: $0, in: region) }
    try demand(plain.bytes == expected && plain.isContained, "copy \(offset)+\(count), seed \(seed)")
    var field: UInt16 = 0
    let summed = written(count) {
      field = ring.copySumming(from: offset, count: count, to: $0, in: region).field
    }
    try demand(summed.bytes == expected && summed.isContained, "copySumming \(offset)+\(count), seed \(seed)")
    try demand(field == naiveChecksum(expected), "sum \(offset)+\(count), seed \(seed)")
  }

  func compare(_ seed: UInt64) throws {
    try demand(
      ring.count == naive.queue.count && ring.freeCapacity == naive.ahead.count && ring.capacity == capacity
        && ring.head < capacity, "counts of capacity \(capacity), seed \(seed)")
    let text = unsafe ring.withReadable(in: memory.region) { unsafe Array($0) + Array($1) }
    try demand(text == naive.queue, "text of capacity \(capacity), seed \(seed)")
    try demand(isContained, "memory around the ring, capacity \(capacity), seed \(seed)")
  }
}

@Suite("RingBuffer against an array")
struct RingBufferTests {
  @Test("Random operations, small rings", arguments: 1...70)
  func small(capacity: Int) throws {
    let seed = UInt64(capacity) &* 7919
    var random = SplitMix64(seed: seed)
    var tested = RingUnderTest(capacity: capacity)
    for _ in 0..<150 {
      try tested.step(&random, seed)
      try tested.compare(seed)
    }
  }

  @Test("Random operations, large rings", arguments: [255, 256, 1_461, 4_096])
  func large(capacity: Int) throws {
    let seed = UInt64(capacity)
    var random = SplitMix64(seed: seed)
    var tested = RingUnderTest(capacity: capacity)
    for _ in 0..<60 {
      try tested.step(&random, seed)
      try tested.compare(seed)
    }
  }

  @Test("Every split of every length over the wrap sums like one piece")
  func everySplit() throws {
    let capacity = 23
    let text = Array(UInt8(200)..<UInt8(200 + 23))
    let memory = GuardedMemory(byteCount: 64)
    for head in 0..<capacity {
      for count in 0...capacity {
        var ring = RingBuffer(start: 1, capacity: capacity)
        ring.commit(head)
        ring.consume(head)
        let bytes = Array(text.prefix(count))
        let placing = ring
        let placed = span(bytes) { placing.writeAheadSumming($0, at: 0, in: memory.region).field }
        try demand(placed == naiveChecksum(bytes), "placed \(count) at \(head)")
        ring.commit(count)
        let reading = ring
        var copied: UInt16 = 0
        let (back, isContained) = written(count) {
          copied = reading.copySumming(from: 0, count: count, to: $0, in: memory.region).field
        }
        try demand(
          copied == naiveChecksum(bytes) && back == bytes && isContained, "copied \(count) at \(head)")
      }
    }
    #expect(memory.isUntouched(outside: 16..<39))
  }

  @Test("removeAll forgets everything and starts from the front")
  func removeAll() {
    var ring = RingBuffer(start: 0, capacity: 10)
    ring.commit(7)
    ring.consume(5)
    ring.removeAll()
    #expect(ring.count == 0 && ring.head == 0 && ring.freeCapacity == 10)
  }

  @Test("A ring without room is empty and full at once")
  func zero() {
    let memory = GuardedMemory(byteCount: 16)
    var ring = RingBuffer(start: 0, capacity: 0)
    ring.commit(0)
    ring.consume(0)
    #expect(ring.count == 0 && ring.freeCapacity == 0)
    span([]) { ring.writeAhead($0, at: 0, in: memory.region) }
    #expect(memory.isUntouched(outside: 0..<0))
  }

  @Test("Soundness: what a restore must refuse")
  func soundness() {
    let ring = RingBuffer(start: 2, capacity: 32)
    #expect(ring.isSound(start: 2, capacity: 32))
    #expect(!ring.isSound(start: 1, capacity: 32))
    #expect(!ring.isSound(start: 2, capacity: 31))
  }

  @Test("More than there is traps: commit") func commitTooMuch() async {
    await #expect(processExitsWith: .failure) {
      var ring = RingBuffer(start: 0, capacity: 8)
      ring.commit(9)
    }
  }

  @Test("More than there is traps: consume") func consumeTooMuch() async {
    await #expect(processExitsWith: .failure) {
      var ring = RingBuffer(start: 0, capacity: 8)
      ring.commit(3)
      ring.consume(4)
    }
  }

  @Test("More than there is traps: place") func placeTooMuch() async {
    await #expect(processExitsWith: .failure) {
      let memory = GuardedMemory(byteCount: 16)
      let ring = RingBuffer(start: 0, capacity: 8)
      span([1, 2, 3]) { ring.writeAhead($0, at: 6, in: memory.region) }
    }
  }
}
