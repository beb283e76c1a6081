/// Tail loss probe (RFC 8985 section 7): where what was sent last is lost, nothing behind it makes the peer
/// report that. After two round trips of silence one segment asks for an answer, long before the time-out.
package struct TailLossProbe: BitwiseCopyable {
  /// TLP.end_seq: SND.NXT when the probe left, meaningful while `isOutstanding`.
  private var end = SequenceNumber(0)
  /// Whether a probe has left whose fate is not known.
  package private(set) var isOutstanding = false
  /// TLP.is_retrans: whether it carried what had been sent before.
  private var isRetransmission = false
  /// Whether a probe should leave with the next call.
  package private(set) var isDue = false
  /// Whether a round trip was measured since the last probe (RFC8985-12).
  private var hasSample = true

  package init() {}

  /// Whether another probe may be sent (RFC8985-12).
  package var isAllowed: Bool { !isOutstanding && hasSample }

  /// The time for one has come.
  package mutating func becomeDue() { isDue = true }

  /// Something new arrived at the peer: what was due is not needed.
  @inline(__always)
  package mutating func cancel() { isDue = false }

  /// A round trip was measured.
  @inline(__always)
  package mutating func noteSample() { hasSample = true }

  /// The probe has left. `next` is SND.NXT behind it.
  package mutating func didSend(upTo next: SequenceNumber, isRetransmission: Bool) {
    end = next
    self.isRetransmission = isRetransmission
    isOutstanding = true
    isDue = false
    hasSample = false
  }

  /// A recovery or a time-out takes over.
  package mutating func forget() {
    isOutstanding = false
    isDue = false
  }

  /// An acknowledgment while a probe is outstanding (RFC 8985 section 7.4.2).
  ///
  /// - Parameters:
  ///   - block: its first SACK block, if there is one.
  ///   - isDuplicate: whether it is a duplicate acknowledgment (RFC 5681 section 2).
  /// - Returns: whether the probe has repaired a loss, which asks for the answer to a loss (RFC8985-15).
  package mutating func didReceive(
    _ acknowledgment: SequenceNumber, block: SACKBlock?, isDuplicate: Bool
  ) -> Bool {
    guard acknowledgment >= end else { return false }
    if !isRetransmission {
      isOutstanding = false
      return false
    }
    if let block {
      // It came twice: nothing was lost.
      if block.right == end && acknowledgment == end { isOutstanding = false }
    } else if isDuplicate && acknowledgment == end {
      isOutstanding = false
    }
    guard isOutstanding, acknowledgment > end else { return false }
    isOutstanding = false
    return true
  }

  /// Whether every stored Bool has a valid bit pattern; `TCPHost(restoring:)` checks this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &isOutstanding) <= 1 && rawByte(of: &isRetransmission) <= 1 && rawByte(of: &isDue) <= 1
      && rawByte(of: &hasSample) <= 1
  }
}

extension TailLossProbe {
  func add(to digest: inout StateDigest) {
    digest.add(isOutstanding)
    if isOutstanding {
      digest.add(end)
      digest.add(isRetransmission)
    }
    digest.add(isDue)
    digest.add(hasSample)
  }
}

extension Sender {
  /// How long nothing may come before a probe leaves, where more than a segment is in flight (RFC8985-11):
  /// two round trips, and no less than ten milliseconds, for clocks that tick slowly and peers that are slow
  /// to answer.
  @inline(__always)
  package var probeInterval: Interval {
    mutating get {
      let interval = estimator.twiceSmoothed
      return Interval(microseconds: UInt64(wide: interval > 10_000 ? interval : 10_000))
    }
  }

  /// TLP.max_ack_delay: how long a peer may keep the acknowledgment of one segment to itself.
  package static var longestAcknowledgmentDelay: Interval { .milliseconds(200) }

  /// Whether a probe may leave (RFC8985-10): nothing is known to be missing, and nothing is being repaired.
  package mutating func mayProbe(unacknowledged: SequenceNumber) -> Bool {
    records.lost == 0 && records.sacked == 0 && retries == 0 && tail.isAllowed
      && !recovery.isRepairing(unacknowledged)
  }

  /// The last octets that were sent, as many as a segment takes; `nil` where something is lost, which goes
  /// first and asks for an answer by itself.
  package mutating func lastSent(room: Int, in region: Region) -> (sequence: SequenceNumber, count: Int)? {
    guard records.count > 0, records.lost == 0 else { return nil }  // RFC8985-10
    let last = records.record(records.count &- 1, in: region)
    let whole = last.end - last.sequence
    let count = whole < room ? whole : room
    return (last.end - count, count)
  }

  /// What `lastSent` gave has left as a probe.
  package mutating func didSendLastAgain(
    _ sequence: SequenceNumber, next: SequenceNumber, at now: Instant, in region: Region
  ) {
    records.didResendLast(from: sequence, at: now, in: region)
    if records.isSampling { sampleSent(records.count &- 1, count: 0, at: now, in: region) }
    pacer.didSend(next - sequence)
    if isSelective { prr.didSend(next - sequence) }
    tail.didSend(upTo: next, isRetransmission: true)
  }

  /// An acknowledgment has come while a probe was outstanding; SND.UNA has not moved yet.
  package mutating func didAnswerProbe(
    _ acknowledgment: SequenceNumber, block: SACKBlock?, isDuplicate: Bool, flight: Int, next: SequenceNumber,
    segmentSize: Int
  ) {
    guard tail.didReceive(acknowledgment, block: block, isDuplicate: isDuplicate) else { return }
    let hasReduced = ecn.hasReduced(next - flight)
    ecn.didReduce(next: next)
    if hasReduced { return }
    let window = congestion.window
    congestion.didDetectLoss(flight: flight, segmentSize: segmentSize)
    // The threshold is two segments at least, and the window may have been less.
    if congestion.window > window { congestion.setWindow(window) }
  }
}
