// What leaves is spread over the round trip: as fast as the window asks for, and a little faster, so that the
// window and not the pace is the limit.
extension Sender {
  /// Whether what leaves is spread over the round trip.
  @inline(__always)
  var isPaced: Bool { mutating get { pacer.isActive(smoothed: estimator.smoothed) } }

  /// Whether the pace allows something to leave. It does for every segment that begins within the quantum.
  @inline(__always)
  package mutating func mayLeave(at now: Instant, segmentSize: Int) -> Bool {
    pacer.hasCredit || beginQuantum(at: now, segmentSize: UInt32(truncatingIfNeeded: segmentSize))
  }

  /// Whether a retransmission is due at once, whatever the pace: the first of a recovery, and what timed out.
  package var mustResendNow: Bool {
    mutating get {
      isRetryPending || recovery.mustRetransmit || isSelective && recovery.isRecovering && prr.isFresh
    }
  }

  @inline(never)  // once for each quantum
  private mutating func beginQuantum(at now: Instant, segmentSize: UInt32) -> Bool {
    guard let rate = pacingRate else {
      pacer.grant(congestion.window)
      return true
    }
    return pacer.begin(at: now, rate, segmentSize: segmentSize)
  }

  /// How fast text leaves; `nil` where nothing is paced: twice the window for each round trip below the
  /// threshold, five quarters of it otherwise.
  package var pacingRate: PacingRate? {
    mutating get {
      guard isPaced else { return nil }
      if congestion.algorithm.isBBR { return bbrRate }
      // In a recovery the window follows what is in flight, the threshold is what it comes to.
      let threshold = recovery.isRecovering ? congestion.threshold : 0
      let window = congestion.window > threshold ? congestion.window : threshold
      let octets = window < congestion.threshold ? window &* 2 : window &+ window / 4
      return PacingRate(octets: octets, microseconds: estimator.smoothed)
    }
  }

  /// The same in octets a second, 2^31 - 1 at most; 0 where nothing is paced.
  package var octetsPerSecond: UInt32 {
    mutating get {
      guard let rate = pacingRate else { return 0 }
      return UInt32(truncatingIfNeeded: min(rate.octets(in: .seconds(1)), 0x7FFF_FFFF))
    }
  }

  /// What BBR has set, and before that 2.77 windows in a round trip.
  private var bbrRate: PacingRate {
    mutating get {
      if congestion.pacingRate > 0 {
        return PacingRate(octets: congestion.pacingRate, microseconds: 1_000_000)
      }
      let octets = UInt32(saturating: UInt64(wide: congestion.window) &* 277 / 100)
      return PacingRate(octets: octets, microseconds: estimator.smoothed)
    }
  }
}
