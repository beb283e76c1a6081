import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite("EntryList and SlotTable")
struct EntryListTests {
  @Test("A list against an array", arguments: [1, 2, 3, 8, 40])
  func list(size: Int) throws {
    let seed = UInt64(size)
    var random = SplitMix64(seed: seed)
    let memory = GuardedMemory(byteCount: size * 8)
    let links = memory.table(count: size) { EntryLinks() }
    var list = EntryList(start: 0, size: UInt32(size))
    var naive: [EntryID] = []
    for step in 0..<2_000 {
      let index = EntryID(random.within(0...(size - 1)))
      switch random.within(0...4) {
      case 0, 1:
        list.append(index, in: memory.region)
        if !naive.contains(index) { naive.append(index) }
      case 2:
        list.remove(index, in: memory.region)
        naive.removeAll { $0 == index }
      case 3:
        list.rotate(in: memory.region)
        if !naive.isEmpty { naive.append(naive.removeFirst()) }
      default:
        let first = list.popFirst(in: memory.region)
        try demand(
          first == (naive.isEmpty ? nil : naive.removeFirst()), "popFirst, step \(step), seed \(seed)")
      }
      var walked: [EntryID] = []
      var next = list.first
      while next != EntryID.none && walked.count <= size {
        walked.append(next)
        next = links[next].next
      }
      try demand(walked == naive, "forwards, step \(step), seed \(seed)")
      try demand(
        Int(list.count) == naive.count && list.isEmpty == naive.isEmpty
          && list.last == naive.last ?? EntryID.none, "ends, step \(step), seed \(seed)")
      for index in 0..<size {
        try demand(
          links[index].isLinked == naive.contains(EntryID(index)), "links, step \(step), seed \(seed)")
      }
    }
  }

  @Test("Two lists over one table of links do not disturb each other")
  func twoLists() {
    let memory = GuardedMemory(byteCount: 64)
    _ = memory.table(count: 8) { EntryLinks() }
    var even = EntryList(start: 0, size: 8)
    var odd = EntryList(start: 0, size: 8)
    for position in 0..<8 {
      let index = EntryID(position)
      if position % 2 == 0 {
        even.append(index, in: memory.region)
      } else {
        odd.append(index, in: memory.region)
      }
    }
    even.remove(4, in: memory.region)
    #expect((0..<4).map { _ in odd.popFirst(in: memory.region) } == [1, 3, 5, 7])
    #expect((0..<4).map { _ in even.popFirst(in: memory.region) } == [0, 2, 6, nil])
  }

  @Test(
    "Slots against a set: each is handed out once, generations never fit twice", arguments: [1, 2, 7, 33])
  func slots(capacity: Int) throws {
    let seed = UInt64(capacity) + 9
    var random = SplitMix64(seed: seed)
    let first = 5
    let memory = GuardedMemory(byteCount: (first + capacity + 3) * 8)
    let states = memory.table(count: first + capacity + 3) { SlotState() }
    var table = SlotTable(first: first, capacity: capacity, states)
    var taken: [EntryID: UInt32] = [:]
    var seen: Set<UInt64> = []
    for step in 0..<3_000 {
      let place = "step \(step), seed \(seed)"
      if random.within(0...2) > 0 {
        let index = table.allocate(states)
        if taken.count == capacity {
          try demand(index == nil, "a full table gave a slot, \(place)")
          continue
        }
        guard let index else { throw Deviation(description: "no slot, \(place)") }
        try demand(table.owns(index) && taken[index] == nil, "slot \(index) twice, \(place)")
        let generation = states[index].generation
        try demand(generation & 1 == 1 && states[index].isTaken, "generation, \(place)")
        try demand(
          seen.insert(UInt64(generation) << 32 | UInt64(index.rawValue)).inserted,
          "stale handle fits, \(place)")
        taken[index] = generation
      } else if let (index, generation) = taken.first {
        table.release(index, states)
        taken[index] = nil
        try demand(states[index].generation != generation, "the old generation still fits, \(place)")
      }
      try demand(
        Int(table.count) == taken.count && table.isFull == (taken.count == capacity), "count, \(place)")
    }
    for index in [0, first - 1, first + capacity, first + capacity + 2] {
      #expect(states[index].generation == 0)
      #expect(!table.owns(EntryID(index)))
    }
  }

  @Test("A table without slots is full")
  func noSlots() {
    let memory = GuardedMemory(byteCount: 16)
    let states = memory.table(count: 1) { SlotState() }
    var table = SlotTable(first: 0, capacity: 0, states)
    #expect(table.isFull && table.allocate(states) == nil && !table.owns(0))
  }

  @Test("Freeing twice traps") func doubleFree() async {
    await #expect(processExitsWith: .failure) {
      let memory = GuardedMemory(byteCount: 64)
      let states = memory.table(count: 4) { SlotState() }
      var table = SlotTable(first: 0, capacity: 4, states)
      guard let index = table.allocate(states) else { return }
      table.release(index, states)
      table.release(index, states)
    }
  }

  @Test("Freeing another table's slot traps") func foreignFree() async {
    await #expect(processExitsWith: .failure) {
      let memory = GuardedMemory(byteCount: 64)
      let states = memory.table(count: 4) { SlotState() }
      var left = SlotTable(first: 0, capacity: 2, states)
      var right = SlotTable(first: 2, capacity: 2, states)
      guard let index = left.allocate(states) else { return }
      right.release(index, states)
    }
  }
}
