/// A fixed number of elements inside a region. Every access is bounds checked, also in release builds.
@safe
package struct Table<Element: ~Copyable>: Copyable {
  // May use `unsafe`: made by `Region.table`, which knows that the memory is there.
  let base: UnsafeMutablePointer<Element>
  package let count: Int

  @inline(__always)
  init(base: UnsafeMutablePointer<Element>, count: Int) {
    // The promise is the region's.
    unsafe self.base = base
    self.count = count
  }

  @inline(__always)  // every access of a table
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
