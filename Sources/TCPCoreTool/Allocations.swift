import CAllocationCounter

/// Counts heap allocations between two moments, less those made while counting is paused.
struct AllocationWatch {
  private var start = tcpcore_allocation_count()
  private var excluded: UInt64 = 0

  /// Whether this build can count at all.
  static var isAvailable: Bool { tcpcore_allocation_counting() == 1 }

  /// Does something whose allocations are not meant: printing, writing a capture.
  mutating func lookAway(_ body: () -> Void) {
    let before = tcpcore_allocation_count()
    body()
    excluded += tcpcore_allocation_count() - before
  }

  /// Leaves out allocations that were counted elsewhere.
  mutating func exclude(_ count: UInt64) { excluded += count }

  /// Allocations since the start.
  var count: UInt64 { tcpcore_allocation_count() - start - excluded }
}
