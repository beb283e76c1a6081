import TCPCore

// What holds in every state, and at the end.
extension HostPair {
  /// What holds in every state.
  ///
  /// - Parameter former: hashes of the hosts in a state that was checked: what is still the same need not be
  ///   looked at again.
  func check(_ scenario: Scenario, since former: HostPair? = nil) throws(Problem) {
    for side in 0..<2 {
      if let former, isSame(side, as: former) { continue }
      let host = host(side)
      if let broken = host.brokenInvariant() {
        throw Problem("invariant", "\(HostPair.name(side)): \(broken)")
      }
      do throws(ConfigurationError) {
        _ = try TCPHost(restoring: hostMemory(side))
      } catch {
        throw Problem("every state can be restored", "\(HostPair.name(side)): \(error)")
      }
      for user in stride(from: side, to: scenario.userCount, by: 2) { try checkReports(user, scenario) }
    }
  }

  /// Whether a host is the same as in another state, and its program too.
  private func isSame(_ side: Int, as former: HostPair) -> Bool {
    let hashes = (state.pointee.hashes, former.state.pointee.hashes)
    return hashes.0[2 * side] == hashes.1[2 * side] && hashes.0[2 * side + 1] == hashes.1[2 * side + 1]
      && state.pointee.users[side] == former.state.pointee.users[side]
      && state.pointee.users[side + 2] == former.state.pointee.users[side + 2]
  }

  /// STATUS and readiness say no more than events did.
  private func checkReports(_ number: Int, _ scenario: Scenario) throws(Problem) {
    let user = state.pointee.users[number]
    guard user.handle != 0 else { return }
    let host = host(number & 1)
    guard let readiness = try? host.readiness(Handle(rawValue: user.handle)),
      let status = try? host.status(Handle(rawValue: user.handle))
    else { throw Problem("a handle that is held has a status", HostPair.name(number)) }
    if readiness.contains(.readable), !user.mayRead, !user.hasReadEnd {
      throw Problem("text to read is reported", HostPair.name(number))
    }
    if readiness.contains(.writable), !user.mayWrite, !user.isOver {
      throw Problem("room to write is reported", "\(HostPair.name(number)), \(status.state.name)")
    }
    if (status.state == .closed) != user.isOver {
      throw Problem("the end is reported", "\(HostPair.name(number)), \(status.state.name)")
    }
    guard status.unsent == 0 || status.bytesInFlight > 0 || status.deadline != nil || status.state == .closed
    else { throw Problem("text that waits has a timer or an acknowledgment to come", HostPair.name(number)) }
    if scenario.connectsOnce { try checkAcknowledgment(number, status, scenario.settings) }
  }

  /// What has arrived in order is acknowledged, or will be behind the delay of acknowledgments (RFC 9293
  /// section 3.8.6.3).
  private func checkAcknowledgment(_ number: Int, _ status: Status, _ settings: Settings) throws(Problem) {
    let hasFIN: Bool
    switch status.state {
    case .closed, .listen, .synSent, .synReceived: return
    case .established, .finWait1, .finWait2: hasFIN = false
    case .closeWait, .closing, .lastAck, .timeWait: hasFIN = true
    }
    // Where the other side's connection is over, it may have begun another one.
    let other = state.pointee.users[number ^ 1]
    guard !state.pointee.isCorrupted, other.handle != 0, !other.isOver else { return }
    let count = Int(state.pointee.users[number].read) + status.unread + (hasFIN ? 2 : 1)
    let next = state.pointee.initial[number ^ 1] &+ UInt32(count)
    guard next != state.pointee.sentAcknowledgment[number] else { return }
    let latest = now + .milliseconds(settings.acknowledgmentDelay)
    guard let deadline = status.deadline, deadline <= latest else {
      throw Problem(
        "what has arrived is acknowledged, or will be soon", "\(HostPair.name(number)), \(status.state.name)")
    }
  }

  /// What holds when nothing can happen any more: both programs have come to their end, all that was written
  /// was read, and both hosts are empty.
  func checkEnd(_ scenario: Scenario) throws(Problem) {
    for number in 0..<scenario.userCount { try checkEnd(number, scenario) }
  }

  private func checkEnd(_ number: Int, _ scenario: Scenario) throws(Problem) {
    let user = state.pointee.users[number]
    let other = state.pointee.users[number ^ 1]
    let calls = scenario.program(number).calls
    let name = HostPair.name(number)
    // A handshake that has given way ends with a reset.
    let isOrderly = scenario.isOrderly && host(1).counters.halfOpenRecycled == 0
    // Nobody tells a side that has nothing to send that the other one is gone (RFC 9293 section 3.5.1).
    let isLeft =
      (!isOrderly || state.pointee.isCorrupted)
      && (user.handle == 0 || host(1 - number & 1).occupancy.connections == 0)
    if Int(user.cursor) < calls.count, !isLeft {
      throw Problem("every call can be made in the end", "\(name): \(calls[Int(user.cursor)])")
    }
    let occupancy = host(number & 1).occupancy
    let isUnused = user.handle == 0 && state.pointee.users[number ^ 2].handle == 0
    if occupancy.halfOpen + occupancy.timeWait > 0 || (isUnused && occupancy.connections > 0) {
      throw Problem("entries run empty", "\(name): \(occupancy)")
    }
    if state.pointee.isCorrupted { return }
    // Who has given its handle back too early may be gone before the other side closes.
    let isHeld = scenario.program(number ^ 1).calls.contains(.awaitClosed)
    if isOrderly, isHeld, user.isOver, user.endReason != .finished {
      throw Problem("an orderly close finishes", "\(name): \(user.endReason)")
    }
    if !user.hasAborted, !other.hasAborted, user.endReason == .finished, user.read != other.written {
      throw Problem("all that was written was read", "\(name): \(user.read) of \(other.written)")
    }
  }

  /// Nothing is sent again, and no timer is needed but that of a delayed acknowledgment, as long as the
  /// network keeps nothing back.
  func checkWithoutLoss() throws(Problem) {
    guard state.pointee.isLossless, !state.pointee.isCorrupted else { return }
    for side in 0..<2 {
      let counters = host(side).counters
      if state.pointee.isFaultless, counters.segmentsRetransmitted > 0 {
        throw Problem("without faults nothing is sent twice", HostPair.name(side))
      }
      if counters.timeouts + counters.windowProbes + counters.tailLossProbes > 0 {
        throw Problem("where nothing is lost no timer is needed", HostPair.name(side))
      }
    }
  }

  /// What a side is called, or the program of a second connection there.
  static func name(_ user: Int) -> String {
    (user & 1 == 0 ? "left" : "right") + (user < 2 ? "" : ", second connection")
  }
}
