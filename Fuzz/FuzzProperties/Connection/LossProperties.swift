import TCPCore

/// A connection's windows and timers before a step, as STATUS reports them: the numbers of RFC 5681 and
/// RFC 6298.
struct LossPicture {
  var timeout: UInt64
  var control: CongestionControlAlgorithm
  var phase: CongestionPhase
  var congestionWindow: Int
  var threshold: Int
  var segmentSize: Int
  var flight: Int
  /// The most that was in flight since.
  var flightPeak: Int
  var unacknowledged: UInt32
  var next: UInt32
  var duplicates: Int
  /// How many of them count for certain.
  var certainDuplicates: Int
  var isSynchronized: Bool
  /// Whether it may be, as far as duplicates tell.
  var isRecovering: Bool
  /// Whether the peer reports what has arrived, so that a recovery sets the window with each acknowledgment.
  var isSelective: Bool
  /// Octets acknowledged since the window last grew.
  var acknowledged: Int
  var handshakes: Int
  var freshAt: UInt64
  var smoothed: UInt64
  /// Reductions of the window that were undone.
  var undone: UInt64
  /// Reductions of the window for ECE.
  var ecnReductions: UInt64
  /// Whether the window has come down, for ECE or for what a tail loss probe has repaired, since what is in
  /// flight now left: not again before it is acknowledged (RFC 3168 section 6.1.2).
  var hasComeDown: Bool
  /// Probes of the path MTU that were lost.
  var probesLost: UInt64
}

extension ConnectionRun {
  /// The same now, from STATUS; `nil` without a handle.
  mutating func picture(of status: Status?) -> LossPicture? {
    guard let status else { return nil }
    switch status.state {
    case .closed, .listen, .timeWait: return nil
    case .synSent, .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck: break
    }
    return LossPicture(
      timeout: status.retransmissionTimeout.microseconds, control: status.congestionControl,
      phase: status.congestionPhase, congestionWindow: status.congestionWindow,
      threshold: status.slowStartThreshold, segmentSize: status.segmentSize, flight: model.flight,
      flightPeak: model.flightPeak,
      unacknowledged: model.unacknowledged, next: model.next, duplicates: model.duplicates,
      certainDuplicates: model.duplicates - model.answersToProbes, isSynchronized: model.isSynchronized,
      isRecovering: model.mayBeRecovering, isSelective: model.reports.hasAny,
      acknowledged: model.acknowledgedSinceGrowth,
      handshakes: model.handshakes, freshAt: model.freshAt,
      smoothed: status.smoothedRoundTrip.microseconds, undone: fixture.host.counters.reductionsUndone,
      ecnReductions: fixture.host.counters.ecnReductions,
      hasComeDown: [model.ecn.reducedAt, model.ecn.repairedAt].contains { end in
        end.map { distance($0, model.unacknowledged) > 0 } ?? false
      },
      probesLost: fixture.host.counters.pathProbesLost)
  }

  /// The time-out and the congestion window moved as RFC 6298, RFC 5681, RFC 9406 and RFC 9438 allow.
  mutating func checkLoss(from before: LossPicture?, to after: LossPicture?) {
    guard let before, let after, before.handshakes == after.handshakes else { return }
    defer { if model.hasTailRepaired && model.ecn.isMarked { model.ecn.repairedAt = before.next } }
    require(
      "the time-out is within its bounds",
      after.timeout >= model.options.minimumTimeout.microseconds || after.timeout >= before.timeout)
    require(
      "no time-out is longer than the limit", after.timeout <= model.options.maximumTimeout.microseconds)
    guard before.isSynchronized, after.isSynchronized, before.segmentSize == after.segmentSize else {
      if after.isSynchronized && !before.isSynchronized { checkInitialWindow(after) }
      model.largestWindow = max(model.largestWindow, after.congestionWindow)
      return
    }
    // A report beside the acknowledgment may tell of something that was sent once.
    require(
      "what was sent twice takes no sample of the round trip",
      !model.isAmbiguous || after.isSelective || after.smoothed == before.smoothed)
    // BBR's window follows a model of the path: FuzzLoopback bounds that by what it has to follow from.
    if after.control == .bbr {
      model.largestWindow = max(model.largestWindow, before.congestionWindow, after.congestionWindow)
      return checkBBR(from: before, to: after)
    }
    let size = after.segmentSize
    if after.undone > before.undone { return checkUndo(from: before, to: after) }
    model.largestWindow = max(model.largestWindow, before.congestionWindow, after.congestionWindow)
    if before.flight == 0 && distance(after.next, before.next) > 0 && now - before.freshAt > before.timeout {
      // RFC 5681 section 4.1
      require("after a pause the window starts again", after.congestionWindow <= initialWindow(size) + size)
    }
    // Three duplicates set the window again (RFC 5681 section 3.2); nothing else opens it by more than was
    // acknowledged.
    let isEntering = before.certainDuplicates < 3 && after.duplicates >= 3
    // What ends a recovery sets the window to the threshold at the most (RFC 6582 section 3.2, step 3).
    // One with reports lets out, at the most, what the threshold allows (RFC 9937).
    let isLeaving =
      (before.isRecovering || after.isSelective) && after.congestionWindow <= after.threshold
    require("the controller is the one that was chosen", after.control == model.options.congestionControl)
    require(
      "one acknowledgment opens the congestion window by what it acknowledges, and no more than it may",
      after.congestionWindow <= before.congestionWindow + growth(from: before, to: after) || isEntering
        || isLeaving || mayBeFRTO(after),
      "from \(before.congestionWindow), \(before.phase), to \(after.congestionWindow), \(after.phase)")
    require(
      "a window that is not used does not grow",
      after.congestionWindow <= before.congestionWindow
        || 2 * before.flightPeak + size >= before.congestionWindow
        || after.duplicates > 0 || isLeaving || mayBeFRTO(after),
      "from \(before.congestionWindow) to \(after.congestionWindow) with \(before.flight) in flight")
    checkAvoidance(from: before, to: after)
    checkThreshold(from: before, to: after, isEntering: isEntering)
    checkEcho(from: before, to: after, mayDiffer: isEntering || isLeaving)
    // The window counts text (RFC 5681 section 2): a FIN takes no room in it.
    let hasFIN = distance(after.next, model.textEnd) > 0 && distance(before.next, model.textEnd) <= 0
    if distance(after.next, before.next) > (hasFIN ? 1 : 0) && model.recovery == nil {
      // Limited transmit (RFC 3042) lets out two segments more. A tail loss probe may be one more (RFC 8985
      // section 7.3).
      // One segment may always leave, also where a probe of the path has made it longer than the window.
      let window = max(before.congestionWindow, after.congestionWindow, size)
      let text = after.flight - (distance(after.next, model.textEnd) > 0 ? 1 : 0)
      // That takes no notice of the window, which may have fallen since.
      let hasProbed = fixture.host.counters.tailLossProbes > 0
      require(
        "no more is in flight than the congestion window takes",
        text <= window + (model.usesSACK ? 0 : 2 * size)
          || hasProbed && text <= max(window + 3 * size, before.flight + size),
        "\(text) of \(window)")
    }
  }

  /// RFC 5681 section 3.1: in congestion avoidance NewReno's window grows once for each window.
  private mutating func checkAvoidance(from before: LossPicture, to after: LossPicture) {
    // What is acknowledged in slow start does not count, unless the same acknowledgment ends that.
    if before.congestionWindow < before.threshold && after.threshold == before.threshold {
      model.acknowledgedSinceGrowth = before.acknowledged
    }
    guard after.control == .newReno, after.congestionWindow > before.congestionWindow else { return }
    // RFC 5681 section 3.1: in congestion avoidance a segment for each window that was acknowledged.
    let (window, phase) = grownWindow(from: before, to: after)
    // Duplicates let it grow in a recovery, and use up nothing of what counts.
    if phase == .slowStart || phase == .recovery && window < before.threshold || after.duplicates > 0
      || model.isRecovering
    {
      return
    }
    require(
      "congestion avoidance grows once for each window",
      after.isSelective || mayBeFRTO(after) || model.acknowledgedSinceGrowth >= window,
      "after \(model.acknowledgedSinceGrowth) of \(window)")
    model.acknowledgedSinceGrowth = max(0, model.acknowledgedSinceGrowth - window)
  }

  /// The window that an acknowledgment lets grow, and in which phase. One that shows a repair by a tail loss
  /// probe takes the window down to the threshold before it counts (RFC 8985 section 7.4.2): also in slow
  /// start, which may be over with that.
  private func grownWindow(from before: LossPicture, to after: LossPicture) -> (Int, CongestionPhase) {
    let window = min(before.congestionWindow, after.threshold)
    let hasChanged = window < before.congestionWindow || after.threshold != before.threshold
    let isReduced = hasChanged && after.congestionWindow <= window + after.segmentSize
    guard model.hasTailRepaired, before.phase != .recovery, isReduced, !before.hasComeDown else {
      return (before.congestionWindow, before.phase)
    }
    return (window, window < after.threshold ? .slowStart : .avoidance)
  }

  /// A peer that lies gains no more than what it acknowledges or reports (draft-ietf-ccwg-bbr, 5.6.4.6).
  private mutating func checkBBR(from before: LossPicture, to after: LossPicture) {
    require("the controller is the one that was chosen", after.control == model.options.congestionControl)
    let acknowledged = max(0, distance(after.unacknowledged, before.unacknowledged))
    // What a report brings is in flight, or was.
    let reported = after.isSelective ? before.flight : 0
    let most = max(model.largestWindow, before.congestionWindow, initialWindow(after.segmentSize))
    require(
      "one acknowledgment opens BBR's window by what it delivers, or to four segments",
      after.congestionWindow <= max(most, 4 * after.segmentSize) + acknowledged + reported,
      "from \(before.congestionWindow) to \(after.congestionWindow)")
    model.largestWindow = max(model.largestWindow, before.congestionWindow, after.congestionWindow)
  }

  /// ECE takes the window down to the controller's share, and to one segment at the least (RFC 3168 section
  /// 6.1.2, RFC 9438 section 4.6).
  private mutating func checkEcho(from before: LossPicture, to after: LossPicture, mayDiffer: Bool) {
    guard after.ecnReductions > before.ecnReductions else { return }
    let kept = share(of: before, after)
    // A recovery that the same acknowledgment begins comes down evenly from what is left in flight, by the
    // share of what was delivered, and lets one segment out at once (RFC 9937 section 6).
    if after.isSelective && after.phase == .recovery {
      let acknowledged = max(0, distance(after.unacknowledged, before.unacknowledged))
      let delivered = acknowledged * max(kept, 2 * after.segmentSize) / max(1, before.flight) + 1
      let most = before.flight - acknowledged + max(after.segmentSize, delivered)
      return require(
        "ECE lets a recovery begin with what is in flight",
        after.congestionWindow <= max(kept, most) || mayDiffer,
        "\(after.congestionWindow) for \(before.flight)")
    }
    require(
      "ECE leaves the controller's share of what was in flight, or a segment",
      after.congestionWindow <= max(kept, after.segmentSize) || mayDiffer,
      "\(after.congestionWindow) for \(before.flight)")
  }

  /// What was taken down is restored, and then grows by what is acknowledged.
  private mutating func checkUndo(from before: LossPicture, to after: LossPicture) {
    let acknowledged = max(0, distance(after.unacknowledged, before.unacknowledged))
    let largest = max(model.largestWindow, before.congestionWindow)
    // With reports, the window of a recovery is what is in flight and a segment (RFC 9937 section 6.2).
    let inRecovery = before.isRecovering && after.isSelective ? before.flight + after.segmentSize : 0
    require(
      "no window is restored that never was",
      after.congestionWindow <= max(largest + acknowledged, inRecovery),
      "\(after.congestionWindow) of \(model.largestWindow)")
  }

  /// F-RTO lets two segments out after a time-out without timestamps, and ends with a window of three (RFC
  /// 5682 section 2.1).
  private func mayBeFRTO(_ after: LossPicture) -> Bool {
    !model.usesTimestamps && fixture.host.counters.timeouts > 0
      && after.congestionWindow <= 3 * after.segmentSize
  }

  /// By how much the window may grow: in slow start by what is acknowledged, eight segments at most where
  /// nothing is paced, and a quarter of that at the conservative pace (RFC 9406); in avoidance NewReno's
  /// grows by a segment, CUBIC's by what is acknowledged at most.
  private func growth(from before: LossPicture, to after: LossPicture) -> Int {
    let acknowledged = max(0, distance(after.unacknowledged, before.unacknowledged))
    let size = after.segmentSize
    if model.ecn.hasEcho && before.phase != .recovery && after.phase != .recovery { return 0 }
    // What is in flight now, and what was delivered; the first segment that is lost goes at once (RFC 9937
    // section 6).
    if after.isSelective && after.phase == .recovery {
      return max(size, before.flight + size - before.congestionWindow)
    }
    let isPaced = model.options.isPacingEnabled && before.smoothed >= 1_000
    let most = isPaced ? Int.max : 8 * size
    let (window, phase) = grownWindow(from: before, to: after)
    let reduction = before.congestionWindow - window
    switch phase {
    case .slowStart: return min(acknowledged, most)
    case .conservativeSlowStart: return min(acknowledged, most) / 4 + 1
    case .avoidance: return max(0, (before.control == .newReno ? size : acknowledged) - reduction)
    case .recovery: return size  // a duplicate more (RFC 5681 section 3.2, step 4)
    }
  }

  /// What a reduction keeps: half of the flight (RFC 5681 section 3.1), or seven tenths (RFC 9438 section
  /// 4.6), which may be taken of the window where that is used up.
  private func share(of before: LossPicture, _ after: LossPicture) -> Int {
    guard after.control == .cubic else { return before.flight / 2 }
    // In a recovery what was chosen is the threshold.
    let chosen = before.phase == .recovery ? before.threshold : 0
    let window = max(before.congestionWindow, chosen)
    let isUsed = window <= before.flight + 2 * after.segmentSize
    return max(before.flight, isUsed ? window : 0) / 10 * 7 + 7
  }

  /// ssthresh falls to a share of what was in flight, and no further than to two segments.
  private mutating func checkThreshold(
    from before: LossPicture, to after: LossPicture, isEntering: Bool
  ) {
    let kept = share(of: before, after)
    let most = max(kept, 2 * after.segmentSize)
    // RFC 9406 section 4.2: five conservative rounds end the first slow start.
    let isFound =
      before.phase == .conservativeSlowStart && before.threshold == Int.max
      && after.threshold == after.congestionWindow
    // What was lost for its length was no sign of congestion.
    let isRestored = after.probesLost > before.probesLost && after.threshold == model.path.threshold
    require(
      "the threshold is the controller's share of what was in flight, or two segments",
      after.threshold == before.threshold || after.threshold <= most || isFound
        || isRestored,
      "\(after.threshold) for \(before.flight)")
    // Behind ECE the window has come down already.
    require(
      "a loss that a tail loss probe has repaired sets the threshold",
      !model.hasTailRepaired || !model.isTailRepairSure || model.ecn.isMarked || after.threshold <= most)
    require(
      "a third duplicate sets the threshold",
      !isEntering || after.threshold <= max(most, before.threshold) || isRestored)
  }

  /// RFC 6928 section 2.
  private mutating func checkInitialWindow(_ after: LossPicture) {
    require(
      "the initial window is that of RFC 6928",
      after.congestionWindow <= initialWindow(after.segmentSize) + after.segmentSize,
      "\(after.congestionWindow)")
  }

  private mutating func initialWindow(_ size: Int) -> Int { min(10 * size, max(2 * size, 14_600)) }

  /// Whether the time-out must pass within a pause: every timer was armed before it, for the time-out at
  /// most.
  mutating func mustTimeOut(_ before: LossPicture?, pause: UInt64) -> Bool {
    guard let before, before.flight > 0, pause >= max(before.timeout, runningTimeout) else { return false }
    return model.window > 0 || !model.isSynchronized
  }

  /// After a time-out (RFC 6298 section 5): the next is twice as long, and the window is one segment.
  mutating func checkTimeout(from before: LossPicture?, to after: LossPicture?) {
    guard let before, let after, before.handshakes == after.handshakes else { return }
    let limit = model.options.maximumTimeout.microseconds
    require(
      "each time-out is twice as long as the one before", after.timeout >= min(limit, 2 * before.timeout),
      "\(after.timeout) after \(before.timeout)")
    guard model.isSynchronized else { return }
    require(
      "after a time-out the congestion window is one segment", after.congestionWindow <= after.segmentSize,
      "\(after.congestionWindow)")
  }
}
