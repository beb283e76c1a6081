import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// RFC 2883 section 4, octet by octet.
@Suite("What came twice, against a model of RFC 2883")
struct DuplicateTests {
  /// RFC2883-1: the first run of octets that had come before is in the first block, once, and the range that
  /// holds it in the second.
  @Test("Random segments, with some that are not taken", arguments: [0, 1, 3, 4])
  func random(limit: Int) throws {
    for number in 0..<150 { try run(limit: limit, seed: UInt64(limit * 1_000 + number)) }
  }

  private func run(limit: Int, seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let memory = GuardedMemory(byteCount: 400 + 16 * 8)
    var receive = ReceiveState(
      ring: RingBuffer(start: 0, capacity: 400), ranges: RangeSet(start: 25, capacity: random.within(1...16)))
    receive.synchronize(SequenceNumber(0xFFFF_FFC0))
    receive.rightEdge = receive.next + 400
    let base = receive.next
    var naive = NaiveReceiver(capacity: receive.ranges.capacity)
    naive.edge = 400
    var expected = 0..<0
    for step in 0..<60 {
      let place = "step \(step), limit \(limit), seed \(seed)"
      let start = naive.next + random.within(-40...60)
      let text = random.octets(random.within(0...30))
      let duplicate = naive.firstDuplicate(start..<(start + text.count))
      if !duplicate.isEmpty { expected = duplicate }
      var receiving = receive
      // One of four is not taken, as where PAWS drops it.
      if random.within(0...3) > 0 && start + text.count > naive.next && start < 370 {
        naive.take(text, at: start, finish: false)
        _ = span(text) {
          receiving.receive($0, at: base + start, hasFIN: false, isAlreadyInRing: false, in: memory.region)
        }
      } else {
        receiving.noteDuplicate(base + start, count: text.count, in: memory.region)
      }
      receive = receiving
      try demand(receive.isReportSound, "unsound, \(place)")
      try demand(receive.hasDuplicate == !expected.isEmpty, "\(expected) was missed, \(place)")
      guard random.within(0...2) == 0 else { continue }
      try check(&receive, naive, &expected, limit: limit, base, memory.region, place)
    }
  }

  /// An acknowledgment leaves.
  private func check(
    _ receive: inout ReceiveState, _ naive: NaiveReceiver, _ expected: inout Range<Int>, limit: Int,
    _ base: SequenceNumber, _ region: Region, _ place: String
  ) throws {
    let list = receive.takeSACKBlocks(limit: limit, in: region)
    var blocks = (0..<list.count).map { (list[$0].left - base)..<(list[$0].right - base) }
    let count = naive.ranges.count + (expected.isEmpty ? 0 : 1)
    try demand(blocks.count == min(limit, count), "\(blocks) of \(count), \(place)")
    try demand(!receive.hasDuplicate, "it would be reported twice, \(place)")
    if !expected.isEmpty && limit > 0 {
      try demand(blocks.removeFirst() == expected, "not \(expected), \(place)")
      let holder = naive.ranges.first { $0.contains(expected.lowerBound) }
      if let holder, limit > 1 { try demand(blocks.first == holder, "not held by \(blocks), \(place)") }
    }
    try demand(blocks.allSatisfy { naive.ranges.contains($0) }, "no range: \(blocks), \(place)")
    try demand(Set(blocks).count == blocks.count, "a range twice: \(blocks), \(place)")
    expected = 0..<0
  }

  @Test("What lies before the first octet never came, and what lies far back is not looked at")
  func farBack() {
    let memory = GuardedMemory(byteCount: 64)
    var receive = ReceiveState(
      ring: RingBuffer(start: 0, capacity: 32), ranges: RangeSet(start: 2, capacity: 2))
    receive.synchronize(SequenceNumber(1_000))
    receive.noteDuplicate(SequenceNumber(900), count: 150, in: memory.region)
    #expect(!receive.hasDuplicate)
    // The stream has gone on for more than any window, and then for half the sequence space.
    for (next, start, isFound) in [
      (1 << 30 + 2_000, 1_500, false), (1 << 30 + 2_000, 2_500, true),
      (1 << 31 + 5_000, 1 << 31 + 4_000, true), (1 << 31 + 5_000, 6_000, false),
    ] as [(UInt32, UInt32, Bool)] {
      receive.next = SequenceNumber(next)
      receive.rightEdge = receive.next + 32
      receive.noteDuplicate(SequenceNumber(start), count: 100, in: memory.region)
      #expect(receive.hasDuplicate == isFound, "\(start) below \(next)")
      receive.forgetDuplicate()
    }
  }

  /// Half the sequence space away, "before" and "behind" change places.
  @Test("What lies far ahead is no duplicate", arguments: [0, 150])
  func farAhead(count: Int) {
    let memory = GuardedMemory(byteCount: 64)
    var receive = ReceiveState(
      ring: RingBuffer(start: 0, capacity: 32), ranges: RangeSet(start: 2, capacity: 2))
    receive.synchronize(SequenceNumber(1_000))
    receive.next = SequenceNumber(1_151)
    receive.rightEdge = receive.next + 32
    for distance in [1, 33, 1 << 30, 1 << 31 - 1, 1 << 31 - 151, -1 << 31, -1 << 31 + 100] {
      receive.noteDuplicate(receive.next + distance, count: count, in: memory.region)
      #expect(!receive.hasDuplicate, "\(distance)")
    }
  }
}
