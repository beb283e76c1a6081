/// What a slot remembers while its content comes and goes.
package struct SlotState: BitwiseCopyable {
  /// Counts up when the slot is taken and when it is freed, so an odd number means taken.
  package var generation: UInt32 = 0
  /// The next free slot, while this one is free.
  package var nextFree: UInt32 = IndexLinks.none

  package init() {}

  @inline(__always)
  package var isTaken: Bool { generation & 1 == 1 }
}

/// Hands out the slots `first ..< first + capacity` of a table and takes them back, each in constant time.
///
/// A slot is known by its index and its generation; after it was freed, the old generation is invalid.
package struct SlotTable: BitwiseCopyable {
  package private(set) var first: UInt32
  package private(set) var capacity: UInt32
  package private(set) var count: UInt32 = 0
  private var freeHead: UInt32

  /// No slots at all.
  package init() {
    first = 0
    capacity = 0
    freeHead = IndexLinks.none
  }

  /// All slots free, chained in order. `states` must hold fresh values there.
  package init(first: Int, capacity: Int, _ states: Table<SlotState>) {
    self.first = UInt32(truncatingIfNeeded: first)
    self.capacity = UInt32(truncatingIfNeeded: capacity)
    // unreached: no table of a valid configuration is empty
    freeHead = capacity == 0 ? IndexLinks.none : UInt32(truncatingIfNeeded: first)
    for index in first..<(first + capacity) {
      states[index].nextFree =
        index == first + capacity - 1 ? IndexLinks.none : UInt32(truncatingIfNeeded: index + 1)
    }
  }

  @inline(__always)
  package var isFull: Bool { freeHead == IndexLinks.none }

  /// Whether a slot of this table has that index.
  @inline(__always)
  package func owns(_ index: UInt32) -> Bool { index >= first && index &- first < capacity }

  /// Whether the table owns the slots `first ..< first + capacity`, and chains exactly those of them that are
  /// free; a restore checks this.
  package func isSound(first: Int, capacity: Int, _ states: Table<SlotState>) -> Bool {
    guard self.first == UInt32(truncatingIfNeeded: first),
      self.capacity == UInt32(truncatingIfNeeded: capacity), first &+ capacity <= states.count
    else { return false }
    var taken = 0
    for index in first..<(first &+ capacity) where states[index].isTaken { taken &+= 1 }
    guard Int(truncatingIfNeeded: count) == taken else { return false }
    var index = freeHead
    for _ in taken..<capacity {
      guard owns(index), !states[Int(truncatingIfNeeded: index)].isTaken else { return false }
      index = states[Int(truncatingIfNeeded: index)].nextFree
    }
    return index == IndexLinks.none
  }

  /// Takes a free slot.
  package mutating func allocate(_ states: Table<SlotState>) -> UInt32? {
    let index = freeHead
    guard index != IndexLinks.none else { return nil }
    let position = Int(truncatingIfNeeded: index)
    freeHead = states[position].nextFree
    states[position].generation &+= 1
    states[position].nextFree = IndexLinks.none
    count &+= 1
    return index
  }

  /// Gives a slot back. Freeing a free one is a programmer's error and traps.
  package mutating func release(_ index: UInt32, _ states: Table<SlotState>) {
    let position = Int(truncatingIfNeeded: index)
    precondition(owns(index) && states[position].isTaken)
    states[position].generation &+= 1
    states[position].nextFree = freeHead
    freeHead = index
    count &-= 1
  }
}
