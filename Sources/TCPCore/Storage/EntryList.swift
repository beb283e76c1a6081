/// The neighbours of one entry in a doubly linked list.
package struct EntryLinks: BitwiseCopyable {
  package var previous: EntryID
  package var next: EntryID

  /// The value of `next` in an entry that is in no list.
  package static var unlinked: EntryID { EntryID(rawValue: UInt32.max &- 1) }

  package init() {
    previous = .none
    next = EntryLinks.unlinked
  }

  /// Whether the entry is in a list.
  package var isLinked: Bool { next != EntryLinks.unlinked }
}

/// A queue of entries, linked through a table in the region: every operation is constant.
///
/// The value holds the place of the links, so that a list cannot be given those of another. Several lists may
/// share one table, where no entry is in two of them at once.
package struct EntryList: BitwiseCopyable {
  package private(set) var first = EntryID.none
  package private(set) var last = EntryID.none
  package private(set) var count: UInt32 = 0
  private let start: UInt32
  private let size: UInt32

  /// An empty list through a table of `size` links that starts `start` units into the region.
  package init(start: UInt32, size: UInt32) {
    self.start = start
    self.size = size
  }

  @inline(__always)
  package var isEmpty: Bool { first == EntryID.none }

  @inline(__always)
  private func links(in region: Region) -> Table<EntryLinks> {
    region.table(EntryLinks.self, at: start, count: Int(truncatingIfNeeded: size))
  }

  /// Whether an entry is in this list or in another one through the same table.
  @inline(__always)
  package func isLinked(_ id: EntryID, in region: Region) -> Bool { links(in: region)[id].isLinked }

  /// Adds an entry at the end, unless it is in a list already.
  package mutating func append(_ id: EntryID, in region: Region) {
    let links = links(in: region)
    guard !links[id].isLinked else { return }
    links[id].previous = last
    links[id].next = EntryID.none
    if last == EntryID.none {
      first = id
    } else {
      links[last].next = id
    }
    last = id
    count &+= 1
  }

  /// Takes an entry out, if it is in the list.
  @inline(never)  // many uses
  package mutating func remove(_ id: EntryID, in region: Region) {
    let links = links(in: region)
    let own = links[id]
    guard own.isLinked else { return }
    if own.previous == EntryID.none {
      first = own.next
    } else {
      links[own.previous].next = own.next
    }
    if own.next == EntryID.none {
      last = own.previous
    } else {
      links[own.next].previous = own.previous
    }
    links[id] = EntryLinks()
    count &-= 1
  }

  /// Moves the oldest entry to the end.
  package mutating func rotate(in region: Region) {
    let id = first
    guard id != last else { return }
    remove(id, in: region)
    append(id, in: region)
  }

  /// Takes out the oldest entry.
  package mutating func popFirst(in region: Region) -> EntryID? {
    let id = first
    guard id != EntryID.none else { return nil }
    remove(id, in: region)
    return id
  }

  /// Whether the list has its links where the layout puts them, is linked both ways from end to end, and has
  /// only members; a restore checks this.
  package func isSound(
    start: UInt32, size: UInt32, in region: Region, where isMember: (EntryID) -> Bool
  ) -> Bool {
    guard self.start == start, self.size == size, count <= size else { return false }
    let links = links(in: region)
    var previous = EntryID.none
    var id = first
    for _ in 0..<Int(truncatingIfNeeded: count) {
      guard id.position < links.count, links[id].previous == previous, links[id].isLinked, isMember(id)
      else { return false }
      previous = id
      id = links[id].next
    }
    return id == EntryID.none && last == previous
  }

  /// How many entries of a table of links are in any list.
  package static func linkedCount(_ links: Table<EntryLinks>) -> Int {
    var sum = 0
    for position in 0..<links.count where links[position].isLinked { sum &+= 1 }
    return sum
  }
}
