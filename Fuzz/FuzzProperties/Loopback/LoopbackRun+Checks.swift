import TCPCore

// What must hold at any time.
extension LoopbackRun {
  /// What must hold between any two steps.
  @_silgen_name("__sanitizer_loopback_check")
  mutating func check(after step: LoopbackStep) {
    for side in 0..<2 {
      if let broken = fixture.end(side).host.brokenInvariant() { violated("invariants hold", "\(broken)") }
      if !step.isUnheard { hear(side) }
    }
    noteStates(fixture.left.user.state, fixture.right.user.state)
    guard !step.isHeld else { return }
    checkDeadline(step.side)
    checkTurn(step.side)
  }

  /// With nothing left to send, the next deadline lies ahead, and a side that waits for time has one.
  @_silgen_name("__sanitizer_loopback_check_deadline")
  func checkDeadline(_ side: Int) {
    let end = fixture.end(side)
    guard end.user.debt == 0 else { return }
    if let deadline = end.host.deadline {
      require("the deadline lies ahead", deadline.microseconds + 1_000 > now)
    } else {
      let occupancy = end.host.occupancy
      require("what waits for time has a deadline", occupancy.halfOpen == 0 && occupancy.timeWait == 0)
      switch end.user.state {
      case .synSent, .synReceived, .finWait1, .closing, .lastAck:
        require("what waits for time has a deadline", end.user.handle == nil)
      case .closed, .listen, .established, .finWait2, .closeWait, .timeWait:
        break
      }
    }
  }

  /// A connection that a listener has made is accepted at once.
  @_silgen_name("__sanitizer_loopback_accept")
  func accept(_ side: Int) {
    let end = fixture.end(side)
    guard let listener = end.user.listener else { return }
    do throws(CallError) {
      let made = try end.host.accept(listener)
      if end.user.handle != nil || end.user.isReleased || end.user.state != .closed
        || end.user.endReason != .none
      {
        // A second handshake on the pair: only forgery, a pair that is free again, or a clock that has not
        // moved on since explains it.
        require(
          "a pair is connected once",
          isTainted || hasGivenUp(0) || hasGivenUp(1) || peers[side].overlapsFormer)
        try end.host.release(made, at: instant)
        end.user.debt += 1
        return
      }
      end.user.handle = made
    } catch {
      require("nothing to accept, and no other error", error == .wouldBlock, "\(error)")
    }
  }

  /// Asks for the status, and compares it with what is known.
  @_silgen_name("__sanitizer_loopback_look")
  func look(_ side: Int) {
    let end = fixture.end(side)
    guard let handle = end.user.handle else { return }
    let status: Status
    do throws(CallError) { status = try end.host.status(handle) } catch {
      violated("a handle that is held has a status", "\(error)")
    }
    let before = end.user.state
    end.user.state = status.state
    if status.state == .timeWait { end.user.wasInTimeWait = true }
    let received = end.user.consumed + status.unread
    require(
      "what was received does not go away", received >= end.user.received,
      "\(received) after \(end.user.received)")
    end.user.received = received
    let acknowledged = end.user.written - status.unacknowledged
    require("what was acknowledged stays so", acknowledged >= end.user.acknowledged)
    end.user.acknowledged = acknowledged
    end.user.urgentEnd = max(end.user.urgentEnd, status.urgent > 0 ? end.user.consumed + status.urgent : 0)
    switch status.state {
    case .closeWait, .closing, .lastAck, .timeWait: end.user.hasFIN = true
    case .closed, .listen, .synSent, .synReceived, .established, .finWait1, .finWait2:
      require("a FIN is not forgotten", !end.user.hasFIN || status.state == .closed)
    }
    require("no more is unread than the ring holds", status.unread <= end.receiveCapacity)
    if before != .closed && status.state == .closed { noteEnd(side, status) }
    if status.state != .closed && status.state != .timeWait {
      let sent = status.unacknowledged - status.unsent
      require(
        "in flight is what was sent and not acknowledged, and SYN or FIN",
        status.bytesInFlight == sent || status.bytesInFlight == sent + 1,
        "\(status.bytesInFlight), of \(status.unacknowledged) unacknowledged and \(status.unsent) unsent")
      let mayWrite = sendError(end.user) == nil
      require(
        "room is what the ring has left",
        status.sendSpace == (mayWrite ? end.sendCapacity - status.unacknowledged : 0))
    }
    if !isTainted {
      compareSides(side)
      checkUserTimeout(side, status)
    }
  }

  /// No side has more than the other one wrote, nor believes that the other one has more than it has.
  @_silgen_name("__sanitizer_loopback_compare_sides")
  private func compareSides(_ side: Int) {
    let user = fixture.end(side).user
    let other = fixture.end(1 - side).user
    require(
      "no more is received than was written", user.received <= other.written,
      "\(user.received) of \(other.written)")
    require(
      "no more is acknowledged than was received", user.acknowledged <= other.received,
      "\(user.acknowledged), and \(other.received) received")
    if user.hasFIN {
      require("the end of the stream comes with all of it", user.received == other.written)
      require("only who has closed has finished", other.hasClosed || other.isReleased)
    }
  }

  /// A connection has ended: only the peer's end, or forgery, explains a reset.
  @_silgen_name("__sanitizer_loopback_note_end")
  private func noteEnd(_ side: Int, _ status: Status) {
    let end = fixture.end(side)
    end.user.endReason = status.endReason
    require("an end has a reason", status.endReason != .none)
    guard !isTainted else { return }
    switch status.endReason {
    case .reset, .refused:
      require("nobody is reset without a cause", hasGivenUp(1 - side), "\(status.endReason)")
    case .finished:
      require("who has finished has closed, and so has the peer", end.user.hasClosed && end.user.hasFIN)
      require("who has finished has delivered everything", end.user.acknowledged == end.user.written)
    case .timedOut, .unreachable:
      require(
        "no connection times out on a link that delivers",
        drainStart == UInt64.max || now < drainStart + 250_000_000 || hasGivenUp(1 - side))
    case .none, .aborted, .addressGone:
      break
    }
  }

  /// Whether the user of a side, or its host because the user set a limit, no longer keeps the connection.
  @_silgen_name("__sanitizer_loopback_has_given_up")
  func hasGivenUp(_ side: Int) -> Bool {
    let end = fixture.end(side)
    if end.user.isReleased || end.host.counters.halfOpenExpired > 0 { return true }
    switch end.user.endReason {
    case .none: return false
    case .finished: return end.user.wasInTimeWait
    case .reset, .refused, .timedOut, .unreachable, .aborted, .addressGone: return true
    }
  }

  /// Why the user may not send, as the state says.
  private func sendError(_ user: LoopbackUser) -> CallError? {
    switch user.state {
    case .synSent, .synReceived, .established, .closeWait: user.hasClosed ? .closing : nil
    case .closed, .listen, .finWait1, .finWait2, .closing, .lastAck, .timeWait: .closing
    }
  }

  /// The user fetches events: all that is due is reported, the end once, and nothing that is not so.
  @_silgen_name("__sanitizer_loopback_hear")
  func hear(_ side: Int) {
    let end = fixture.end(side)
    var heard = EventSet.none
    for turn in 0..<8 {
      guard let event = end.host.nextEvent() else { break }
      if event.handle == end.user.handle { heard = heard | event.kinds }
      require("events come to an end", turn < 7)
    }
    guard end.user.handle != nil else { return }
    let hasMore = end.user.received > end.user.receivedReported || end.user.hasFIN && !end.user.isFINReported
    require("text that has come is reported, and nothing else as such", hasMore == heard.contains(.readable))
    end.user.receivedReported = end.user.received
    end.user.isFINReported = end.user.hasFIN
    let isOver = end.user.state == .closed && !end.user.isEndReported
    require("the end is reported once", isOver == heard.contains(.ended))
    if isOver { end.user.isEndReported = true }
    let isFurther = end.user.urgentEnd > end.user.urgentEndReported
    require("urgent text is reported", !isFurther || heard.contains(.urgent))
    end.user.urgentEndReported = end.user.urgentEnd
    if heard.contains(.writable) { end.user.wantsSendSpace = false }
    if end.user.wantsSendSpace && (end.user.state == .established || end.user.state == .closeWait) {
      let room = end.sendCapacity - (end.user.written - end.user.acknowledged)
      require("room is reported to who wants it", 4 * room < end.sendCapacity || end.user.hasClosed)
    }
  }
}
