// Connections in TIME-WAIT.
extension TCPHost {
  /// A connection has reached TIME-WAIT: a small entry takes its pair over (MUST-13).
  ///
  /// The connection's slot keeps what was received, until its handle is released (ROB-019).
  mutating func enterTimeWait(_ entry: Entry) {
    let now = state.now
    if state.timeWaitSlots.isFull, let oldest = state.timeWaitByAge.first.orNil {
      counters.timeWaitRecycled &+= 1
      removeTimeWait(timeWaitEntry(oldest))
    }
    unschedule(entry.id)
    // unreached: the oldest was removed above
    guard let id = state.timeWaitSlots.allocate(slots) else { return }
    let waiting = timeWaitEntry(id)
    timeWait.initialize(
      waiting.slot,
      to: connections[entry].makeTimeWaitEntry(
        until: now + timeWaitLength, now: now,
        owner: connections[entry].isReleased ? EntryID.none : entry.id))
    connections[entry].stopTimers()
    connections[entry].timeWaitEntry = id
    _ = insertIntoTupleIndex(id, connections[entry].tuple)
    state.timeWaitByAge.append(id, in: region)
    if timeWait[waiting].needsACK { state.sendQueue.append(id, in: region) }
    armTimer(id, timeWait[waiting].expiresAt)
  }

  /// Twice the maximum segment lifetime.
  private var timeWaitLength: Interval {
    Interval(microseconds: state.configuration.maximumSegmentLifetime.microseconds &* 2)
  }

  /// EV-TWT-TIME-WAIT-1: 2 MSL are over, or the entry makes room for another; the tuple is free. A user who
  /// still holds the handle gets the event that the connection has finished; what was received stays
  /// readable.
  mutating func removeTimeWait(_ entry: Entry) {
    let owner = timeWait[entry].owner
    if owner != EntryID.none {
      let connection = Entry(connection: owner.position)
      connections[connection].timeWaitEntry = EntryID.none
      connections[connection].end(.finished, context(connections[connection].interface))
      if connections[connection].events != .none { state.eventQueue.append(owner, in: region) }
    }
    unschedule(entry.id)
    state.timeWaitByAge.remove(entry.id, in: region)
    state.timeWaitSlots.release(entry.id, slots)
  }

  /// A segment for a tuple in TIME-WAIT.
  mutating func arriveTimeWait(
    _ segment: SegmentHeader, _ entry: Entry, _ info: ArrivalInfo
  ) -> ArrivalOutcome {
    let now = state.now
    switch timeWait[entry].verdict(on: segment, now: now) {
    case .ignore(let outcome):
      return outcome
    case .acknowledge(let outcome, let limit):
      return acknowledge(entry, outcome, by: limit)
    case .restart:
      timeWait[entry].expiresAt = now + timeWaitLength
      state.timeWaitByAge.remove(entry.id, in: region)
      state.timeWaitByAge.append(entry.id, in: region)
      return acknowledge(entry, .processed, by: .none)
    case .reuse:
      let tuple = timeWait[entry].tuple
      // TIME-WAIT ends early only for a connection that can really begin.
      let number = Int(timeWait[entry].interface)
      let isOurs = interfaces[number].position(of: tuple.localAddress) != nil
      guard let listener = findListener(tuple.local, isIPv4: tuple.isIPv4, isOurs: isOurs),
        canAccept(for: listener), makeRoom(for: listener)
      else {
        return acknowledge(entry, .synChallenged, by: .challenges)
      }
      let minimumISN = timeWait[entry].sendNext
      // On the interface that has the address, wherever the SYN came in.
      let info = info.on(timeWait[entry].interface)
      removeTimeWait(entry)
      return acceptSYN(segment, tuple, listener: listener, info, minimumISN: minimumISN)
    }
  }

  private mutating func acknowledge(
    _ entry: Entry, _ outcome: ArrivalOutcome, by limit: AnswerLimit
  ) -> ArrivalOutcome {
    let now = state.now
    switch limit {
    case .none:
      break
    case .challenges:  // RFC5961-THR-1
      let interval = state.configuration.challengeInterval
      guard
        timeWait[entry].challenges.take(
          limit: state.configuration.challengeLimit, interval: interval, now: now)
      else {
        counters.challengesThrottled &+= 1
        return outcome
      }
    case .probeAnswers:
      guard timeWait[entry].probeAnswers.take(now: now) else {
        counters.probeAnswersThrottled &+= 1
        return outcome
      }
    }
    timeWait[entry].needsACK = true
    state.sendQueue.append(entry.id, in: region)
    return outcome
  }

  /// Sends what a TIME-WAIT entry has to send; 0 if nothing.
  func transmitTimeWait(_ entry: Entry, into bytes: MutableBytes) -> Int {
    // unreached: an entry in the send queue has something to send
    guard timeWait[entry].needsACK else { return 0 }
    timeWait[entry].needsACK = false
    let waiting = timeWait[entry]
    let style = DatagramOptions(
      dscp: waiting.dscp, hopLimit: waiting.hopLimit,
      isChecksumOffloaded: interfaces[Int(waiting.interface)].offload.fillsDeparting)
    return waiting.pendingSegment(at: state.now).emitDatagram(waiting.tuple, style, into: bytes)
  }

  /// The timer of a TIME-WAIT entry has fired.
  mutating func expireTimeWait(_ entry: Entry) {
    if timeWait[entry].expiresAt <= state.now {
      removeTimeWait(entry)
    } else {
      armTimer(entry.id, timeWait[entry].expiresAt)
    }
  }
}
