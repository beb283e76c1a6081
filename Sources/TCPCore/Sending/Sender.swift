/// What is in flight, and when it goes again: the records of what was sent, loss detection, congestion
/// control, round-trip times and the retransmission timer. It touches nothing else.
///
/// What happened: `didAcknowledge`, `sampleRTT`, `didReceiveDuplicate`, `didTimeOut`, `didSend`, `didResend`.
/// What to do next: `nextRetransmission`.
package struct Sender: ~Copyable {
  package var prr = ProportionalRateReduction()
  /// How many reductions of the window turned out to be needless; it wraps.
  var reductionsUndone: UInt32 = 0
  package internal(set) var undo = ReductionUndo()
  package var tail = TailLossProbe()
  package var ecn = ECNSender()
  package var timer = RetransmissionTimer()
  /// Whether the peer has reported a range in this connection: from then on ranges, not duplicates, tell what
  /// is lost.
  package internal(set) var isSelective = false
  /// Retransmission time-outs in a row.
  package var retries: UInt8 = 0
  /// Whether the device has yet to take what the last time-out wants to be sent again.
  package var isRetryPending = false
  /// Segments that the peer has reported since nothing was.
  var reportedSegments: UInt8 = 0
  package var records: SentRecords
  package var estimator = RoundTripEstimator()
  /// The next round-trip sample is taken when this is acknowledged (one sample for each round trip).
  package var nextRTTSample = SequenceNumber(0)
  /// When what is late now counts as lost.
  package internal(set) var reorderingDeadline = Instant.never
  package var congestion: CongestionControl
  package var recovery = LossRecovery(initial: SequenceNumber(0))
  package var pacer: Pacer
  package var path = PathProbe()
  package var rack = RACK()

  /// Nothing in flight.
  package init(records: SentRecords, control: CongestionControlAlgorithm, isPaced: Bool) {
    self.records = records
    // unreached: no script begins with the pace switched off; PacerTests
    pacer = Pacer(isEnabled: isPaced || control.isBBR)
    congestion = CongestionControl(control, segmentSize: 536)
  }

  /// Begins with our initial sequence number.
  package mutating func begin(_ initial: SequenceNumber) {
    recovery = LossRecovery(initial: initial)
    nextRTTSample = initial
  }

  /// The handshake is complete, and segments may carry `segmentSize` octets (RFC5681-4: it does not open the
  /// window).
  ///
  /// - Parameters:
  ///   - isRetransmitted: whether our SYN or SYN-ACK had to be sent again (RFC5681-5, RFC6928-2).
  ///   - isSpurious: whether that was needless (RFC6928-3).
  package mutating func didEstablish(segmentSize: Int, isRetransmitted: Bool, isSpurious: Bool) {
    congestion = CongestionControl(congestion.algorithm, segmentSize: segmentSize)
    if isRetransmitted && !isSpurious { congestion.setWindow(segments: 1, segmentSize: segmentSize) }
    pacer.grant(congestion.window)
    guard isRetransmitted else { return }
    estimator.restartAfterHandshakeTimeout()  // RFC6298-15: also where it was needless
  }

  /// The path takes shorter segments: what is in flight was too long for it (RFC1191-7, RFC5681-6).
  package mutating func didShorten(from old: Int, to new: Int, isLost: Bool, in region: Region) {
    congestion.didChangeSegmentSize(from: old, to: new)
    if isLost { markAllLost(in: region) }
  }

  /// All that is in flight goes again.
  package mutating func markAllLost(in region: Region) {
    path.didLearnNothing()
    tail.cancel()  // RFC8985-10: what goes again asks for an answer
    records.markAllLost(in: region)
  }

  /// Nothing is awaited any more.
  package mutating func stop() {
    timer.disarm()
    records.removeAll()
    // survives removal: equivalent: a connection that is over sends nothing, and its slot begins again
    recovery.mustRetransmit = false
    isRetryPending = false
    pacer.stopWaiting()
    tail.forget()
    undo.forget()
    ecn.endPause()
    path.didLearnNothing()
  }

  /// SND.UNA has moved by `count` octets to `number`. Also for the acknowledgment of our SYN.
  ///
  /// - Returns: the record that gives a round-trip sample now, if one is due (`sampleRTT`).
  @inline(always)  // one use, on a segment's way
  package mutating func didAcknowledge(
    _ number: SequenceNumber, count: Int, next: SequenceNumber, segmentSize: Int, now: Instant,
    in region: Region
  ) -> SentRecord? {
    let isLimited = congestion.isLimiting(segmentSize: segmentSize)
    if records.isSampling { records.models(in: region)[0].rate.begin(at: now) }
    let latest = records.acknowledge(number, in: region)
    isRetryPending = false
    tail.cancel()
    retries = 0
    switch recovery.didAdvance(to: number) {
    case .none, .limitedTransmit, .enter, .inflate:
      if isLimited {
        growWindow(
          count, number: number, next: next, latest: latest, segmentSize: segmentSize, now: now)
      } else {
        congestion.didAcknowledgeUnused(at: now)
      }
    case .partial:
      congestion.didPartiallyAcknowledge(count, segmentSize: segmentSize)
      records.markFirstLost(in: region)  // ROB-086: the next hole, without waiting
    case .complete:
      congestion.didRecover(flight: next - number, segmentSize: segmentSize)
    }
    if records.isSampling {
      finishSample(unacknowledged: number, next: next, segmentSize: segmentSize, at: now, in: region)
    }
    return number > nextRTTSample ? latest : nil
  }

  /// The window was in use, and may grow.
  @inline(__always)
  mutating func growWindow(
    _ count: Int, number: SequenceNumber, next: SequenceNumber, latest: SentRecord?, segmentSize: Int,
    now: Instant
  ) {
    let path = PathSample(
      number: number, next: next, latest: latest, smoothed: estimator.smoothed, isPaced: isPaced, now: now)
    congestion.didAcknowledge(count, segmentSize: segmentSize, path)
  }

  /// Takes one RTT sample per round trip (RFC6298-7, RFC8961-2, RFC7323-RTTM-3): from the send time of the
  /// newest acknowledged record or, if it was retransmitted, from the echoed timestamp (RFC6298-6, ROB-256,
  /// RFC7323-RTTM-2).
  ///
  /// - Parameters:
  ///   - next: SND.NXT: the next sample is due when this is acknowledged.
  ///   - echo: TSecr, if there is one to go by.
  ///   - timestampOffset: our secret share of the timestamp clock.
  @inline(always)  // one use, on a segment's way
  package mutating func sampleRTT(
    from latest: SentRecord, next: SequenceNumber, echo: UInt32?, timestampOffset: UInt32, now: Instant,
    limits: TimeoutLimits
  ) {
    if !latest.isRetransmitted {
      let age = latest.age(at: now)
      estimator.sample(microseconds: age, limits: limits)
      rack.noteRoundTrip(UInt32(saturating: age), at: now)
    } else if let echo {
      // An echo from before the octets left last does not tell which of the times is answered (RFC8961-3):
      // when only the acknowledgment was lost, the answer to the second time echoes the first.
      let last = TimestampClock.value(at: latest.sentAt(now: now), offset: timestampOffset)
      guard echo.ahead(of: last) >= 0 else { return }
      let age = TimestampClock.age(of: echo, at: now, offset: timestampOffset)
      estimator.sample(microseconds: age, limits: limits)
    } else {
      return
    }
    nextRTTSample = next
    tail.noteSample()
  }

  /// A duplicate acknowledgment arrived (RFC 5681 section 2).
  ///
  /// - Returns: whether fast retransmit begins.
  package mutating func didReceiveDuplicate(
    unacknowledged: SequenceNumber, next: SequenceNumber, segmentSize: Int, in region: Region
  ) -> Bool {
    let flight = next - unacknowledged
    switch recovery.didReceiveDuplicate(unacknowledged: unacknowledged, highest: next) {
    case .none, .limitedTransmit, .partial, .complete:
      return false
    case .enter:
      if path.isInFlight && path.sequence == unacknowledged {
        recovery.didLoseProbe(at: unacknowledged)
        records.markLost(at: unacknowledged, in: region)
        didLoseProbe()
        return false
      }
      path.didLearnNothing()  // behind what is lost: its text may go again in pieces, and they pass
      reduceForLoss(
        flight: flight &- Int(truncatingIfNeeded: recovery.limitedTransmitBytes),
        unacknowledged: unacknowledged, next: next, segmentSize: segmentSize)
      congestion.inflate(segmentSize: segmentSize)
      records.markFirstLost(in: region)
      tail.forget()
      return true
    case .inflate:
      congestion.didReceiveDuplicate(flight: flight, segmentSize: segmentSize)
      return false
    }
  }

  /// The retransmission timer has expired: RFC 6298 back-off and RFC 5681 reduction.
  ///
  /// - Parameters:
  ///   - isSynchronized: our SYN is acknowledged; before, a time-out says nothing about the threshold
  ///     (ROB-277).
  ///   - usesTimestamps: whether echoes will tell whether it was needless; else F-RTO has to.
  package mutating func didTimeOut(
    unacknowledged: SequenceNumber, next: SequenceNumber, segmentSize: Int, isSynchronized: Bool,
    usesTimestamps: Bool, now: Instant, limits: TimeoutLimits, in region: Region
  ) {
    isRetryPending = true
    tail.forget()
    // RFC 4821 section 7.6.3: also where it was the probe, the time-out counts as one.
    if path.isInFlight && path.sequence == unacknowledged { path.didFail() } else { path.didLearnNothing() }
    if retries < 255 { retries &+= 1 }
    estimator.backOff()
    if isSynchronized {
      if retries == 1 {
        path.forgetThreshold()
        takeChosenWindow()
        rememberWindow(next: next, isFRTOWanted: !usesTimestamps)
      }
      rememberForBBR(segmentSize: segmentSize, at: now, in: region)
      congestion.didTimeOut(
        flight: next - unacknowledged, segmentSize: segmentSize, isFirst: retries == 1)
      recovery.didTimeOut(highest: next)
      ecn.didReduce(next: next)
      ecn.endPause()
    }
    records.forgetReports(in: region)
    // RFC6298-13: the earliest goes first; the rest follows as the window allows.
    records.markAllLost(in: region)
    nextRTTSample = unacknowledged
    timer.arm(at: now + estimator.timeout(limits))  // RFC6298-9
  }

  /// While a recovery lasts the window is what may leave at the moment, and the threshold is what was chosen.
  /// What takes the window down in that time takes it down from there.
  mutating func takeChosenWindow() {
    if recovery.isRecovering { congestion.didReachRecoveryPoint() }
  }

  /// Octets of new text that the network has room for; may be negative.
  @inline(__always)
  package mutating func room(pipe: Int, segmentSize: Int, usesSACK: Bool) -> Int {
    if ecn.isPaused { return 0 }
    let allowance = recovery.allowance(segmentSize: segmentSize, usesSACK: usesSACK)
    return Int(truncatingIfNeeded: congestion.window) &+ allowance &- pipe
  }

  /// The oldest octets that are lost, as many as one segment and the congestion window take (RFC8985-18).
  ///
  /// - Parameters:
  ///   - windowEdge: SND.UNA + SND.WND: what is lost beyond it waits (SHLD-16, SHLD-17).
  ///   - room: octets that a segment has room for.
  ///   - pipe: octets believed to be in the network.
  package mutating func nextRetransmission(
    windowEdge: SequenceNumber, room: Int, pipe: Int, in region: Region
  ) -> (sequence: SequenceNumber, count: Int)? {
    // unreached: the caller has seen that something is lost
    guard let (sequence, lost) = records.nextLost(in: region) else { return nil }
    let inside = windowEdge - sequence
    guard inside > 0 else { return nil }
    let count = lost < inside ? lost : inside
    let size = count < room ? count : room
    let free = Int(truncatingIfNeeded: congestion.window) &- pipe
    if size <= free || recovery.mustRetransmit || recovery.isProbeLost { return (sequence, size) }
    // The window may have been counted in smaller segments, before the path took larger ones.
    guard pipe == 0, free > 0 else { return nil }
    return (sequence, free)
  }

  /// New data, or our SYN or FIN, has left: `count` octets of sequence space from `sequence` on.
  @inline(__always)
  package mutating func didSend(
    _ sequence: SequenceNumber, count: Int, unacknowledged: SequenceNumber, at now: Instant, in region: Region
  ) {
    records.append(sequence, count: count, at: now, in: region)
    sampleSent(count: count, at: now, in: region)
    pacer.didSend(count)
    if isSelective { prr.didSend(count) }
    recovery.noteLimitedTransmit(count)
    congestion.noteFlight(from: unacknowledged, to: sequence + count, count: count, at: now)
  }

  /// What `nextRetransmission` gave has left.
  package mutating func didResend(
    _ sequence: SequenceNumber, count: Int, at now: Instant, in region: Region
  ) {
    // Marks are moved on a real look-up, so that the hint stays with the table.
    if records.nextLost(in: region) != nil {
      let index = Int(records.firstLostHint)
      records.didResend(sequence, count: count, at: now, in: region)
      if records.isSampling { sampleSent(index, count: count, at: now, in: region) }
    }
    pacer.didSend(count)
    if isSelective { prr.didSend(count) }
    undo.didResend(sequence, count: count, at: now)
    recovery.mustRetransmit = false
    if records.lost == 0 { recovery.isProbeLost = false }
  }

  /// Whether every stored Bool and enum has a valid bit pattern; `TCPHost(restoring:)` checks this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &isRetryPending) <= 1 && rawByte(of: &isSelective) <= 1 && rack.hasValidBitPatterns()
      && congestion.hasValidBitPatterns() && recovery.hasValidBitPatterns()
      && tail.hasValidBitPatterns() && undo.hasValidBitPatterns() && pacer.hasValidBitPatterns()
      && ecn.hasValidBitPatterns()
      && timer.hasValidBitPatterns()
  }
}

extension Sender {
  mutating func add(to digest: inout StateDigest, in region: Region) {
    records.add(to: &digest, in: region)
    records.addModel(to: &digest, in: region)
    estimator.add(to: &digest)
    congestion.add(to: &digest)
    recovery.add(to: &digest)
    tail.add(to: &digest)
    undo.add(to: &digest)
    pacer.add(to: &digest)
    ecn.add(to: &digest)
    path.add(to: &digest)
    timer.add(to: &digest)
    rack.add(to: &digest)
    digest.add(isSelective)
    if recovery.isRecovering { prr.add(to: &digest) }  // it begins again with each recovery
    if isSelective { digest.add(reportedSegments) }
    digest.add(deadline: reorderingDeadline)
    digest.add(nextRTTSample)
    digest.add(retries)
    digest.add(isRetryPending)
  }
}
