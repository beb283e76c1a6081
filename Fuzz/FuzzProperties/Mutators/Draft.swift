/// An input that a mutator works on in its own place: some octets, and room for more behind them.
///
/// Reads outside of the octets give 0, and writes there do nothing, so that a mutation needs no checks of its
/// own.
@safe
package struct Draft {
  // Unsafe boundary: the maker of the value keeps `capacity` octets at `base` as long as it is in use.
  private let base: UnsafeMutableRawPointer
  /// How many octets there are.
  package private(set) var count: Int
  /// How many there may be.
  package let capacity: Int

  package init(base: UnsafeMutableRawPointer, count: Int, capacity: Int) {
    // The promise above is the caller's.
    unsafe self.base = base
    self.count = count
    self.capacity = capacity
  }

  /// The octet at a position.
  package subscript(index: Int) -> Int {
    get {
      guard index >= 0 && index < count else { return 0 }
      // In bounds: checked on the line above.
      return unsafe Int(base.load(fromByteOffset: index, as: UInt8.self))
    }
    nonmutating set {
      guard index >= 0 && index < count else { return }
      // In bounds: checked on the line above.
      unsafe base.storeBytes(of: UInt8(truncatingIfNeeded: newValue), toByteOffset: index, as: UInt8.self)
    }
  }

  /// The number in `size` octets from `offset` on, most significant octet first.
  package func number(_ offset: Int, _ size: Int) -> Int {
    var value = 0
    for index in 0..<size { value = value << 8 | self[offset + index] }
    return value
  }

  /// Writes a number of `size` octets, most significant octet first.
  package func put(_ value: Int, _ offset: Int, _ size: Int) {
    for index in 0..<size { self[offset + index] = value >> (8 * (size - 1 - index)) }
  }

  /// Makes room for `size` octets of 0 at `offset`; `false` where there is none.
  package mutating func insert(_ size: Int, at offset: Int) -> Bool {
    guard size >= 0, offset >= 0, offset <= count, size <= capacity - count else { return false }
    // Both ends lie within the capacity: checked on the line above.
    let place = unsafe base + offset
    unsafe (place + size).copyMemory(from: place, byteCount: count - offset)
    unsafe place.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    count += size
    return true
  }

  /// Takes octets out.
  package mutating func remove(_ size: Int, at offset: Int) {
    guard size > 0, offset >= 0, offset <= count, size <= count - offset else { return }
    // Both ends lie within the count: checked on the line above.
    let place = unsafe base + offset
    unsafe place.copyMemory(from: place + size, byteCount: count - offset - size)
    count -= size
  }

  /// Makes the draft shorter, or longer with octets of 0, as far as there is room.
  package mutating func resize(_ size: Int) {
    if size < count {
      remove(count - size, at: size)
    } else {
      _ = insert(min(size, capacity) - count, at: count)
    }
  }

  /// Adds octets of another draft behind these, as far as there is room.
  package mutating func append(_ other: Draft, _ from: Int, _ to: Int) {
    let size = min(to, other.count) - from
    guard size > 0, from >= 0 else { return }
    let room = min(size, capacity - count)
    // Source and target lie within their counts and capacity: checked on the lines above.
    unsafe (base + count).copyMemory(from: other.base + from, byteCount: room)
    count += room
  }

  /// The octets from `from` up to `to` as a draft that cannot grow. It shows the same memory.
  package func part(_ from: Int, _ to: Int) -> Draft {
    precondition(from >= 0 && from <= to && to <= count)
    // In bounds: checked on the line above.
    return unsafe Draft(base: base + from, count: to - from, capacity: to - from)
  }

  /// The octets from `from` on as a draft with all the room behind them. It shows the same memory.
  package func tail(_ from: Int) -> Draft {
    precondition(from >= 0 && from <= count)
    // In bounds: checked on the line above.
    return unsafe Draft(base: base + from, count: count - from, capacity: capacity - from)
  }

  /// Takes over how long a draft of the same memory, made by `tail`, has become.
  package mutating func adopt(tail: Draft, from: Int) {
    precondition(from + tail.count <= capacity)
    count = from + tail.count
  }

  /// The octets, to be read naively.
  package var octets: Octets {
    // The draft's own memory, as long as the draft may be used.
    unsafe Octets(UnsafeRawBufferPointer(start: base, count: count))
  }
}
