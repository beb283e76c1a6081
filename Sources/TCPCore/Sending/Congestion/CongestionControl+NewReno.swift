// RFC 5681 and RFC 6582.
extension CongestionControl {
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
    // RFC5681-10, RFC5681-11: one segment for each window of octets acknowledged.
    let room = UInt32.max &- octets
    // unreached: windows end below 2^30
    bytesAckedSinceGrowth = bytesAckedSinceGrowth > room ? UInt32.max : bytesAckedSinceGrowth &+ octets
    if bytesAckedSinceGrowth >= window {
      bytesAckedSinceGrowth &-= window
      grow(by: segment)
    }
  }

  private mutating func grow(by octets: UInt32) {
    // Windows are below 2^30, so a larger congestion window would never matter.
    let limit: UInt32 = 1 &<< 30
    // survives `window > limit`: equivalent: where they are equal both sides are the limit
    // unreached: windows end below 2^30, and a fuzz host far below that
    window = window >= limit &- octets ? limit : window &+ octets
  }

  /// RFC5681-8, RFC5681-13, RFC5681-20: the threshold falls to half of what is in flight.
  private mutating func reduceThreshold(flight: Int, segmentSize: Int) {
    let half = flight / 2
    let two = 2 &* segmentSize
    threshold = UInt32(truncatingIfNeeded: half > two ? half : two)
    bytesAckedSinceGrowth = 0
  }

  /// Fast retransmit begins: RFC5681-21. `flight` leaves out what limited transmit sent.
  package mutating func didDetectLoss(flight: Int, segmentSize: Int) {
    reduceThreshold(flight: flight, segmentSize: segmentSize)
    window = threshold &+ UInt32(truncatingIfNeeded: 3 &* segmentSize)
  }

  /// One more duplicate acknowledgment in recovery: RFC5681-22; never beyond what is outstanding
  /// (RFC5681-23).
  package mutating func didReceiveDuplicate(flight: Int, segmentSize: Int) {
    let limit = threshold &+ UInt32(truncatingIfNeeded: flight)
    let inflated = window &+ UInt32(truncatingIfNeeded: segmentSize)
    window = inflated < limit ? inflated : limit
  }

  /// A partial acknowledgment of `count` octets: RFC6582-4.
  package mutating func didPartiallyAcknowledge(_ count: Int, segmentSize: Int) {
    let octets = UInt32(truncatingIfNeeded: count)
    let segment = UInt32(truncatingIfNeeded: segmentSize)
    window = window > octets ? window &- octets : 0
    if octets >= segment { window &+= segment }
    if window < segment { window = segment }
  }

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
    window = UInt32(truncatingIfNeeded: segmentSize)
    bytesAckedSinceGrowth = 0
  }
}
