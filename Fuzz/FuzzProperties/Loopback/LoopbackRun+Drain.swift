import TCPCore

// What must come about once the adversary has stopped.
extension LoopbackRun {
  /// Everything is delivered in order; the users read everything, and close. Both connections come to their
  /// end within half an hour, and after that both hosts become quiet.
  @_silgen_name("__sanitizer_loopback_drain")
  mutating func drain() {
    drainStart = now
    var round = 0
    while true {
      for side in 0..<2 { finish(side) }
      if round & 15 == 15 { checkInvariants() }
      if wire.waiting[0] + wire.waiting[1] > 0 {
        now += 1_000
        if round & 3 == 3 { wait(until: now) }
        for side in 0..<2 {
          for _ in 0..<wire.waiting[side] { deliver(0, to: side) }
        }
      } else {
        wait(until: now)
        for side in 0..<2 { pump(side) }
        if wire.waiting[0] + wire.waiting[1] > 0 { continue }
        for side in 0..<2 { checkDeadline(side) }
        guard let deadline = nextDeadline else {
          if abortTheForsaken() { continue }
          break
        }
        if now > drainStart + 1_800_000_000 { checkGivesUp() }
        wait(until: max(deadline, now + 1))
      }
      round += 1
      if round > 4_000 { separate(round) }
    }
    checkInvariants()
    checkQuiet()
  }

  /// What the users do on one side.
  @_silgen_name("__sanitizer_loopback_finish")
  private mutating func finish(_ side: Int) {
    let end = fixture.end(side)
    if let handle = end.user.handle {
      if end.user.received > end.user.consumed { read(side, count: 0, isInPlace: false) }
      hear(side)
      switch end.user.state {
      case .synSent, .closed, .listen: break
      case .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck, .timeWait:
        if !end.user.hasClosed { close(side, handle) }
      }
    }
    pump(side)
  }

  @_silgen_name("__sanitizer_loopback_check_invariants")
  private func checkInvariants() {
    for side in 0..<2 {
      if let broken = fixture.end(side).host.brokenInvariant() { violated("invariants hold", "\(broken)") }
    }
  }

  /// Whether a side's connection needs nothing more of the peer.
  @_silgen_name("__sanitizer_loopback_is_over")
  private func isOver(_ side: Int) -> Bool {
    let end = fixture.end(side)
    switch end.user.state {
    case .closed, .timeWait: return end.host.occupancy.halfOpen == 0
    default: return end.user.handle == nil
    }
  }

  /// Half an hour has passed: only who has been forsaken, or deceived, still waits.
  private mutating func checkGivesUp() {
    for side in 0..<2 where !isOver(side) {
      require(
        "everything is delivered and closed within half an hour", isTainted || hasGivenUp(1 - side),
        "\(fixture.end(side).user.state)")
    }
    _ = abortTheForsaken()
  }

  /// Nothing is due any more, and a connection waits for what will never come: its peer has gone without a
  /// word that arrived, or forgery has deceived it. Its user gives up.
  private mutating func abortTheForsaken() -> Bool {
    var isChanged = false
    for side in 0..<2 {
      let end = fixture.end(side)
      guard let handle = end.user.handle, end.user.state != .closed else { continue }
      guard isTainted || hasGivenUp(1 - side) else { continue }
      abort(side, handle)
      end.user.debt += 1
      isChanged = true
    }
    return isChanged
  }

  /// Two sides that forgery has set against each other may quarrel for as long as their users allow; those
  /// who have given their handles up no longer decide.
  private func separate(_ round: Int) {
    require("two hosts become quiet", isTainted && round < 5_000, "after \(round) rounds")
    for side in 0..<2 {
      let end = fixture.end(side)
      _ = try? end.host.removeAddress(end.local.address, at: instant)
      look(side)
    }
  }

  /// Both hosts have become quiet: what remains is what the users hold.
  @_silgen_name("__sanitizer_loopback_quiet")
  private mutating func checkQuiet() {
    for side in 0..<2 {
      let end = fixture.end(side)
      hear(side)
      if let handle = end.user.handle {
        let isClosed = end.user.state == .closed
        require("a connection without a deadline has ended", isClosed, "\(end.user.state)")
        require("the end was reported", end.user.isEndReported)
        checkDelivery(side)
        release(side, handle)
      }
      if let listener = end.user.listener {
        guard (try? end.host.close(listener, at: instant)) != nil else {
          violated("a listener can be closed")
        }
      }
      let left = end.host.occupancy
      require(
        "every table is empty",
        left.connections == 0 && left.halfOpen == 0 && left.timeWait == 0 && left.listeners == 0, "\(left)")
      require("an empty host waits for nothing", end.host.deadline == nil)
    }
  }

  /// A side without a reported failure has everything.
  private func checkDelivery(_ side: Int) {
    let user = fixture.end(side).user
    let other = fixture.end(1 - side).user
    if isTainted || user.endReason != .finished { return }
    require("who has finished has read everything", user.consumed == other.written)
    require("the peer has everything of who has finished", other.received == user.written)
  }
}
