/// A hash over a host's connections: live fields and live octets, with times relative to now.
///
/// Two hosts that are configured alike and have equal digests have the same connections, as far as 64 bits
/// can tell; padding, free room in rings and counters do not count, and `TCPHost.digest` names what else does
/// not.
struct StateDigest {
  private var hash = SipHash(0x7463_7063_6f72_65, 0x6469_6765_7374)
  // survives `= 1`: equivalent: digests are compared with one another and nothing else
  private var count: UInt64 = 0
  let now: Instant

  init(at now: Instant) { self.now = now }

  mutating func add(_ word: UInt64) {
    hash.add(word)
    count &+= 1
  }

  mutating func add(_ number: Int) { add(UInt64(count: number)) }
  mutating func add(_ number: UInt32) { add(UInt64(wide: number)) }
  mutating func add(_ number: UInt8) { add(UInt64(wide: UInt32(number))) }
  mutating func add(_ number: SequenceNumber) { add(number.rawValue) }
  mutating func add(_ id: EntryID) { add(id.rawValue) }
  mutating func add(_ flag: Bool) { add(flag ? 1 as UInt8 : 0) }

  /// A deadline: how far ahead it lies.
  mutating func add(deadline: Instant) {
    add(deadline == .never ? UInt64.max : (deadline - now).microseconds)
  }

  /// A moment that has passed: how long ago.
  mutating func add(past: Instant) { add((now - past).microseconds) }

  mutating func add(_ tuple: FourTuple) {
    add(tuple.localAddress.high)
    add(tuple.localAddress.low)
    add(tuple.remoteAddress.high)
    add(tuple.remoteAddress.low)
    add(UInt32(tuple.localPort) &<< 16 | UInt32(tuple.remotePort))
    add(tuple.scope)
  }

  /// The octets of a ring, from `offset` behind the head on.
  mutating func add(_ ring: RingBuffer, at offset: Int, count: Int, in region: Region) {
    add(ring.contentHash(from: offset, count: count, in: region))
  }

  mutating func add(_ quota: ChallengeQuota) {
    add(past: quota.start)
    add(quota.count)
  }

  mutating func add(_ quota: ProbeAnswerQuota) { add(deadline: quota.earnedAt) }

  mutating func finish() -> UInt64 { hash.finish(count) }
}

extension Connection {
  func add(to digest: inout StateDigest, in region: Region) {
    digest.add(tuple)
    digest.add(state.rawValue)
    digest.add(endReason.rawValue)
    digest.add(events.rawValue)
    addSending(to: &digest, in: region)
    addReceiving(to: &digest, in: region)
    addTimes(to: &digest)
    digest.add(options)
    digest.add(interface)
    digest.add(listener)
    digest.add(isPassive)
    digest.add(isReleased)
    digest.add(sender.isRetryPending)
    digest.add(needsRST)
    digest.add(isKeepAliveDue)
    digest.add(wantsSendSpace)
    digest.add(UInt32(receiveSegmentSize))
    digest.add(challenges)  // survives removal: redundant: no two hosts differ in this alone
    digest.add(probeAnswers)
    digest.add(usesTimestamps)
    digest.add(usesSACK)
    digest.add(isScaled)
    digest.add(isHandshakeRetransmitted)
    digest.add(sender.recovery.isRecovering)
    digest.add(sender.recovery.mustRetransmit)
  }

  private func addSending(to digest: inout StateDigest, in region: Region) {
    digest.add(send.textStart)
    digest.add(send.unacknowledged)
    digest.add(send.next)
    digest.add(send.windowUpdateSequence)
    digest.add(send.windowUpdateAcknowledgment)
    digest.add(send.window)
    digest.add(send.maximumWindow)
    digest.add(send.timestampOffset)
    digest.add(UInt32(send.peerMaximumSegmentSize))
    digest.add(send.shift)
    digest.add(send.isFINQueued)
    // survives removal: redundant: the state says so too, and the digest has it
    digest.add(send.isFINAcked)
    digest.add(send.hasUrgent)
    if send.hasUrgent { digest.add(send.urgent) }
    digest.add(send.ring, at: 0, count: send.ring.count, in: region)
    for index in 0..<sender.records.count {
      let record = sender.records.record(index, in: region)
      digest.add(record.sequence)
      digest.add(record.count)
      digest.add(record.age(at: digest.now))
      digest.add(record.isLost)
      digest.add(record.isRetransmitted)
      digest.add(record.isSACKed)
    }
    digest.add(sender.records.lost)
    sender.rack.add(to: &digest)
    sender.prr.add(to: &digest)
    digest.add(sender.isSelective)
    digest.add(sender.reportedSegments)
    digest.add(sender.congestion.window)
    digest.add(sender.congestion.threshold)
    digest.add(sender.congestion.newReno.bytesAckedSinceGrowth)
    digest.add(sender.congestion.peakFlight)
    digest.add(send.shortEnd)
    digest.add(send.isMoreComing)
    digest.add(sender.recovery.duplicateAckCount)
    digest.add(sender.recovery.limitedTransmitBytes)
    digest.add(sender.estimator.smoothed)  // survives removal: redundant: no two hosts differ in this alone
    digest.add(sender.estimator.variance)
    digest.add(sender.estimator.backoff)
    digest.add(sender.nextRTTSample)
    digest.add(pathMTU)
  }

  private func addReceiving(to digest: inout StateDigest, in region: Region) {
    digest.add(receive.initial)
    digest.add(receive.next)
    digest.add(receive.rightEdge)
    digest.add(receive.acknowledged)
    digest.add(receive.hasUrgent)
    if receive.hasUrgent { digest.add(receive.urgent) }
    digest.add(receive.hasFIN)
    if receive.hasFIN { digest.add(receive.finSequence) }
    digest.add(receive.recentTimestamp)
    digest.add(receive.shift)
    digest.add(UInt32(receive.fullPayload))
    digest.add(UInt32(receive.lastPayload))
    digest.add(receive.ring, at: 0, count: receive.ring.count, in: region)
    for index in 0..<receive.ranges.count {
      let range = receive.ranges.range(index, in: region)
      digest.add(range.left)
      digest.add(range.right)
      let offset = receive.ring.count &+ (range.left - receive.next)
      digest.add(receive.ring, at: offset, count: range.right - range.left, in: region)
    }
    digest.add(ackPolicy.isImmediate)
  }

  private func addTimes(to digest: inout StateDigest) {
    digest.add(deadline: sender.timer.deadline)
    digest.add(sender.timer.kind.rawValue)
    // survives removal: redundant: no two hosts differ in this alone
    digest.add(deadline: persistTimer.deadline)
    digest.add(persistTimer.count)
    digest.add(persistTimer.isDue)
    digest.add(persistTimer.isAnswered)
    digest.add(deadline: ackPolicy.deadline)
    digest.add(deadline: finWait2Deadline)
    digest.add(past: lastProgress)
    digest.add(past: lastSendTime)
    digest.add(past: receive.lastArrival)
    digest.add(past: receive.recentTimestampTime)
    digest.add(sender.retries)
    digest.add(keepAliveUnanswered)
  }
}

extension SynReceivedState {
  func add(to digest: inout StateDigest) {
    // survives removal: redundant: the sequence number beside it holds a keyed hash of the tuple
    digest.add(tuple)
    digest.add(initial)
    digest.add(peerInitial)
    digest.add(UInt32(peerWindow))
    digest.add(agreed.peerTimestamp)
    digest.add(deadline: retransmitAt)
    digest.add(UInt32(lastSentAfter))
    digest.add(deadline: expiresAt)
    digest.add(retries)
    digest.add(challenges)
    digest.add(listener)
    digest.add(interface)
    digest.add(UInt32(agreed.peerSegmentSize))
    digest.add(UInt32(receiveSegmentSize))
    digest.add(agreed.isScaled)
    digest.add(agreed.peerShift)
    digest.add(agreed.usesTimestamps)
    digest.add(agreed.usesSACK)
    digest.add(timestampOffset)
    digest.add(needsSYNACK)
    digest.add(needsACK)
  }
}

extension TimeWaitState {
  func add(to digest: inout StateDigest) {
    digest.add(tuple)
    digest.add(sendNext)
    digest.add(receiveNext)
    digest.add(recentTimestamp)
    digest.add(deadline: expiresAt)
    digest.add(past: recentTimestampTime)
    digest.add(requiresTimestamps)
    digest.add(challenges)
    digest.add(probeAnswers)
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
