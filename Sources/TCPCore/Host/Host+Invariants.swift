extension Host {
  /// What holds between any two calls, for the host and each of its connections: the first thing that does not,
  /// or `nil`. For tests and fuzzing: looks at everything.
  public func brokenInvariant() -> StaticString? {
    for position in 0..<connections.count where slots[position].isTaken {
      if let broken = connections[position].brokenInvariant(region) { return broken }
      if let broken = brokenPlace(position) { return broken }
    }
    for position in 0..<halfOpen.count {
      let index = connections.count &+ position
      // unreached: needs two wrong links at once; a restore has refused one before: TimerWheel.isSound
      if slots[index].isTaken && !timers[index].isArmed { return "a half-open entry never ends" }
    }
    for position in 0..<timeWait.count {
      let index = connections.count &+ halfOpen.count &+ position
      // unreached: needs two wrong links at once; a restore has refused one before: TimerWheel.isSound
      if slots[index].isTaken && !timers[index].isArmed { return "a TIME-WAIT entry never ends" }
    }
    return nil
  }

  /// Whether the wheel wakes an entry at a moment, or earlier: in the tick that ends the millisecond, or in the one that
  /// is next.
  private func wakes(_ position: Int, by deadline: Instant) -> Bool {
    let reached = Instant(microseconds: state[0].wheelTick &* 1_000)
    // unreached: a deadline that has passed while `expire` was not called to its end; the properties call it
    // until nothing is due
    let last = deadline < reached ? reached : deadline
    return isArmed(UInt32(truncatingIfNeeded: position), for: last + .milliseconds(1))
  }

  /// Whether a connection stands in the lists where it must.
  private func brokenPlace(_ position: Int) -> StaticString? {
    switch connections[position].state {
    case .closed:
      // unreached: needs two wrong links at once; a restore has refused one before: TimerWheel.isSound
      if timers[position].isArmed { return "a timer runs for a closed connection" }
      if connections[position].owesReset {
        if !readyLinks[position].isLinked { return "a reset is owed, but is not in the ready list" }
      } else if connections[position].isReleased {
        return "a released connection that is over keeps its slot"
      }
    case .timeWait:
      if connections[position].timeWaitEntry == IndexLinks.none { return "TIME-WAIT without an entry" }
      if connections[position].isReleased { return "a released connection in TIME-WAIT keeps its slot" }
    case .listen, .synSent, .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing,
      .lastAck:
      let deadline = connections[position].deadline
      // What is over already may be asked for from now on.
      let latest = deadline < now ? now : deadline
      if latest < connections[position].alarm.moment {
        return "a connection has a deadline, but asks to be woken later"
      }
      if !wakes(position, by: latest) { return "a connection has a deadline, but nothing will wake it" }
      let context = context(connections[position].interface)
      if connections[position].wantsToTransmit(context) && !readyLinks[position].isLinked {
        return "a connection has something to send, but is not in the ready list"
      }
      if find(connections[position].tuple) != UInt32(truncatingIfNeeded: position) {
        return "a connection cannot be found by its tuple"
      }
    }
    if connections[position].isReleased && !queueLinks[position].isLinked {
      return "a released connection is not in the list of those that may give way"
    }
    if connections[position].events != .none && !queueLinks[position].isLinked
      && !connections[position].isReleased
    {
      return "a connection has something to tell, but is not in the event queue"
    }
    return nil
  }
}
