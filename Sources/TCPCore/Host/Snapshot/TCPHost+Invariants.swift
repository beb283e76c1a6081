extension TCPHost {
  /// What holds between any two calls, for the host and each of its connections: the first thing that does
  /// not, or `nil`. For tests and fuzzing: looks at everything.
  public func brokenInvariant() -> StaticString? {
    for position in 0..<connections.count where slots[position].isTaken {
      if let broken = connections[position].brokenInvariant(region) { return broken }
      if let broken = brokenPlace(position) { return broken }
    }
    for position in 0..<halfOpen.count {
      let index = connections.count &+ position
      // unreached: needs two wrong links at once; a restore has refused one before: TimerWheel.isSound
      if slots[index].isTaken && !timers[index].isArmed { return "a half-open entry without a timer" }
    }
    for position in 0..<timeWait.count {
      let index = connections.count &+ halfOpen.count &+ position
      // unreached: needs two wrong links at once; a restore has refused one before: TimerWheel.isSound
      if slots[index].isTaken && !timers[index].isArmed { return "a TIME-WAIT entry without a timer" }
    }
    return nil
  }

  /// Whether the wheel fires no later than the tick after the deadline's millisecond.
  private func wakes(_ position: Int, by deadline: Instant) -> Bool {
    let reached = Instant(microseconds: state[0].wheelTick &* 1_000)
    // unreached: a deadline that has passed while `expire` was not called to its end; the properties call it
    // until nothing is due
    let last = deadline < reached ? reached : deadline
    return isArmed(UInt32(truncatingIfNeeded: position), for: last + .milliseconds(1))
  }

  /// Whether a connection is in the lists where it must be.
  private func brokenPlace(_ position: Int) -> StaticString? {
    switch connections[position].state {
    case .closed:
      // unreached: needs two wrong links at once; a restore has refused one before: TimerWheel.isSound
      if timers[position].isArmed { return "a timer is armed for a closed connection" }
      if connections[position].needsRST {
        if !sendQueueLinks[position].isLinked {
          return "an RST is pending, but the connection is not in the send queue"
        }
      } else if connections[position].isReleased {
        return "a released connection in CLOSED keeps its slot"
      }
    case .timeWait:
      if connections[position].timeWaitEntry == IndexLinks.none { return "TIME-WAIT without an entry" }
      if connections[position].isReleased { return "a released connection in TIME-WAIT keeps its slot" }
    case .listen, .synSent, .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing,
      .lastAck:
      let deadline = connections[position].deadline
      // What is over already may be asked for from now on.
      let latest = deadline < now ? now : deadline
      if latest < connections[position].wakeup.time {
        return "a connection's wake-up is later than its deadline"
      }
      if !wakes(position, by: latest) { return "no timer is armed for a connection's deadline" }
      let context = context(connections[position].interface)
      if connections[position].wantsToTransmit(context) && !sendQueueLinks[position].isLinked {
        return "a connection has something to send, but is not in the send queue"
      }
      if find(connections[position].tuple) != UInt32(truncatingIfNeeded: position) {
        return "the tuple index does not find a connection"
      }
    }
    if connections[position].isReleased && !eventAndAgeLinks[position].isLinked {
      return "a released connection is not in the released list"
    }
    if connections[position].events != .none && !eventAndAgeLinks[position].isLinked
      && !connections[position].isReleased
    {
      return "a connection has events, but is not in the event queue"
    }
    return nil
  }
}
