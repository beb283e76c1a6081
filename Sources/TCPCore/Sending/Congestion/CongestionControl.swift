/// Who decides how the congestion window grows and how far a loss takes it down.
package enum CongestionAlgorithm: UInt8, BitwiseCopyable {
  /// RFC 5681 and RFC 6582.
  case newReno
}

/// The congestion window and what moves it (MUST-19). Everything is in octets and integers.
///
/// What happened: `didAcknowledge`, `didDetectLoss`, `didRecover`, `didTimeOut`, `didIdle`,
/// `didChangeSegmentSize`. Slow start, the initial window and the restart after a pause are the same for all
/// algorithms and are here; the growth in congestion avoidance and the decrease are in the file of each.
package struct CongestionControl: BitwiseCopyable {
  /// cwnd.
  package internal(set) var window: UInt32
  /// ssthresh. RFC5681-7: it begins as high as it can be.
  package internal(set) var threshold = UInt32.max
  /// The most that was in flight at once since `peakEnd` was last acknowledged, and SND.NXT when it was.
  var peakFlight: UInt32 = 0
  var peakEnd = SequenceNumber(0)
  var newReno = NewReno()
  package let algorithm: CongestionAlgorithm

  /// A fresh window for text segments of `segmentSize` octets.
  package init(_ algorithm: CongestionAlgorithm = .newReno, segmentSize: Int) {
    self.algorithm = algorithm
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

  /// An acknowledgment of `count` new octets, outside recovery.
  ///
  /// - Parameter isLimited: whether the window, and not the application, held the sender back.
  @inline(__always)  // on a segment's way
  package mutating func didAcknowledge(_ count: Int, segmentSize: Int, isLimited: Bool) {
    guard isLimited else { return }
    let segment = UInt32(truncatingIfNeeded: segmentSize)
    let octets = UInt32(truncatingIfNeeded: count)
    if window < threshold {
      // RFC5681-9: at most one segment for each acknowledgment, however the peer divides them.
      grow(by: octets < segment ? octets : segment)
      return
    }
    switch algorithm {
    case .newReno:
      if newReno.isGrowthDue(octets, window: window) { grow(by: segment) }
    }
  }

  private mutating func grow(by octets: UInt32) {
    // Windows are below 2^30, so a larger congestion window would never matter.
    let limit: UInt32 = 1 &<< 30
    // survives `window > limit`: equivalent: where they are equal both sides are the limit
    // unreached: windows end below 2^30, and a fuzz host far below that
    window = window >= limit &- octets ? limit : window &+ octets
  }

  /// A loss was detected, and recovery begins: the threshold falls, and the window with it.
  ///
  /// - Parameter flight: octets in flight, without what limited transmit sent (RFC5681-21).
  package mutating func didDetectLoss(flight: Int, segmentSize: Int) {
    reduceThreshold(flight: flight, segmentSize: segmentSize)
    window = threshold
  }

  private mutating func reduceThreshold(flight: Int, segmentSize: Int) {
    switch algorithm {
    case .newReno:
      threshold = newReno.reducedThreshold(flight: flight, segmentSize: segmentSize)
    }
  }

  /// A reduction was needless (RFC 4015): the window and the threshold are those from before, if larger.
  package mutating func undo(window before: UInt32, threshold: UInt32) {
    if before > window { window = before }
    if threshold > self.threshold { self.threshold = threshold }
    newReno.restart()
  }

  /// Recovery is over, in which the window was set for each acknowledgment (RFC9937-5).
  package mutating func didReachRecoveryPoint() { window = threshold }

  /// The window is what a recovery allows now.
  package mutating func setWindow(_ octets: UInt32) { window = octets }

  /// Recovery is over: RFC6582-3, RFC5681-24, in the form that cannot cause a burst.
  package mutating func didRecover(flight: Int, segmentSize: Int) {
    let outstanding = flight > segmentSize ? flight : segmentSize
    let careful = UInt32(truncatingIfNeeded: outstanding &+ segmentSize)
    window = threshold < careful ? threshold : careful
  }

  /// The retransmission timer has expired: RFC5681-14, RFC8961-4. The threshold falls the first time only,
  /// until something new is acknowledged; the next loss takes it down again (RFC5681-28).
  package mutating func didTimeOut(flight: Int, segmentSize: Int, isFirst: Bool) {
    if isFirst { reduceThreshold(flight: flight, segmentSize: segmentSize) }
    setWindow(segments: 1, segmentSize: segmentSize)
  }

  /// The window is `segments` segments, whatever it was.
  package mutating func setWindow(segments: Int, segmentSize: Int) {
    window = UInt32(truncatingIfNeeded: segments &* segmentSize)
    newReno.restart()
  }

  /// RFC5681-25: after a pause longer than the time-out the window falls back to the initial one (ROB-254).
  package mutating func didIdle(segmentSize: Int) {
    let restart = CongestionControl.initialWindow(segmentSize: segmentSize)
    if window > restart { window = restart }
    newReno.restart()
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

extension CongestionControl {
  func add(to digest: inout StateDigest) {
    digest.add(window)
    digest.add(threshold)
    digest.add(newReno.bytesAckedSinceGrowth)
    digest.add(peakFlight)
  }
}
