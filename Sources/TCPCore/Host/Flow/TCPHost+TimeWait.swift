// Connections in TIME-WAIT.
extension TCPHost {
  /// A connection has reached TIME-WAIT: a small entry takes its pair over (MUST-13).
  ///
  /// The connection's slot keeps what was received, until its handle is released (ROB-019).
  func enterTimeWait(_ index: UInt32, _ position: Int) {
    let now = state[0].now
    if state[0].timeWaitSlots.isFull, let oldest = optional(state[0].timeWaitByAge.first) {
      counterTable[0].timeWaitRecycled &+= 1
      removeTimeWait(oldest)
    }
    detach(index)
    // unreached: the oldest was removed above
    guard let resting = state[0].timeWaitSlots.allocate(slots) else { return }
    let place = entry(resting).position
    timeWait.initialize(
      place,
      to: connections[position].makeTimeWaitEntry(
        until: now + timeWaitLength, now: now,
        owner: connections[position].isReleased ? IndexLinks.none : index))
    connections[position].stopTimers()
    connections[position].timeWaitEntry = resting
    _ = file(resting, connections[position].tuple)
    state[0].timeWaitByAge.append(resting, eventAndAgeLinks)
    if timeWait[place].needsACK { state[0].sendQueue.append(resting, sendQueueLinks) }
    armTimer(resting, timeWait[place].expiresAt)
  }

  /// Twice the maximum segment lifetime.
  private var timeWaitLength: Interval {
    Interval(microseconds: state[0].configuration.maximumSegmentLifetime.microseconds &* 2)
  }

  // unreached: asked of a full table only
  private func optional(_ index: UInt32) -> UInt32? { index == IndexLinks.none ? nil : index }

  /// EV-TWT-TIME-WAIT-1: 2 MSL are over, or the entry makes room for another; the tuple is free. A user who
  /// still holds the handle gets the event that the connection has finished; what was received stays
  /// readable.
  func removeTimeWait(_ index: UInt32) {
    let position = entry(index).position
    let owner = timeWait[position].owner
    if owner != IndexLinks.none {
      let number = entry(owner).position
      connections[number].timeWaitEntry = IndexLinks.none
      connections[number].end(.finished, context(connections[number].interface))
      if connections[number].events != .none { state[0].eventQueue.append(owner, eventAndAgeLinks) }
    }
    detach(index)
    state[0].timeWaitByAge.remove(index, eventAndAgeLinks)
    state[0].timeWaitSlots.release(index, slots)
  }

  /// A segment for a tuple in TIME-WAIT.
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
      state[0].timeWaitByAge.remove(index, eventAndAgeLinks)
      state[0].timeWaitByAge.append(index, eventAndAgeLinks)
      return acknowledge(index, position, .processed, by: .none)
    case .reuse:
      let tuple = timeWait[position].tuple
      // TIME-WAIT ends early only for a connection that can really begin.
      guard let listener = findListener(tuple.local, isIPv4: tuple.isIPv4), canAccept(for: listener),
        makeRoom(for: listener)
      else {
        return acknowledge(index, position, .synChallenged, by: .challenges)
      }
      let minimumISN = timeWait[position].sendNext
      let own = timeWait[position].interface  // the one that has the address, wherever the SYN came in
      removeTimeWait(index)
      return acceptSYN(segment, tuple, listener: listener, on: own, minimumISN: minimumISN)
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
    timeWait[position].needsACK = true
    state[0].sendQueue.append(index, sendQueueLinks)
    return outcome
  }

  /// Sends what a TIME-WAIT entry has to send; 0 if nothing.
  func transmitTimeWait(_ position: Int, into bytes: MutableBytes) -> Int {
    // unreached: an entry in the send queue has something to send
    guard timeWait[position].needsACK else { return 0 }
    timeWait[position].needsACK = false
    let resting = timeWait[position]
    let style = DatagramOptions(
      dscp: resting.dscp, hopLimit: resting.hopLimit,
      isChecksumOffloaded: interfaces[Int(resting.interface)].offload.fillsDeparting)
    return resting.pendingSegment(at: state[0].now).emitDatagram(resting.tuple, style, into: bytes)
  }

  /// The timer of a TIME-WAIT entry has fired.
  func expireTimeWait(_ index: UInt32, _ position: Int) {
    if timeWait[position].expiresAt <= state[0].now {
      removeTimeWait(index)
    } else {
      armTimer(index, timeWait[position].expiresAt)
    }
  }
}

extension Connection {
  /// What a TIME-WAIT entry keeps of its connection.
  fileprivate mutating func makeTimeWaitEntry(until end: Instant, now: Instant, owner: UInt32) -> TimeWait {
    let window = receive.window
    let field = receive.nextAdvertisement(maximumSegmentSize: Int(receiveSegmentSize)).field
    return TimeWait(
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
