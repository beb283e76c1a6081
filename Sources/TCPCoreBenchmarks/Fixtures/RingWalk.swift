import CBenchmarkSupport

/// How a lower bound brings octets to another place and has their sum: whichever takes least is the lower
/// bound. The numbers are those of `tcpcore_lower_bound_copy_sum`.
enum LowerBoundMethod: Int32, CaseIterable {
  /// In one loop, by vectors of three widths: a wide load that straddles two lines may cost more than narrow
  /// ones.
  case narrow
  case wide
  case widest
  /// A sum, then the C library's memcpy.
  case apart

  @inline(__always)
  func copySum(_ to: UnsafeMutableRawPointer?, _ from: UnsafeRawPointer?, _ count: Int) {
    _ = tcpcore_opaque(tcpcore_lower_bound_copy_sum(to, from, count, rawValue))
  }
}

/// Goes through a ring's memory as a stream does: what is touched next is seldom in the nearest cache, and
/// begins anywhere in a line of it.
struct RingWalk {
  private let base: UnsafeMutableRawPointer
  private let capacity: Int
  private var place = 0

  init(capacity: Int) {
    // A host's rings begin at multiples of sixteen.
    base = DatagramBuffer(capacity: capacity + 16).room.baseAddress.unsafelyUnwrapped + 16
    self.capacity = capacity
  }

  /// Hands out the next octets in one or two pieces, each with its distance from the first.
  @inline(__always)
  mutating func next(_ count: Int, _ body: (UnsafeMutableRawPointer, Int, Int) -> Void) {
    let first = min(count, capacity - place)
    body(base + place, 0, first)
    if first < count { body(base, first, count - first) }
    place += count
    if place >= capacity { place -= capacity }
  }

  /// The next octets are brought in from elsewhere, and summed on the way where a way is named.
  @inline(__always)
  mutating func fill(_ count: Int, from source: UnsafeRawPointer?, _ way: LowerBoundMethod? = nil) {
    guard let source else { return }
    next(count) { to, distance, count in
      guard let way else { return tcpcore_lower_bound_copy(to, source + distance, count) }
      way.copySum(to, source + distance, count)
    }
  }

  /// The next octets are brought elsewhere, and summed on the way where a way is named.
  @inline(__always)
  mutating func empty(_ count: Int, to target: UnsafeMutableRawPointer?, _ way: LowerBoundMethod? = nil) {
    guard let target else { return }
    next(count) { from, distance, count in
      guard let way else { return tcpcore_lower_bound_copy(target + distance, from, count) }
      way.copySum(target + distance, from, count)
    }
  }
}
