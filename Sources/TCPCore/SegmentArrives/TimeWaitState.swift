// RFC 9293 section 3.10.7.4, for TIME-WAIT: a small entry that outlives the rings of its connection.

/// A connection in TIME-WAIT, without rings.
struct TimeWaitState: BitwiseCopyable {
  var tuple: FourTuple
  /// When 2 MSL are over.
  var expiresAt: Instant
  var challenges: ChallengeQuota
  var probeAnswers = ProbeAnswerQuota()
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
  /// The connection whose handle is still held, or `EntryID.none`.
  var owner: EntryID
  /// The window field to send.
  var windowField: UInt16
  var interface: UInt8
  var dscp: UInt8
  var hopLimit: UInt8
  var usesTimestamps: Bool
  /// Whether segments without the timestamps that were agreed on are dropped.
  var requiresTimestamps: Bool
  /// Whether an acknowledgment is to be sent.
  var needsACK: Bool

  /// The acknowledgment that the entry has to send.
  func pendingSegment(at now: Instant) -> SegmentHeader {
    var segment = SegmentHeader(
      sourcePort: tuple.localPort, destinationPort: tuple.remotePort, sequence: sendNext,
      acknowledgment: receiveNext, flags: .ack, window: windowField)
    if usesTimestamps {
      segment.options.timestamps = Timestamps(
        value: TimestampClock.value(at: now, offset: timestampOffset), echo: recentTimestamp)
    }
    return segment
  }

  /// Whether every stored Bool, enum and optional tag has a valid bit pattern; `TCPHost(restoring:)` checks
  /// this.
  mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &usesTimestamps) <= 1
      && rawByte(of: &requiresTimestamps) <= 1
      && rawByte(of: &needsACK) <= 1
  }
}

/// What limits an answer.
enum AnswerLimit {
  /// Nothing: it answers text or FIN.
  case none
  /// `ChallengeQuota`.
  case challenges
  /// `ProbeAnswerQuota`.
  case probeAnswers
}

/// What a TIME-WAIT entry does with a segment.
enum TimeWaitVerdict {
  /// Drop it, counted under this.
  case ignore(ArrivalOutcome)
  /// Answer with an acknowledgment, if the quota allows it.
  case acknowledge(ArrivalOutcome, by: AnswerLimit)
  /// The peer's FIN again: acknowledge, and wait for another 2 MSL.
  case restart
  /// A SYN that may begin a new connection on the pair.
  case reuse
}

extension TimeWaitState {
  /// EV-SEG-TIME-WAIT-{1,2,3,4,5,6,7,8,9,13,14,16,17,18,19,20,21,22}.
  func verdict(on segment: SegmentHeader, now: Instant) -> TimeWaitVerdict {
    // RFC1337-1: a reset is ignored, so that an old duplicate cannot end TIME-WAIT early.
    if segment.flags.contains(.rst) { return .ignore(.ignoredInTimeWait) }
    if segment.flags.contains(.syn) {
      return mayReuse(segment, now: now)
        ? .reuse : .acknowledge(.synChallenged, by: .challenges)
    }
    // The peer's FIN, perhaps with its last text: it ends right at RCV.NXT (ROB-268).
    if segment.flags.contains(.fin) && segment.sequence + segment.length == receiveNext { return .restart }
    if usesTimestamps {
      if let timestamps = segment.options.timestamps {
        if TimestampClock.isOld(
          timestamps.value, recent: recentTimestamp, since: recentTimestampTime, now: now)
        {
          return .acknowledge(.oldTimestamp, by: segment.length == 0 ? .challenges : .none)
        }
      } else if requiresTimestamps {
        return .ignore(.missingTimestamp)
      }
    }
    let offset = segment.sequence - receiveNext
    let window = Int(truncatingIfNeeded: receiveWindow)
    let hasFIN = segment.flags.contains(.fin)
    switch Acceptability(offset: offset, length: segment.length, window: window, hasFIN: hasFIN) {
    case .acceptable:
      break
    case .controlOnly:
      // Its acknowledgment can tell nothing new; a probe is answered.
      if segment.length > 0 { return .acknowledge(.outsideWindow, by: .none) }
    case .unacceptable:
      if segment.length > 0 { return .acknowledge(.outsideWindow, by: .none) }
      return .acknowledge(.outsideWindow, by: offset == -1 ? .probeAnswers : .challenges)
    }
    guard segment.flags.contains(.ack) else { return .ignore(.missingAcknowledgment) }
    let advance = segment.acknowledgment - sendNext
    if advance > 0 { return .acknowledge(.acknowledgmentBeyondSent, by: .challenges) }
    if advance < 0 &- Int(truncatingIfNeeded: maximumWindow) {
      return .acknowledge(.acknowledgmentTooOld, by: .challenges)
    }
    if hasFIN { return .restart }  // another FIN than the first, but an acceptable one
    return .ignore(.ignoredInTimeWait)  // text and URG mean nothing any more
  }

  /// RFC 6191 section 2, and MAY-2 without timestamps (SHLD-4, RFC6191-1...4, RFC6191-6).
  private func mayReuse(_ segment: SegmentHeader, now: Instant) -> Bool {
    guard !segment.flags.contains(.ack) else { return false }
    let isBeyond = segment.sequence > receiveNext
    guard usesTimestamps else { return segment.options.timestamps != nil || isBeyond }
    guard let timestamps = segment.options.timestamps else { return isBeyond }
    if timestamps.value == recentTimestamp { return isBeyond }
    return timestamps.value.ahead(of: recentTimestamp) > 0
  }

}

extension Connection {
  /// What a TIME-WAIT entry keeps of its connection.
  mutating func makeTimeWaitEntry(until end: Instant, now: Instant, owner: EntryID) -> TimeWaitState {
    let window = receive.window
    let field = receive.nextAdvertisement(maximumSegmentSize: Int(receiveSegmentSize)).field
    return TimeWaitState(
      tuple: tuple, expiresAt: end, challenges: ChallengeQuota(from: now),
      recentTimestampTime: receive.recentTimestampTime,
      sendNext: send.next, receiveNext: receive.next, maximumWindow: send.maximumWindow,
      receiveWindow: UInt32(truncatingIfNeeded: window > 0 ? window : 0),
      timestampOffset: send.timestampOffset, recentTimestamp: receive.recentTimestamp, owner: owner,
      windowField: field, interface: interface, dscp: options.dscp, hopLimit: options.hopLimit,
      usesTimestamps: usesTimestamps, requiresTimestamps: options.requiresTimestamps,
      needsACK: ackPolicy.isOwed)
  }
}

extension TimeWaitState {
  func add(to digest: inout StateDigest) {
    digest.add(tuple)
    digest.add(sendNext)
    digest.add(remote: receiveNext)
    if usesTimestamps {
      digest.add(recentTimestamp)
      digest.add(past: recentTimestampTime)
    }
    digest.add(deadline: expiresAt)
    digest.add(requiresTimestamps)
    challenges.add(to: &digest)
    probeAnswers.add(to: &digest)
    digest.add(needsACK)
    digest.add(owner)
    digest.add(interface)
    digest.add(dscp)
    digest.add(hopLimit)
    digest.add(UInt32(windowField))
    digest.add(maximumWindow)
    digest.add(receiveWindow)
  }
}
