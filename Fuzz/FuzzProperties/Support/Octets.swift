/// Octets that somebody lends for the length of one check, read one by one. Every access is bounds checked.
@safe
package struct Octets {
  // Unsafe boundary: the maker of the value keeps the memory as long as the value is in use.
  let buffer: UnsafeRawBufferPointer

  package init(_ buffer: UnsafeRawBufferPointer) {
    // The promise above is the caller's.
    unsafe self.buffer = buffer
  }

  /// How many octets there are.
  @inline(__always)
  package var count: Int {
    // The count is read, not the memory.
    unsafe buffer.count
  }

  /// The octet at a position, as a number.
  @inline(__always)
  subscript(index: Int) -> Int {
    precondition(index >= 0 && index < count)
    // In bounds: checked on the line above.
    return unsafe Int(buffer[index])
  }

  /// The number in the two octets from `offset` on, most significant octet first.
  @inline(__always)
  func word(_ offset: Int) -> Int {
    precondition(offset >= 0 && offset <= count - 2)
    // In bounds: checked on the line above.
    return unsafe Int(buffer[offset]) * 256 + Int(buffer[offset + 1])
  }

  /// The number in the four octets from `offset` on, most significant octet first.
  @inline(__always)
  func long(_ offset: Int) -> Int { word(offset) * 65_536 + word(offset + 2) }

  /// The octets from one position up to, and not with, another.
  @inline(__always)
  func part(_ from: Int, _ to: Int) -> Octets {
    precondition(from >= 0 && from <= to && to <= count)
    // In bounds: checked on the line above.
    return unsafe Octets(UnsafeRawBufferPointer(rebasing: buffer[from..<to]))
  }

  /// Gives the octets to the core, in the form in which it takes them.
  @inline(__always)
  func withSpan<Value>(_ body: (RawSpan) -> Value) -> Value {
    // The span does not leave the closure.
    unsafe body(buffer.bytes)
  }

  /// Whether both hold the same octets.
  @inline(__always)
  func equals(_ other: Octets) -> Bool {
    guard count == other.count else { return false }
    var offset = 0
    while offset + 8 <= count {
      // In bounds of both: checked on the line above, and the counts are equal.
      let left = unsafe buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let right = unsafe other.buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      if left != right { return false }
      offset += 8
    }
    while offset < count {
      if self[offset] != other[offset] { return false }
      offset += 1
    }
    return true
  }

  /// Copies the octets to memory that has room for them.
  func copy(to target: UnsafeMutableRawPointer) {
    // The caller has the room; an empty buffer may have no memory.
    guard let base = unsafe buffer.baseAddress else { return }
    // As said above.
    unsafe target.copyMemory(from: base, byteCount: count)
  }
}
