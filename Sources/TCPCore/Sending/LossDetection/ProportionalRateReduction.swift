/// How much leaves for each acknowledgment in a recovery (RFC 9937): the flight comes down to the threshold
/// evenly, and does not fall below.
package struct ProportionalRateReduction: BitwiseCopyable {
  /// RecoverFS: octets in flight when the recovery began.
  private var recoverFlight: UInt32 = 1
  /// prr_delivered: octets delivered since.
  private var delivered: UInt32 = 0
  /// prr_out: octets sent since.
  private var sent: UInt32 = 0

  package init() {}

  /// A recovery begins.
  ///
  /// - Parameter flight: SND.NXT - SND.UNA before the acknowledgment that began it, without what was reported
  ///   earlier (RFC9937-1).
  package mutating func begin(flight: Int) {
    // unreached: where something is lost something is in flight
    recoverFlight = UInt32(truncatingIfNeeded: flight > 0 ? flight : 1)
    delivered = 0
    sent = 0
  }

  /// Whether the flight is one that a division bears; a restore checks this.
  package var isSound: Bool { recoverFlight > 0 }

  /// Whether nothing has left yet since the recovery began.
  package var isFresh: Bool { sent == 0 }

  /// Something has left.
  @inline(__always)
  package mutating func didSend(_ count: Int) { sent &+= UInt32(truncatingIfNeeded: count) }

  /// An acknowledgment in the recovery; not the one that ends it.
  ///
  /// - Parameters:
  ///   - octets: DeliveredData (RFC9937-2).
  ///   - pipe: octets in flight now.
  ///   - isSafe: SND.UNA has moved, and nothing more was found lost (RFC9937-3).
  /// - Returns: the congestion window until the next one (RFC9937-5).
  package mutating func window(
    delivered octets: UInt32, pipe: Int, threshold: UInt32, segmentSize: Int, isSafe: Bool
  ) -> UInt32 {
    delivered &+= octets
    let inFlight = UInt32(truncatingIfNeeded: pipe)
    var count: Int
    if inFlight > threshold {
      let product = UInt64(wide: delivered) &* UInt64(wide: threshold)
      let flight = UInt64(wide: recoverFlight)
      let share = (product &+ flight &- 1) / flight
      count = Int(truncatingIfNeeded: UInt32(truncatingIfNeeded: share)) &- Int(truncatingIfNeeded: sent)
    } else {
      let owed = Int(truncatingIfNeeded: delivered) &- Int(truncatingIfNeeded: sent)
      let now = Int(truncatingIfNeeded: octets)
      count = owed > now ? owed : now
      if isSafe { count &+= segmentSize }
      let room = Int(truncatingIfNeeded: threshold &- inFlight)
      if count > room { count = room }
    }
    if count < 0 { count = 0 }
    if count < segmentSize && isFresh { count = segmentSize }  // RFC9937-4: the first goes at once
    return inFlight &+ UInt32(truncatingIfNeeded: count)
  }
}

extension ProportionalRateReduction {
  func add(to digest: inout StateDigest) {
    digest.add(recoverFlight)
    digest.add(delivered)
    digest.add(sent)
  }
}
