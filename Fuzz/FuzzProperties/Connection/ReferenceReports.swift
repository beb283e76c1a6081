import TCPCore

/// What a peer has reported by SACK blocks, as a list of ranges, and what may follow from that.
struct ReferenceReports {
  /// Whether it has reported anything yet: from then on reports, not duplicates, say what is lost.
  var hasAny = false
  /// Ranges reported and not acknowledged, in no order; they may overlap.
  private var ranges: [(left: UInt32, right: UInt32)] = []
  /// How many records the core may need for what is in flight: one for each departure, two for each block,
  /// and one for each part of a segment that left again.
  private var records = 0

  /// Nothing is in flight any more.
  mutating func clear() {
    ranges.removeAll(keepingCapacity: true)
    records = 0
  }

  /// New text has left, or a part of a segment again.
  mutating func departed() { records += 1 }

  /// A block that lies above the acknowledgment and below what was sent.
  mutating func note(_ left: UInt32, _ right: UInt32) {
    hasAny = true
    records += 2
    if ranges.count < 64 { ranges.append((left, right)) }
  }

  /// SND.UNA has moved.
  mutating func acknowledge(_ acknowledgment: UInt32) {
    ranges.removeAll { distance($0.right, acknowledgment) <= 0 }
  }

  /// After a time-out the peer is taken to have thrown away what it reported, where it reported the very
  /// octets that it asks for (RFC 2018 section 8).
  mutating func timedOut(_ unacknowledged: UInt32) {
    if ranges.contains(where: { distance($0.left, unacknowledged) <= 0 }) { ranges.removeAll() }
  }

  /// Whether octets of a range are reported, as far as the core has had room to note it.
  func covers(_ left: UInt32, _ right: UInt32, capacity: Int) -> Bool {
    guard records < capacity else { return false }
    return ranges.contains { distance(right, $0.left) > 0 && distance($0.right, left) > 0 }
  }
}
