import TCPCore

// Section 3.10.7.4, check by check.
extension ReferenceConnection {
  /// Where a segment is against the window.
  enum Acceptability {
    /// It passes the sequence test.
    case inside
    /// It does not, but its ACK and RST count: the right edge (appendix A.2), or a shut window (MUST-66).
    case atEdge
    case outside
  }

  /// Table 6 of section 3.4.
  mutating func acceptability(_ sequence: UInt32, _ length: Int, hasFIN: Bool = false) -> Acceptability {
    let first = distance(sequence, expected)
    // A FIN alone right at the edge takes no room.
    if hasFIN && length == 1 && first == receiveWindow { return .inside }
    let last = first + length - 1
    if receiveWindow == 0 {
      if length == 0 { return first == 0 ? .inside : first == 1 ? .atEdge : .outside }
      return first == 0 ? .atEdge : .outside
    }
    if first >= 0 && first < receiveWindow { return .inside }
    if length == 0 { return first == receiveWindow ? .atEdge : .outside }
    return first < 0 && last >= 0 && last < receiveWindow ? .inside : .outside
  }

  mutating func arriveSynchronized(_ arrived: ReferenceSegment, at now: UInt64) {
    var segment = arrived
    let isCrossed =
      state == .synReceived && segment.has(.syn | .ack) && !segment.has(.rst)
      && segment.sequence == peerInitial
    if isCrossed {
      // Figure 7: the SYN is known; what is new is the ACK.
      segment.flags = SegmentFlags(rawValue: segment.flags.rawValue & ~SegmentFlags.syn.rawValue)
      segment.sequence = segment.sequence &+ 1
    }
    guard passesTimestamps(segment, at: now) else { return }
    switch acceptability(segment.sequence, segment.length, hasFIN: segment.has(.fin)) {
    case .inside: break
    case .atEdge: if segment.length > 0 { debts.acknowledgment = true }
    case .outside:
      if segment.has(.rst) { return }
      if segment.has(.syn) {
        // The SYN-ACK that made this connection: our last acknowledgment was lost.
        let isRepeated = segment.has(.ack) && segment.sequence == peerInitial
        return isRepeated ? probeAnswered(at: now) : challenge(at: now)
      }
      return answer(segment, at: now)
    }
    if segment.has(.rst) { return takeReset(segment, at: now) }
    if segment.has(.syn) { return challenge(at: now) }  // RFC 5961 section 4.2
    guard takeAcknowledgment(segment, isCrossed: isCrossed, at: now) else { return }
    noteArrival(segment, at: now)
    guard state != .closed else { return }
    takeUrgent(segment)
    takeText(segment, at: now)
    hearTime(of: segment)
  }

  /// The answer to what is not taken. Empty segments could bounce forever, so their answers are counted;
  /// those right before RCV.NXT are keep-alive probes.
  private mutating func answer(_ segment: ReferenceSegment, at now: UInt64) {
    if segment.length > 0 {
      noteRepeatedText(segment)
      debts.acknowledgment = true
    } else if distance(segment.sequence, expected) == -1 {
      probeAnswered(at: now)
    } else {
      challenge(at: now)
    }
  }

  /// RFC 7323 section 5.3. A reset is exempt.
  private mutating func passesTimestamps(_ segment: ReferenceSegment, at now: UInt64) -> Bool {
    guard usesTimestamps, !segment.has(.rst) else { return true }
    guard let timestamps = segment.timestamps else { return !options.requiresTimestamps }
    guard isOld(timestamps.value, at: now) else { return true }
    answer(segment, at: now)
    return false
  }

  /// PAWS, with the 24 days after which a remembered timestamp means nothing.
  mutating func isOld(_ value: UInt32, at now: UInt64) -> Bool {
    Int32(bitPattern: value &- recentTimestamp) < 0 && now - recentTimestampTime <= 24 * 86_400 * 1_000_000
  }

  /// The segment has passed every check (RFC 7323 section 4.3).
  private mutating func noteArrival(_ segment: ReferenceSegment, at now: UInt64) {
    heardAt = now
    guard usesTimestamps, let timestamps = segment.timestamps else { return }
    guard distance(segment.sequence, lastAcknowledgment) <= 0, !isOld(timestamps.value, at: now) else {
      return
    }
    recentTimestamp = timestamps.value
    recentTimestampTime = now
  }

  /// Second check, with RFC 5961 section 3.2.
  private mutating func takeReset(_ segment: ReferenceSegment, at now: UInt64) {
    let first = distance(segment.sequence, expected)
    if first == 0 { return end(state == .synReceived ? .refused : .reset) }
    if first > 0 && first < receiveWindow { challenge(at: now) }
  }

  /// Fifth check, with RFC 5961 section 5.2.
  ///
  /// - Returns: whether the segment goes on.
  private mutating func takeAcknowledgment(
    _ segment: ReferenceSegment, isCrossed: Bool, at now: UInt64
  ) -> Bool {
    guard segment.has(.ack) else { return false }
    let advance = distance(segment.acknowledgment, unacknowledged)
    if state != .synReceived && (advance > flight || advance < -maximumWindow) {
      challenge(at: now)
      return false
    }
    if state == .synReceived {
      guard advance > 0, advance <= flight else {
        debts.reset(ReferenceReset(answering: segment))
        return false
      }
      // A SYN-ACK of ours that has not left yet would also have acknowledged the peer's SYN.
      if debts.synchronize {
        debts.acknowledgment = true
      } else {
        debts.mayAcknowledge = true
        lastSaid = nil  // a time-out may have wanted it to go again
      }
      debts.synchronize = false
      // Both SYN-ACKs of a simultaneous open have to agree.
      if isCrossed && (!segment.has(.ece) || segment.has(.cwr)) { ecn.isAgreed = false }
      measure(segment, at: now)
      establish(segment.acknowledgment, at: now)
      updateSendWindow(segment, shift: isCrossed ? 0 : peerShift)
      return true
    }
    noteEcho(of: segment, advance: advance)
    noteTailAnswer(segment, advance: advance)
    mayUndo = showsNeedlessness(segment, advances: advance > 0)
    if advance > 0 {
      measure(segment, at: now)
      advanceAcknowledgment(segment.acknowledgment, at: now)
      noteReports(segment)
      updateWindow(segment)
      return didAckFIN(at: now)
    }
    if advance == 0 {
      noteReports(segment)
      noteDuplicate(segment)
      updateWindow(segment)
    }
    return true
  }

  /// Whether an acknowledgment may show that what left again was not lost: by an echo from before it left
  /// (RFC 3522), by reporting it as a duplicate (RFC 2883), or, without timestamps, by going on after a
  /// time-out (RFC 5682).
  private func showsNeedlessness(_ segment: ReferenceSegment, advances: Bool) -> Bool {
    guard let againAt else { return false }
    if usesSACK, segment.sack.count > 0 {
      let block = segment.sack[0]
      let isOld = distance(block.right.rawValue, segment.acknowledgment) <= 0
      if isOld || segment.sack.count > 1 { return true }
    }
    guard advances else { return false }
    guard usesTimestamps else { return true }
    guard let echo = segment.timestamps?.echo, let timestampOffset else { return false }
    return Int32(bitPattern: echo &- timestampOffset &- UInt32(truncatingIfNeeded: againAt >> 10)) < 0
  }

  /// RFC 8985 section 7.4.2: what an acknowledgment says of a tail loss probe that repeated text. One behind
  /// it shows that something was repaired; a duplicate at its end, that it came twice.
  private mutating func noteTailAnswer(_ segment: ReferenceSegment, advance: Int) {
    guard let end = tailRepairEnd, advance >= 0 else { return }
    let beyond = distance(segment.acknowledgment, end)
    hasTailRepaired = beyond > 0
    let isPlain = segment.sack.count == 0
    let isDuplicate =
      isPlain && advance == 0 && flight > 0 && window > 0 && segment.count == 0 && !segment.has(.fin)
      && segment.window << peerShift == window
    let cameTwice = isDuplicate || !isPlain && segment.sack[0].right.rawValue == end
    if beyond > 0 || beyond == 0 && cameTwice { tailRepairEnd = nil }
  }

  /// What seemed lost was only late, as the core has found.
  mutating func undo() {
    require("a loss is taken for none for a reason", mayUndo)
    isRecovering = false
    mustSendAgain = false
    duplicatesPoint = nil
    // What was undone came behind the last answer to ECE, which the core forgets with it: it cannot tell
    // whether the next one is of the same window, and reducing once more is on the safe side.
    ecn.reducedAt = nil
  }

  private mutating func advanceAcknowledgment(_ acknowledgment: UInt32, at now: UInt64) {
    isFINAcked = isFINAcked || isFINQueued && distance(acknowledgment, textEnd) > 0
    acknowledgedText = min(written, acknowledgedText + distance(acknowledgment, unacknowledged))
    acknowledgedSinceGrowth += distance(acknowledgment, unacknowledged)
    unacknowledged = acknowledgment
    reports.acknowledge(acknowledgment)
    if flight == 0 { reports.clear() }
    waitingSince = now
    quietSince = now
    duplicates = 0
    path.timeouts = 0
    probeAt = nil
    isAmbiguous = false
    if let end = againEnd {
      isAmbiguous = !usesTimestamps && distance(acknowledgment, end) <= 0
      if distance(acknowledgment, end) >= 0 { againEnd = nil }
    }
    if wantsSendSpace && 4 * (settings.sendCapacity - written + acknowledgedText) >= settings.sendCapacity {
      wantsSendSpace = false
      events = events | .writable
    }
    if isRecovering && !reports.hasAny {
      isRecovering = distance(acknowledgment, recoveryPoint) < 0
      // RFC 6582 section 3.2: the next hole is at the left edge, unless that has left again already.
      mustSendAgain = isRecovering && againEnd == nil
    } else {
      mustSendAgain = false  // of a lost probe of the path: what it carried has arrived, in part at least
    }
    if let point = recovery, distance(acknowledgment, point) >= 0 { recovery = nil }
    if let end = tailProbeEnd, distance(acknowledgment, end) >= 0 { tailProbeEnd = nil }
    if let end = urgentWritten, acknowledgedText >= end { urgentWritten = nil }
  }

  /// RFC 2018, CVE-13: what a peer reports counts where it lies above what it acknowledges and was sent.
  private mutating func noteReports(_ segment: ReferenceSegment) {
    guard usesSACK, flight > 0 else { return }
    for index in 0..<segment.sack.count {
      let (left, right) = (segment.sack[index].left.rawValue, segment.sack[index].right.rawValue)
      guard distance(right, left) > 0, distance(next, right) >= 0, distance(left, unacknowledged) > 0 else {
        continue
      }
      reports.note(left, right)
    }
    guard reports.hasAny else { return }
    isTailRepairSure = false
    // RFC 8985: something may be lost from now on, and what is depends on times.
    recovery = recovery ?? next
    isRecovering = false
    mustSendAgain = false
  }

  /// RFC 5681 section 2: what counts as a duplicate acknowledgment.
  private mutating func noteDuplicate(_ segment: ReferenceSegment) {
    guard !reports.hasAny, flight > 0, segment.count == 0, !segment.has(.fin),
      segment.window << peerShift == window
    else {
      return
    }
    duplicates += 1
    if duplicates >= 3 { isTailRepairSure = false }
    if window == 0 { answersToProbes += 1 }
    if duplicates >= 3 && recovery == nil { recovery = next }
    // What began recovery before may have been less: a window that opened, for one.
    if duplicates == 3, let point = recovery, distance(next, point) > 0 { recovery = next }
    if duplicates == 3, let probe = path.probe, probe.begin == unacknowledged {
      // It was too long, and that is no congestion: no recovery begins (RFC 4821 section 7.6.2).
      mustSendAgain = window > 0
      path.isLostAlone = true
      return
    }
    if duplicates == 3 { duplicatesPoint = next }
    if duplicates == 3 && !isRecovering {
      // Not again for octets that were out when the last recovery or time-out began. Of time-outs the model
      // knows only when they may have been, so the core may be in recovery where this does not demand it.
      if window > 0 && distance(unacknowledged, recoveryPoint) > 0 {
        isRecovering = true
        tailRepairEnd = nil
        mustSendAgain = againEnd == nil
      }
      recoveryPoint = next
    }
  }

  /// SND.WND, unless the segment is older than the one that set it.
  private mutating func updateWindow(_ segment: ReferenceSegment) {
    let step = distance(segment.sequence, updateSequence)
    let further = distance(segment.acknowledgment, updateAcknowledgment)
    let scaled = segment.window << peerShift
    // Which of two segments with equal numbers is the later one nobody knows: windows are not shrunk, but may
    // shut.
    let isLater = step > 0 || step == 0 && further > 0
    if isLater || step == 0 && further == 0 && (scaled >= window || scaled == 0) {
      updateSendWindow(segment, shift: peerShift)
    }
  }

  private mutating func updateSendWindow(_ segment: ReferenceSegment, shift: Int) {
    let scaled = segment.window << shift
    // What went into a window that was shut was not taken: it may go again.
    if flight > 0 && scaled > 0 { recovery = recovery ?? (window == 0 || scaled < flight ? next : nil) }
    if scaled > 0 { probeAt = nil }  // a window that opens ends the probes; the next ones start again
    window = scaled
    maximumWindow = max(maximumWindow, window)
    updateSequence = segment.sequence
    updateAcknowledgment = segment.acknowledgment
  }

  /// - Returns: whether the segment goes on.
  private mutating func didAckFIN(at now: UInt64) -> Bool {
    guard isFINAcked else { return true }
    switch state {
    case .finWait1:
      state = .finWait2
      updateFinWait2(at: now)
    case .closing: enterTimeWait(at: now)
    case .lastAck: end(.finished)
    case .closed, .listen, .synSent, .synReceived, .established, .finWait2, .closeWait, .timeWait: break
    }
    return true
  }

  /// TIME-WAIT, for two maximum segment lifetimes.
  mutating func enterTimeWait(at now: UInt64) {
    state = .timeWait
    isStrictInTimeWait = options.requiresTimestamps
    finWait2Deadline = .max
    timeWaitDeadline = now + 2 * settings.maximumSegmentLifetime
    if debts.delayedUntil != .max { debts.acknowledgment = true }
    debts.delayedUntil = .max
    duplicate = nil  // no SACK any more: nothing can come
    challengeStart = now
    challengeCount = 0
    probeAnswerTime = 0
  }
}
