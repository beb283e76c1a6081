/// Congestion avoidance and decrease as RFC 5681 has them: one segment more for each window acknowledged,
/// half of the flight after a loss.
package struct NewReno: BitwiseCopyable {
  /// Octets acknowledged since the window last grew.
  private(set) var bytesAckedSinceGrowth: UInt32 = 0

  /// `octets` were acknowledged in congestion avoidance. RFC5681-10, RFC5681-11: whether the window is one
  /// segment larger now.
  @inline(__always)  // on a segment's way
  mutating func isGrowthDue(_ octets: UInt32, window: UInt32) -> Bool {
    let room = UInt32.max &- octets
    // unreached: windows end below 2^30
    bytesAckedSinceGrowth = bytesAckedSinceGrowth > room ? UInt32.max : bytesAckedSinceGrowth &+ octets
    guard bytesAckedSinceGrowth >= window else { return false }
    bytesAckedSinceGrowth &-= window
    return true
  }

  /// RFC5681-8, RFC5681-13, RFC5681-20: half of what is in flight, two segments at least. What was
  /// acknowledged of the window goes on counting, as the same part of the smaller one.
  mutating func reducedThreshold(flight: Int, segmentSize: Int) -> UInt32 {
    let half = flight / 2
    let two = 2 &* segmentSize
    bytesAckedSinceGrowth /= 2
    return UInt32(truncatingIfNeeded: half > two ? half : two)
  }

  /// The window changed for another reason: counting begins again.
  mutating func restart() { bytesAckedSinceGrowth = 0 }
}
