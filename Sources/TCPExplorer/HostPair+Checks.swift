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
      try checkReports(side, scenario)
    }
  }

  /// Whether a host is the same as in another state, and its program too.
  private func isSame(_ side: Int, as former: HostPair) -> Bool {
    let hashes = (state.pointee.hashes, former.state.pointee.hashes)
    return hashes.0[2 * side] == hashes.1[2 * side] && hashes.0[2 * side + 1] == hashes.1[2 * side + 1]
      && state.pointee.users[side] == former.state.pointee.users[side]
  }

  /// STATUS and readiness say no more than events did.
  private func checkReports(_ side: Int, _ scenario: Scenario) throws(Problem) {
    let user = state.pointee.users[side]
    guard user.handle != 0 else { return }
    let host = host(side)
    guard let readiness = try? host.readiness(Handle(rawValue: user.handle)),
      let status = try? host.status(Handle(rawValue: user.handle))
    else { throw Problem("a handle that is held has a status", HostPair.name(side)) }
    if readiness.contains(.readable), !user.mayRead, !user.hasReadEnd {
      throw Problem("text to read is reported", HostPair.name(side))
    }
    if readiness.contains(.writable), !user.mayWrite, !user.isOver {
      throw Problem("room to write is reported", "\(HostPair.name(side)), \(status.state.name)")
    }
    if (status.state == .closed) != user.isOver {
      throw Problem("the end is reported", "\(HostPair.name(side)), \(status.state.name)")
    }
    guard status.unsent == 0 || status.bytesInFlight > 0 || status.deadline != nil || status.state == .closed
    else { throw Problem("text that waits has a timer or an acknowledgment to come", HostPair.name(side)) }
  }

  /// What holds when nothing can happen any more: both programs have come to their end, all that was written
  /// was read, and both hosts are empty.
  func checkEnd(_ scenario: Scenario) throws(Problem) {
    for side in 0..<2 {
      let user = state.pointee.users[side]
      let calls = scenario.program(side).calls
      // Nobody tells a side that has nothing to send that the other one is gone (RFC 9293 section 3.5.1).
      let isLeft =
        (!scenario.isOrderly || state.pointee.isCorrupted)
        && (user.handle == 0 || self.host(1 - side).occupancy.connections == 0)
      if Int(user.cursor) < calls.count, !isLeft {
        throw Problem(
          "every call can be made in the end", "\(HostPair.name(side)): \(calls[Int(user.cursor)])")
      }
      let host = host(side)
      let occupancy = host.occupancy
      if occupancy.halfOpen + occupancy.timeWait > 0 || (user.handle == 0 && occupancy.connections > 0) {
        throw Problem("entries run empty", "\(HostPair.name(side)): \(occupancy)")
      }
      if state.pointee.isCorrupted { continue }
      // Who has given its handle back too early may be gone before the other side closes.
      let isHeld = scenario.program(1 - side).calls.contains(.awaitClosed)
      if scenario.isOrderly, isHeld, user.isOver, user.endReason != .finished {
        throw Problem("an orderly close finishes", "\(HostPair.name(side)): \(user.endReason)")
      }
      let other = state.pointee.users[1 - side]
      if !user.hasAborted, !other.hasAborted, user.endReason == .finished, user.read != other.written {
        throw Problem(
          "all that was written was read", "\(HostPair.name(side)): \(user.read) of \(other.written)")
      }
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

  static func name(_ side: Int) -> String { side == 0 ? "left" : "right" }
}
