// RFC 9293 section 3.10.7.3.

extension Connection {
  /// A segment arrives in SYN-SENT: acknowledgment, reset and SYN are checked in this order.
  ///
  /// Returns the outcome if the segment ends here; otherwise it goes on at the sixth check.
  mutating func arriveInSynSent(
    _ segment: inout SegmentHeader, _ context: ConnectionContext
  ) -> ArrivalOutcome? {
    let hasAcknowledgment = segment.flags.contains(.ack)
    if hasAcknowledgment {
      switch send.verdict(on: segment.acknowledgment) {
      case .advances:
        break  // EV-SEG-SYN-SENT-3
      case .duplicate, .old, .tooOld, .beyondSent:
        // EV-SEG-SYN-SENT-1...2, ROB-264: the host answers with a reset, unless this is one.
        return .badHandshakeAcknowledgment
      }
    }
    if segment.flags.contains(.rst) {
      // EV-SEG-SYN-SENT-4...6, RFC5961-RST-4: only a reset that acknowledges our SYN counts.
      guard hasAcknowledgment else { return .ignoredInSynSent }
      end(.refused, context)
      return .processed
    }
    // EV-SEG-SYN-SENT-12...13: without SYN nothing else can be judged.
    guard segment.flags.contains(.syn) else { return .ignoredInSynSent }
    // ROB-001: before our own SYN has left there is nothing that a SYN could cross.
    guard send.flight > 0 else { return .ignoredInSynSent }
    if let shift = segment.options.windowScale, isScaled, shift > 14 {
      context.counters.windowScalesClamped &+= 1  // RFC7323-WS-8
    }
    // What our SYN offered is here already, whatever the options say by now.
    var agreed = Negotiation(
      timestamps: usesTimestamps, sack: usesSACK, windowScale: isScaled, peer: segment.options)
    // RFC3168-6: without an acknowledgment our SYN-ACK has to agree, too, and it does not where our SYN left
    // again without ECN.
    agreed.usesECN =
      ecn.isInUse
      && (hasAcknowledgment
        ? segment.flags.isECNSetupSYNACK : segment.flags.isECNSetupSYN && !isHandshakeRetransmitted)
    adopt(
      agreed, peerInitial: segment.sequence, acknowledgment: segment.acknowledgment, window: segment.window,
      context)
    guard hasAcknowledgment else {
      // EV-SEG-SYN-SENT-11, MUST-10: simultaneous open. Our SYN goes out again, now with ACK; what else the
      // segment carried the peer sends again.
      state = .synReceived
      sender.records.markFirstLost(in: context.region)
      return .processed
    }
    establish(by: &segment, context)  // EV-SEG-SYN-SENT-10
    ackPolicy.acknowledgeNow()  // alone, or with text that waits (RFC9293-X-3)
    segment.sequence = segment.sequence + 1
    return nil
  }

  /// EV-SEG-SYN-SENT-9: stores the peer's initial sequence number, the window of its SYN, which is never
  /// scaled, and what both SYNs agree on.
  mutating func adopt(
    _ agreed: Negotiation, peerInitial: SequenceNumber, acknowledgment: SequenceNumber, window: UInt16,
    _ context: ConnectionContext
  ) {
    receive.synchronize(peerInitial)
    receive.rightEdge = receive.next + Int(synWindow)  // what our SYN advertised
    receive.lastArrival = context.now
    if agreed.peerSegmentSize > 0 {
      // CVE-04: never below the minimum.
      let least = Connection.minimumSegmentSize
      send.peerMaximumSegmentSize = agreed.peerSegmentSize < least ? least : agreed.peerSegmentSize
    }
    let limit = options.maximumSentSegmentSize
    // unreached: no step sets this option; SegmentLimitTests
    if limit > 0 && limit < send.peerMaximumSegmentSize { send.peerMaximumSegmentSize = limit }
    if agreed.peerUserTimeout.exists { hear(agreed.peerUserTimeout, context) }
    usesSACK = agreed.usesSACK
    ecn.isInUse = agreed.usesECN
    usesTimestamps = agreed.usesTimestamps
    if agreed.usesTimestamps {
      receive.recentTimestamp = agreed.peerTimestamp
      receive.recentTimestampTime = context.now
    }
    isScaled = agreed.isScaled
    if agreed.isScaled {
      send.shift = agreed.peerShift
      receive.shift = Connection.shift(for: receive.ring.capacity)
    }
    send.window = UInt32(window)
    send.maximumWindow = send.window
    send.windowUpdateSequence = peerInitial
    send.windowUpdateAcknowledgment = acknowledgment
  }

  /// Our SYN is acknowledged: text may flow.
  mutating func establish(by segment: inout SegmentHeader, _ context: ConnectionContext) {
    let isSpurious = echoesFirstSYN(&segment)
    _ = processNewAck(&segment, context)
    sender.didEstablish(
      segmentSize: segmentSize(context), isRetransmitted: isHandshakeRetransmitted, isSpurious: isSpurious)
    // A SYN or SYN-ACK that left again left without ECN (RFC3168-6).
    sender.ecn.didEstablish(
      isAgreed: ecn.isInUse && !isHandshakeRetransmitted, unacknowledged: send.unacknowledged)
    context.counters.connectionsEstablished &+= 1
    state = send.isFINQueued ? .finWait1 : .established
    raise(.writable)
  }

  /// Whether the segment echoes the timestamp of our first SYN, so that sending it again was needless
  /// (RFC6928-3).
  private mutating func echoesFirstSYN(_ segment: inout SegmentHeader) -> Bool {
    guard usesTimestamps, let timestamps = segment.options.timestamps else { return false }
    return timestamps.echo == TimestampClock.value(at: lastProgress, offset: send.timestampOffset)
  }
}
