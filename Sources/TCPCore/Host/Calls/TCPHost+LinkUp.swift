extension TCPHost {
  /// An outage of an interface is over, or its device has come up: what waits there for a time-out that was
  /// doubled leaves now, instead of up to a minute later. RFC 6298 knows no such call; it tells how long a
  /// sender waits that hears of nothing.
  ///
  /// Nothing leaves sooner than one plain time-out after it left last, so a link that goes up and down brings
  /// out no more than a time-out that is never doubled. What is asked again so has time for an answer before
  /// it is given up.
  ///
  /// ```swift
  /// try host.noteLinkUp(0, at: now)
  /// while host.expire(at: now) {}
  /// ```
  ///
  /// - Parameters:
  ///   - number: 0 up to `interfaceCount` less one.
  ///   - now: the clock's reading.
  /// - Throws: `invalidArgument`; nothing has changed then.
  /// - Complexity: looks at every connection and every half-open entry once; what is due leaves when `expire`
  ///   and `transmit` come to it.
  public mutating func noteLinkUp(_ number: Int, at now: Instant) throws(CallError) {
    advance(to: now)
    guard number >= 0, number < interfaces.count else { throw .invalidArgument }
    for position in 0..<connections.count
    where slots[position].isTaken && Int(connections[position].interface) == number {
      let entry = Entry(connection: position)
      connections[entry].noteLinkUp(context(connections[entry].interface))
      schedule(entry)
    }
    for position in 0..<halfOpen.count {
      let id = EntryID(connections.count &+ position)
      guard slots[id].isTaken, Int(halfOpen[position].interface) == number else { continue }
      let options = listeners[listenerEntry(halfOpen[position].listener)].options
      // An entry knows in whole steps when its SYN-ACK left: one more, so that it is never too soon.
      let wait = Interval(microseconds: options.answerTimeout.microseconds &+ 1_024)
      if halfOpen[position].noteLinkUp(wait: wait, at: state.now) {
        armTimer(id, halfOpen[position].deadline)
      }
    }
  }
}

extension Connection {
  /// RFC 6298 section 5.5 without its doubling, for once; the same for the pause between window probes (RFC
  /// 9293 section 3.8.6.1).
  fileprivate mutating func noteLinkUp(_ context: ConnectionContext) {
    switch state {
    case .closed, .listen, .timeWait: return
    case .synSent, .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck: break
    }
    let wait = sender.estimator.firstTimeout(options.timeoutLimits)
    var isTriedNow = false
    // What the device has not even taken yet leaves as soon as it takes something.
    if sender.timer.isArmed && sender.estimator.backoff > 0 && !sender.isRetryPending {
      // RFC6298-12: what was acknowledged since has begun the wait again.
      let sent = sender.records.lastSent(now: context.now)
      // unreached: an acknowledgment behind all departures that gave no sample
      let due = moment(wait, behind: sent < lastProgress ? lastProgress : sent, context.now)
      isTriedNow = due < sender.timer.timeout
      if isTriedNow { sender.awaitTimeout(at: due) }
    }
    if let last = lastProbe(context.now) {
      persistTimer.bringForward(to: moment(wait, behind: last, context.now))
      isTriedNow = true
    }
    guard isTriedNow else { return }
    let answerTime = context.now + wait
    let giveUp = abandonTime
    // unreached: no input has a link come up right before the end; LinkFigures has it
    if giveUp < answerTime { lastProgress = lastProgress + (answerTime - giveUp) }
    recomputeWakeup(at: context.now)
  }

  /// When the last window probe left, as the pause behind it tells. One that is nearly over may have been
  /// brought forward before, and then it does not tell.
  mutating func lastProbe(_ now: Instant) -> Instant? {
    let wait = sender.estimator.firstTimeout(options.timeoutLimits)
    guard persistTimer.count > 0, persistTimer.deadline != .never, persistTimer.deadline > now + wait else {
      return nil
    }
    return persistTimer.begin(timeout: timeout, limit: options.maximumTimeout)
  }

  private mutating func moment(_ wait: Interval, behind last: Instant, _ now: Instant) -> Instant {
    let due = last + wait
    return due < now ? now : due
  }
}

extension SynReceivedState {
  /// The SYN-ACK waits no longer than it did the first time.
  ///
  /// - Returns: whether it leaves earlier now.
  fileprivate mutating func noteLinkUp(wait: Interval, at now: Instant) -> Bool {
    guard retransmitAt != .never, retries > 0 else { return false }
    let due = lastSentAt + wait
    let moment = due < now ? now : due
    guard moment < retransmitAt else { return false }
    retransmitAt = moment
    return true
  }
}
