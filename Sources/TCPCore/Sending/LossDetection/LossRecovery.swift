/// What an acknowledgment means to loss recovery.
package enum RecoveryVerdict {
  /// Nothing is known to be lost.
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
  private var recover = SequenceNumber(0)
  /// How many duplicate acknowledgments came in a row.
  package private(set) var duplicateAckCount: UInt8 = 0
  /// Whether fast recovery is under way.
  package private(set) var isRecovering = false
  /// Octets that limited transmit sent since the acknowledgment number last advanced.
  package private(set) var limitedTransmitBytes: UInt32 = 0
  /// Whether the oldest lost octets must leave whatever the window says.
  package var mustRetransmit = false
  /// Whether all of a lost probe of the path must leave whatever the window says: limited transmit has used
  /// its room up.
  package var isProbeLost = false

  /// RFC6582-1: begins with the initial sequence number.
  package init(initial: SequenceNumber) { recover = initial }

  /// How much text may leave beyond the congestion window: RFC3042-1, RFC5681-18.
  ///
  /// - Parameter usesSACK: whether the peer may report ranges. Then a duplicate without a report brings
  ///   nothing (RFC5681-19), and one with a report makes room in the window (RFC6675-10).
  @inline(__always)
  package func allowance(segmentSize: Int, usesSACK: Bool) -> Int {
    isRecovering || duplicateAckCount == 0 || usesSACK
      ? 0 : (duplicateAckCount < 3 ? Int(duplicateAckCount) &* segmentSize : 0)
  }

  /// New text has left; after one or two duplicates that is limited transmit.
  @inline(__always)
  package mutating func noteLimitedTransmit(_ count: Int) {
    if duplicateAckCount > 0 && !isRecovering { limitedTransmitBytes &+= UInt32(truncatingIfNeeded: count) }
  }

  /// The acknowledgment number advanced to `acknowledgment`.
  @inline(__always)  // on a segment's way
  package mutating func didAdvance(to acknowledgment: SequenceNumber) -> RecoveryVerdict {
    duplicateAckCount = 0
    limitedTransmitBytes = 0
    guard isRecovering else {
      // `recover` stays right behind, so that after 2^31 octets without a loss it is not taken for one ahead.
      if acknowledgment > recover { recover = acknowledgment - 1 }
      return .none
    }
    if acknowledgment >= recover {
      isRecovering = false
      mustRetransmit = false
      return .complete
    }
    mustRetransmit = true
    return .partial
  }

  /// Whether something is being repaired that was in flight at the last loss or time-out.
  package func isRepairing(_ unacknowledged: SequenceNumber) -> Bool {
    isRecovering || unacknowledged < recover
  }

  /// Whether all that was in flight at the last loss or time-out is behind, and something since: then three
  /// duplicates count again (RFC6582-2).
  func isPast(_ unacknowledged: SequenceNumber) -> Bool { !isRecovering && unacknowledged > recover }

  /// As `didAdvance`, where the peer reports ranges, and those tell what is lost.
  ///
  /// - Returns: whether everything has arrived that was out when recovery began.
  package mutating func didAdvanceSelectively(to acknowledgment: SequenceNumber) -> Bool {
    let verdict = didAdvance(to: acknowledgment)
    mustRetransmit = false
    if case .complete = verdict { return true }
    return false
  }

  /// Something was found lost; `false` if it belongs to the last recovery or time-out (RFC6675-15).
  package mutating func didDetectLoss(unacknowledged: SequenceNumber, highest: SequenceNumber) -> Bool {
    guard unacknowledged >= recover else { return false }
    isRecovering = true
    recover = highest
    return true
  }

  /// A duplicate acknowledgment as RFC 5681 section 2 defines it.
  ///
  /// - Parameters:
  ///   - unacknowledged: SND.UNA.
  ///   - highest: SND.NXT.
  package mutating func didReceiveDuplicate(
    unacknowledged: SequenceNumber, highest: SequenceNumber
  ) -> RecoveryVerdict {
    if isRecovering { return .inflate }
    if duplicateAckCount < 255 { duplicateAckCount &+= 1 }
    if duplicateAckCount < 3 { return .limitedTransmit }
    // RFC6582-2: not again for octets that were out when the last recovery or time-out began.
    guard duplicateAckCount == 3, unacknowledged > recover else { return .none }
    isRecovering = true
    mustRetransmit = true
    recover = highest
    return .enter
  }

  /// The last loss or time-out was none: another one may be found among what is in flight.
  package mutating func undo(unacknowledged: SequenceNumber) {
    recover = unacknowledged - 1
    isRecovering = false
    duplicateAckCount = 0
    mustRetransmit = false
  }

  /// What three duplicates show is the loss of a probe of the path: it goes again at once, and no recovery
  /// begins, nor for further duplicates.
  package mutating func didLoseProbe(at unacknowledged: SequenceNumber) {
    recover = unacknowledged
    isRecovering = false
    mustRetransmit = true
    isProbeLost = true
  }

  /// RFC6582-6: the retransmission timer has expired.
  package mutating func didTimeOut(highest: SequenceNumber) {
    recover = highest
    isRecovering = false
    duplicateAckCount = 0
    mustRetransmit = false
    isProbeLost = false
  }

  /// Whether every stored Bool, enum and optional tag has a valid bit pattern; `TCPHost(restoring:)` checks
  /// this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &isRecovering) <= 1
      && rawByte(of: &mustRetransmit) <= 1 && rawByte(of: &isProbeLost) <= 1
  }
}

extension LossRecovery {
  func add(to digest: inout StateDigest) {
    digest.add(recover)
    digest.add(duplicateAckCount)
    digest.add(limitedTransmitBytes)
    digest.add(isRecovering)
    digest.add(mustRetransmit)
    digest.add(isProbeLost)
  }
}
