extension Connection {
  /// The earliest moment at which `expire` has something to do.
  package var deadline: Instant {
    @inline(never) mutating get {
      var earliest = lossTimer.deadline
      if probe.deadline < earliest { earliest = probe.deadline }
      if acknowledgment.deadline < earliest { earliest = acknowledgment.deadline }
      if finWait2Deadline < earliest { earliest = finWait2Deadline }
      let giveUp = giveUpTime
      if giveUp < earliest { earliest = giveUp }
      if options.isKeepAliveEnabled {
        let keepAlive = keepAliveTime
        if keepAlive < earliest { earliest = keepAlive }
      }
      return earliest
    }
  }

  /// When the user time-out, R2 or the limit of released connections ends the connection, if the peer keeps silent.
  ///
  /// What counts is the time in which something was tried in vain. Where the device has yet to take what is due to be
  /// sent again, nothing is being tried.
  @inline(__always)
  package var giveUpTime: Instant {
    mutating get {
      guard state != .closed, !isRetryPending, !probe.isDue else { return .never }
      if probe.isArmed {
        // MUST-37: the pause between probes, however long, is no silence of the peer's. Nobody waits for a connection that
        // was released, so there probes that are answered are no progress (RFC 6429 section 3).
        if probe.isAnswered && !isReleased { return .never }
      } else if send.flight == 0 {
        return .never
      }
      return progressTime + patience
    }
  }

  /// How long a peer that acknowledges nothing new is borne.
  @inline(__always)
  private var patience: Interval {
    mutating get {
      var limit = send.isSynchronized ? options.retransmissionLimit : options.handshakeLimit
      if options.userTimeout < limit { limit = options.userTimeout }
      if isReleased && options.releasedLimit < limit { limit = options.releasedLimit }
      return limit
    }
  }

  /// When the next keep-alive probe is due (MUST-26: nothing outstanding, nothing heard for the interval).
  private var keepAliveTime: Instant {
    mutating get {
      switch state {
      case .closed, .listen, .synSent, .synReceived, .timeWait: return .never
      case .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck: break
      }
      guard send.flight == 0, !probe.isArmed, !isKeepAliveDue else { return .never }
      let idle = receive.lastArrival + options.keepAliveIdle
      if keepAliveUnanswered == 0 { return idle }
      // A probe has left without an answer, and `progressTime` is when. The user may have changed the options since.
      let next = progressTime + options.keepAliveInterval
      return next < idle ? idle : next
    }
  }

  /// Does what is due. Costs the same however many timers are.
  package mutating func expire(_ context: ConnectionContext) {
    let now = context.now
    forgiveDelay(now)
    // EV-UTO-{SYN-SENT,SYN-RECEIVED,ESTABLISHED,FIN-WAIT-1,CLOSE-WAIT,CLOSING,LAST-ACK}-1, MUST-20, CVE-20.
    if giveUpTime <= now {
      // An attempt that the network said was hopeless ends with what the network said.
      let isHopeless = !send.isSynchronized && softError == .unreachable
      // Whoever was released has a peer that may be alive, with a window that never opens: it should know.
      owesReset = isReleased && send.isSynchronized
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
    if lossTimer.deadline <= now { retransmissionTimeout(context) }
    if probe.deadline <= now { probe.expire(at: now) }
    if acknowledgment.deadline <= now { acknowledgment.expired() }
  }

  /// Whether enough keep-alive probes have stayed without an answer, of which the last was due to be answered by `due`.
  private mutating func isPeerSilent(since due: Instant, _ now: Instant) -> Bool {
    // An answer may have come while nobody called: then the peer is asked once more.
    guard now - due < Connection.longDelay else { return false }
    // MUST-29: one unanswered probe proves nothing.
    let allowed = options.keepAliveProbes > 2 ? options.keepAliveProbes : 2
    return keepAliveUnanswered >= allowed
      || keepAliveUnanswered >= 2 && now - receive.lastArrival >= options.userTimeout
  }

  /// From this delay on a timer is believed to be late because nobody called: a device that slept, a program that stopped.
  static var longDelay: Interval { .seconds(1) }

  /// Takes out of what counts as silence of the peer's the time in which nobody called, and lets what is in flight go
  /// out once more, with time for an answer, before anything is given up.
  private mutating func forgiveDelay(_ now: Instant) {
    var due = giveUpTime
    if lossTimer.deadline < due { due = lossTimer.deadline }
    if probe.deadline < due { due = probe.deadline }
    // By a shorter limit it may be over since long before anybody asked.
    if due < alarm.moment { due = alarm.moment }
    guard due <= now, now - due >= Connection.longDelay else { return }
    progressTime = progressTime + (now - due)
    let answerTime = now + estimator.firstTimeout(options.timeoutLimits)
    let giveUp = giveUpTime
    if giveUp < answerTime { progressTime = progressTime + (answerTime - giveUp) }
    if lossTimer.isArmed { lossTimer.arm(lossTimer.kind, at: now) }
    if probe.isArmed && !probe.isDue { probe.expire(at: now) }
  }

  /// EV-RTO-{SYN-SENT,SYN-RECEIVED,ESTABLISHED,FIN-WAIT-1,CLOSE-WAIT,CLOSING,LAST-ACK}-1: the oldest octets are
  /// sent again, with RFC 6298 back-off and RFC 5681 reduction.
  private mutating func retransmissionTimeout(_ context: ConnectionContext) {
    if send.isSynchronized && send.window == 0 {
      // The window is shut, so silence is no sign of loss: probe instead (ROB-090, MUST-35, RFC6429-1).
      lossTimer.disarm()
      probe.expire(at: context.now)  // SHLD-29: one time-out has passed since the octets left
      return
    }
    if isRetryPending {
      // The device has not even taken the last retransmission: that tells nothing about the peer or the network.
      progressTime = progressTime + timeout
      lossTimer.arm(.retransmission, at: context.now + timeout)
      return
    }
    isRetryPending = true
    context.counters[0].timeouts &+= 1
    if retries < 255 {
      retries &+= 1
      if retries == options.warningRetransmissions { warn(.retransmissions) }  // MUST-22
    }
    estimator.backOff()
    if send.isSynchronized {
      congestion.timedOut(
        flight: send.flight, segmentSize: segmentSize(context), isFirst: retries == 1)
      recovery.timedOut(highest: send.next)
    } else {
      isHandshakeRetransmitted = true  // ROB-277: the handshake says nothing about the threshold
    }
    // RFC6298-13: the earliest goes first; the rest follows as the window allows.
    transmissions.markAllLost(in: context.region)
    sampleMark = send.unacknowledged
    lossTimer.arm(.retransmission, at: context.now + timeout)  // RFC6298-9
  }

  /// What timed out has left again. Its time to be answered begins now, and the time in which the device took nothing was
  /// no silence of the peer's.
  mutating func noteRetry(_ context: ConnectionContext) {
    isRetryPending = false
    let deadline = context.now + timeout
    if lossTimer.isArmed && lossTimer.deadline < deadline {
      progressTime = progressTime + (deadline - lossTimer.deadline)
      lossTimer.arm(.retransmission, at: deadline)
    }
    reviseAlarm(at: context.now)
  }

  /// Other options, while the connection runs. What its SYN has offered stays as it was.
  package mutating func adopt(_ options: ConnectionOptions, _ context: ConnectionContext) {
    self.options = options
    // What was due by the old options may not be by the new ones.
    isKeepAliveDue = false
    updateFinWait2(context)
    if state == .closed || state == .timeWait { return }
    reviseAlarm(at: context.now)
  }

  /// Tells the user of an error that does not end the connection (MUST-47, SHLD-20, SHLD-25, RFC9293-X-1).
  package mutating func warn(_ error: SoftError) {
    softError = error
    if options.reportsSoftErrors { raise(.softError) }
  }

  /// Arms what must be armed after anything has changed: whatever is in flight is guarded by the loss timer or,
  /// while the window is shut, by the persist timer (ROB-087).
  package mutating func updateTimers(_ context: ConnectionContext) {
    if send.flight > 0 {
      if probe.isArmed {
        if lossTimer.isArmed { lossTimer.disarm() }
      } else {
        guardFlight(context)
      }
      return
    }
    if lossTimer.isArmed { lossTimer.disarm() }  // RFC6298-11
    if send.hasUnsent && send.isSynchronized {
      let room = send.usableWindow
      if room > 0 && room >= send.unsent && !send.isMoreComing {
        // Nothing in flight, and the window takes all there is: that may leave at once.
        if !probe.isDue { probe.disarm() }
      } else {
        guardNarrowWindow(context)
      }
    } else {
      probe.disarm()
    }
    if options.isKeepAliveEnabled { reviseAlarm(at: context.now) }
  }

  /// The loss timer guards what is in flight (RFC6298-10), if it does not already.
  @inline(always)
  mutating func guardFlight(_ context: ConnectionContext) {
    guard !lossTimer.isArmed else { return }
    lossTimer.arm(.retransmission, at: context.now + timeout)
    alarm.set(lossTimer.deadline)
    alarm.set(giveUpTime)
  }

  /// Whether text waits, for a window or for more text, with nothing in flight whose acknowledgment would let it go on.
  @inline(__always)
  var waitsForTimer: Bool {
    mutating get {
      send.flight == 0 && send.isSynchronized && (send.usableWindow < send.unsent || send.isMoreComing)
    }
  }

  /// Arms the timer that finds out when the window opens, or lets little text leave, if nothing else would: what
  /// `SendDecision` says where nothing is in flight and the window takes less than there is.
  private mutating func guardNarrowWindow(_ context: ConnectionContext) {
    let room = send.usableWindow
    if room <= 0 {
      if !probe.isArmed {
        probe.arm(timeout: timeout, limit: options.maximumTimeout, now: context.now)
        if !isReleased { progressTime = context.now }
      }
    } else if !probe.isDue {
      let size = segmentSize(context)
      let isNarrow = room < size && 2 &* room < Int(truncatingIfNeeded: send.maximumWindow)
      if isNarrow || send.isMoreComing && send.unsent < size {
        probe.armOverride(now: context.now)
      } else {
        probe.disarm()
      }
    }
    reviseAlarm(at: context.now)
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
    alarm.set(finWait2Deadline)
  }
}
