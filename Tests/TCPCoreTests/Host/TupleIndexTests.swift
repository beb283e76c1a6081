import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite("TupleIndex against a dictionary")
struct TupleIndexTests {
  private func index(entries: Int, in memory: GuardedMemory) -> TupleIndex {
    let buckets = TupleIndex.bucketCount(for: entries)
    let index = TupleIndex(
      buckets: memory.region.table(IndexBucket.self, at: 0, count: buckets),
      entries: memory.region.table(IndexedEntry.self, at: UInt32((buckets * 8 + 15) / 16), count: entries))
    index.clear()
    return index
  }

  @Test("As many buckets as entries, a power of two", arguments: [0, 1, 4, 5, 100, 1_024, 1_025, 1 << 24])
  func buckets(count: Int) {
    let buckets = TupleIndex.bucketCount(for: count)
    #expect(buckets >= max(4, count) && buckets & (buckets - 1) == 0 && buckets <= max(4, 2 * count))
  }

  @Test(
    "Random files, look-ups and removals, with few and with many collisions", arguments: [0, 2, 3, 8, 32])
  func random(bits: Int) throws {
    let seed = UInt64(bits)
    var random = SplitMix64(seed: seed)
    let entries = 64
    let memory = GuardedMemory(byteCount: 64 * 8 + entries * 8)
    let index = index(entries: entries, in: memory)
    /// Under which hash an entry is inserted.
    var naive: [EntryID: UInt32] = [:]
    for step in 0..<4_000 {
      let place = "step \(step), \(bits) bits, seed \(seed)"
      let entry = EntryID(random.within(0...(entries - 1)))
      let hash = UInt32(truncatingIfNeeded: random.next()) & UInt32((UInt64(1) << UInt64(bits)) - 1)
      switch random.within(0...2) {
      case 0 where naive[entry] == nil:
        let mates = naive.values.filter { $0 & 63 == hash & 63 }.count
        let isInserted = index.insert(entry, hash)
        try demand(isInserted == (mates < TupleIndex.longestChain), "\(mates) mates, \(place)")
        if isInserted { naive[entry] = hash }
      case 1:
        index.remove(entry)
        naive[entry] = nil
      default:
        let all = naive.filter { $0.value == hash }.map(\.key)
        let found = index.find(hash) { _ in true }
        try demand(found == nil ? all.isEmpty : all.contains(found ?? 0), "find, \(place)")
      }
      try demand(index.isSound { naive[$0] != nil }, "not sound, \(place)")
      for (entry, hash) in naive {
        try demand(index.find(hash) { $0 == entry } == entry, "entry \(entry) is lost, \(place)")
      }
    }
    #expect(memory.isUntouched(outside: 0..<(64 * 8 + entries * 8)))
  }
}
