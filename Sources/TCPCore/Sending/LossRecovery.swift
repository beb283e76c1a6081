/// What an acknowledgment means to loss recovery.
package enum RecoveryVerdict {
  /// Nothing is lost as far as one can tell.
  case none
  /// One of the first two duplicates: new text may leave beyond the window (RFC 3042).
  case limitedTransmit
  /// The third duplicate: send the oldest octets again (RFC5681-17).
  case enter
  /// A further duplicate in recovery.
  case inflate
  /// New octets, but not all: the next hole is at the left edge.
  case partial
  /// Everything that was out when recovery began has arrived.
  case complete
}

/// Fast retransmit and fast recovery without SACK (RFC 6582).
package struct LossRecovery: BitwiseCopyable {
  /// `recover` of RFC 6582: recovery ends when this is acknowledged.
  private var point = SequenceNumber(0)
  /// How many duplicate acknowledgments stand in a row.
  package private(set) var duplicates: UInt8 = 0
  /// Whether fast recovery is under way.
  package private(set) var isRecovering = false
  /// Octets that limited transmit let out since the acknowledgment number last advanced.
  package private(set) var limited: UInt32 = 0
  /// Whether the oldest lost octets must leave whatever the window says.
  package var mustRetransmit = false

  /// RFC6582-1: begins with the initial sequence number.
  package init(initial: SequenceNumber) { point = initial }

  /// How much text may leave beyond the congestion window: RFC3042-1, RFC5681-18.
  @inline(__always)
  package func allowance(segmentSize: Int) -> Int {
    isRecovering || duplicates == 0 ? 0 : (duplicates < 3 ? Int(duplicates) &* segmentSize : 0)
  }

  /// New text has left; after one or two duplicates that is limited transmit.
  @inline(__always)
  package mutating func noteLimitedTransmit(_ count: Int) {
    if duplicates > 0 && !isRecovering { limited &+= UInt32(truncatingIfNeeded: count) }
  }

  /// The acknowledgment number advanced to `acknowledgment`.
  @inline(__always)
  package mutating func advanced(to acknowledgment: SequenceNumber) -> RecoveryVerdict {
    duplicates = 0
    limited = 0
    guard isRecovering else {
      // The point stays right behind, so that after 2^31 octets without a loss it does not pass for one ahead.
      if acknowledgment > point { point = acknowledgment - 1 }
      return .none
    }
    if acknowledgment >= point {
      isRecovering = false
      mustRetransmit = false
      return .complete
    }
    mustRetransmit = true
    return .partial
  }

  /// A duplicate acknowledgment as RFC 5681 section 2 defines it.
  ///
  /// - Parameters:
  ///   - unacknowledged: SND.UNA.
  ///   - highest: SND.NXT.
  package mutating func duplicated(
    unacknowledged: SequenceNumber, highest: SequenceNumber
  ) -> RecoveryVerdict {
    if isRecovering { return .inflate }
    if duplicates < 255 { duplicates &+= 1 }
    if duplicates < 3 { return .limitedTransmit }
    // RFC6582-2: not again for octets that were out when the last recovery or time-out began.
    guard duplicates == 3, unacknowledged > point else { return .none }
    isRecovering = true
    mustRetransmit = true
    point = highest
    return .enter
  }

  /// RFC6582-6: the retransmission timer has expired.
  package mutating func timedOut(highest: SequenceNumber) {
    point = highest
    isRecovering = false
    duplicates = 0
    mustRetransmit = false
  }

  /// Whether what stands where enumerations, truth values and optionals stand is a value of theirs; a restore checks this.
  package mutating func hasKnownCases() -> Bool {
    storedCase(&isRecovering) <= 1
      && storedCase(&mustRetransmit) <= 1
  }
}
