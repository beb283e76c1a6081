/// A range of sequence space: `left ..< right`, never empty.
package struct SequenceRange: Equatable, BitwiseCopyable {
  package var left: SequenceNumber
  package var right: SequenceNumber

  @inline(__always)
  package init(_ left: SequenceNumber, _ right: SequenceNumber) {
    self.left = left
    self.right = right
  }
}

/// A bounded set of ranges of sequence space: sorted, disjoint, and not even adjacent.
///
/// The value holds place and count, the ranges stay in the region. All members lie within 2^30 of each other,
/// as everything inside one window does. Every operation is at most one walk over `capacity` ranges.
package struct RangeSet: BitwiseCopyable {
  private var start: UInt32
  private var size: UInt16
  private var used: UInt16 = 0

  /// An empty set for up to `capacity` ranges that start `start` units into the region.
  package init(start: UInt32, capacity: Int) {
    self.start = start
    size = UInt16(truncatingIfNeeded: capacity)
  }

  /// How many ranges there may be.
  package var capacity: Int { Int(size) }
  /// How many ranges there are.
  @inline(__always)
  package var count: Int { Int(used) }
  /// Whether there is no range.
  @inline(__always)
  package var isEmpty: Bool { used == 0 }

  /// Whether the set is where it must be and its numbers fit each other; a restore checks this.
  package func isSound(start: UInt32, capacity: Int) -> Bool {
    self.start == start && self.capacity == capacity && used <= size
  }

  @inline(__always)
  private func table(in region: Region) -> Table<SequenceRange> {
    region.table(SequenceRange.self, at: start, count: capacity)
  }

  /// The range at a position below `count`, lowest first.
  package func range(_ index: Int, in region: Region) -> SequenceRange {
    precondition(index < count)
    return table(in: region)[index]
  }

  /// Adds a range, merging it with all that it overlaps or touches.
  ///
  /// - Returns: the range it is now part of, or `nil` if it touches none and there is no room for another
  ///   range; then nothing has changed (PEER-06, CVE-14).
  package mutating func insert(_ new: SequenceRange, in region: Region) -> SequenceRange? {
    let ranges = table(in: region)
    var first = 0
    for _ in 0..<count {  // skip what ends before the new one begins
      guard ranges[first].right < new.left else { break }
      first &+= 1
    }
    var merged = new
    var last = first
    for _ in first..<count {  // swallow what the new one reaches
      guard ranges[last].left <= merged.right else { break }
      merged.left = .earlier(merged.left, ranges[last].left)
      merged.right = .later(merged.right, ranges[last].right)
      last &+= 1
    }
    if first == last {
      guard count < capacity else { return nil }
      var index = count
      for _ in first..<count {  // make room
        ranges[index] = ranges[index &- 1]
        index &-= 1
      }
      used &+= 1
    } else {
      close(from: first &+ 1, to: last, ranges)
    }
    ranges[first] = merged
    return merged
  }

  /// Takes out the ranges that begin at or before `next` and returns how far they reach, at least `next`.
  package mutating func absorb(from next: SequenceNumber, in region: Region) -> SequenceNumber {
    let ranges = table(in: region)
    var reach = next
    var taken = 0
    for _ in 0..<count {
      guard ranges[taken].left <= reach else { break }
      reach = .later(reach, ranges[taken].right)
      taken &+= 1
    }
    if taken > 0 { close(from: 0, to: taken, ranges) }
    return reach
  }

  /// Cuts off everything at or behind `end`.
  package mutating func truncate(at end: SequenceNumber, in region: Region) {
    let ranges = table(in: region)
    for _ in 0..<count {
      let last = count &- 1
      if ranges[last].right <= end { return }
      if ranges[last].left < end {
        ranges[last].right = end
        return
      }
      used &-= 1
    }
  }

  /// The range that holds `number`, if any.
  package func range(holding number: SequenceNumber, in region: Region) -> SequenceRange? {
    let ranges = table(in: region)
    for index in 0..<count {
      let range = ranges[index]
      if number < range.left { return nil }
      if number < range.right { return range }
    }
    return nil
  }

  /// Forgets everything.
  package mutating func removeAll() { used = 0 }

  /// Moves the ranges from `to` on down to `from`.
  private mutating func close(from: Int, to: Int, _ ranges: Table<SequenceRange>) {
    guard from < to else { return }
    var target = from
    for source in to..<count {
      ranges[target] = ranges[source]
      target &+= 1
    }
    used = UInt16(truncatingIfNeeded: target)
  }
}
