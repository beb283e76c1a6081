/// Names an entry of a host: its number over all kinds of entries, or none.
///
/// Everything that an entry may have besides its own table's element (slot state, timer, links, place in the
/// tuple index) is in tables that are subscripted by this.
package struct EntryID: Equatable, BitwiseCopyable {
  /// The number; `UInt32.max` for none.
  package let rawValue: UInt32

  /// The entry with a number.
  @inline(__always)
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The entry at a position over all kinds of entries, which is below 2^24.
  @inline(__always)
  package init(_ position: Int) { rawValue = UInt32(truncatingIfNeeded: position) }

  /// No entry.
  @inline(__always)
  package static var none: EntryID { EntryID(rawValue: UInt32.max) }

  /// Its position in the tables of all entries.
  @inline(__always)
  package var position: Int { Int(truncatingIfNeeded: rawValue) }

  /// The entry, or `nil` for none.
  @inline(__always)
  package var orNil: EntryID? { self == EntryID.none ? nil : self }
}

extension Table where Element: ~Copyable {
  /// The element of an entry.
  @inline(__always)  // every access of a table
  package subscript(id: EntryID) -> Element {
    // In bounds: checked on the line before each access.
    @inline(__always)
    unsafeAddress {
      precondition(id.position >= 0 && id.position < count)
      return unsafe UnsafePointer(base + id.position)
    }
    @inline(__always)
    nonmutating unsafeMutableAddress {
      precondition(id.position >= 0 && id.position < count)
      return unsafe base + id.position
    }
  }
}

extension StateDigest {
  mutating func add(_ id: EntryID) { add(id.rawValue) }
}
