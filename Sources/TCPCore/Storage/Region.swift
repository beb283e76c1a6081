/// Adds up how much memory a set of tables takes, and where each of them stands.
///
/// The same walk over the same configuration gives the size before there is any memory and the places after.
package struct RegionLayout {
  /// Octets taken so far, or `nil` once the sum has left the machine's range.
  package private(set) var byteCount: Int? = 0

  package init() {}

  /// Every table starts at a multiple of this, so that its place fits 32 bits as a count of such units.
  package static var unit: Int { 16 }

  /// Reserves `count` times `stride` octets and returns where they start, in units.
  @inline(never)  // many uses, none of them often
  package mutating func reserve(count: Int, stride: Int) -> UInt32 {
    guard let start = byteCount, start / RegionLayout.unit <= 0x7FFF_FFFF else {
      byteCount = nil
      return 0
    }
    let (size, overflow) = count.multipliedReportingOverflow(by: stride)
    guard !overflow, size >= 0, size <= Int.max - start - RegionLayout.unit else {
      // unreached: needs a machine with 32-bit numbers: no product of two valid sizes leaves 64 bits
      byteCount = nil
      return 0
    }
    let padded = (size &+ RegionLayout.unit &- 1) / RegionLayout.unit &* RegionLayout.unit
    byteCount = start &+ padded
    return UInt32(truncatingIfNeeded: start / RegionLayout.unit)
  }
}

/// The caller's memory. Everything inside is found by its distance from the start, never by address, so that a
/// copy of the octets is a snapshot.
@safe
package struct Region: BitwiseCopyable {
  // A door for `unsafe`: the caller promises that the octets live, and are touched by nobody else, as long as
  // the value made over them is in use.
  package let base: UnsafeMutableRawPointer
  package let count: Int

  package init(base: UnsafeMutableRawPointer, count: Int) {
    // The promise above is the caller's.
    unsafe self.base = base
    self.count = count
  }

  /// The table of `count` elements that starts `start` units into the region.
  @inline(__always)
  package func table<Element: ~Copyable>(
    _ element: Element.Type, at start: UInt32, count: Int
  ) -> Table<Element> {
    let offset = Int(truncatingIfNeeded: start) &* RegionLayout.unit
    // The layout reserved the room, and places are checked when a region is restored.
    return unsafe Table(
      base: (base + offset).assumingMemoryBound(to: Element.self), count: count)
  }

  /// Where `offset` octets behind the place `start` are.
  @inline(__always)
  func address(_ start: UInt32, _ offset: Int) -> UnsafeMutableRawPointer {
    // Callers in this folder check `offset` against the size they reserved.
    unsafe base + (Int(truncatingIfNeeded: start) &* RegionLayout.unit &+ offset)
  }

  /// Sets the first `size` octets to zero, so that equal hosts have equal tables.
  package func clear(_ size: Int) {
    precondition(size >= 0 && size <= count)
    // In bounds: checked on the line above.
    unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
  }
}

/// A fixed number of elements inside a region. Every access is bounds checked, also in release builds.
@safe
package struct Table<Element: ~Copyable>: Copyable {
  // A door for `unsafe`: made by `Region.table`, which knows that the memory is there.
  let base: UnsafeMutablePointer<Element>
  package let count: Int

  @inline(__always)
  init(base: UnsafeMutablePointer<Element>, count: Int) {
    // The promise is the region's.
    unsafe self.base = base
    self.count = count
  }

  @inline(__always)
  package subscript(index: Int) -> Element {
    // In bounds: checked on the line before each access.
    @inline(__always)
    unsafeAddress {
      precondition(index >= 0 && index < count)
      return unsafe UnsafePointer(base + index)
    }
    @inline(__always)
    nonmutating unsafeMutableAddress {
      precondition(index >= 0 && index < count)
      return unsafe base + index
    }
  }

  /// Puts a new element where none is, or where the old one needs no care.
  @inline(__always)
  package func initialize(_ index: Int, to element: consuming Element) {
    precondition(index >= 0 && index < count)
    // In bounds: checked on the line above. Elements own nothing, so overwriting one loses nothing.
    unsafe (base + index).initialize(to: element)
  }
}

// A table is a place and a count; what it points to belongs to the region.
extension Table: BitwiseCopyable where Element: ~Copyable {}
