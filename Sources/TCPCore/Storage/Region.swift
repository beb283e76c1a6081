/// The caller's memory. Everything inside is found by its distance from the start, never by address, so that
/// a copy of the octets is a snapshot.
@safe
package struct Region: BitwiseCopyable {
  // May use `unsafe`: the caller promises that the octets live, and are touched by nobody else, as long as
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
