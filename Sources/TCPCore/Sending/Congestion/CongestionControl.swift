/// The congestion window and what moves it (MUST-19, RFC5681-2). Everything is in octets and integers.
///
/// What happened: `didAcknowledge`, `didDetectLoss`, `didRecover`, `didTimeOut`, `didIdle`,
/// `didChangeSegmentSize`, `select`. Slow start, the initial window and the restart after a pause are the
/// same for all algorithms and are here; the growth in congestion avoidance, the decrease and the end of the
/// first slow start are in the files of each.
package struct CongestionControl: BitwiseCopyable {
  /// cwnd.
  package internal(set) var window: UInt32
  /// ssthresh. RFC5681-7: it begins as high as it can be.
  package internal(set) var threshold = UInt32.max
  /// The most that was in flight at once since `peakEnd` was last acknowledged, and SND.NXT when it was.
  var peakFlight: UInt32 = 0
  var peakEnd = SequenceNumber(0)
  var newReno = NewReno()
  package internal(set) var cubic = Cubic()
  package internal(set) var hyStart = HyStart()
  package private(set) var algorithm: CongestionControlAlgorithm
  /// Whether the acknowledgment that has come carries ECE, so that the window does not grow.
  var isGrowthBarred = false
  /// Whether BBR has yet to answer ECE.
  var hasUnansweredEcho = false
  /// The pace in octets in a second that BBR has set; 0 where it has set none yet.
  package var pacingRate: UInt32 = 0

  /// A fresh window for text segments of `segmentSize` octets.
  package init(_ algorithm: CongestionControlAlgorithm, segmentSize: Int) {
    self.algorithm = algorithm
    window = CongestionControl.initialWindow(segmentSize: segmentSize)
  }

  /// RFC 6928 section 2: min(10 MSS, max(2 MSS, 14600)) (RFC6928-1, ROB-075).
  package static func initialWindow(segmentSize: Int) -> UInt32 {
    let two = 2 &* segmentSize
    let ten = 10 &* segmentSize
    let most = max(two, 14_600)
    return UInt32(truncatingIfNeeded: ten < most ? ten : most)
  }

  /// Whether the window is below the threshold, where it doubles each round trip.
  @inline(__always)
  package var isSlowStart: Bool { window < threshold }

  /// What the window does, outside recovery.
  package var phase: CongestionPhase {
    if algorithm.isBBR { return threshold == UInt32.max ? .slowStart : .avoidance }
    if !isSlowStart { return .avoidance }
    return isFirstSlowStart && hyStart.isConservative ? .conservativeSlowStart : .slowStart
  }

  /// Whether HyStart++ watches the round trips: no loss and no long round trip has shown a threshold yet
  /// (RFC9406-8).
  @inline(__always)
  private var isFirstSlowStart: Bool { threshold == UInt32.max && algorithm == .cubic }

  /// The user chooses another algorithm: it begins at once with the window and the threshold as they are, and
  /// knows nothing of what was before. Behind BBR, which has no threshold, that is the window.
  package mutating func select(_ algorithm: CongestionControlAlgorithm) {
    guard algorithm != self.algorithm else { return }
    if self.algorithm.isBBR { threshold = window }
    if algorithm.isBBR { threshold = UInt32.max }
    self.algorithm = algorithm
    pacingRate = 0
    hasUnansweredEcho = false
    newReno = NewReno()
    cubic = Cubic()
    hyStart = HyStart()
  }

  /// New text has left: SND.UNA and SND.NXT now, and how much of it there is.
  @inline(__always)
  package mutating func noteFlight(
    from unacknowledged: SequenceNumber, to next: SequenceNumber, count: Int, at now: Instant
  ) {
    // Nothing was in flight: until now the application held the sender back.
    if next - unacknowledged == count { cubic.skip(to: now) }
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
    return reach >= window && !isGrowthBarred
  }

  /// An acknowledgment of new octets, outside recovery, and not the window held the sender back but the
  /// application: nothing grows, and CUBIC's time does not pass.
  @inline(__always)
  package mutating func didAcknowledgeUnused(at now: Instant) { if !algorithm.isBBR { cubic.skip(to: now) } }

  /// An acknowledgment of `count` new octets, outside recovery: the window held the sender back, and may
  /// grow.
  ///
  /// - Parameter path: what the acknowledgment says of the path.
  @inline(never)  // two uses, and large; where the application is the limit nothing of it is needed
  package mutating func didAcknowledge(_ count: Int, segmentSize: Int, _ path: PathSample) {
    let (octets, segment) = (UInt32(truncatingIfNeeded: count), UInt32(truncatingIfNeeded: segmentSize))
    if window < threshold && !algorithm.isBBR {
      return didAcknowledgeInSlowStart(octets, segment: segment, path)
    }
    switch algorithm {
    case .newReno:
      if newReno.isGrowthDue(octets, window: window) { grow(by: segment) }
    case .cubic:
      let grown = cubic.grownWindow(
        window, acknowledged: octets, segmentSize: segment, smoothed: path.smoothed, at: path.now)
      grow(by: grown &- window)
    case .bbr:
      break  // it has seen the acknowledgment elsewhere
    }
  }

  /// RFC9406-9: what was acknowledged counts, however the peer divides it. Where nothing is paced, what
  /// leaves for it is a burst: then one acknowledgment counts for eight segments at most.
  @inline(__always)  // one use
  private mutating func didAcknowledgeInSlowStart(_ octets: UInt32, segment: UInt32, _ path: PathSample) {
    let limit = path.isPaced ? UInt32.max : segment &* 8
    var growth = octets < limit ? octets : limit
    if !isFirstSlowStart {
      // RFC9438-14: avoidance begins at the threshold, or a part of a segment beyond.
      let room = threshold &- window
      let most = room > segment ? room : segment
      return grow(by: growth < most ? growth : most)
    }
    // While the application holds the sender back the window does not grow, and no queue with it: HyStart++
    // is not asked then.
    growth = hyStart.growth(growth)
    grow(by: growth)
    if hyStart.isOver(sample: path.roundTrip, acknowledging: path.number, next: path.next) {
      threshold = window  // RFC9406-5
      cubic.didLeaveSlowStart(window: window)
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
    switch algorithm {
    case .newReno:
      threshold = newReno.reducedThreshold(flight: flight, segmentSize: segmentSize)
    case .cubic:
      threshold = cubic.didDetectLoss(window: window, flight: flight, segmentSize: segmentSize)
    case .bbr:
      return  // a loss is a part of its model
    }
    window = threshold
  }

  /// A reduction was needless (RFC 4015, RFC9438-13): the window and the threshold are those from before, if
  /// larger. CUBIC's next epoch begins where the window was.
  package mutating func undo(window before: UInt32, threshold: UInt32) {
    if before > window { window = before }
    if algorithm.isBBR { return }
    if threshold > self.threshold { self.threshold = threshold }
    newReno.restart()
    cubic.restart()
  }

  /// Recovery is over, in which the window was set for each acknowledgment (RFC9937-5).
  package mutating func didReachRecoveryPoint() { if !algorithm.isBBR { window = threshold } }

  /// The window is what a recovery allows now.
  package mutating func setWindow(_ octets: UInt32) { window = octets }

  /// Recovery is over: RFC6582-3, RFC5681-24, in the form that cannot cause a burst.
  package mutating func didRecover(flight: Int, segmentSize: Int) {
    if algorithm.isBBR { return }
    let outstanding = flight > segmentSize ? flight : segmentSize
    let careful = UInt32(truncatingIfNeeded: outstanding &+ segmentSize)
    window = threshold < careful ? threshold : careful
  }

  /// The retransmission timer has expired: RFC5681-14, RFC8961-4. The threshold falls the first time only,
  /// until something new is acknowledged; the next loss takes it down again (RFC5681-28).
  package mutating func didTimeOut(flight: Int, segmentSize: Int, isFirst: Bool) {
    if isFirst {
      switch algorithm {
      case .newReno:
        threshold = newReno.reducedThreshold(flight: flight, segmentSize: segmentSize)
      case .cubic:
        threshold = cubic.didTimeOut(window: window, flight: flight, segmentSize: segmentSize)
      case .bbr:
        break
      }
    }
    setWindow(segments: 1, segmentSize: segmentSize)
  }

  /// The window is `segments` segments, whatever it was.
  package mutating func setWindow(segments: Int, segmentSize: Int) {
    window = UInt32(truncatingIfNeeded: segments &* segmentSize)
    newReno.restart()
    cubic.restart()
  }

  /// RFC5681-25: after a pause longer than the time-out the window falls back to the initial one (ROB-254).
  package mutating func didIdle(segmentSize: Int) {
    if algorithm.isBBR { return }  // it goes on at the rate that it knows
    let restart = CongestionControl.initialWindow(segmentSize: segmentSize)
    if window > restart {
      window = restart
      cubic.restart()
    }
    newReno.restart()
  }

  /// RFC5681-6: a smaller segment size takes the window down in proportion.
  package mutating func didChangeSegmentSize(from old: Int, to new: Int) {
    // survives `old >= 0`: equivalent: no size is less than 0
    guard old > 0, new < old else { return }  // unreached: the caller has seen that segments became shorter
    let segments = window / UInt32(truncatingIfNeeded: old)
    // unreached: the window holds one segment at least
    window = (segments == 0 ? 1 : segments) &* UInt32(truncatingIfNeeded: new)
    cubic.didChangeSegmentSize(
      from: UInt32(truncatingIfNeeded: old), to: UInt32(truncatingIfNeeded: new))
  }

  /// BBR has found that the pipe is full, or has to find it again: for `phase` only.
  mutating func setPhase(isStartup: Bool) { threshold = isStartup ? UInt32.max : window }

  /// Whether every stored Bool and enum has a valid bit pattern; `TCPHost(restoring:)` checks this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &algorithm) <= CongestionControlAlgorithm.bbr.rawValue && rawByte(of: &isGrowthBarred) <= 1
      && rawByte(of: &hasUnansweredEcho) <= 1 && cubic.hasValidBitPatterns()
      && hyStart.hasValidBitPatterns()
  }
}

extension CongestionControl {
  func add(to digest: inout StateDigest) {
    digest.add(window)
    digest.add(threshold)
    digest.add(peakFlight)
    if peakFlight > 0 { digest.add(peakEnd) }
    digest.add(algorithm.rawValue)
    switch algorithm {
    case .newReno:
      digest.add(newReno.bytesAckedSinceGrowth)
    case .cubic:
      cubic.add(to: &digest)
      if threshold == UInt32.max { hyStart.add(to: &digest) }
    case .bbr:
      digest.add(pacingRate)
      digest.add(hasUnansweredEcho)
    }
  }
}
