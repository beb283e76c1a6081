// RFC 9293 section 3.10.7.4, fifth: check the ACK field.

extension Connection {
  /// Returns the outcome if the segment ends here.
  @inline(always)  // on a segment's way, and too large for the hint
  mutating func checkACK(
    _ segment: inout SegmentHeader, _ context: ConnectionContext
  ) -> ArrivalOutcome? {
    // EV-SEG-SYN-RECEIVED-15, EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,LAST-ACK}-14.
    guard segment.flags.contains(.ack) else { return .missingAcknowledgment }
    let verdict = send.verdict(on: segment.acknowledgment)
    // Before the range of RFC 5961 section 5 is checked: a peer that acknowledges another SYN of ours needs
    // the reset, or both ends challenge each other until they give up.
    if state == .synReceived { return completeHandshake(&segment, verdict, context) }
    switch verdict {
    case .tooOld:
      // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,LAST-ACK}-15.
      challenge(context)
      return .acknowledgmentTooOld
    case .beyondSent:
      // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING}-18, EV-SEG-LAST-ACK-16d, ROB-015,
      // PEER-02.
      challenge(context)
      return .acknowledgmentBeyondSent
    case .advances, .duplicate, .old:
      break
    }
    noteApplicationLimit(in: context.region)
    if sender.tail.isOutstanding { didAnswerProbe(&segment, verdict, context) }
    let mustPause =
      sender.ecn.isInUse && segment.acknowledgment >= send.unacknowledged && noteEcho(of: &segment, context)
    switch verdict {
    case .advances:
      // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING}-16, EV-SEG-LAST-ACK-16a.
      let wasFull = processNewAck(&segment, context)
      if mustPause { pauseForEcho(context) }
      updateSendWindow(&segment, context)
      if wasFull { didAckFIN(context) }
    case .duplicate:
      // unreached: a duplicate with ECE where the window is one segment
      if mustPause { pauseForEcho(context) }
      if sender.undo.isPossible { sender.didNotAdvance(segmentSize: segmentSize(context)) }
      // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING}-17, EV-SEG-LAST-ACK-16b.
      if hasReport(&segment, context) {
        if send.flight > 0 {
          _ = processReport(&segment, advance: 0, context)
        } else if segment.options.sack.count > 0 {
          noteDuplicateReport(in: &segment, context)
        }
      } else if isDuplicate(&segment) {
        processDuplicateAck(context)
      }
      updateSendWindow(&segment, context)
    case .old, .tooOld, .beyondSent:
      break  // PEER-01: an old acknowledgment is ignored, the text behind it is not
    }
    return nil
  }

  /// EV-SEG-SYN-RECEIVED-17...18: the acknowledgment of our SYN, or not.
  private mutating func completeHandshake(
    _ segment: inout SegmentHeader, _ verdict: AcknowledgmentVerdict, _ context: ConnectionContext
  ) -> ArrivalOutcome? {
    guard case .advances = verdict else { return .badHandshakeAcknowledgment }
    // A SYN-ACK that has not left yet would also have acknowledged the peer's SYN.
    if sender.records.lost > 0 { ackPolicy.acknowledgeNow() }
    if isCrossedSYN && !segment.flags.isECNSetupSYNACK { ecn.isInUse = false }
    establish(by: &segment, context)
    // Whatever the SYN said, this segment sets the window: WL2 means nothing before our SYN is acknowledged.
    send.windowUpdateSequence = segment.sequence
    send.windowUpdateAcknowledgment = segment.acknowledgment - 1
    if isCrossedSYN {
      // RFC7323-WS-3: on a SYN-ACK it is not scaled.
      updateSendWindow(UInt32(segment.window), &segment, context)
    } else {
      updateSendWindow(&segment, context)
    }
    return nil
  }

  /// RFC 5681 section 2: what counts as a duplicate acknowledgment (ROB-273, ROB-091). Answers to window
  /// probes do not.
  @inline(__always)
  private mutating func isDuplicate(_ segment: inout SegmentHeader) -> Bool {
    segment.payloadCount == 0 && send.flight > 0 && !persistTimer.isArmed
      && !segment.flags.intersects(.syn | .fin) && scaledWindow(&segment) == send.window
  }

  /// The window of a segment in octets (RFC7323-WS-5, MUST-1, REC-1). SYN never comes here.
  @inline(__always)
  private mutating func scaledWindow(_ segment: inout SegmentHeader) -> UInt32 {
    UInt32(segment.window) &<< UInt32(send.shift)
  }

  /// SND.UNA moves. Also called for the acknowledgment of our SYN.
  ///
  /// - Returns: whether our FIN is acknowledged now.
  mutating func processNewAck(_ segment: inout SegmentHeader, _ context: ConnectionContext) -> Bool {
    let advance = segment.acknowledgment - send.unacknowledged
    // Either way the time to give up may be nearer from now on.
    let mustRecomputeWakeup = sender.isRetryPending || lastProgress > context.now
    send.advance(to: segment.acknowledgment)
    let latest: SentRecord?
    if hasReport(&segment, context) {
      latest = processReport(&segment, advance: advance, context)
    } else {
      latest = sender.didAcknowledge(
        segment.acknowledgment, count: advance, next: send.next, segmentSize: segmentSize(context),
        now: context.now, in: context.region)
    }
    if sender.undo.isPossible { undoIfNeedless(&segment, context) }
    if let latest {
      // RFC7323-TS-3: only segments with ACK come here.
      sender.sampleRTT(
        from: latest, next: send.next, echo: usesTimestamps ? segment.options.timestamps?.echo : nil,
        timestampOffset: send.timestampOffset, now: context.now, limits: options.timeoutLimits)
      if pathMTU != UInt32.max { lookAtPath(context) }
    }
    lastProgress = context.now
    // RFC6298-12, RFC6582-5; while the persist timer runs for what is in flight, it stays so.
    // survives `!persistTimer.isArmed || send.flight`: equivalent: updateTimers stops the retransmission
    // timer at the end of each arrival where nothing is in flight or a probe is armed
    if !persistTimer.isArmed && send.flight > 0 {
      sender.restartTimer(at: context.now, timeout: timeout, usesSACK: usesSACK)
      wakeup.request(by: sender.timer.deadline)
    }
    if mustRecomputeWakeup { recomputeWakeup(at: context.now) }
    if wantsSendSpace && send.ring.freeCapacity >= (send.ring.capacity &+ 3) / 4 {
      wantsSendSpace = false
      raise(.writable)
    }
    return send.isFINAcked
  }

  /// Whether ranges that the peer reports tell what has arrived (RFC8985-1): in this segment, or in one
  /// before. From then on no duplicates are counted, nor what RFC 6675 counts (RFC8985-17).
  @inline(__always)
  private mutating func hasReport(_ segment: inout SegmentHeader, _ context: ConnectionContext) -> Bool {
    guard usesSACK else { return false }
    return sender.isSelective || segment.options.sack.count > 0 && beginReports(&segment, context)
  }

  /// The first blocks of this connection, or again such as cannot be true.
  private mutating func beginReports(_ segment: inout SegmentHeader, _ context: ConnectionContext) -> Bool {
    if sender.beginReports(with: &segment, next: send.next) { return true }
    noteDuplicateReport(in: &segment, context)
    return false
  }

  /// The first block may tell of something that came twice, also where nothing else is reported.
  private mutating func noteDuplicateReport(in segment: inout SegmentHeader, _ context: ConnectionContext) {
    let size = segmentSize(context)
    if sender.noteDuplicateReport(in: &segment, next: send.next, segmentSize: size, in: context.region) {
      context.counters.reductionsUndone &+= 1
    }
  }

  /// An acknowledgment with SACK blocks, or behind one with such.
  ///
  /// - Returns: the record that gives a round-trip sample now, if one is due.
  @inline(never)  // two uses, and large
  private mutating func processReport(
    _ segment: inout SegmentHeader, advance: Int, _ context: ConnectionContext
  ) -> SentRecord? {
    let wasProbing = sender.path.isInFlight
    let result = sender.didReceiveReport(
      &segment, advance: advance, next: send.next, segmentSize: segmentSize(context),
      echo: usesTimestamps ? segment.options.timestamps?.echo : nil, timestampOffset: send.timestampOffset,
      now: context.now, in: context.region)
    if result.begins { context.counters.fastRetransmits &+= 1 }
    if result.isUndone { context.counters.reductionsUndone &+= 1 }
    if wasProbing && !sender.path.isInFlight { context.counters.pathProbesLost &+= 1 }
    if advance == 0 { wakeup.request(by: sender.timer.deadline) }
    return result.sample
  }

  /// SND.UNA has moved after the window was taken down: perhaps that was needless.
  @inline(never)  // rare
  private mutating func undoIfNeedless(_ segment: inout SegmentHeader, _ context: ConnectionContext) {
    let size = segmentSize(context)
    var echo: UInt32?
    if usesTimestamps, let value = segment.options.timestamps?.echo { echo = value &- send.timestampOffset }
    let isUndone = sender.undoIfNeedless(
      segment.acknowledgment, echo: echo,
      hasNewText: send.unsent >= size && send.usableWindow >= size
        && sender.records.canRecordMore(in: context.region),
      segmentSize: size, now: context.now, in: context.region)
    if isUndone { context.counters.reductionsUndone &+= 1 }
  }

  /// A tail loss probe is out, and an acknowledgment says what became of it, or nothing yet.
  @inline(never)  // rare
  private mutating func didAnswerProbe(
    _ segment: inout SegmentHeader, _ verdict: AcknowledgmentVerdict, _ context: ConnectionContext
  ) {
    let isDuplicate: Bool
    switch verdict {
    case .advances: isDuplicate = false
    case .duplicate: isDuplicate = self.isDuplicate(&segment)
    case .old, .tooOld, .beyondSent: return
    }
    sender.didAnswerProbe(
      segment.acknowledgment, block: segment.options.sack.count > 0 ? segment.options.sack[0] : nil,
      isDuplicate: isDuplicate, flight: send.flight, next: send.next, segmentSize: segmentSize(context))
  }

  /// A duplicate acknowledgment arrived: loss recovery counts it.
  private mutating func processDuplicateAck(_ context: ConnectionContext) {
    let wasProbing = sender.path.isInFlight
    let begins = sender.didReceiveDuplicate(
      unacknowledged: send.unacknowledged, next: send.next, segmentSize: segmentSize(context),
      in: context.region)
    if begins { context.counters.fastRetransmits &+= 1 }
    if wasProbing && !sender.path.isInFlight { context.counters.pathProbesLost &+= 1 }
  }

  /// EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING}-19, EV-SEG-LAST-ACK-16c.
  @inline(__always)
  private mutating func updateSendWindow(_ segment: inout SegmentHeader, _ context: ConnectionContext) {
    updateSendWindow(scaledWindow(&segment), &segment, context)
  }

  @inline(__always)
  private mutating func updateSendWindow(
    _ window: UInt32, _ segment: inout SegmentHeader, _ context: ConnectionContext
  ) {
    let wasShut = send.window == 0
    let isUpdated = send.updateWindow(
      window, sequence: segment.sequence, acknowledgment: segment.acknowledgment)
    if persistTimer.isArmed { probeAnswered(isOpen: isUpdated && send.window > 0, wasShut: wasShut, context) }
  }

  private mutating func probeAnswered(isOpen: Bool, wasShut: Bool, _ context: ConnectionContext) {
    // MUST-37: a probe that is answered keeps the connection up.
    if !isReleased { lastProgress = context.now }
    persistTimer.peerResponded()
    guard isOpen, wasShut || persistTimer.count > 0 || send.flight > 0 else { return }
    // The window is open: if only by a little, another timer decides. What was sent into the shut one was not
    // taken, and goes again at once (ROB-087).
    persistTimer.disarm()
    guard send.flight > 0 else { return }
    if sender.path.isInFlight { context.counters.pathProbesLost &+= 1 }
    sender.markAllLost(in: context.region)
  }

  /// EV-SEG-FIN-WAIT-1-20, EV-SEG-FIN-WAIT-2-20, EV-SEG-CLOSING-20, EV-SEG-LAST-ACK-16.
  private mutating func didAckFIN(_ context: ConnectionContext) {
    switch state {
    case .finWait1:
      state = .finWait2
      updateFinWait2(context)
    case .closing:
      state = .timeWait
    case .lastAck:
      end(.finished, context)
    case .closed, .listen, .synSent, .synReceived, .established, .finWait2, .closeWait, .timeWait:
      // unreached: our FIN is on its way in none of these states
      break
    }
  }
}
