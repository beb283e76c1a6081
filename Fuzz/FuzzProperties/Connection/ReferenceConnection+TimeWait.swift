import TCPCore

// TIME-WAIT, with RFC 1337, RFC 5961 and RFC 6191, and what time does by itself.
extension ReferenceConnection {
  mutating func arriveInTimeWait(_ segment: ReferenceSegment, at now: UInt64) {
    if segment.has(.rst) { return }
    if segment.has(.syn) { return takeNewSYN(segment, at: now) }
    if segment.has(.fin) && segment.sequence.moved(segment.length) == expected {
      // The peer's FIN again: our last ACK was lost.
      return restartTimeWait(at: now)
    }
    if usesTimestamps {
      if let timestamps = segment.timestamps {
        if isOld(timestamps.value, at: now) { return answerInTimeWait(segment.length == 0, at: now) }
      } else if isStrictInTimeWait {
        return
      }
    }
    switch acceptability(segment.sequence, segment.length, hasFIN: segment.has(.fin)) {
    case .inside: break
    case .atEdge: if segment.length > 0 { return answerInTimeWait(false, at: now) }
    case .outside:
      let isProbe = segment.length == 0 && distance(segment.sequence, expected) == -1
      return isProbe ? probeAnswered(at: now) : answerInTimeWait(segment.length == 0, at: now)
    }
    guard segment.has(.ack) else { return }
    let advance = distance(segment.acknowledgment, next)
    if advance > 0 || advance < -maximumWindow { return answerInTimeWait(true, at: now) }
    if segment.has(.fin) { restartTimeWait(at: now) }  // not the first FIN, but an acceptable one
  }

  private mutating func restartTimeWait(at now: UInt64) {
    timeWaitDeadline = now + 2 * settings.maximumSegmentLifetime
    debts.acknowledgment = true
  }

  private mutating func answerInTimeWait(_ isThrottled: Bool, at now: UInt64) {
    if isThrottled { challenge(at: now) } else { debts.acknowledgment = true }
  }

  /// RFC 6191 section 2, or the sequence numbers where timestamps cannot tell.
  private mutating func takeNewSYN(_ segment: ReferenceSegment, at now: UInt64) {
    let isBeyond = distance(segment.sequence, expected) > 0
    var isNew = isBeyond
    if let timestamps = segment.timestamps {
      let age = Int32(bitPattern: timestamps.value &- recentTimestamp)
      isNew = !usesTimestamps || age > 0 || age == 0 && isBeyond
    }
    guard isNew, !segment.has(.ack), isListening else { return challenge(at: now) }
    let above = next
    end(.finished)
    arrive(segment, at: now)
    // Old duplicates of the pair's former numbers must be apart from the new ones (ROB-093).
    if distance(initial, above) <= 0 { initial = above &+ 65_536 }
    recoveryPoint = initial
    unacknowledged = initial
    next = initial
  }

  /// Time has passed. What the core does at a moment of its own choosing is not done here.
  mutating func expire(at now: UInt64) {
    if !isStepwise { probeAt = nil }
    if flight > 0 && now - waitingSince >= options.minimumTimeout.microseconds {
      recovery = next
      recoveryPoint = next  // RFC 6582 section 4.2
      isRecovering = false
      mustSendAgain = false
    }
    switch state {
    case .synReceived where isPassive && now >= halfOpenDeadline:
      state = .closed
      debts.forgetConnection()
    case .timeWait where now >= timeWaitDeadline: end(.finished)
    case .finWait2 where now >= finWait2Deadline: end(.timedOut)
    default: break
    }
  }

  /// Whether the silence has lasted so long that the core may give up: R2 or the user time-out (section
  /// 3.10.8), or keep-alive probes without an answer.
  mutating func mayGiveUp(at now: UInt64) -> Bool {
    let limit = isSynchronized ? timeLimit : options.handshakeLimit
    let released = isReleased ? options.releasedLimit : .unlimited
    let allowed = min(limit, options.userTimeout, released).microseconds
    if (state == .synSent || flight > 0 || isWaitingForRoom) && now - quietSince >= allowed { return true }
    // A peer that has yet to acknowledge something, or to open its window, is not probed.
    guard options.isKeepAliveEnabled, isSynchronized, flight == 0, !isProbing || window > 0 else {
      return false
    }
    let isOverdue = unansweredKeepAlives >= 2 && now - heardAt >= options.userTimeout.microseconds
    return (unansweredKeepAlives >= max(2, Int(options.keepAliveProbes)) || isOverdue)
      && now - keepAliveAt >= options.keepAliveInterval.microseconds
      && now - heardAt >= keepAliveIdle.microseconds
  }

  /// Whether the core must have given up by now: something waits for its acknowledgment, and nothing was
  /// heard.
  mutating func mustGiveUp(at now: UInt64) -> Bool {
    // Only what was tried counts: where nobody called in time, or something waited to leave, the core has
    // longer.
    guard flight > 0, window > 0 || !isSynchronized, !isHalfOpen, !hasPaused, now > triedUntil else {
      return false
    }
    let limit = isSynchronized ? timeLimit : options.handshakeLimit
    let allowed = min(limit, options.userTimeout)
    guard allowed != .unlimited else { return false }
    return now - stirredAt > allowed.microseconds
  }

  /// Whether a connection without a handle must be over by now: its peer keeps the window shut, and has
  /// acknowledged nothing new for as long as that is borne.
  mutating func mustEndReleased(at now: UInt64) -> Bool {
    guard isReleased, isProbing, flight == 0, window == 0, !hasPaused, now > triedUntil else {
      return false
    }
    let allowed = min(timeLimit, options.userTimeout, options.releasedLimit)
    guard allowed != .unlimited else { return false }
    return now - max(quietSince, releasedAt, freshAt) > allowed.microseconds + 1_000_000
  }

  /// Whether something waits that only time, or the peer, can bring about: then time must be able to.
  var mustWake: Bool {
    switch state {
    case .synSent: true
    case .synReceived, .established, .finWait1, .closeWait, .closing, .lastAck:
      flight > 0 || isProbing || debts.delayedUntil != .max
    case .closed, .listen, .finWait2, .timeWait: false
    }
  }

  /// Whether the peer's window takes too little, or more text is announced; where it takes all there is, and
  /// nothing is in flight, text waits for the pace alone, which is no silence of the peer's.
  var isWaitingForRoom: Bool {
    isProbing && (window == 0 || window < written - acknowledgedText || isMoreComing)
  }

  /// Whether text waits for a window.
  var isProbing: Bool {
    isSynchronized && (acknowledgedText < written || isFINQueued && !isFINAcked)
  }
}
