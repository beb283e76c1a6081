// Connections that rest.
extension Host {
  /// A connection has reached TIME-WAIT: a small entry takes its pair over (MUST-13).
  ///
  /// The connection's slot keeps what was received, until its handle is released (ROB-019).
  func enterTimeWait(_ index: UInt32, _ position: Int) {
    let now = state[0].now
    if state[0].timeWaitSlots.isFull, let oldest = optional(state[0].timeWaitAge.first) {
      counterTable[0].timeWaitRecycled &+= 1
      removeTimeWait(oldest)
    }
    detach(index)
    // unreached: the oldest was removed above
    guard let resting = state[0].timeWaitSlots.take(slots) else { return }
    let place = entry(resting).position
    timeWait.initialize(
      place,
      to: connections[position].rest(
        until: now + timeWaitLength, now: now,
        owner: connections[position].isReleased ? IndexLinks.none : index))
    connections[position].stopTimers()
    connections[position].timeWaitEntry = resting
    _ = file(resting, connections[position].tuple)
    state[0].timeWaitAge.append(resting, queueLinks)
    if timeWait[place].owesAcknowledgment { state[0].ready.append(resting, readyLinks) }
    arm(resting, timeWait[place].expiresAt)
  }

  /// Twice the maximum segment lifetime.
  private var timeWaitLength: Interval {
    Interval(microseconds: state[0].configuration.maximumSegmentLifetime.microseconds &* 2)
  }

  // unreached: asked of a full table only
  private func optional(_ index: UInt32) -> UInt32? { index == IndexLinks.none ? nil : index }

  /// EV-TWT-TIME-WAIT-1: the rest is over, or cut short; the pair is free. A handle that is still held learns that
  /// the connection has finished; what was received stays readable.
  func removeTimeWait(_ index: UInt32) {
    let position = entry(index).position
    let owner = timeWait[position].owner
    if owner != IndexLinks.none {
      let number = entry(owner).position
      connections[number].timeWaitEntry = IndexLinks.none
      connections[number].end(.finished, context(connections[number].interface))
      if connections[number].events != .none { state[0].eventful.append(owner, queueLinks) }
    }
    detach(index)
    state[0].timeWaitAge.remove(index, queueLinks)
    state[0].timeWaitSlots.free(index, slots)
  }

  /// A segment for a pair that rests.
  func arriveTimeWait(
    _ segment: SegmentHeader, _ index: UInt32, _ position: Int
  ) -> ArrivalOutcome {
    let now = state[0].now
    switch timeWait[position].verdict(on: segment, now: now) {
    case .ignore(let outcome):
      return outcome
    case .acknowledge(let outcome, let limit):
      return acknowledge(index, position, outcome, by: limit)
    case .restart:
      timeWait[position].expiresAt = now + timeWaitLength
      state[0].timeWaitAge.remove(index, queueLinks)
      state[0].timeWaitAge.append(index, queueLinks)
      return acknowledge(index, position, .processed, by: .none)
    case .reuse:
      let tuple = timeWait[position].tuple
      // The rest ends only for a connection that can really begin.
      guard let listener = findListener(tuple.local, isIPv4: tuple.isIPv4), hasRoom(for: listener),
        makeRoom(for: listener)
      else {
        return acknowledge(index, position, .synchronizeChallenged, by: .challenges)
      }
      let above = timeWait[position].sendNext
      let own = timeWait[position].interface  // the one that has the address, wherever the SYN came in
      removeTimeWait(index)
      return openHalf(segment, tuple, listener: listener, on: own, above: above)
    }
  }

  private func acknowledge(
    _ index: UInt32, _ position: Int, _ outcome: ArrivalOutcome, by limit: AnswerLimit
  ) -> ArrivalOutcome {
    let now = state[0].now
    switch limit {
    case .none:
      break
    case .challenges:  // RFC5961-THR-1
      let interval = state[0].configuration.challengeInterval
      guard
        timeWait[position].challenges.take(
          limit: state[0].configuration.challengeLimit, interval: interval, now: now)
      else {
        counterTable[0].challengesThrottled &+= 1
        return outcome
      }
    case .probeAnswers:
      guard timeWait[position].probeAnswers.take(now: now) else {
        counterTable[0].probeAnswersThrottled &+= 1
        return outcome
      }
    }
    timeWait[position].owesAcknowledgment = true
    state[0].ready.append(index, readyLinks)
    return outcome
  }

  /// Sends what a TIME-WAIT entry owes; 0 if nothing.
  func transmitTimeWait(_ position: Int, into bytes: MutableBytes) -> Int {
    // unreached: an entry in the ready list owes something
    guard timeWait[position].owesAcknowledgment else { return 0 }
    timeWait[position].owesAcknowledgment = false
    let resting = timeWait[position]
    let style = DatagramStyle(
      dscp: resting.dscp, hopLimit: resting.hopLimit,
      isChecksumOffloaded: interfaces[Int(resting.interface)].offload.fillsDeparting)
    return resting.owed(at: state[0].now).emitDatagram(resting.tuple, style, into: bytes)
  }

  /// The timer of a TIME-WAIT entry has fired.
  func expireTimeWait(_ index: UInt32, _ position: Int) {
    if timeWait[position].expiresAt <= state[0].now {
      removeTimeWait(index)
    } else {
      arm(index, timeWait[position].expiresAt)
    }
  }
}

extension Connection {
  /// What a TIME-WAIT entry needs to know of the connection that rests.
  fileprivate mutating func rest(until end: Instant, now: Instant, owner: UInt32) -> TimeWait {
    let window = receive.window
    let field = receive.offer(maximumSegmentSize: Int(receiveSegmentSize)).field
    return TimeWait(
      tuple: tuple, expiresAt: end, challenges: ChallengeQuota(from: now),
      recentTimestampTime: receive.recentTimestampTime,
      sendNext: send.next, receiveNext: receive.next, maximumWindow: send.maximumWindow,
      receiveWindow: UInt32(truncatingIfNeeded: window > 0 ? window : 0),
      timestampOffset: send.timestampOffset, recentTimestamp: receive.recentTimestamp, owner: owner,
      windowField: field, interface: interface, dscp: options.dscp, hopLimit: options.hopLimit,
      usesTimestamps: usesTimestamps, requiresTimestamps: options.requiresTimestamps,
      owesAcknowledgment: acknowledgment.isOwed)
  }
}
