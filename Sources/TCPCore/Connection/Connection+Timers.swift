extension Connection {
  /// The earliest moment at which `expire` has something to do.
  package var deadline: Instant {
    @inline(never)  // several uses, off a segment's way
    mutating get {
      var earliest = sender.timer.deadline
      if persistTimer.deadline < earliest { earliest = persistTimer.deadline }
      if ackPolicy.deadline < earliest { earliest = ackPolicy.deadline }
      if sender.pacer.deadline < earliest { earliest = sender.pacer.deadline }
      if finWait2Deadline < earliest { earliest = finWait2Deadline }
      if sender.ecn.pauseEnd < earliest { earliest = sender.ecn.pauseEnd }
      let giveUp = abandonTime
      if giveUp < earliest { earliest = giveUp }
      if options.isKeepAliveEnabled {
        let keepAlive = keepAliveTime
        if keepAlive < earliest { earliest = keepAlive }
      }
      return earliest
    }
  }

  /// When the user time-out, R2 or the limit of released connections ends the connection, if the peer keeps
  /// silent.
  ///
  /// What counts is the time during which something was tried without success. While the device has not yet
  /// taken what is due to be sent again, nothing is being tried.
  @inline(__always)  // on a segment's way
  package var abandonTime: Instant {
    mutating get {
      guard state != .closed, !sender.isRetryPending, !persistTimer.isDue else { return .never }
      if persistTimer.isArmed {
        // MUST-37: the pause between probes, however long, is no silence of the peer's. No user waits for a
        // connection that was released, so there probes that are answered are no progress (RFC 6429 section
        // 3).
        if persistTimer.isAnswered && !isReleased { return .never }
      } else if send.flight == 0 {
        return .never
      }
      return lastProgress + silenceLimit
    }
  }

  /// How long a peer may acknowledge nothing new.
  @inline(__always)
  var silenceLimit: Interval {
    mutating get {
      var limit = send.isSynchronized ? timeLimit : options.handshakeLimitMilliseconds
      if options.userTimeoutMilliseconds < limit { limit = options.userTimeoutMilliseconds }
      if isReleased && options.releasedLimitMilliseconds < limit {
        limit = options.releasedLimitMilliseconds
      }
      return ConnectionOptions.interval(limit)
    }
  }

  /// When the next keep-alive probe is due (MUST-26: nothing outstanding, nothing heard for the interval).
  private var keepAliveTime: Instant {
    mutating get {
      switch state {
      case .closed, .listen, .synSent, .synReceived, .timeWait: return .never
      case .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck: break
      }
      guard send.flight == 0, !persistTimer.isArmed, !isKeepAliveDue else { return .never }
      let idle = receive.lastArrival + keepAliveIdle
      if keepAliveUnanswered == 0 { return idle }
      // A probe has left without an answer, and `lastProgress` is when. The user may have changed the options
      // since.
      let next = lastProgress + options.keepAliveInterval
      return next < idle ? idle : next
    }
  }

  /// Does what is due. Costs the same however many timers are.
  ///
  /// - Parameter minimumMTU: the least that a path is believed to take.
  package mutating func expire(minimumMTU: Int, _ context: ConnectionContext) {
    let now = context.now
    discountLateCall(now)
    // EV-UTO-{SYN-SENT,SYN-RECEIVED,ESTABLISHED,FIN-WAIT-1,CLOSE-WAIT,CLOSING,LAST-ACK}-1, MUST-20, CVE-20.
    if abandonTime <= now {
      // An attempt that the network said was hopeless ends with what the network said.
      let isHopeless = !send.isSynchronized && softError == .unreachable
      // The peer of a released connection may be alive, with a window that never opens: it should know.
      needsRST = isReleased && send.isSynchronized
      return end(isHopeless ? .unreachable : .timedOut, context)
    }
    // EV-UTO-FIN-WAIT-2-1, ROB-088.
    if finWait2Deadline <= now { return end(.timedOut, context) }
    if options.isKeepAliveEnabled {
      let due = keepAliveTime
      if due <= now {
        if isPeerSilent(since: due, now) { return end(.timedOut, context) }
        isKeepAliveDue = true
      }
    }
    switch sender.expiry(at: now) {
    case .none: break
    case .reordering: reorderingTimeout(context)
    case .probe: probeTimeout(context)
    case .retransmission: retransmissionTimeout(minimumMTU: minimumMTU, context)
    }
    if persistTimer.deadline <= now { persistTimer.expire(at: now) }
    if ackPolicy.deadline <= now { ackPolicy.delayExpired() }
    if sender.pacer.deadline <= now { sender.pacer.stopWaiting() }
    if sender.ecn.pauseEnd <= now { sender.ecn.endPause() }
  }

  /// Whether enough keep-alive probes have stayed without an answer, of which the last was due to be answered
  /// by `due`.
  private mutating func isPeerSilent(since due: Instant, _ now: Instant) -> Bool {
    // An answer may have come while nobody called: then the peer is asked once more.
    guard now - due < Connection.lateCallThreshold else { return false }
    // MUST-29: one unanswered probe proves nothing.
    let allowed = options.keepAliveProbes > 2 ? options.keepAliveProbes : 2
    return keepAliveUnanswered >= allowed
      || keepAliveUnanswered >= 2 && now - receive.lastArrival >= options.userTimeout
  }

  /// From this delay on a timer is believed to be late because nobody called: a device that slept, a program
  /// that stopped.
  static var lateCallThreshold: Interval { .seconds(1) }

  /// After a late call: the time in which nobody called does not count as silence of the peer's, and what is
  /// in flight is sent once more, with time for an answer, before anything is given up.
  private mutating func discountLateCall(_ now: Instant) {
    var due = abandonTime
    if sender.timer.timeout < due { due = sender.timer.timeout }
    if persistTimer.deadline < due { due = persistTimer.deadline }
    // With a shorter limit the time to give up may have passed long before this call.
    if due < wakeup.time { due = wakeup.time }
    guard due <= now, now - due >= Connection.lateCallThreshold else { return }
    lastProgress = lastProgress + (now - due)
    let answerTime = now + sender.estimator.firstTimeout(options.timeoutLimits)
    let giveUp = abandonTime
    if giveUp < answerTime { lastProgress = lastProgress + (answerTime - giveUp) }
    sender.awaitTimeout(at: now)
    if persistTimer.isArmed && !persistTimer.isDue { persistTimer.expire(at: now) }
  }

  /// RFC8985-9: what was only late is lost now.
  private mutating func reorderingTimeout(_ context: ConnectionContext) {
    let wasProbing = sender.path.isInFlight
    let begins = sender.reorderingExpired(
      unacknowledged: send.unacknowledged, next: send.next, segmentSize: segmentSize(context),
      timeout: timeout, now: context.now, in: context.region)
    if begins { context.counters.fastRetransmits &+= 1 }
    // unreached: a probe of the path that nothing but this timer finds lost
    if wasProbing && !sender.path.isInFlight { context.counters.pathProbesLost &+= 1 }
    recomputeWakeup(at: context.now)
  }

  /// The peer may have been silent for two round trips.
  private mutating func probeTimeout(_ context: ConnectionContext) {
    sender.probeExpired(
      last: lastProgress < lastSendTime ? lastSendTime : lastProgress, isAllowed: send.window > 0,
      unacknowledged: send.unacknowledged, flight: send.flight, segmentSize: segmentSize(context),
      now: context.now)
    recomputeWakeup(at: context.now)
  }

  /// EV-RTO-{SYN-SENT,SYN-RECEIVED,ESTABLISHED,FIN-WAIT-1,CLOSE-WAIT,CLOSING,LAST-ACK}-1: the oldest octets
  /// are sent again, with RFC 6298 back-off and RFC 5681 reduction.
  private mutating func retransmissionTimeout(minimumMTU: Int, _ context: ConnectionContext) {
    if send.isSynchronized && send.window == 0 {
      // The window is shut, so silence is no sign of loss: probe instead (ROB-090, MUST-35, RFC6429-1).
      sender.stopTimer()
      persistTimer.expire(at: context.now)  // SHLD-29: one time-out has passed since the octets left
      return
    }
    if sender.isRetryPending {
      // The device has not even taken the last retransmission: that tells nothing about the peer or the
      // network.
      lastProgress = lastProgress + timeout
      sender.awaitTimeout(at: context.now + timeout)
      return
    }
    noteApplicationLimit(in: context.region)
    context.counters.timeouts &+= 1
    let before = sender.retries
    let wasProbing = sender.path.isInFlight
    sender.didTimeOut(
      unacknowledged: send.unacknowledged, next: send.next, segmentSize: segmentSize(context),
      isSynchronized: send.isSynchronized, usesTimestamps: usesTimestamps, now: context.now,
      limits: options.timeoutLimits, in: context.region)
    if sender.retries != before && sender.retries == options.softErrorRetransmissions {
      reportSoftError(.retransmissions)  // MUST-22
    }
    if wasProbing { context.counters.pathProbesLost &+= 1 }
    detectBlackHole(context, minimumMTU: minimumMTU)
    if !send.isSynchronized { isHandshakeRetransmitted = true }  // ROB-277
  }

  /// What timed out was sent again. The time for an answer begins now; the time in which the device took
  /// nothing does not count as silence of the peer's.
  mutating func didSendRetry(_ context: ConnectionContext) {
    sender.isRetryPending = false
    let deadline = context.now + timeout
    if sender.timer.isArmed && sender.timer.deadline < deadline {
      lastProgress = lastProgress + (deadline - sender.timer.deadline)
      sender.awaitTimeout(at: deadline)
    }
    recomputeWakeup(at: context.now)
  }

  /// Delivery rates know where the application holds the sender back.
  @inline(__always)
  mutating func noteApplicationLimit(in region: Region) {
    guard sender.records.isSampling else { return }
    sender.noteApplicationLimit(hasUnsent: send.hasUnsent, pipe: pipe, in: region)
  }

  /// Other options, while the connection runs. What its SYN has offered stays as it was.
  package mutating func adopt(_ options: ConnectionOptions, _ context: ConnectionContext) {
    let isPauseWhole = lastProbe(context.now) != nil
    let pause = persistTimer.wait(timeout: timeout, limit: self.options.maximumTimeout)
    self.options = options
    // The pause between probes goes on telling when the last one left.
    if isPauseWhole {
      let other = persistTimer.wait(timeout: timeout, limit: options.maximumTimeout)
      persistTimer.change(from: pause, to: other, now: context.now)
    }
    if !options.isPathProbingEnabled { sender.path.end(at: context.now) }
    noteOwnUserTimeout()
    sender.select(options.congestionControl, isPaced: options.isPacingEnabled, in: context.region)
    // What was due by the old options may not be by the new ones.
    isKeepAliveDue = false
    updateFinWait2(context)
    if state == .closed || state == .timeWait { return }
    recomputeWakeup(at: context.now)
  }

  /// Tells the user of an error that does not end the connection (MUST-47, SHLD-20, SHLD-25, RFC9293-X-1).
  package mutating func reportSoftError(_ error: SoftError) {
    softError = error
    if options.reportsSoftErrors { raise(.softError) }
  }

  /// Arms and disarms timers after any change: data in flight needs the retransmission timer or, while the
  /// window is shut, the persist timer (ROB-087).
  package mutating func updateTimers(_ context: ConnectionContext) {
    if send.flight > 0 {
      if persistTimer.isArmed {
        sender.stopTimer()
      } else {
        armRetransmissionTimer(context)
      }
      return
    }
    sender.stopTimer()
    if send.hasUnsent && send.isSynchronized {
      let room = send.usableWindow
      if room > 0 && room >= send.unsent && !send.isMoreComing {
        // Nothing in flight, and the window takes all there is: that may leave at once.
        if !persistTimer.isDue { persistTimer.disarm() }
      } else {
        armWindowTimer(context)
      }
    } else {
      persistTimer.disarm()
    }
    if options.isKeepAliveEnabled { recomputeWakeup(at: context.now) }
  }

  /// Arms the retransmission timer for what is in flight (RFC6298-10), unless it is armed already.
  @inline(always)  // on a segment's way, and too large for the hint
  mutating func armRetransmissionTimer(_ context: ConnectionContext) {
    guard sender.startTimer(at: context.now, timeout: timeout, usesSACK: usesSACK) else { return }
    wakeup.request(by: sender.timer.deadline)
    wakeup.request(by: abandonTime)
  }

  /// Whether text waits, for a window or for more text, with nothing in flight whose acknowledgment would let
  /// it go on.
  @inline(__always)
  var waitsForTimer: Bool {
    mutating get {
      send.flight == 0 && send.isSynchronized && (send.usableWindow < send.unsent || send.isMoreComing)
    }
  }

  /// With nothing in flight and a window too small for what is unsent, arms the persist timer or the SWS
  /// override timer.
  private mutating func armWindowTimer(_ context: ConnectionContext) {
    let room = send.usableWindow
    if room <= 0 {
      if !persistTimer.isArmed {
        persistTimer.arm(timeout: timeout, limit: options.maximumTimeout, now: context.now)
        if !isReleased { lastProgress = context.now }
      }
    } else if !persistTimer.isDue {
      let size = segmentSize(context)
      let isNarrow = room < size && 2 &* room < Int(truncatingIfNeeded: send.maximumWindow)
      if isNarrow || send.isMoreComing && send.unsent < size {
        persistTimer.armSWSOverride(now: context.now)
      } else {
        persistTimer.disarm()
      }
    }
    recomputeWakeup(at: context.now)
  }

  /// Starts or restarts the clock of FIN-WAIT-2, where there is one: for a released handle, or where the user
  /// set a time-out.
  package mutating func updateFinWait2(_ context: ConnectionContext) {
    guard state == .finWait2 else {
      finWait2Deadline = .never
      return
    }
    let released = isReleased ? options.finWait2Limit : .unlimited
    let limit = released < options.userTimeout ? released : options.userTimeout
    finWait2Deadline = limit == .unlimited ? .never : context.now + limit
    wakeup.request(by: finWait2Deadline)
  }
}
