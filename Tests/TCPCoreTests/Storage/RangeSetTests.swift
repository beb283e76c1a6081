import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// The same set as plain integers, counted from `base`, so that nothing can wrap.
private struct NaiveRanges {
  var numbers: Set<Int> = []

  /// Maximal ranges, lowest first.
  var ranges: [Range<Int>] {
    var result: [Range<Int>] = []
    for number in numbers.sorted() {
      if let last = result.last, last.upperBound == number {
        result[result.count - 1] = last.lowerBound..<(number + 1)
      } else {
        result.append(number..<(number + 1))
      }
    }
    return result
  }
}

@Suite("RangeSet against a set of integers")
struct RangeSetTests {
  private static let bases: [UInt32] = [0, 1_000, 0x7FFF_FFC0, 0x8000_0000 - 100, 0xFFFF_FF80, 0xFFFF_FFFF]

  private func list(_ set: RangeSet, _ base: SequenceNumber, _ region: Region) -> [Range<Int>] {
    (0..<set.count).map { index in
      let range = set.range(index, in: region)
      return (range.left - base)..<(range.right - base)
    }
  }

  /// CVE-13, CVE-14: sorted, disjoint, bounded, whatever comes.
  @Test("Random operations over the wrap", arguments: 1...12)
  func random(capacity: Int) throws {
    for (number, base) in RangeSetTests.bases.enumerated() {
      let seed = UInt64(capacity * 100 + number)
      try run(capacity: capacity, base: SequenceNumber(base), seed: seed)
    }
  }

  private func run(capacity: Int, base: SequenceNumber, seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let memory = GuardedMemory(byteCount: 16 + capacity * 8 + 16)
    let region = memory.region
    var set = RangeSet(start: 1, capacity: capacity)
    var naive = NaiveRanges()
    for step in 0..<120 {
      let place = "step \(step), capacity \(capacity), seed \(seed)"
      switch random.within(0...9) {
      case 0:
        let end = random.within(0...200)
        set.truncate(at: base + end, in: region)
        naive.numbers = naive.numbers.filter { $0 < end }
      case 1:
        let next = random.within(0...60)
        let reach = set.absorb(from: base + next, in: region) - base
        var expected = next
        for range in naive.ranges where range.lowerBound <= expected {
          expected = max(expected, range.upperBound)
          naive.numbers.subtract(range)
        }
        try demand(reach == expected, "absorb from \(next) reached \(reach), not \(expected); \(place)")
      default:
        let left = random.within(0...190)
        let right = left + random.within(1...(random.within(0...3) == 0 ? 60 : 6))
        try insert(left..<right, &set, &naive, base, region, place)
      }
      let ranges = naive.ranges
      try demand(list(set, base, region) == ranges, "ranges differ; \(place)")
      for number in stride(from: random.within(0...12), to: 260, by: 13) {
        let found = set.range(holding: base + number, in: region).map { ($0.left - base)..<($0.right - base) }
        let expected = ranges.first { $0.contains(number) }
        try demand(found == expected, "range(holding: \(number)); \(place)")
      }
    }
    try demand(memory.isUntouched(outside: 16..<(16 + capacity * 8)), "memory around, seed \(seed)")
  }

  private func insert(
    _ new: Range<Int>, _ set: inout RangeSet, _ naive: inout NaiveRanges, _ base: SequenceNumber,
    _ region: Region, _ place: String
  ) throws {
    let before = list(set, base, region)
    let result = set.insert(SequenceRange(base + new.lowerBound, base + new.upperBound), in: region)
    let reachesOne = naive.ranges.contains {
      $0.lowerBound <= new.upperBound && new.lowerBound <= $0.upperBound
    }
    if before.count == set.capacity && !reachesOne {
      try demand(result == nil, "a full table took \(new); \(place)")
      try demand(list(set, base, region) == before, "a refused \(new) changed something; \(place)")
      return
    }
    naive.numbers.formUnion(new)
    let expected = naive.ranges.first { $0.contains(new.lowerBound) }
    try demand(
      result.map { ($0.left - base)..<($0.right - base) } == expected, "insert \(new); \(place)")
  }

  @Test("A full table still merges, and says which range it became")
  func fullTable() {
    let memory = GuardedMemory(byteCount: 64)
    var set = RangeSet(start: 0, capacity: 2)
    let at = { (left: UInt32, right: UInt32) in SequenceRange(SequenceNumber(left), SequenceNumber(right)) }
    _ = set.insert(at(10, 20), in: memory.region)
    _ = set.insert(at(30, 40), in: memory.region)
    #expect(set.insert(at(50, 60), in: memory.region) == nil)
    #expect(set.insert(at(20, 30), in: memory.region) == at(10, 40))
    #expect(set.count == 1)
    #expect(set.insert(at(50, 60), in: memory.region) == at(50, 60))
  }

  @Test("Soundness: what a restore must refuse")
  func soundness() {
    let set = RangeSet(start: 1, capacity: 4)
    #expect(set.isSound(start: 1, capacity: 4))
    #expect(!set.isSound(start: 0, capacity: 4))
    #expect(!set.isSound(start: 1, capacity: 3))
  }

  @Test("A position that is not there traps") func position() async {
    await #expect(processExitsWith: .failure) {
      let memory = GuardedMemory(byteCount: 64)
      _ = RangeSet(start: 0, capacity: 4).range(0, in: memory.region)
    }
  }
}
