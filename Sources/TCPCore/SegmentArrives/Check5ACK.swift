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
    switch verdict {
    case .advances:
      // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING}-16, EV-SEG-LAST-ACK-16a.
      let wasFull = processNewAck(&segment, context)
      updateSendWindow(&segment, context)
      if wasFull { didAckFIN(context) }
    case .duplicate:
      // EV-SEG-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING}-17, EV-SEG-LAST-ACK-16b.
      if isDuplicate(&segment) { processDuplicateAck(context) }
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
    if sentRecords.lost > 0 { ackPolicy.acknowledgeNow() }
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
    let size = segmentSize(context)
    let isLimited = congestion.isLimiting(segmentSize: size)
    let advance = segment.acknowledgment - send.unacknowledged
    let latest = sentRecords.acknowledge(segment.acknowledgment, in: context.region)
    send.advance(to: segment.acknowledgment)
    // Either way the time to give up may be nearer from now on.
    let mustRecomputeWakeup = isRetryPending || lastProgress > context.now
    isRetryPending = false
    lastProgress = context.now
    retries = 0
    sampleRTT(&segment, latest, context)
    switch recovery.didAdvance(to: segment.acknowledgment) {
    case .none, .limitedTransmit, .enter, .inflate:
      congestion.didAcknowledge(advance, segmentSize: size, isLimited: isLimited)
    case .partial:
      congestion.didPartiallyAcknowledge(advance, segmentSize: size)
      sentRecords.markFirstLost(in: context.region)  // ROB-086: the next hole, without waiting
    case .complete:
      congestion.didRecover(flight: send.flight, segmentSize: size)
    }
    // RFC6298-12, RFC6582-5; while the persist timer runs for what is in flight, it stays so.
    // survives `!persistTimer.isArmed || send.flight`: equivalent: updateTimers stops the retransmission
    // timer at the end of each arrival where nothing is in flight or a probe is armed
    if !persistTimer.isArmed && send.flight > 0 {
      retransmissionTimer.arm(.retransmission, at: context.now + timeout)
      wakeup.request(by: retransmissionTimer.deadline)
    }
    if mustRecomputeWakeup { recomputeWakeup(at: context.now) }
    if wantsSendSpace && send.ring.freeCapacity >= (send.ring.capacity &+ 3) / 4 {
      wantsSendSpace = false
      raise(.writable)
    }
    return send.isFINAcked
  }

  /// Takes one RTT sample per round trip (RFC6298-7, RFC8961-2, RFC7323-RTTM-3): from the send time of the
  /// newest acknowledged record or, if it was retransmitted, from the echoed timestamp (RFC6298-6, ROB-256,
  /// RFC7323-RTTM-2).
  @inline(__always)  // on a segment's way
  private mutating func sampleRTT(
    _ segment: inout SegmentHeader, _ latest: SentRecord?, _ context: ConnectionContext
  ) {
    // RFC7323-TS-3: only segments with ACK come here.
    guard segment.acknowledgment > nextRTTSample, let latest else { return }
    if !latest.isRetransmitted {
      estimator.sample(microseconds: latest.age(at: context.now), limits: options.timeoutLimits)
    } else if usesTimestamps, let timestamps = segment.options.timestamps {
      // An echo from before the octets left last does not tell which of the times is answered (RFC8961-3):
      // when only the acknowledgment was lost, the answer to the second time echoes the first.
      let last = TimestampClock.value(at: latest.sentAt(now: context.now), offset: send.timestampOffset)
      guard timestamps.echo.ahead(of: last) >= 0 else { return }
      let age = TimestampClock.age(
        of: timestamps.echo, at: context.now, offset: send.timestampOffset)
      estimator.sample(microseconds: age, limits: options.timeoutLimits)
    } else {
      return
    }
    nextRTTSample = send.next
  }

  /// A duplicate acknowledgment arrived: loss recovery counts it.
  private mutating func processDuplicateAck(_ context: ConnectionContext) {
    let size = segmentSize(context)
    switch recovery.didReceiveDuplicate(unacknowledged: send.unacknowledged, highest: send.next) {
    case .none, .limitedTransmit, .partial, .complete:
      break
    case .enter:
      let flight = send.flight &- Int(truncatingIfNeeded: recovery.limitedTransmitBytes)
      congestion.didDetectLoss(flight: flight, segmentSize: size)
      sentRecords.markFirstLost(in: context.region)
      context.counters.fastRetransmits &+= 1
    case .inflate:
      congestion.didReceiveDuplicate(flight: send.flight, segmentSize: size)
    }
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
    if send.flight > 0 { sentRecords.markAllLost(in: context.region) }
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
