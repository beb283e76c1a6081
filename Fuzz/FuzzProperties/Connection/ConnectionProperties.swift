import TCPCore

/// Every property of the state machine, with any octets as an input script: the first octet chooses the host
/// and the options, each eight after it are one step. Octets that are left over, too few for a step, choose
/// CUBIC; without them it is NewReno. The second of them, behind an octet of 0xEC, chooses what is done about
/// ECN and user time-outs, whether delivery rates are sampled, and BBR. The core and the reference model take
/// each step together.
///
/// - Parameter observer: is shown everything that happens, for a trace.
package func checkConnection(_ bytes: RawSpan, observer: ConnectionObserver? = nil) {
  guard bytes.byteCount > Step.byteCount else { return }
  let isCubic = (bytes.byteCount - 1) % Step.byteCount != 0
  let choice = choice(bytes)
  var run = ConnectionRun(
    variant: bytes.uint8(at: 0),
    control: choice & 0x10 != 0 ? .bbr : isCubic && choice & 4 == 0 ? .cubic : .newReno,
    ecn: choice & 1 != 0 ? .offer : choice & 2 != 0 ? .off : .answer,
    userTimeout: choice & 0x20 != 0 ? .exchange : choice & 0x40 != 0 ? .adopt : .off,
    samplesDeliveryRate: choice & 0x18 != 0, observer: observer)
  var offset = 1
  var count = 0
  var picture: LossPicture?
  // Long input scripts say no more than short ones, and cost more.
  while offset + Step.byteCount <= bytes.byteCount && count < 200 {
    let step = Step(bytes, at: offset)
    let before = run.model.state
    run.take(step)
    let now = run.picture(of: run.check(after: step))
    if step.kind != .time { run.checkLoss(from: picture, to: now) }
    picture = now
    noteTransition(from: before, to: run.model.state, by: step.kind)
    observer?.stepped("\(step.kind): \(before) -> \(run.model.state)")
    offset += Step.byteCount
    count += 1
  }
  run.fixture.move()  // whatever state it is in, each number in its memory fits the others
}

/// Bit 0: ECN is offered. Bit 1: it is off. Bit 2: NewReno. Bit 3: delivery rates are sampled. Bit 4: they
/// are, and BBR is chosen. Bit 5: user time-outs are exchanged. Bit 6: the peer's are adopted. None where
/// nothing chooses.
private func choice(_ bytes: RawSpan) -> UInt8 {
  let rest = (bytes.byteCount - 1) % Step.byteCount
  let start = bytes.byteCount - rest
  return rest >= 2 && bytes.uint8(at: start) == 0xEC ? bytes.uint8(at: start + 1) : 0
}

extension ConnectionRun {
  /// What must hold between any two steps. Returns what STATUS says.
  mutating func check(after step: Step) -> Status? {
    if let broken = fixture.host.brokenInvariant() { violated("invariants hold", "\(broken)") }
    checkTables()
    let status = askStatus()
    if let status { check(status) }
    if !step.isUnheard { checkEvents() }
    if !step.isHeld { checkDeadline() }
    return status
  }

  /// As many entries as there are connections.
  private mutating func checkTables() {
    let occupancy = fixture.host.occupancy
    let isRunning =
      handle != nil || model.debts.ownReset != nil || !isNobodys && model.state != .timeWait
    require(
      "a connection has one slot", occupancy.connections == (isRunning ? 1 : 0), "\(occupancy.connections)")
    require(
      "a handshake has one entry", occupancy.halfOpen == (model.isHalfOpen ? 1 : 0), "\(occupancy.halfOpen)")
    require(
      "a connection in TIME-WAIT has one entry", occupancy.timeWait == (model.state == .timeWait ? 1 : 0),
      "\(occupancy.timeWait)")
    require("a listener has one slot", occupancy.listeners == (listener == nil ? 0 : 1))
  }

  /// Whether there is no connection, or none with a slot of its own.
  private var isNobodys: Bool { model.state == .closed || model.isHalfOpen }

  /// What STATUS says; `nil` where nobody holds a handle.
  mutating func askStatus() -> Status? {
    // The handle of a connection that is over stays while a peer begins a new one on the pair.
    guard let handle, !model.isHalfOpen else { return nil }
    do throws(CallError) { return try fixture.host.status(handle) } catch {
      violated("a handle that is held has a status", "\(error)")
    }
  }

  /// Whether text waits though both windows take all of it, and neither Nagle's rule (RFC 9293 section 3.7.4,
  /// in Minshall's form) nor the user asks to wait.
  var isTextHeldBack: Bool {
    mutating get {
      guard model.isSynchronized, model.state != .closed, model.recovery == nil, !model.isMoreComing,
        let status = askStatus(),
        status.unsent > 0, status.unsent <= model.window - model.flight,
        status.unsent <= status.congestionWindow - status.bytesInFlight, !mayPause
      else { return false }
      let waitsForShort = model.shortEnd.map { distance($0, model.unacknowledged) > 0 } ?? false
      return !(waitsForShort && model.options.isNagleEnabled) || status.unsent >= model.textRoom
    }
  }

  /// STATUS says what the model says.
  private mutating func check(_ status: Status) {
    EventPairs.note(.status, model.state)
    require(
      "the state is that of RFC 9293", status.state == model.state,
      "\(status.state) instead of \(model.state)")
    require(
      "the reason of the end", status.endReason == model.endReason,
      "\(status.endReason) instead of \(model.endReason)")
    require(
      "octets that wait to be read", status.unread == model.unread,
      "\(status.unread) instead of \(model.unread)")
    require(
      "octets up to the urgent pointer", status.urgent == model.urgentCount,
      "\(status.urgent) instead of \(model.urgentCount)")
    require("the pair", status.tuple == FourTuple(local: local, remote: peer))
    if model.state == .closed || model.state == .timeWait { return }
    checkUserTimeout(status)
    require(
      "ranges of early text", status.outOfOrderRanges == model.earlyCount,
      "\(status.outOfOrderRanges) instead of \(model.earlyCount)")
    let flight = model.isSynchronizeSent ? model.flight : 0
    require(
      "octets in flight", status.bytesInFlight == flight, "\(status.bytesInFlight) instead of \(flight)")
    let unacknowledged = model.written - model.acknowledgedText
    require(
      "octets that are not acknowledged", status.unacknowledged == unacknowledged,
      "\(status.unacknowledged) instead of \(unacknowledged)")
    require(
      "octets of one segment", status.segmentSize == model.textRoom,
      "\(status.segmentSize) instead of \(model.textRoom)")
    model.check(
      smoothed: status.smoothedRoundTrip.microseconds, timeout: status.retransmissionTimeout.microseconds)
    if model.state == .synSent { return }
    require("SND.WND", status.sendWindow == model.window, "\(status.sendWindow) instead of \(model.window)")
    require(
      "RCV.WND", status.receiveWindow == model.receiveWindow,
      "\(status.receiveWindow) instead of \(model.receiveWindow)")
  }

  /// Events report what happened, and nothing that did not.
  private mutating func checkEvents() {
    while let event = fixture.host.nextEvent() {
      if event.handle == handle { heard = heard | event.kinds }
    }
    guard handle != nil else {
      heard = .none
      return
    }
    for event in ScriptTable.eventKinds where model.events.contains(event) {
      require("an event that is due is reported", heard.contains(event), "\(event.rawValue)")
    }
    require(
      "the end is reported once, and only at the end",
      !heard.contains(.ended) || model.events.contains(.ended))
    require(
      "what is reported as readable came", !heard.contains(.readable) || model.events.contains(.readable))
    heard = .none
    model.events = .none
  }

  /// After everything that is due was done, the next deadline lies ahead.
  private mutating func checkDeadline() {
    if fixture.host.deadline == nil {
      require("what waits for time has a deadline", !model.isHalfOpen && model.state != .timeWait)
      require("what waits to be sent has a deadline", !model.mustWake)
    }
  }
}
