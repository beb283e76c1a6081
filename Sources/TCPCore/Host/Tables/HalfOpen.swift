/// A handshake that a peer began: SYN-RECEIVED, of passive origin, without rings (RFC4987-4).
struct HalfOpen: BitwiseCopyable {
  var tuple: FourTuple
  /// When its SYN-ACK first left, for the round trip; `never` before.
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
  /// TSval of the peer's SYN.
  var peerTimestamp: UInt32 = 0
  /// The listener's slot. The entry ends with its listener.
  var listener: EntryID
  /// The window of the peer's SYN, which is not scaled.
  var peerWindow: UInt16
  /// The peer's MSS option; 0 without one.
  var peerSegmentSize: UInt16 = 0
  /// Our MSS as advertised.
  var receiveSegmentSize: UInt16
  /// Our window as advertised.
  var window: UInt16
  /// How long after the first SYN-ACK the latest one left, in steps of 1,024 microseconds.
  var lastSentAfter: UInt16 = 0
  var interface: UInt8
  var retries: UInt8 = 0
  /// The peer's shift, at most 14, and ours; meaningful with `isScaled`.
  var peerShift: UInt8 = 0
  var shift: UInt8
  var isScaled = false
  var usesTimestamps = false
  var usesSACK = false
  /// Whether the SYN-ACK is to be sent, for the first time or again.
  var needsSYNACK = true
  /// Whether a plain acknowledgment is to be sent, and how many were sent.
  var needsACK = false
  var challenges: UInt8 = 0

  /// The earlier of the two moments.
  var deadline: Instant { retransmitAt < expiresAt ? retransmitAt : expiresAt }

  /// The segment that the entry has to send, if any (RFC7323-WS-3, RFC7323-WS-10).
  func pendingSegment(at now: Instant) -> SegmentHeader? {
    // unreached: an entry in the send queue has something to send
    guard needsSYNACK || needsACK else { return nil }
    var segment = SegmentHeader(
      sourcePort: tuple.localPort, destinationPort: tuple.remotePort,
      sequence: needsSYNACK ? initial : initial + 1, acknowledgment: peerInitial + 1,
      flags: needsSYNACK ? .syn | .ack : .ack, window: window)
    if usesTimestamps {
      segment.options.timestamps = Timestamps(
        value: TimestampClock.value(at: now, offset: timestampOffset), echo: peerTimestamp)
    }
    if needsSYNACK {
      segment.options.maximumSegmentSize = receiveSegmentSize
      segment.options.isSACKPermitted = usesSACK
      if isScaled { segment.options.windowScale = shift }
    } else if isScaled {
      segment.window = window &>> UInt16(shift)
    }
    return segment
  }

  /// Whether every stored Bool, enum and optional tag has a valid bit pattern; `TCPHost(restoring:)` checks
  /// this.
  mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &isScaled) <= 1
      && rawByte(of: &usesTimestamps) <= 1
      && rawByte(of: &usesSACK) <= 1
      && rawByte(of: &needsSYNACK) <= 1
      && rawByte(of: &needsACK) <= 1
  }
}

/// What a half-open entry does with a segment.
enum HalfOpenVerdict {
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

extension HalfOpen {
  /// EV-SEG-SYN-RECEIVED-{1,2,3,4,5,6,7,8,9,10,13,15,16,17,18} for an entry of passive origin.
  ///
  /// - Parameter isStrict: segments without the timestamps that were agreed on are dropped.
  func verdict(on segment: SegmentHeader, now: Instant, isStrict: Bool) -> HalfOpenVerdict {
    if segment.flags.contains(.syn) && !segment.flags.intersects(.ack | .rst)
      && segment.sequence == peerInitial
    {
      return .resend  // the peer has not heard our SYN-ACK (ROB-096: one entry for one tuple)
    }
    let isReset = segment.flags.contains(.rst)
    if usesTimestamps && !isReset {
      if let timestamps = segment.options.timestamps {
        if Int32(bitPattern: timestamps.value &- peerTimestamp) < 0 { return .acknowledge(.oldTimestamp) }
      } else if isStrict {
        // unreached: no listener of a target wants timestamps strictly; a figure has one that does
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
