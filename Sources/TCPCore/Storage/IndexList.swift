/// The neighbours of one element in a doubly linked list of indices.
package struct IndexLinks: BitwiseCopyable {
  package var previous: UInt32
  package var next: UInt32

  /// No element: the end of a list.
  package static var none: UInt32 { UInt32.max }
  /// The value of `next` in an element that is in no list.
  package static var unlinked: UInt32 { UInt32.max &- 1 }

  package init() {
    previous = IndexLinks.none
    next = IndexLinks.unlinked
  }

  /// Whether the element is in a list.
  package var isLinked: Bool { next != IndexLinks.unlinked }
}

/// A queue of indices, linked through a table that its elements share: every operation is constant.
package struct IndexList: BitwiseCopyable {
  package private(set) var first: UInt32 = IndexLinks.none
  package private(set) var last: UInt32 = IndexLinks.none
  package private(set) var count: UInt32 = 0

  package init() {}

  package var isEmpty: Bool { first == IndexLinks.none }

  /// Adds an index at the end, unless it is in the list already.
  package mutating func append(_ index: UInt32, _ links: Table<IndexLinks>) {
    let position = Int(truncatingIfNeeded: index)
    guard !links[position].isLinked else { return }
    links[position].previous = last
    links[position].next = IndexLinks.none
    if last == IndexLinks.none {
      first = index
    } else {
      links[Int(truncatingIfNeeded: last)].next = index
    }
    last = index
    count &+= 1
  }

  /// Takes an index out, if it is in the list.
  @inline(never)  // many uses
  package mutating func remove(_ index: UInt32, _ links: Table<IndexLinks>) {
    let position = Int(truncatingIfNeeded: index)
    let own = links[position]
    guard own.isLinked else { return }
    if own.previous == IndexLinks.none {
      first = own.next
    } else {
      links[Int(truncatingIfNeeded: own.previous)].next = own.next
    }
    if own.next == IndexLinks.none {
      last = own.previous
    } else {
      links[Int(truncatingIfNeeded: own.next)].previous = own.previous
    }
    links[position] = IndexLinks()
    count &-= 1
  }

  /// Moves the oldest index to the end.
  package mutating func rotate(_ links: Table<IndexLinks>) {
    let index = first
    guard index != last else { return }
    remove(index, links)
    append(index, links)
  }

  /// Whether the list is linked both ways from end to end, and all in it is as it must be; a restore checks
  /// this.
  package func isSound(_ links: Table<IndexLinks>, where isMember: (UInt32) -> Bool) -> Bool {
    guard Int(truncatingIfNeeded: count) <= links.count else { return false }
    var previous = IndexLinks.none
    var index = first
    for _ in 0..<Int(truncatingIfNeeded: count) {
      let position = Int(truncatingIfNeeded: index)
      guard position < links.count, links[position].previous == previous, links[position].isLinked,
        isMember(index)
      else { return false }
      previous = index
      index = links[position].next
    }
    return index == IndexLinks.none && last == previous
  }

  /// How many elements of a table are in any list.
  package static func linkedCount(_ links: Table<IndexLinks>) -> Int {
    var sum = 0
    for position in 0..<links.count where links[position].isLinked { sum &+= 1 }
    return sum
  }

  /// Takes out the oldest index.
  package mutating func popFirst(_ links: Table<IndexLinks>) -> UInt32? {
    let index = first
    guard index != IndexLinks.none else { return nil }
    remove(index, links)
    return index
  }
}
