/// The head of a chain: the full hash of the first entry lies beside its number, so that the usual look-up
/// reads one line of memory before the entry itself.
package struct IndexBucket: BitwiseCopyable {
  /// The full hash of the first entry; 0 without one.
  var hash: UInt32 = 0
  /// The first entry of the chain.
  var first = EntryID.none

  package init(hash: UInt32 = 0, first: EntryID = .none) {
    self.hash = hash
    self.first = first
  }
}

/// Where an entry is in the tuple index.
package struct IndexedEntry: BitwiseCopyable {
  /// Its full hash, so that most other entries of its chain are skipped without looking at their tuples.
  var hash: UInt32 = 0
  /// The next entry of the chain.
  var next = EntryID.none

  package init(hash: UInt32 = 0, next: EntryID = .none) {
    self.hash = hash
    self.next = next
  }
}

/// Finds entries by the keyed hash of their tuple: chains in a table of buckets, at least one bucket an
/// entry.
///
/// A chain never grows beyond `longestChain`, so a look-up is bounded whatever peers do.
package struct TupleIndex: BitwiseCopyable {
  let buckets: Table<IndexBucket>
  let entries: Table<IndexedEntry>

  @inline(__always)
  package init(buckets: Table<IndexBucket>, entries: Table<IndexedEntry>) {
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
    for index in 0..<buckets.count { buckets[index] = IndexBucket() }
    for index in 0..<entries.count { entries[index] = IndexedEntry() }
  }

  @inline(__always)
  private func bucket(_ hash: UInt32) -> Int {
    Int(truncatingIfNeeded: hash) & (buckets.count &- 1)
  }

  /// Whether every chain ends, and holds only what belongs there; a restore checks this.
  package func isSound(where isMember: (EntryID) -> Bool) -> Bool {
    for place in 0..<buckets.count {
      var id = buckets[place].first
      let hash = id == EntryID.none ? 0 : id.position < entries.count ? entries[id].hash : 0
      guard buckets[place].hash == hash else { return false }
      for _ in 0..<TupleIndex.longestChain {
        guard id != EntryID.none else { break }
        guard isMember(id), bucket(entries[id].hash) == place else {
          return false
        }
        id = entries[id].next
      }
      guard id == EntryID.none else { return false }
    }
    return true
  }

  /// The entry with that hash for which `matches` holds.
  package func find(_ hash: UInt32, where matches: (EntryID) -> Bool) -> EntryID? {
    let head = buckets[bucket(hash)]
    guard head.first != EntryID.none else { return nil }
    if head.hash == hash && matches(head.first) { return head.first }
    return findBehind(head.first, hash, where: matches)
  }

  /// `find`, for what follows the first entry of a chain.
  @inline(never)  // most chains have one entry
  private func findBehind(
    _ first: EntryID, _ hash: UInt32, where matches: (EntryID) -> Bool
  ) -> EntryID? {
    var id = entries[first].next
    for _ in 1..<TupleIndex.longestChain {
      guard id != EntryID.none else { return nil }
      let entry = entries[id]
      if entry.hash == hash && matches(id) { return id }
      id = entry.next
    }
    // unreached: a chain of 32 entries; the keyed hash and the tables of a fuzz host make none
    return nil
  }

  /// Whether a chain has room for one more entry.
  package func hasRoom(_ hash: UInt32) -> Bool {
    var other = buckets[bucket(hash)].first
    for _ in 0..<TupleIndex.longestChain {
      guard other != EntryID.none else { return true }
      other = entries[other].next
    }
    // unreached: a chain of 32 entries; the keyed hash and the tables of a fuzz host make none
    return false
  }

  /// Adds an entry; `false` if its chain is full.
  package func insert(_ id: EntryID, _ hash: UInt32) -> Bool {
    // unreached: a chain of 32 entries; the keyed hash and the tables of a fuzz host make none
    guard hasRoom(hash) else { return false }
    let place = bucket(hash)
    entries[id] = IndexedEntry(hash: hash, next: buckets[place].first)
    buckets[place] = IndexBucket(hash: hash, first: id)
    return true
  }

  /// Takes an entry out, if it is indexed.
  package func remove(_ id: EntryID) {
    let place = bucket(entries[id].hash)
    var other = buckets[place].first
    if other == id {
      let next = entries[id].next
      buckets[place] =
        next == EntryID.none ? IndexBucket() : IndexBucket(hash: entries[next].hash, first: next)
      entries[id] = IndexedEntry()
      return
    }
    for _ in 0..<TupleIndex.longestChain {
      guard other != EntryID.none else { return }
      let next = entries[other].next
      if next == id {
        entries[other].next = entries[id].next
        entries[id] = IndexedEntry()
        return
      }
      other = next
    }
    // unreached: a chain of 32 entries; the keyed hash and the tables of a fuzz host make none
  }
}
