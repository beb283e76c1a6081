extension TCPHost {
  /// What holds between any two calls, for the host and each of its connections: the first thing that does
  /// not, or `nil`. For tests and fuzzing: looks at everything.
  public func brokenInvariant() -> StaticString? {
    for position in 0..<connections.count where slots[position].isTaken {
      if let broken = connections[position].brokenInvariant(region) { return broken }
      if let broken = brokenPlace(Entry(connection: position)) { return broken }
    }
    for position in 0..<halfOpen.count {
      let index = connections.count &+ position
      // unreached: needs two wrong links at once; a restore has refused one before: TimerWheel.isSound
      if slots[index].isTaken && !timers[index].isArmed { return "half-open entry without a timer" }
    }
    for position in 0..<timeWait.count {
      let index = connections.count &+ halfOpen.count &+ position
      // unreached: needs two wrong links at once; a restore has refused one before: TimerWheel.isSound
      if slots[index].isTaken && !timers[index].isArmed { return "TIME-WAIT entry without a timer" }
    }
    return nil
  }

  /// What a connection knows of its path; `nil` where its ring class samples no delivery rates. For tests and
  /// fuzzing.
  package func pathModel(_ handle: Handle) -> PathModel? {
    // unreached: asked for what is sampled only
    guard let entry = try? connectionEntry(handle), connections[entry].sender.records.isSampling else {
      return nil
    }
    return connections[entry].sender.records.models(in: region)[0]
  }

  /// Whether the wheel fires no later than the tick after the deadline's millisecond; where that has passed
  /// already, no later than with the next `expire`.
  private func wakes(_ id: EntryID, by deadline: Instant) -> Bool {
    // unreached: a deadline that has passed while `expire` was not called to its end; the properties call it
    // until nothing is due
    let last = deadline < state.now ? state.now : deadline
    return isArmed(id, for: last + .milliseconds(1))
  }

  /// Whether a connection is in the lists where it must be.
  private func brokenPlace(_ entry: Entry) -> StaticString? {
    switch connections[entry].state {
    case .closed:
      // unreached: needs two wrong links at once; a restore has refused one before: TimerWheel.isSound
      if timers[entry.id].isArmed { return "timer of a closed connection" }
      if connections[entry].needsRST {
        if !sendQueueLinks[entry.id].isLinked {
          return "pending RST, but not in the send queue"
        }
      } else if connections[entry].isReleased {
        return "released and CLOSED, but slot not freed"
      }
    case .timeWait:
      if connections[entry].timeWaitEntry == EntryID.none { return "TIME-WAIT without an entry" }
      if connections[entry].isReleased { return "released and TIME-WAIT, but slot not freed" }
    case .listen, .synSent, .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing,
      .lastAck:
      let deadline = connections[entry].deadline
      // What is over already may be asked for from now on.
      let latest = deadline < now ? now : deadline
      if latest < connections[entry].wakeup.time {
        return "wake-up after the deadline"
      }
      if !wakes(entry.id, by: latest) { return "no timer for the deadline" }
      let context = context(connections[entry].interface)
      if !sendQueueLinks[entry.id].isLinked && connections[entry].isForgotten(context) {
        return "something to send, but not in the send queue"
      }
      if find(connections[entry].tuple) != entry.id {
        return "not found in the tuple index"
      }
    }
    if connections[entry].isReleased && !eventAndAgeLinks[entry.id].isLinked {
      return "released, but not in the released list"
    }
    if connections[entry].events != .none && !eventAndAgeLinks[entry.id].isLinked
      && !connections[entry].isReleased
    {
      return "events, but not in the event queue"
    }
    return nil
  }
}
