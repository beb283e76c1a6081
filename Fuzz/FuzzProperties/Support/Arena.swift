import TCPCore

/// Memory for what the core writes. It is lent in pieces with guard octets on both sides, and the guards are
/// poisoned while the piece is lent.
@safe
struct Arena {
  // Unsafe boundary: the memory has `guardCount` octets on both sides of `base ..< base + capacity`.
  private let base: UnsafeMutableRawPointer
  private let capacity: Int

  private static var guardCount: Int { 64 }
  private static var mark: UInt8 { 0xA5 }
  private static var marks: UInt64 { 0xA5A5_A5A5_A5A5_A5A5 }

  init(capacity: Int) {
    let guardCount = Arena.guardCount
    let memory = UnsafeMutableRawPointer.allocate(byteCount: capacity + 2 * guardCount, alignment: 64)
    // All of what was allocated; the first guard never changes.
    unsafe memory.initializeMemory(as: UInt8.self, repeating: Arena.mark, count: capacity + 2 * guardCount)
    unsafe base = memory + guardCount
    self.capacity = capacity
    unsafe poison(memory, guardCount)
  }

  /// Gives the memory back.
  func free() {
    // As it was allocated.
    let memory = unsafe base - Arena.guardCount
    unsafe unpoison(memory, capacity + 2 * Arena.guardCount)
    unsafe memory.deallocate()
  }

  /// Lets `body` write `count` octets, and requires that nothing behind or in front of them has changed.
  ///
  /// - Parameters:
  ///   - extra: how many octets more the view has than may be written.
  ///   - property: what does not hold if others have changed.
  @inline(__always)
  func lend<Value>(
    _ count: Int, extra: Int = 0, _ property: StaticString, _ body: (MutableBytes) -> Value
  ) -> Value {
    precondition(count >= 0 && count <= capacity && extra <= Arena.guardCount)
    // The guard behind the piece lies within the memory, since `count` is within the capacity.
    let behind = unsafe base + count
    for place in 0..<Arena.guardCount / 8 {
      unsafe behind.storeBytes(of: Arena.marks, toByteOffset: 8 * place, as: UInt64.self)
    }
    unsafe poison(behind, Arena.guardCount)
    let value = unsafe body(MutableBytes(base: base, count: count + extra))
    unsafe unpoison(behind, Arena.guardCount)
    unsafe unpoison(base - Arena.guardCount, Arena.guardCount)
    for place in 0..<Arena.guardCount / 8 {
      let after = unsafe behind.loadUnaligned(fromByteOffset: 8 * place, as: UInt64.self)
      let before = unsafe (base - Arena.guardCount).load(fromByteOffset: 8 * place, as: UInt64.self)
      require(property, after == Arena.marks && before == Arena.marks)
    }
    unsafe poison(base - Arena.guardCount, Arena.guardCount)
    return value
  }

  /// The first `count` octets, as they were written.
  @inline(__always)
  func octets(_ count: Int) -> Octets {
    precondition(count >= 0 && count <= capacity)
    // In bounds: checked on the line above.
    return unsafe Octets(UnsafeRawBufferPointer(start: base, count: count))
  }
}

/// What checks write into. One is made at the start of a program and used for every input, one after the
/// other.
package struct CodecFixture {
  let first = Arena(capacity: 132_000)
  let second = Arena(capacity: 132_000)

  /// Memory for one check at a time.
  package init() {}

  /// Gives the memory back.
  package func free() {
    first.free()
    second.free()
  }
}
