// RFC 9293 section 3.10.7.4, for SYN-RECEIVED of passive origin: a small entry until the handshake is
// complete.

/// A handshake that a peer began: SYN-RECEIVED, of passive origin, without rings (RFC4987-4).
struct SynReceivedState: BitwiseCopyable {
  var tuple: FourTuple
  /// When its SYN-ACK first left, for the round trip; `never` before, and where nobody knows
  /// (`isFromCookie`).
  var firstSentAt = Instant.never
  /// When the SYN-ACK goes again.
  var retransmitAt = Instant.never
  /// When the entry ends.
  var expiresAt: Instant
  /// ISS.
  var initial: SequenceNumber
  /// IRS.
  var peerInitial: SequenceNumber
  var timestampOffset: UInt32
  /// The listener's slot. The entry ends with its listener.
  var listener: EntryID
  /// What both SYNs agree on; `peerTimestamp` is that of the latest one.
  var agreed: Negotiation
  /// The window of the peer's SYN, which is not scaled.
  var peerWindow: UInt16
  /// Our MSS as advertised.
  var receiveSegmentSize: UInt16
  /// Our window as advertised.
  var window: UInt16
  /// How long after the first SYN-ACK the latest one left, in steps of 1,024 microseconds.
  var lastSentAfter: UInt16 = 0
  var interface: UInt8
  var retries: UInt8 = 0
  /// Our shift, meaningful with `agreed.isScaled`.
  var shift: UInt8
  /// Whether the SYN-ACK is to be sent, for the first time or again.
  var needsSYNACK = true
  /// Whether a plain acknowledgment is to be sent, and how many were sent.
  var needsACK = false
  var challenges: UInt8 = 0

  /// When the latest SYN-ACK left, of those that have.
  var lastSentAt: Instant { firstSentAt + Interval(microseconds: UInt64(wide: UInt32(lastSentAfter)) &<< 10) }

  /// For a connection that begins: whether its SYN-ACK was a cookie, of which nothing was kept.
  var isFromCookie: Bool { firstSentAt == .never }

  /// Whether the program has still to decide on the SYN. For the peer we are in LISTEN then: nothing is sent.
  var isHeld: Bool { !needsSYNACK && firstSentAt == .never }

  /// The earlier of the two moments.
  var deadline: Instant { retransmitAt < expiresAt ? retransmitAt : expiresAt }

  /// The segment that the entry has to send, if any (RFC7323-WS-3, RFC7323-WS-10).
  ///
  /// - Parameter options: the listener's.
  func pendingSegment(at now: Instant, _ options: ConnectionOptions) -> SegmentHeader? {
    // unreached: an entry in the send queue has something to send
    guard needsSYNACK || needsACK else { return nil }
    var segment = SegmentHeader(
      sourcePort: tuple.localPort, destinationPort: tuple.remotePort,
      sequence: needsSYNACK ? initial : initial + 1, acknowledgment: peerInitial + 1,
      flags: needsSYNACK ? .syn | .ack : .ack, window: window)
    if agreed.usesTimestamps {
      segment.options.timestamps = Timestamps(
        value: TimestampClock.value(at: now, offset: timestampOffset), echo: agreed.peerTimestamp)
    }
    if needsSYNACK {
      segment.options.maximumSegmentSize = receiveSegmentSize
      segment.options.isSACKPermitted = agreed.usesSACK
      if agreed.isScaled { segment.options.windowScale = shift }
      segment.options.userTimeout = options.advertisedUserTimeout  // RFC5482-6
      // RFC3168-4; when it leaves again, without: what drops such segments drops them again.
      if agreed.usesECN && firstSentAt == .never { segment.flags = segment.flags | .ece }
    } else if agreed.isScaled {
      segment.window = window &>> UInt16(shift)
    }
    return segment
  }

  /// Whether every stored Bool, enum and optional tag has a valid bit pattern; `TCPHost(restoring:)` checks
  /// this.
  mutating func hasValidBitPatterns() -> Bool {
    agreed.hasValidBitPatterns()
      && rawByte(of: &needsSYNACK) <= 1
      && rawByte(of: &needsACK) <= 1
  }
}

/// What a half-open entry does with a segment.
enum SynReceivedVerdict {
  /// Drop it, counted under this.
  case drop(ArrivalOutcome)
  /// Send the SYN-ACK again: the peer has sent its SYN again.
  case resend
  /// Answer with an acknowledgment, and drop it, counted under this.
  case acknowledge(ArrivalOutcome)
  /// The entry ends; the listener stays.
  case remove(ArrivalOutcome)
  /// Answer with a reset; the entry stays.
  case reset
  /// The handshake is complete.
  case complete
}

extension SynReceivedState {
  /// EV-SEG-SYN-RECEIVED-{1,2,3,4,5,6,7,8,9,10,13,15,16,17,18} for an entry of passive origin.
  ///
  /// - Parameter isStrict: segments without the timestamps that were agreed on are dropped.
  func verdict(on segment: SegmentHeader, now: Instant, isStrict: Bool) -> SynReceivedVerdict {
    if segment.flags.contains(.syn) && !segment.flags.intersects(.ack | .rst)
      && segment.sequence == peerInitial
    {
      return .resend  // the peer has not heard our SYN-ACK (ROB-096: one entry for one tuple)
    }
    let isReset = segment.flags.contains(.rst)
    if agreed.usesTimestamps && !isReset {
      if let timestamps = segment.options.timestamps {
        if timestamps.value.ahead(of: agreed.peerTimestamp) < 0 { return .acknowledge(.oldTimestamp) }
      } else if isStrict {
        return .drop(.missingTimestamp)
      }
    }
    let offset = segment.sequence - (peerInitial + 1)
    if case .unacceptable = Acceptability(
      offset: offset, length: segment.length, window: Int(window), hasFIN: segment.flags.contains(.fin))
    {
      return isReset ? .drop(.resetOutsideWindow) : .acknowledge(.outsideWindow)
    }
    if isReset {
      // RFC5961-RST-2, RFC5961-RST-3; what is at the edge, or begins before RCV.NXT, is outside
      // (RFC5961-RST-1).
      if offset == 0 { return .remove(.processed) }
      let isInWindow = offset > 0 && offset < Int(window)
      return isInWindow ? .acknowledge(.resetChallenged) : .drop(.resetOutsideWindow)
    }
    if segment.flags.contains(.syn) { return .remove(.processed) }  // EV-SEG-SYN-RECEIVED-13: back to LISTEN
    guard segment.flags.contains(.ack) else { return .drop(.missingAcknowledgment) }
    if segment.acknowledgment == initial + 1 && firstSentAt != .never { return .complete }
    // EV-SEG-SYN-RECEIVED-16: whatever else is acknowledged, a challenge would not end it where the peer is
    // in SYN-RECEIVED, too: each would challenge the other until both give up.
    return .reset
  }
}

extension SynReceivedState {
  /// The same while the program has not decided on the SYN: there is nothing that the peer could acknowledge,
  /// and nobody to be challenged. Of the same SYN again the latest counts; a reset behind it takes it back.
  func verdictWhileHeld(on segment: SegmentHeader) -> SynReceivedVerdict {
    if segment.flags.contains(.rst) {
      return segment.sequence == peerInitial + 1 ? .remove(.processed) : .drop(.resetOutsideWindow)
    }
    if segment.flags.contains(.ack) { return .reset }  // EV-SEG-LISTEN-2
    guard segment.flags.contains(.syn) else { return .drop(.missingAcknowledgment) }
    return segment.sequence == peerInitial ? .resend : .drop(.outsideWindow)
  }

  /// The peer's SYN has come again, perhaps without ECN, which then is not used (RFC3168-6).
  mutating func rememberECN(of segment: SegmentHeader) {
    if !segment.flags.isECNSetupSYN { agreed.usesECN = false }
  }

  /// The peer's SYN has come again: what leaves echoes the latest timestamp (RFC 7323 section 4.3).
  mutating func rememberTimestamp(of segment: SegmentHeader) {
    guard agreed.usesTimestamps, let timestamps = segment.options.timestamps,
      timestamps.value.ahead(of: agreed.peerTimestamp) > 0
    else { return }
    agreed.peerTimestamp = timestamps.value
  }
}

extension Connection {
  /// Becomes the connection of a handshake: SYN-RECEIVED, with our SYN sent and theirs received.
  mutating func adopt(_ half: SynReceivedState, _ context: ConnectionContext) {
    begin(initial: half.initial, timestampOffset: half.timestampOffset)
    send.next = half.initial + 1
    let sentAt = half.isFromCookie ? context.now : half.firstSentAt
    sender.records.append(half.initial, count: 1, at: sentAt, in: context.region)
    // Which of several SYN-ACKs is answered, and when it left, a cookie does not tell: no round trip is
    // known.
    if half.isFromCookie { sender.records.didResendLast(from: half.initial, at: sentAt, in: context.region) }
    lastProgress = sentAt
    receiveSegmentSize = half.receiveSegmentSize
    adopt(
      half.agreed, peerInitial: half.peerInitial, acknowledgment: half.initial, window: half.peerWindow,
      context)
    isPassive = true
    state = .synReceived
    if half.retries > 0 {
      // Sent more than once: only an echo of the latest time tells the round trip (Karn, RFC8961-3).
      isHandshakeRetransmitted = true
      sender.records.markFirstLost(in: context.region)
      sender.records.didResend(half.initial, count: 1, at: half.lastSentAt, in: context.region)
    }
  }
}

extension SynReceivedState {
  func add(to digest: inout StateDigest) {
    // survives removal: redundant: the sequence number beside it holds a keyed hash of the tuple
    digest.add(tuple)
    digest.add(initial)
    digest.add(remote: peerInitial)
    digest.add(UInt32(peerWindow))
    digest.add(UInt32(window))
    digest.add(shift)
    digest.add(agreed.peerTimestamp)
    digest.add(deadline: firstSentAt)  // or never
    digest.add(deadline: retransmitAt)
    digest.add(UInt32(lastSentAfter))
    digest.add(deadline: expiresAt)
    digest.add(retries)
    digest.add(challenges)
    digest.add(listener)
    digest.add(interface)
    digest.add(UInt32(agreed.peerSegmentSize))
    digest.add(UInt32(agreed.peerUserTimeout.rawValue))
    digest.add(UInt32(receiveSegmentSize))
    digest.add(agreed.isScaled)
    digest.add(agreed.peerShift)
    digest.add(agreed.usesTimestamps)
    digest.add(agreed.usesSACK)
    digest.add(agreed.usesECN)
    digest.add(timestampOffset)
    digest.add(needsSYNACK)
    digest.add(needsACK)
  }
}
