/// What a slot remembers while its content comes and goes.
package struct SlotState: BitwiseCopyable {
  /// Counts up when the slot is taken and when it is freed, so an odd number means taken.
  package var generation: UInt32 = 0
  /// The next free slot, while this one is free.
  package var nextFree = EntryID.none

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
  private var freeHead: EntryID

  /// No slots at all.
  package init() {
    first = 0
    capacity = 0
    freeHead = .none
  }

  /// All slots free, chained in order. `states` must hold fresh values there.
  package init(first: Int, capacity: Int, _ states: Table<SlotState>) {
    self.first = UInt32(truncatingIfNeeded: first)
    self.capacity = UInt32(truncatingIfNeeded: capacity)
    // unreached: no table of a valid configuration is empty
    freeHead = capacity == 0 ? .none : EntryID(first)
    for index in first..<(first + capacity) {
      states[index].nextFree =
        index == first + capacity - 1 ? .none : EntryID(index + 1)
    }
  }

  @inline(__always)
  package var isFull: Bool { freeHead == EntryID.none }

  /// Whether a slot of this table has that index.
  @inline(__always)
  package func owns(_ id: EntryID) -> Bool { id.rawValue >= first && id.rawValue &- first < capacity }

  /// Whether the table owns the slots `first ..< first + capacity`, and chains exactly those of them that are
  /// free; a restore checks this.
  package func isSound(first: Int, capacity: Int, _ states: Table<SlotState>) -> Bool {
    guard self.first == UInt32(truncatingIfNeeded: first),
      self.capacity == UInt32(truncatingIfNeeded: capacity), first &+ capacity <= states.count
    else { return false }
    var taken = 0
    for index in first..<(first &+ capacity) where states[index].isTaken { taken &+= 1 }
    guard Int(truncatingIfNeeded: count) == taken else { return false }
    var id = freeHead
    for _ in taken..<capacity {
      guard owns(id), !states[id].isTaken else { return false }
      id = states[id].nextFree
    }
    return id == EntryID.none
  }

  /// Takes a free slot.
  package mutating func allocate(_ states: Table<SlotState>) -> EntryID? {
    let id = freeHead
    guard id != EntryID.none else { return nil }
    freeHead = states[id].nextFree
    states[id].generation &+= 1
    states[id].nextFree = EntryID.none
    count &+= 1
    return id
  }

  /// Gives a slot back. Freeing a free one is a programmer's error and traps.
  package mutating func release(_ id: EntryID, _ states: Table<SlotState>) {
    precondition(owns(id) && states[id].isTaken)
    states[id].generation &+= 1
    states[id].nextFree = freeHead
    freeHead = id
    count &-= 1
  }
}
