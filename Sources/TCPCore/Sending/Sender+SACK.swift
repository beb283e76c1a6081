// Recovery with SACK: RFC 2018's reports, RFC 8985's detection, RFC 9937's pace.
extension Sender {
  /// What an acknowledgment brings about that reports ranges, or that comes behind such a one.
  package struct SelectiveResult {
    /// The record that gives a round-trip sample now, if one is due (`sampleRTT`).
    package var sample: SentRecord?
    /// Whether a recovery begins.
    package var begins = false
    /// Whether the last reduction of the window turns out to have been needless.
    package var isUndone = false
  }

  /// The first segment with SACK blocks has come, or still none that may be true.
  ///
  /// - Returns: whether one may: from now on ranges, not duplicates, tell what is lost, also in a recovery
  ///   that duplicates began.
  package mutating func beginReports(with segment: inout SegmentHeader, next: SequenceNumber) -> Bool {
    for index in 0..<segment.options.sack.count
    where isAcceptable(segment.options.sack[index], above: segment.acknowledgment, next: next) {
      isSelective = true
      if recovery.isRecovering {
        congestion.didReachRecoveryPoint()
        prr.begin(flight: next - segment.acknowledgment)
      }
      return true
    }
    return false
  }

  /// Whether a block may be true: above SND.UNA, and sent (CVE-13).
  private mutating func isAcceptable(
    _ block: SACKBlock, above unacknowledged: SequenceNumber, next: SequenceNumber
  ) -> Bool {
    block.left < block.right && block.right <= next && block.left > unacknowledged
  }

  /// An acknowledgment of a peer that reports ranges. SND.UNA has moved already, if it moves.
  ///
  /// RFC6675-7: what it tells is noted first, then losses are looked for, then the window follows
  /// (RFC2018-12).
  ///
  /// - Parameters:
  ///   - segment: its header, with the SACK blocks.
  ///   - advance: octets by which SND.UNA has moved.
  ///   - next: SND.NXT.
  ///   - echo: TSecr, if there is one to go by.
  ///   - timestampOffset: our secret share of the timestamp clock.
  package mutating func didReceiveReport(
    _ segment: inout SegmentHeader, advance: Int, next: SequenceNumber, segmentSize: Int, echo: UInt32?,
    timestampOffset: UInt32, now: Instant, in region: Region
  ) -> SelectiveResult {
    let number = segment.acknowledgment
    let isLimited = congestion.isLimiting(segmentSize: segmentSize)
    let reportedBefore = Int(truncatingIfNeeded: records.sacked)
    var result = SelectiveResult()
    var delivery = Delivery()
    if records.isSampling { records.models(in: region)[0].rate.begin(at: now) }
    records.acknowledge(number, &delivery, in: region)
    result.isUndone = takeBlocks(
      of: &segment, next: next, segmentSize: segmentSize, &delivery, in: region)
    rack.update(delivery, echo: echo, timestampOffset: timestampOffset, now: now)
    if delivery.octets > 0 { tail.cancel() }
    if advance > 0 {
      isRetryPending = false
      retries = 0
    }
    let wasRecovering = recovery.isRecovering
    let isComplete = advance > 0 && recovery.didAdvanceSelectively(to: number)
    let foundMore = detectLosses(now: now, segmentSize: segmentSize, in: region)
    if advance == 0 { timer.armReordering(at: reorderingDeadline) }  // else `restartTimer` follows
    if wasRecovering && isComplete {  // RFC6675-11; what is reported beyond stays (RFC6675-12)
      congestion.didReachRecoveryPoint()
      rack.didRecover()
    }
    if foundMore && !recovery.isRecovering {
      result.begins = beginRecovery(
        at: number, next: next, segmentSize: segmentSize,
        flight: next - number &+ advance &- reportedBefore)
    }
    if records.isSampling {
      finishSample(unacknowledged: number, next: next, segmentSize: segmentSize, at: now, in: region)
    }
    if recovery.isRecovering && !congestion.algorithm.isBBR {
      // RFC8985-19: also a retransmission that was lost is answered by the pace.
      guard delivery.octets > 0 else { return result }
      congestion.setWindow(
        prr.window(
          delivered: delivery.octets, pipe: pipe(flight: next - number), threshold: congestion.threshold,
          segmentSize: segmentSize, isSafe: advance > 0 && !foundMore))
    } else if advance > 0 && !wasRecovering {
      if isLimited {
        growWindow(
          advance, number: number, next: next, latest: delivery.latest, segmentSize: segmentSize, now: now)
      } else {
        congestion.didAcknowledgeUnused(at: now)
      }
    }
    if advance > 0 && number > nextRTTSample { result.sample = delivery.latest }
    return result
  }

  /// Notes each range that may be true.
  ///
  /// - Returns: whether all that left again since the window was taken down came twice.
  private mutating func takeBlocks(
    of segment: inout SegmentHeader, next: SequenceNumber, segmentSize: Int, _ delivery: inout Delivery,
    in region: Region
  ) -> Bool {
    let isUndone = noteDuplicateReport(
      in: &segment, next: next, segmentSize: segmentSize, in: region)
    for index in 0..<segment.options.sack.count {
      let block = segment.options.sack[index]
      guard isAcceptable(block, above: segment.acknowledgment, next: next) else { continue }
      records.report(block.left, block.right, &delivery, in: region)
    }
    if records.sacked == 0 {
      reportedSegments = 0
    } else {
      let sum = UInt32(reportedSegments) &+ UInt32(delivery.reportedRecords)
      // unreached: 255 segments in one report
      reportedSegments = sum < 255 ? UInt8(truncatingIfNeeded: sum) : 255
    }
    return isUndone
  }

  /// Counts the duplicate that the first block reports, if it does. Also where nothing else is reported, or
  /// nothing is in flight any more.
  ///
  /// - Returns: whether all that left again since the window was taken down came twice, so that it is
  ///   restored.
  package mutating func noteDuplicateReport(
    in segment: inout SegmentHeader, next: SequenceNumber, segmentSize: Int, in region: Region
  ) -> Bool {
    guard reportsDuplicate(&segment, next: next) else { return false }
    rack.didReportDuplicate(unacknowledged: segment.acknowledgment, next: next)
    guard undo.didReceiveTwice(segment.options.sack[0]) else { return false }
    undoReduction(unacknowledged: segment.acknowledgment, segmentSize: segmentSize, in: region)
    return true
  }

  /// Whether the first block tells of something that came twice: it lies below the acknowledgment beside it,
  /// or within the second one, which may be true (RFC 2883 section 4, RFC2883-2).
  private mutating func reportsDuplicate(_ segment: inout SegmentHeader, next: SequenceNumber) -> Bool {
    guard segment.options.sack.count > 0 else { return false }
    let block = segment.options.sack[0]
    guard block.left < block.right else { return false }
    if block.right <= segment.acknowledgment { return true }
    guard segment.options.sack.count > 1 else { return false }
    let second = segment.options.sack[1]
    return isAcceptable(second, above: segment.acknowledgment, next: next)
      && second.left <= block.left && block.right <= second.right
  }

  /// How much later than its successors a segment may be delivered, in microseconds.
  package var reorderingWindow: UInt32 {
    mutating get {
      let isUrgent = recovery.isRecovering || reportedSegments >= 3
      // Round trips shorter than the clock's ticks give no reordering window. Until there are as many reports
      // as RFC 5681 asks for, a millisecond is waited for what may be on its way.
      if !isUrgent && rack.minimumRTT == 0 { return 1_000 }
      return rack.reorderingWindow(smoothed: estimator.smoothed, isUrgent: isUrgent)
    }
  }

  /// Whether something new is lost by now; and when that should be asked again.
  private mutating func detectLosses(now: Instant, segmentSize: Int, in region: Region) -> Bool {
    let before = records.lost
    reorderingDeadline = .never
    let wait = records.markLost(
      by: rack, window: reorderingWindow, probe: path.isInFlight ? path.sequence : nil, now: now, in: region)
    if wait > 0 { reorderingDeadline = now + Interval(microseconds: wait) }
    guard records.lost > before else { return false }
    return !path.isInFlight || judgeProbe(lostBefore: before, in: region)
  }

  /// The reordering timer has expired (RFC8985-9). The time-out goes on.
  ///
  /// - Returns: whether a recovery begins.
  package mutating func reorderingExpired(
    unacknowledged: SequenceNumber, next: SequenceNumber, segmentSize: Int, timeout: Interval, now: Instant,
    in region: Region
  ) -> Bool {
    let reported = Int(truncatingIfNeeded: records.sacked)
    let foundMore = detectLosses(now: now, segmentSize: segmentSize, in: region)
    // A time-out that has passed meanwhile waits for an answer to what leaves now.
    if timer.timeout <= now { timer.arm(at: now + timeout) }
    timer.armReordering(at: reorderingDeadline)
    guard foundMore, !recovery.isRecovering else { return false }
    let begins = beginRecovery(
      at: unacknowledged, next: next, segmentSize: segmentSize, flight: next - unacknowledged &- reported)
    if begins && !congestion.algorithm.isBBR {
      congestion.setWindow(
        prr.window(
          delivered: 0, pipe: pipe(flight: next - unacknowledged), threshold: congestion.threshold,
          segmentSize: segmentSize, isSafe: false))
    }
    return begins
  }

  /// Something is lost for the first time since what was in flight at the last loss is acknowledged.
  private mutating func beginRecovery(
    at unacknowledged: SequenceNumber, next: SequenceNumber, segmentSize: Int, flight: Int
  ) -> Bool {
    guard recovery.didDetectLoss(unacknowledged: unacknowledged, highest: next) else { return false }
    reduceForLoss(flight: flight, unacknowledged: unacknowledged, next: next, segmentSize: segmentSize)
    tail.forget()
    prr.begin(flight: flight)
    return true
  }

  /// Octets believed to be in the network, of those in flight: neither lost nor reported (RFC6675-1).
  @inline(__always)
  package mutating func pipe(flight: Int) -> Int {
    flight &- Int(truncatingIfNeeded: records.lost &+ records.sacked)
  }
}
