/// A connection that rests: TIME-WAIT, without rings.
struct TimeWait: BitwiseCopyable {
  var tuple: FourTuple
  /// When 2 MSL are over.
  var expiresAt: Instant
  var challengeStart: Instant
  /// When `recentTimestamp` was set.
  var recentTimestampTime: Instant
  /// SND.NXT.
  var sendNext: SequenceNumber
  /// RCV.NXT, right behind the peer's FIN.
  var receiveNext: SequenceNumber
  var maximumWindow: UInt32
  var receiveWindow: UInt32
  var timestampOffset: UInt32
  var recentTimestamp: UInt32
  /// The connection whose handle is still held, or `IndexLinks.none`.
  var owner: UInt32
  /// The window field to send.
  var windowField: UInt16
  var interface: UInt8
  var dscp: UInt8
  var hopLimit: UInt8
  var challengeCount: UInt8 = 0
  var usesTimestamps: Bool
  /// Whether an acknowledgment is to be sent.
  var owesAcknowledgment: Bool

  /// The acknowledgment that the entry owes.
  func owed(at now: Instant) -> SegmentHeader {
    var segment = SegmentHeader(
      sourcePort: tuple.localPort, destinationPort: tuple.remotePort, sequence: sendNext,
      acknowledgment: receiveNext, flags: .ack, window: windowField)
    if usesTimestamps {
      segment.options.timestamps = Timestamps(
        value: TimestampClock.value(at: now, offset: timestampOffset), echo: recentTimestamp)
    }
    return segment
  }

  /// Whether what stands where enumerations, truth values and optionals stand is a value of theirs; a restore checks this.
  mutating func hasKnownCases() -> Bool {
    storedCase(&usesTimestamps) <= 1
      && storedCase(&owesAcknowledgment) <= 1
  }
}

/// What a TIME-WAIT entry does with a segment.
enum TimeWaitVerdict {
  /// Drop it, counted under this.
  case ignore(ArrivalOutcome)
  /// Answer with an acknowledgment, unless `isThrottled` and there were many.
  case acknowledge(ArrivalOutcome, isThrottled: Bool)
  /// The peer's FIN again: acknowledge, and rest for another 2 MSL.
  case restart
  /// A SYN that may begin a new connection on the pair.
  case reuse
}

extension TimeWait {
  /// EV-SEG-TIME-WAIT-{1,2,3,4,5,6,7,8,9,13,14,16,17,18,19,20,21,22}.
  func verdict(on segment: SegmentHeader, now: Instant) -> TimeWaitVerdict {
    // RFC1337-1: a reset is ignored, so that an old duplicate cannot cut the rest short.
    if segment.flags.contains(.rst) { return .ignore(.ignoredInTimeWait) }
    if segment.flags.contains(.syn) {
      return mayReuse(segment, now: now)
        ? .reuse : .acknowledge(.synchronizeChallenged, isThrottled: true)
    }
    // The peer's FIN, perhaps with its last text: it ends right at RCV.NXT (ROB-268).
    if segment.flags.contains(.fin) && segment.sequence + segment.length == receiveNext { return .restart }
    if usesTimestamps {
      guard let timestamps = segment.options.timestamps else { return .ignore(.missingTimestamp) }
      if TimestampClock.isOld(
        timestamps.value, recent: recentTimestamp, since: recentTimestampTime, now: now)
      {
        return .acknowledge(.oldTimestamp, isThrottled: segment.length == 0)
      }
    }
    let offset = segment.sequence - receiveNext
    let window = Int(truncatingIfNeeded: receiveWindow)
    switch Acceptability(offset: offset, length: segment.length, window: window) {
    case .acceptable:
      break
    case .controlOnly:
      // Nothing is left that its acknowledgment could tell us; a probe is answered.
      if segment.length > 0 { return .acknowledge(.outsideWindow, isThrottled: false) }
    case .unacceptable:
      let isProbe = segment.length == 0 && offset == -1
      return .acknowledge(.outsideWindow, isThrottled: segment.length == 0 && !isProbe)
    }
    guard segment.flags.contains(.ack) else { return .ignore(.missingAcknowledgment) }
    let advance = segment.acknowledgment - sendNext
    if advance > 0 { return .acknowledge(.acknowledgmentBeyondSent, isThrottled: true) }
    if advance < 0 &- Int(truncatingIfNeeded: maximumWindow) {
      return .acknowledge(.acknowledgmentTooOld, isThrottled: true)
    }
    return .ignore(.ignoredInTimeWait)  // text and URG mean nothing any more
  }

  /// RFC 6191 section 2, and MAY-2 without timestamps (SHLD-4, RFC6191-1...4, RFC6191-6).
  private func mayReuse(_ segment: SegmentHeader, now: Instant) -> Bool {
    guard !segment.flags.contains(.ack) else { return false }
    let isBeyond = segment.sequence > receiveNext
    guard usesTimestamps else { return segment.options.timestamps != nil || isBeyond }
    guard let timestamps = segment.options.timestamps else { return isBeyond }
    if timestamps.value == recentTimestamp { return isBeyond }
    return Int32(bitPattern: timestamps.value &- recentTimestamp) > 0
  }

  /// Whether an answer that is throttled may leave (RFC5961-THR-1).
  mutating func mayChallenge(limit: UInt8, interval: Interval, now: Instant) -> Bool {
    if now - challengeStart >= interval {
      challengeStart = now
      challengeCount = 0
    }
    guard challengeCount < limit else { return false }
    challengeCount &+= 1
    return true
  }
}
