import TCPCore

extension ConnectionRun {
  /// Carries a step out, on the host and on the model.
  mutating func take(_ step: Step) {
    let octets = step.octets
    tally = ReferenceDepartures()
    model.hasTailRepaired = false
    switch step.kind {
    case .segment: arrive(segment(octets))
    case .damagedSegment:
      let before = fixture.host.digest
      arrive(segment(octets), isDamaged: true)
      require("a damaged segment changes nothing", fixture.host.digest == before)
    case .answer: answer(octets)
    case .icmp: processICMPError(octets)
    case .write: write(octets)
    case .read: read(octets)
    case .call: call(octets[1], octets[2])
    case .time: pass(octets)
    case .transmit: transmit(limit: Int(octets[1] & 7) + 1)
    case .move: fixture.move()
    case .options: setOptions(octets[1])
    }
    accept()
    if !step.isHeld || model.debts.resetCount > 3 { transmit() }
  }

  /// A listener's connection is accepted as soon as there is one.
  private mutating func accept() {
    guard let listener else { return }
    do throws(CallError) {
      let made = try fixture.host.accept(listener)
      require("a connection is accepted once its handshake is complete", handle == nil)
      handle = made
      heard = heard | .accepted
    } catch {
      require("nothing to accept, and no other error", error == .wouldBlock, "\(error)")
    }
  }

  /// Time passes: at once, or from deadline to deadline.
  private mutating func pass(_ octets: InlineArray<8, UInt8>) {
    let code = Int(octets[1] & 15)
    let length = (code < 15 ? ScriptTable.pauses[code] : UInt64(octets[2])) * 1_000
    var target = now + length
    if code == 0, let deadline = fixture.host.deadline {
      target = max(now, (min(deadline.microseconds, now + 1 << 40) + 999) / 1_000 * 1_000)
    }
    if octets[1] & 0x10 != 0 {
      transmit()
      model.isStepwise = true
      for _ in 0..<40 {
        guard let deadline = fixture.host.deadline?.microseconds, deadline <= target else { break }
        expire(at: max(now, (deadline + 999) / 1_000 * 1_000))
        transmit()
      }
    }
    model.isStepwise = model.isStepwise && (fixture.host.deadline.map { $0.microseconds > target } ?? true)
    expire(at: max(now, target))
    model.isStepwise = false
  }

  private mutating func expire(at moment: UInt64) {
    let before = picture(of: askStatus())
    timedOutCount = fixture.host.counters.connectionsTimedOut
    let timeouts = fixture.host.counters.timeouts
    let blackHoles = fixture.host.counters.blackHoles
    let recoveries = fixture.host.counters.fastRetransmits
    let pause = moment - now
    let isWaiting = fixture.host.deadline.map { $0.microseconds <= now } ?? false
    if pause > 0 && (isWaiting || pause >= 1_000_000 && !model.isStepwise) { model.hasPaused = true }
    let isDue = mustTimeOut(before, pause: pause)
    // Each timer that guards what is in flight was due a second ago, or more: it goes out again first.
    let isOverslept = isDue && pause >= max(before?.timeout ?? 0, runningTimeout) + 1_000_000
    noteTimeouts(after: pause, isDue)
    now = moment
    tally = ReferenceDepartures()
    for turn in 0..<200 {
      guard fixture.host.expire(at: instant) else { break }
      require("expire comes to an end", turn < 199)
    }
    // The first time-out in a row; what was stored before holds until then.
    if fixture.host.counters.timeouts > timeouts, model.path.timeouts == 0, let before {
      model.path.threshold = before.threshold
    }
    if fixture.host.counters.timeouts > timeouts {
      runningTimeout = 0
      pace.timedOut()
    }
    model.noteTimeouts(fixture.host.counters.timeouts - timeouts, at: now)
    model.noteBlackHoles(
      fixture.host.counters.blackHoles - blackHoles, hasTimedOut: fixture.host.counters.timeouts > timeouts,
      at: now)
    lookAtPath()
    model.expire(at: now)
    noteGivenUp(isOverslept: isOverslept)
    // What was only late may be lost by now: then it leaves again for that, and the time-out is later.
    let isRecovering = fixture.host.counters.fastRetransmits > recoveries
    // The same where a recovery is under way: then the next time-out waits for an answer to that. What a late
    // call finds due are time-outs.
    let isRepairing =
      model.reports.hasAny && fixture.host.counters.timeouts == timeouts && (isWaiting || !isOverslept)
    if isDue && (isRecovering || isRepairing) && model.state != .closed {
      // Only an answer brings about that more is late (RFC 8985 section 6.2, step 5).
      require("what is late puts a time-out off once for each answer", isWaiting || !hasRepaired)
      hasRepaired = true
    }
    if isDue && !isRecovering && isRepairing { mustRepair = true }
    if isDue && !isRecovering && !isRepairing && model.state != .closed {
      // Where the device has yet to take what the last one wanted to be sent again, it was no try.
      if !isWaiting { checkTimeout(from: before, to: picture(of: askStatus())) }
      mustSendAgain = true
    }
  }

  /// Which of the time-outs of RFC 9293 section 3.10.8 a pause causes, for the report.
  private mutating func noteTimeouts(after pause: UInt64, _ isTimeout: Bool) {
    let state = model.state == .closed && model.isListening ? .listen : model.state
    let isQuiet = state == .listen || state == .finWait2 || state == .timeWait || model.isHalfOpen
    if isTimeout || isQuiet && pause >= 1_000_000 { EventPairs.note(.retransmissionTimeout, state) }
    if isQuiet && pause >= 1_000_000 || pause >= model.options.userTimeout.microseconds {
      EventPairs.note(.userTimeout, state)
    }
    if state == .timeWait && now + pause >= model.timeWaitDeadline {
      EventPairs.note(.timeWaitTimeout, state)
    }
  }

  /// The core may end a connection for its silence; the model only knows from when on, and until when.
  private mutating func noteGivenUp(isOverslept: Bool) {
    switch model.state {
    case .closed, .listen, .timeWait: return
    case .synReceived where model.isHalfOpen: return
    case .synSent, .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck: break
    }
    var reason = EndReason.none
    if let handle {
      guard let status = try? fixture.host.status(handle), status.state == .closed else {
        require("a silent peer is given up", !model.mustGiveUp(at: now))
        return
      }
      reason = status.endReason
    } else {
      let count = fixture.host.counters.connectionsTimedOut
      let isOver = count > timedOutCount || fixture.host.occupancy.connections == 0
      require(
        "a released connection whose peer takes nothing ends", isOver || !model.mustEndReleased(at: now))
      guard model.isReleased, isOver else { return }
      reason = .timedOut
      // Its peer may be alive, with a window that never opens. One that does not answer keep-alive is not.
      // Where a window takes little, either may have ended it: then it is in use while it owes a reset.
      let isTried = model.flight > 0 || model.window == 0
      let owesReset = isTried || model.isWaitingForRoom && fixture.host.occupancy.connections > 0
      if model.isSynchronized && model.state != .finWait2 && owesReset {
        model.debts.ownReset = model.ownReset
      }
    }
    require(
      "no peer is given up before its time",
      model.mayGiveUp(at: now) && !isOverslept
        && (reason == .timedOut || reason == .unreachable && !model.isSynchronized))
    model.end(reason)
  }

  private mutating func setOptions(_ code: UInt8) {
    guard let handle else { return }
    var options = model.options
    // Raised only where nothing is in flight: a time-out that runs already keeps the bound it began with.
    if code == 0x27 && model.flight == 0 {
      options.minimumTimeout = .seconds(2)
      return setOptions(handle, options)
    }
    if code == 0x29 {
      options.isPathProbingEnabled.toggle()
      return setOptions(handle, options)
    }
    if code >= 0x2A && code <= 0x2E {
      switch code {
      case 0x2A: options.userTimeoutPolicy = options.userTimeoutPolicy == .exchange ? .off : .exchange
      case 0x2B: options.userTimeoutPolicy = .adopt
      case 0x2C: options.retransmissionTimeLimit = .seconds(200)
      case 0x2D: options.maximumUserTimeout = .seconds(120)
      default: options.userTimeout = .unlimited
      }
      return setOptions(handle, options)
    }
    if code == 0x28 {
      options.isPacingEnabled.toggle()
      return setOptions(handle, options)
    }
    switch code & 0x17 {
    case 0: options.isNagleEnabled.toggle()
    case 1: options.userTimeout = .seconds(5)
    case 2: options.retransmissionTimeLimit = .seconds(3)
    case 3: options.finWait2Limit = .seconds(1)
    case 4:
      options.isKeepAliveEnabled = true
      options.keepAliveIdle = .seconds(20)
      options.keepAliveInterval = .seconds(2)
      options.keepAliveProbes = 2
    case 5: options.acknowledgmentDelay = .milliseconds(code & 8 == 0 ? 0 : 400)
    case 6: options.reportsSoftErrors.toggle()
    case 0x10: options.minimumTimeout = min(options.minimumTimeout, .milliseconds(200))
    case 0x11: options.minimumTimeout = .milliseconds(0)
    case 0x12: options.maximumTimeout = .seconds(4_001)
    case 0x13: options.handshakeLimit = .seconds(5)
    case 0x15: options.requiresTimestamps.toggle()
    case 0x16: options.releasedLimit = .seconds(3)
    case 0x14:
      options.isKeepAliveEnabled = true
      options.keepAliveIdle = .seconds(30 * 86_400)
    default: options.retransmissionTimeLimit = .unlimited
    }
    setOptions(handle, options)
  }

  private mutating func setOptions(_ handle: Handle, _ options: ConnectionOptions) {
    let before = picture(of: askStatus())
    guard (try? fixture.host.setOptions(handle, options, at: instant)) != nil else {
      violated("options can be set while the handle is held")
    }
    if !options.isPathProbingEnabled { model.path.end(at: now) }
    // What runs already keeps the time-out it began with.
    if options.minimumTimeout < model.options.minimumTimeout, model.flight > 0, let before {
      runningTimeout = max(runningTimeout, before.timeout)
    }
    // The pause between probes that runs may become as long as it would be by these.
    model.pauseLeast = min(model.pauseLeast, options.minimumTimeout.microseconds)
    model.pauseMost = max(model.pauseMost, options.minimumTimeout.microseconds)
    model.options = options
    model.updateFinWait2(at: now)
  }
}
