/// A byte queue of fixed capacity inside a region. The value holds the place, the octets stay in the region.
///
/// Octets `0 ..< count` from the head on are the queue; the rest is free, and may be written ahead of time
/// with `writeAhead`, before `commit` makes it part of the queue.
///
/// What it knows: `capacity`, `count`, `freeCapacity`. What the owner asks: `append`, `writeAhead`, `commit`,
/// `consume`, `copy`. All of it costs one or two copies of the octets concerned and nothing else.
package struct RingBuffer: BitwiseCopyable {
  private var start: UInt32
  private var size: UInt32
  private var headOffset: UInt32 = 0
  private var used: UInt32 = 0

  /// A queue over `capacity` octets that start `start` units into the region.
  package init(start: UInt32, capacity: Int) {
    self.start = start
    size = UInt32(truncatingIfNeeded: capacity)
  }

  /// How many octets fit.
  @inline(__always)
  package var capacity: Int { Int(truncatingIfNeeded: size) }
  /// How many octets are queued.
  @inline(__always)
  package var count: Int { Int(truncatingIfNeeded: used) }
  /// How many more octets fit.
  @inline(__always)
  package var freeCapacity: Int { Int(truncatingIfNeeded: size &- used) }
  /// Where the oldest octet is, as an offset below `capacity`.
  @inline(__always)
  package var head: Int { Int(truncatingIfNeeded: headOffset) }

  /// Whether the queue is where it must be and its numbers fit each other; a restore checks this.
  package func isSound(start: UInt32, capacity: Int) -> Bool {
    self.start == start && self.capacity == capacity && used <= size && (headOffset < size || size == 0)
  }

  /// Makes `count` octets that were placed right behind the queue part of it.
  @inline(__always)
  package mutating func commit(_ count: Int) {
    precondition(count >= 0 && count <= freeCapacity)
    used &+= UInt32(truncatingIfNeeded: count)
  }

  /// Forgets the `count` oldest octets.
  @inline(__always)
  package mutating func consume(_ count: Int) {
    precondition(count >= 0 && count <= self.count)
    used &-= UInt32(truncatingIfNeeded: count)
    var position = headOffset &+ UInt32(truncatingIfNeeded: count)
    if position >= size { position &-= size }
    headOffset = position
  }

  /// Forgets everything.
  package mutating func removeAll() {
    headOffset = 0
    used = 0
  }

  /// Splits `count` octets that start `offset` octets behind the head into the one or two runs they are in.
  @inline(__always)
  func runs(at offset: Int, count: Int) -> (first: Int, firstCount: Int, secondCount: Int) {
    precondition(offset >= 0 && count >= 0 && offset <= capacity && count <= capacity &- offset)
    var first = head &+ offset
    if first >= capacity { first &-= capacity }
    let room = capacity &- first
    return count <= room ? (first, count, 0) : (first, room, count &- room)
  }

  // May use `unsafe`: `runs` has checked that every octet touched below lies in this ring's own memory.

  /// Where a run that starts at `position` is.
  @inline(__always)
  func address(_ position: Int, in region: Region) -> UnsafeMutableRawPointer {
    // `position` came from `runs`.
    unsafe region.address(start, position)
  }
}

extension StateDigest {
  /// The octets of a ring, from `offset` behind the head on.
  mutating func add(_ ring: RingBuffer, at offset: Int, count: Int, in region: Region) {
    add(ring.contentHash(from: offset, count: count, in: region))
  }
}
