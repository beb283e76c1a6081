/// What an entry of a host holds.
enum EntryKind {
  case connection
  case halfOpen
  case timeWait
  case listener
}

/// An entry of a host, found once and passed on: which it is, what it holds, and where in the table of its
/// kind.
struct Entry: BitwiseCopyable {
  let id: EntryID
  let kind: EntryKind
  /// The position in the table of its kind.
  let slot: Int

  @inline(__always)
  init(id: EntryID, kind: EntryKind, slot: Int) {
    self.id = id
    self.kind = kind
    self.slot = slot
  }

  /// The connection in a slot; connections come first among the entries.
  @inline(__always)
  init(connection slot: Int) { self.init(id: EntryID(slot), kind: .connection, slot: slot) }
}

extension Table where Element: ~Copyable {
  /// The element of an entry in the table of its kind.
  @inline(__always)  // every access of a table
  subscript(entry: Entry) -> Element {
    // In bounds: checked on the line before each access.
    @inline(__always)
    unsafeAddress {
      precondition(entry.slot >= 0 && entry.slot < count)
      return unsafe UnsafePointer(base + entry.slot)
    }
    @inline(__always)
    nonmutating unsafeMutableAddress {
      precondition(entry.slot >= 0 && entry.slot < count)
      return unsafe base + entry.slot
    }
  }
}
