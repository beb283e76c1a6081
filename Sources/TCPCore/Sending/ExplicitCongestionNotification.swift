// RFC 3168: a router marks a datagram instead of dropping it (CE). The receiver repeats that in each
// acknowledgment (ECE) until the sender says that it has reduced its window (CWR).

/// The receiver's half.
package struct ECNReceiver: BitwiseCopyable {
  /// Whether both sides agreed on it; in SYN-SENT, whether our SYN offers it.
  package var isInUse = false
  /// Whether acknowledgments carry ECE: a mark has come, and no CWR behind it.
  package private(set) var mustEcho = false

  package init() {}

  /// Text in the window has arrived (RFC3168-13). With both, the mark is the newer of the two.
  package mutating func didReceiveText(hasCWR: Bool, isMarked: Bool) {
    mustEcho = isMarked || mustEcho && !hasCWR
  }

  /// Whether every stored Bool has a valid bit pattern; `TCPHost(restoring:)` checks this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &isInUse) <= 1 && rawByte(of: &mustEcho) <= 1
  }
}

/// The sender's half: what may be marked, and the answer to ECE.
package struct ECNSender: BitwiseCopyable {
  /// When new text may leave again, where a window of one segment was still too much; else `never`.
  package private(set) var pauseEnd = Instant.never
  /// SND.NXT when the window last came down, or right behind SND.UNA: what is acknowledged up to here says
  /// nothing more of the network. Meaningful while `isInUse`.
  private var end = SequenceNumber(0)
  /// Whether our text may be marked instead of dropped.
  package private(set) var isInUse = false
  /// Whether the next new text carries CWR.
  package private(set) var mustAnnounce = false

  package init() {}

  /// The handshake is complete.
  ///
  /// - Parameter isAgreed: both sides agreed, and no SYN or SYN-ACK of ours left without it (RFC3168-6).
  package mutating func didEstablish(isAgreed: Bool, unacknowledged: SequenceNumber) {
    isInUse = isAgreed
    end = unacknowledged - 1
  }

  /// Whether an acknowledgment is of something that left after the last reduction (RFC3168-10).
  func isBeyondReduction(_ acknowledgment: SequenceNumber) -> Bool { acknowledgment > end }

  /// Whether the window has already come down for what was in flight then.
  func hasReduced(_ unacknowledged: SequenceNumber) -> Bool { isInUse && unacknowledged < end }

  /// The acknowledgment says nothing of congestion. `end` stays right behind, so that it is not taken for one
  /// ahead after 2^31 octets without a reduction.
  mutating func didReceiveNoEcho(_ acknowledgment: SequenceNumber) {
    if acknowledgment > end { end = acknowledgment - 1 }
  }

  /// The window has come down, for whatever reason (RFC3168-12).
  mutating func didReduce(next: SequenceNumber) {
    guard isInUse else { return }
    end = next
    mustAnnounce = true
  }

  /// A reduction was needless: the next ECE counts.
  mutating func didUndo(unacknowledged: SequenceNumber) { end = unacknowledged - 1 }

  /// Text that was never sent leaves.
  ///
  /// - Returns: whether it carries CWR.
  package mutating func didSendNewText() -> Bool {
    let hasCWR = mustAnnounce
    mustAnnounce = false
    return hasCWR
  }

  /// Whether new text waits for `pauseEnd`.
  @inline(__always)
  package var isPaused: Bool { pauseEnd != .never }

  /// The window is one segment, and that is too much: RFC3168-11.
  mutating func pause(until end: Instant) { pauseEnd = end }

  /// It was long enough.
  package mutating func endPause() { pauseEnd = .never }

  /// Whether every stored Bool has a valid bit pattern; `TCPHost(restoring:)` checks this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &isInUse) <= 1 && rawByte(of: &mustAnnounce) <= 1
  }
}

/// What an acknowledgment does to the congestion window by its ECE bit, or by the lack of it.
package enum EchoResponse: UInt8 {
  case none
  case reduced
  /// The window was one segment already: new text waits for a time-out (RFC3168-11).
  case reducedLeast
}

extension Sender {
  /// An acknowledgment has come; SND.UNA has not moved yet.
  ///
  /// - Parameters:
  ///   - hasEcho: whether it carries ECE.
  package mutating func didReceiveAcknowledgment(
    _ number: SequenceNumber, hasEcho: Bool, unacknowledged: SequenceNumber, next: SequenceNumber,
    segmentSize: Int
  ) -> EchoResponse {
    congestion.isGrowthBarred = hasEcho  // RFC3168-10
    guard hasEcho else {
      ecn.didReceiveNoEcho(number)
      return .none
    }
    // Whatever took the window down, the network was congested.
    undo.forget()
    var flight = next - unacknowledged
    guard flight > 0, ecn.isBeyondReduction(number) else { return .none }
    if recovery.isRecovering {
      // All has arrived that was out when it began. What it let leave beyond the window is in flight, but
      // does not raise it.
      takeChosenWindow()
      flight = min(flight, Int(truncatingIfNeeded: congestion.window))
    }
    // BBR's window is four segments again with the same acknowledgment: nothing has to wait.
    let isLeast = Int(truncatingIfNeeded: congestion.window) <= segmentSize && congestion.algorithm != .bbr
    path.forgetThreshold()
    congestion.didReceiveEcho(flight: flight, segmentSize: segmentSize)
    ecn.didReduce(next: next)
    return isLeast ? .reducedLeast : .reduced
  }

  /// A recovery begins: the window comes down, unless it has for what was in flight then (RFC3168-10).
  ///
  /// - Parameter flight: as `CongestionControl.didDetectLoss` wants it.
  mutating func reduceForLoss(
    flight: Int, unacknowledged: SequenceNumber, next: SequenceNumber, segmentSize: Int
  ) {
    path.forgetThreshold()
    if ecn.hasReduced(unacknowledged) {
      undo.forget()
      congestion.didDetectLossAfterEcho()
    } else {
      rememberWindow(next: next)
      congestion.didDetectLoss(flight: flight, segmentSize: segmentSize)
    }
    // Also where it did not: what is lost may be what carried CWR.
    ecn.didReduce(next: next)
  }
}

extension CongestionControl {
  /// ECE: the answer to a loss, though nothing is lost (RFC3168-2). Below two segments the window goes on
  /// falling, down to one; the threshold does not (RFC9438-10).
  ///
  /// - Parameter flight: octets in flight.
  package mutating func didReceiveEcho(flight: Int, segmentSize: Int) {
    if algorithm.isBBR {
      hasUnansweredEcho = true
      return
    }
    let before = window
    didDetectLoss(flight: flight, segmentSize: segmentSize)
    let octets = UInt64(wide: UInt32(truncatingIfNeeded: flight))
    let share = UInt32(truncatingIfNeeded: algorithm == .cubic ? octets &* 7 / 10 : octets / 2)
    let segment = UInt32(truncatingIfNeeded: segmentSize)
    let reduced = share > segment ? share : segment
    window = reduced < before ? reduced : before
  }

  /// A recovery begins in a window that has come down for ECE already.
  mutating func didDetectLossAfterEcho() {
    // unreached: the echo has taken it down; ECNFigures
    if !algorithm.isBBR && window > threshold { window = threshold }
  }
}

extension SegmentFlags {
  /// An ECN-setup SYN (RFC3168-4), where this is a SYN.
  @inline(__always)
  var isECNSetupSYN: Bool { contains(.ece | .cwr) }

  /// An ECN-setup SYN-ACK, where this is a SYN-ACK. Some peers reflect every bit of a SYN: with both set it
  /// is none (RFC3168-8).
  @inline(__always)
  var isECNSetupSYNACK: Bool { contains(.ece) && !contains(.cwr) }
}

extension ECNReceiver {
  func add(to digest: inout StateDigest) {
    digest.add(isInUse)
    digest.add(mustEcho)
  }
}

extension ECNSender {
  func add(to digest: inout StateDigest) {
    digest.add(isInUse)
    digest.add(deadline: pauseEnd)
    guard isInUse else { return }
    digest.add(end)
    digest.add(mustAnnounce)
  }
}
