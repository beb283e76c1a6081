/// The congestion window and what moves it (MUST-19). Everything is in octets and integers.
///
/// What happened: `didAcknowledge`, `didDetectLoss`, `didReceiveDuplicate`, `didPartiallyAcknowledge`,
/// `didRecover`, `didTimeOut`, `didIdle`, `didChangeSegmentSize`. The rules are in the file of each
/// algorithm.
package struct CongestionControl: BitwiseCopyable {
  /// cwnd.
  package internal(set) var window: UInt32
  /// ssthresh. RFC5681-7: it begins as high as it can be.
  package internal(set) var threshold = UInt32.max
  /// Octets acknowledged since the window last grew in congestion avoidance.
  var bytesAckedSinceGrowth: UInt32 = 0
  /// The most that was in flight at once since `peakEnd` was last acknowledged, and SND.NXT when it was.
  var peakFlight: UInt32 = 0
  var peakEnd = SequenceNumber(0)

  /// A fresh window for text segments of `segmentSize` octets.
  package init(segmentSize: Int) {
    window = CongestionControl.initialWindow(segmentSize: segmentSize)
  }

  /// RFC 6928 section 2: min(10 MSS, max(2 MSS, 14600)) (RFC6928-1, ROB-075).
  package static func initialWindow(segmentSize: Int) -> UInt32 {
    let two = 2 &* segmentSize
    let ten = 10 &* segmentSize
    // unreached: a peer's MSS above 7,300; no fuzz host has a path of that length
    let most = two > 14_600 ? two : 14_600
    return UInt32(truncatingIfNeeded: ten < most ? ten : most)
  }

  /// Whether the window is below the threshold, where it doubles each round trip.
  @inline(__always)
  package var isSlowStart: Bool { window < threshold }

  /// New text has left: SND.UNA and SND.NXT now.
  @inline(__always)
  package mutating func noteFlight(from unacknowledged: SequenceNumber, to next: SequenceNumber) {
    let flight = UInt32(truncatingIfNeeded: next - unacknowledged)
    if flight > peakFlight || unacknowledged >= peakEnd {
      peakFlight = flight
      peakEnd = next
    }
  }

  /// Whether the window, and not the application, held the sender back when what is acknowledged now left:
  /// judged by the most that was in flight since, so that it does not matter how many acknowledgments come
  /// before the next segment leaves.
  @inline(__always)
  package func isLimiting(segmentSize: Int) -> Bool {
    let reach = isSlowStart ? peakFlight &* 2 : peakFlight &+ UInt32(truncatingIfNeeded: segmentSize)
    return reach >= window
  }

  /// The window is `segments` segments, whatever it was.
  package mutating func setWindow(segments: Int, segmentSize: Int) {
    window = UInt32(truncatingIfNeeded: segments &* segmentSize)
    bytesAckedSinceGrowth = 0
  }

  /// RFC5681-25: after a pause longer than the time-out the window falls back to the initial one (ROB-254).
  package mutating func didIdle(segmentSize: Int) {
    let restart = CongestionControl.initialWindow(segmentSize: segmentSize)
    if window > restart { window = restart }
    bytesAckedSinceGrowth = 0
  }

  /// RFC5681-6: a smaller segment size takes the window down in proportion.
  package mutating func didChangeSegmentSize(from old: Int, to new: Int) {
    // survives `old >= 0`: equivalent: no size is less than 0
    guard old > 0, new < old else { return }  // unreached: the caller has seen that segments became shorter
    let segments = window / UInt32(truncatingIfNeeded: old)
    // unreached: the window holds one segment at least
    window = (segments == 0 ? 1 : segments) &* UInt32(truncatingIfNeeded: new)
  }
}
