/// Where an entry is in the tuple index.
package struct IndexedEntry: BitwiseCopyable {
  /// Its full hash, so that most other entries of its chain are skipped without looking at their tuples.
  var hash: UInt32 = 0
  /// The next entry of the chain.
  var next: UInt32 = IndexLinks.none

  package init(hash: UInt32 = 0, next: UInt32 = IndexLinks.none) {
    self.hash = hash
    self.next = next
  }
}

/// Finds entries by the keyed hash of their tuple: chains in a table of buckets, at least one bucket an
/// entry.
///
/// A chain never grows beyond `longestChain`, so a look-up is bounded whatever peers do.
package struct TupleIndex: BitwiseCopyable {
  let buckets: Table<UInt32>
  let entries: Table<IndexedEntry>

  @inline(__always)
  package init(buckets: Table<UInt32>, entries: Table<IndexedEntry>) {
    self.buckets = buckets
    self.entries = entries
  }

  /// No chain is longer. With a keyed hash and as many buckets as entries, one this long never happens by
  /// chance.
  package static var longestChain: Int { 32 }

  /// How many buckets there are for `count` entries: a power of two.
  package static func bucketCount(for count: Int) -> Int {
    var buckets = 4
    for _ in 0..<28 where buckets < count { buckets &*= 2 }
    return buckets
  }

  package func clear() {
    for index in 0..<buckets.count { buckets[index] = IndexLinks.none }
    for index in 0..<entries.count { entries[index] = IndexedEntry() }
  }

  @inline(__always)
  private func bucket(_ hash: UInt32) -> Int {
    Int(truncatingIfNeeded: hash) & (buckets.count &- 1)
  }

  /// Whether every chain ends, and holds only what belongs there; a restore checks this.
  package func isSound(where isMember: (UInt32) -> Bool) -> Bool {
    for place in 0..<buckets.count {
      var index = buckets[place]
      for _ in 0..<TupleIndex.longestChain {
        guard index != IndexLinks.none else { break }
        guard isMember(index), bucket(entries[Int(truncatingIfNeeded: index)].hash) == place else {
          return false
        }
        index = entries[Int(truncatingIfNeeded: index)].next
      }
      guard index == IndexLinks.none else { return false }
    }
    return true
  }

  /// The entry with that hash for which `matches` holds.
  package func find(_ hash: UInt32, where matches: (UInt32) -> Bool) -> UInt32? {
    var index = buckets[bucket(hash)]
    for _ in 0..<TupleIndex.longestChain {
      guard index != IndexLinks.none else { return nil }
      let entry = entries[Int(truncatingIfNeeded: index)]
      if entry.hash == hash && matches(index) { return index }
      index = entry.next
    }
    // unreached: a chain of 32 entries; the keyed hash and the tables of a fuzz host make none
    return nil
  }

  /// Whether a chain has room for one more entry.
  package func hasRoom(_ hash: UInt32) -> Bool {
    var other = buckets[bucket(hash)]
    for _ in 0..<TupleIndex.longestChain {
      guard other != IndexLinks.none else { return true }
      other = entries[Int(truncatingIfNeeded: other)].next
    }
    // unreached: a chain of 32 entries; the keyed hash and the tables of a fuzz host make none
    return false
  }

  /// Adds an entry; `false` if its chain is full.
  package func insert(_ index: UInt32, _ hash: UInt32) -> Bool {
    // unreached: a chain of 32 entries; the keyed hash and the tables of a fuzz host make none
    guard hasRoom(hash) else { return false }
    let place = bucket(hash)
    entries[Int(truncatingIfNeeded: index)] = IndexedEntry(hash: hash, next: buckets[place])
    buckets[place] = index
    return true
  }

  /// Takes an entry out, if it is indexed.
  package func remove(_ index: UInt32) {
    let position = Int(truncatingIfNeeded: index)
    let place = bucket(entries[position].hash)
    var other = buckets[place]
    if other == index {
      buckets[place] = entries[position].next
      entries[position] = IndexedEntry()
      return
    }
    for _ in 0..<TupleIndex.longestChain {
      guard other != IndexLinks.none else { return }
      let next = entries[Int(truncatingIfNeeded: other)].next
      if next == index {
        entries[Int(truncatingIfNeeded: other)].next = entries[position].next
        entries[position] = IndexedEntry()
        return
      }
      other = next
    }
    // unreached: a chain of 32 entries; the keyed hash and the tables of a fuzz host make none
  }
}
