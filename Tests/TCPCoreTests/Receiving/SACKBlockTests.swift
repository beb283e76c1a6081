import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite("SACK blocks against a model of RFC 2018 section 4")
struct SACKBlockTests {
  /// RFC2018-5, RFC2018-6, RFC2018-7: the range with the newest segment first, then those that changed
  /// before it, the latest first, as many as fit.
  @Test("Order and number of blocks", arguments: [1, 2, 3, 4])
  func order(limit: Int) throws {
    for number in 0..<150 {
      try run(limit: limit, seed: UInt64(limit * 1_000 + number))
    }
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
    /// Where the segments beyond a gap began, latest first.
    var touched: [Int] = []
    for step in 0..<40 {
      // Mostly far ahead, sometimes right at the edge, so that ranges are swallowed.
      let start = random.within(0...4) == 0 ? naive.next : naive.next + random.within(1...150)
      let text = random.octets(random.within(1...9))
      let known = naive.ranges
      naive.take(text, at: start, finish: false)
      var receiving = receive
      _ = span(text) {
        receiving.receive($0, at: base + start, hasFIN: false, isAlreadyInRing: false, in: memory.region)
      }
      receiving.forgetDuplicate()  // DuplicateTests looks at that
      receive = receiving
      // Known again, or new; what was refused for want of room touches nothing.
      let isKept = naive.ranges != known || known.contains { $0.contains(start) }
      let ranges = naive.ranges
      if start > naive.next && isKept, let range = ranges.first(where: { $0.contains(start) }) {
        // Four are remembered; what was absorbed, or is part of the new range, is none of them.
        touched.removeAll { $0 <= naive.next || range.contains($0) }
        touched = Array(([start] + touched).prefix(4))
      }
      var expected: [Range<Int>] = []
      for number in touched {
        if let range = ranges.first(where: { $0.contains(number) }) { expected.append(range) }
      }
      expected += ranges.filter { !expected.contains($0) }
      let list = receive.takeSACKBlocks(limit: limit, in: memory.region)
      let blocks = (0..<list.count).map { (list[$0].left - base)..<(list[$0].right - base) }
      let place = "step \(step), limit \(limit), seed \(seed)"
      try demand(blocks.count == min(limit, ranges.count), "\(blocks.count) blocks, \(place)")
      if start > naive.next && isKept {
        try demand(blocks.first?.contains(start) == true, "the newest is not the first, \(place)")
      }
      try demand(
        blocks == Array(expected.prefix(limit)), "blocks \(blocks), not \(expected.prefix(limit)), \(place)")
    }
  }

  @Test("Without room, or without a gap, there is no block")
  func none() {
    let memory = GuardedMemory(byteCount: 64)
    var receive = ReceiveState(
      ring: RingBuffer(start: 0, capacity: 32), ranges: RangeSet(start: 2, capacity: 2))
    receive.synchronize(SequenceNumber(1))
    receive.rightEdge = receive.next + 32
    #expect(receive.takeSACKBlocks(limit: 4, in: memory.region).count == 0)
    let next = receive.next
    var receiving = receive
    _ = span([1, 2]) {
      receiving.receive($0, at: next + 4, hasFIN: false, isAlreadyInRing: false, in: memory.region)
    }
    #expect(receiving.takeSACKBlocks(limit: 0, in: memory.region).count == 0)
    #expect(receiving.takeSACKBlocks(limit: 1, in: memory.region).count == 1)
  }
}
