extension ReceiveState {
  /// What a segment that leaves now would advertise.
  package struct Advertisement: BitwiseCopyable {
    /// The window field.
    package var field: UInt16
    /// The right edge that the peer will compute from it, or the one it already knows if that is further.
    package var edge: SequenceNumber
  }

  /// The furthest possible edge: the end of the free space in the ring.
  @inline(__always)
  private var possibleEdge: SequenceNumber { next + ring.freeCapacity }

  /// The smallest step in which the edge moves (MUST-39, RFC 9293 section 3.8.6.2.2).
  @inline(__always)
  private func step(maximumSegmentSize: Int) -> Int {
    let half = ring.capacity / 2
    return half < maximumSegmentSize ? half : maximumSegmentSize
  }

  /// The window to advertise, by the receiver's silly-window avoidance. It may stay shut for as long as
  /// nobody reads (MAY-8).
  ///
  /// - Parameters:
  ///   - maximumSegmentSize: the MSS that we advertised.
  ///   - isSynchronizing: the segment carries SYN, whose window is never scaled (RFC7323-WS-3).
  @inline(__always)  // on a segment's way
  package func nextAdvertisement(maximumSegmentSize: Int, isSynchronizing: Bool = false) -> Advertisement {
    let grown = possibleEdge - rightEdge
    let edge = grown > 0 && grown >= step(maximumSegmentSize: maximumSegmentSize) ? possibleEdge : rightEdge
    let window = edge - next
    if isSynchronizing {
      let field = window < 65_535 ? window : 65_535
      return Advertisement(field: UInt16(truncatingIfNeeded: field), edge: .later(rightEdge, next + field))
    }
    // RFC7323-WS-6. Rounded up where the ring has the room, so that the edge does not seem to retreat
    // (RFC7323-WS-12).
    let shift = Int(self.shift)
    let unit = 1 &<< shift
    var field = window &>> shift
    if field &<< shift < window, (field &<< shift) &+ unit <= possibleEdge - next { field &+= 1 }
    if field > 65_535 { field = 65_535 }
    // RFC7323-WS-13, RFC7323-WS-14: what rounding hides is still honoured.
    return Advertisement(
      field: UInt16(truncatingIfNeeded: field), edge: .later(rightEdge, next + (field &<< shift)))
  }

  /// Notes that an offer, with the acknowledgment of everything up to RCV.NXT, has left.
  @inline(__always)
  package mutating func didAdvertise(_ advertisement: Advertisement) {
    rightEdge = advertisement.edge
    acknowledged = next
  }

  /// Whether reading has opened the window so far that the peer should hear of it at once.
  ///
  /// The peer must have used half of the buffer up, so that a reader that keeps pace costs no extra segments.
  @inline(always)  // on a segment's way, and too large for the hint
  package func isUpdateDue(maximumSegmentSize: Int) -> Bool {
    if hasFIN { return false }
    // What the peer can be shown: without window scaling a field shows no more than 65,535 octets of a larger
    // ring.
    let most = 65_535 &<< Int(shift)
    let half = (ring.capacity < most ? ring.capacity : most) / 2
    guard rightEdge - next <= half else { return false }
    let grown = nextAdvertisement(maximumSegmentSize: maximumSegmentSize).edge - rightEdge
    let enough = half < 2 &* maximumSegmentSize ? half : 2 &* maximumSegmentSize
    return grown > 0 && grown >= enough
  }
}
