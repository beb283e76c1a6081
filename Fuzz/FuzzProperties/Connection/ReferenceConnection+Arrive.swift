import TCPCore

// RFC 9293 section 3.10.7, before the connection is synchronized, and the order of the checks behind it.
extension ReferenceConnection {
  /// SEGMENT ARRIVES.
  mutating func arrive(_ segment: ReferenceSegment, at now: UInt64) {
    stirredAt = now
    switch state {
    case .closed: arriveUnknown(segment, at: now)
    case .synSent: arriveInSynSent(segment, at: now)
    case .synReceived where isPassive: arriveHalfOpen(segment, at: now)
    case .timeWait: arriveInTimeWait(segment, at: now)
    case .listen, .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck:
      arriveSynchronized(segment, at: now)
    }
  }

  /// Sections 3.10.7.1 and 3.10.7.2: nobody has the pair; perhaps somebody listens.
  private mutating func arriveUnknown(_ segment: ReferenceSegment, at now: UInt64) {
    if debts.ownReset != nil { return }  // the pair is still in use, and what is owed says enough
    guard isListening else { return debts.reset(ReferenceReset(answering: segment)) }
    if segment.has(.rst) { return }
    if segment.has(.ack) { return debts.reset(ReferenceReset(answering: segment)) }
    if segment.has(.syn) { beginHandshake(segment, at: now) }
  }

  /// SYN-RECEIVED for a listener. Text and FIN of the SYN are not kept.
  private mutating func beginHandshake(_ segment: ReferenceSegment, at now: UInt64) {
    begin(passive: true, at: now)
    state = .synReceived
    halfOpenDeadline = now + settings.halfOpenLifetime
    take(options: segment, at: now)
    debts.synchronize = true
  }

  /// What a SYN carries: IRS, the window, the options (RFC 7323, RFC 2018). A SYN's window is never scaled.
  private mutating func take(options segment: ReferenceSegment, at now: UInt64) {
    heardAt = now
    peerInitial = segment.sequence
    expected = segment.sequence &+ 1
    lastAcknowledgment = expected
    rightEdge = expected.moved(min(settings.receiveCapacity, 65_535))
    if let size = segment.maximumSegmentSize { peerSegmentSize = max(64, Int(size)) }
    usesSACK = offered.offersSACK && segment.isSACKPermitted
    hearTime(of: segment)
    takeECN(of: segment)
    usesTimestamps = offered.offersTimestamps && segment.timestamps != nil
    if usesTimestamps, let timestamps = segment.timestamps {
      recentTimestamp = timestamps.value
      recentTimestampTime = now
    }
    if offered.offersWindowScale, let wanted = segment.windowScale {
      isScaled = true
      peerShift = min(14, Int(wanted))
      while settings.receiveCapacity >> shift > 65_535 && shift < 14 { shift += 1 }
    }
    window = segment.window
    maximumWindow = window
    updateSequence = segment.sequence
    updateAcknowledgment = segment.acknowledgment
  }

  /// Section 3.10.7.3.
  private mutating func arriveInSynSent(_ segment: ReferenceSegment, at now: UInt64) {
    let isAcknowledging = isSynchronizeSent && segment.acknowledgment == initial &+ 1
    if segment.has(.ack) && !isAcknowledging { return debts.reset(ReferenceReset(answering: segment)) }
    if segment.has(.rst) {
      if segment.has(.ack) { end(.refused) }
      return
    }
    guard segment.has(.syn), isSynchronizeSent else { return }
    take(options: segment, at: now)
    guard segment.has(.ack) else {
      // Simultaneous open: SYN and ACK leave; what else came is sent again by the peer.
      state = .synReceived
      debts.synchronize = true
      return
    }
    measure(segment, at: now)
    establish(segment.acknowledgment, at: now)
    debts.acknowledgment = true
    var rest = segment
    rest.sequence = segment.sequence &+ 1
    takeUrgent(rest)
    takeText(rest, at: now)
    hearTime(of: segment)
  }

  /// Our SYN is acknowledged.
  mutating func establish(_ acknowledgment: UInt32, at now: UInt64) {
    isSynchronized = true
    establishECN()
    unacknowledged = acknowledgment
    waitingSince = now
    quietSince = now
    duplicates = 0
    path.timeouts = 0
    recovery = nil
    state = isFINQueued ? .finWait1 : .established
    events = events | .writable
  }

  /// SYN-RECEIVED of passive origin: an entry, without rings. It answers only so often in its whole life.
  private mutating func arriveHalfOpen(_ segment: ReferenceSegment, at now: UInt64) {
    if segment.has(.syn) && !segment.has(.ack) && !segment.has(.rst) && segment.sequence == peerInitial {
      debts.synchronize = true  // the peer has not heard our SYN and ACK
      if !segment.has(.ece | .cwr) { ecn.isAgreed = false }
      // The latest timestamp is echoed (RFC 7323 section 4.3).
      if usesTimestamps, let value = segment.timestamps?.value,
        Int32(bitPattern: value &- recentTimestamp) > 0
      {
        recentTimestamp = value
        recentTimestampTime = now
      }
      return
    }
    if usesTimestamps && !segment.has(.rst) {
      if let timestamps = segment.timestamps {
        if Int32(bitPattern: timestamps.value &- recentTimestamp) < 0 { return answerHalfOpen() }
      } else if options.requiresTimestamps {
        return
      }
    }
    let acceptability = acceptability(segment.sequence, segment.length, hasFIN: segment.has(.fin))
    if acceptability == .outside {
      if !segment.has(.rst) { answerHalfOpen() }
      return
    }
    let first = distance(segment.sequence, expected)
    if segment.has(.rst) {
      if first == 0 {
        returnToListen()
      } else if first > 0 && first < receiveWindow {
        answerHalfOpen()
      }
      return
    }
    if segment.has(.syn) { return returnToListen() }
    guard segment.has(.ack) else { return }
    let advance = distance(segment.acknowledgment, initial)
    if advance == 1 && isSynchronizeSent { return complete(segment, at: now) }
    debts.reset(ReferenceReset(answering: segment))
  }

  private mutating func answerHalfOpen() {
    guard challengeCount < settings.challengeLimit else { return }
    challengeCount += 1
    debts.acknowledgment = true
  }

  mutating func returnToListen() {
    state = .closed
    debts.forgetConnection()
  }

  /// The last ACK of the handshake.
  private mutating func complete(_ segment: ReferenceSegment, at now: UInt64) {
    isPassive = false  // from here on it is a connection like any other
    debts.forgetConnection()
    challengeCount = 0
    challengeStart = 0
    probeAnswerTime = 0
    updateAcknowledgment = initial
    events = events | .accepted
    arriveSynchronized(segment, at: now)
  }
}
