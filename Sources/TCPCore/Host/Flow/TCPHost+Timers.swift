extension TCPHost {
  /// When `expire`, or `transmit`, has something to do next: `nil` for never.
  ///
  /// The moment may be a little early, never late. While something waits to be sent it is the latest moment
  /// that a call has named.
  ///
  /// ```swift
  /// let wait = host.deadline.map { $0 - now }
  /// ```
  public var deadline: Instant? {
    mutating get {
      if !state.sendQueue.isEmpty || state.replies.count > 0 { return state.now }
      return timerDeadline
    }
  }

  /// When `expire` has something to do next: `nil` for never. Asking arms timers again whose deadline has
  /// moved away, 16 at most. For a driver whose device takes nothing at the moment: `deadline` would tell it
  /// to transmit at once.
  public var timerDeadline: Instant? {
    mutating get {
      for _ in 0..<16 {  // re-arms entries whose deadline was postponed; any others wake us early
        guard let (id, tick) = wheel.earliest(timers) else { return nil }
        let moment = instant(of: tick)
        let due = deadline(of: id)
        // survives `due < moment`: equivalent: an entry that is due at the moment is armed again for it, and
        // the moment is returned below
        if due <= moment { return moment }
        wheel.cancel(id, timers)
        armTimer(id, due)
        let entry = locate(id)
        if entry.kind == .connection { connections[entry].wakeup = Wakeup(scheduledFor: due) }
        if timers[id].tick == tick && due != .never { return moment }
      }
      // unreached: more than 16 deadlines that have moved away; a fuzz host has twelve entries
      // unreached: more than 16 deadlines that have moved away; a fuzz host has twelve entries
      guard let (_, tick) = wheel.earliest(timers) else { return nil }
      return instant(of: tick)
    }
  }

  /// When an entry really wants to be woken.
  func deadline(of id: EntryID) -> Instant {
    let entry = locate(id)
    return switch entry.kind {
    case .connection: connections[entry].deadline
    case .halfOpen: halfOpen[entry].deadline
    case .timeWait: timeWait[entry].expiresAt
    case .listener: .never  // unreached: a listener has no timer
    }
  }

  /// Does what is due: retransmission, probes, delayed acknowledgments, the ends of entries.
  ///
  /// ```swift
  /// while host.expire(at: now) {}
  /// ```
  ///
  /// - Parameters:
  ///   - now: the clock's reading.
  ///   - budget: how many timers to handle at most.
  /// - Returns: whether more is due.
  @discardableResult
  public mutating func expire(at now: Instant, budget: Int = 64) -> Bool {
    advance(to: now)
    var rest = budget
    let target = state.now.microseconds / 1_000
    let horizon = UInt64(wide: TimerWheel.horizon)
    for _ in 0..<budget {
      var ahead = target > state.wheelTick ? target &- state.wheelTick : 0
      if ahead > horizon { ahead = passTurns(of: ahead) }
      let step = state.wheelTick &+ ahead
      let due = wheel.pop(now: UInt32(truncatingIfNeeded: step), budget: &rest, timers)
      adoptWheelPosition()
      if let due {
        fire(due)
      } else if rest <= 0 {
        return true
      } else if step == target {
        return false
      }
    }
    return true
  }

  /// After a pause longer than the wheel's horizon everything armed is due, and is taken a horizon at a time;
  /// but whole turns of the wheel pass at once, all but the last horizon. However far a clock jumps, five
  /// horizons at most follow.
  ///
  /// - Returns: how far to go now.
  @inline(never)  // rare
  private mutating func passTurns(of ahead: UInt64) -> UInt64 {
    let horizon = UInt64(wide: TimerWheel.horizon)
    state.wheelTick = state.wheelTick &+ ((ahead &- horizon) & 0xFFFF_FFFF_0000_0000)
    return horizon
  }

  /// Stores the wheel's position, which is never more than its horizon ahead of the stored one.
  private mutating func adoptWheelPosition() {
    let ahead = wheel.current &- UInt32(truncatingIfNeeded: state.wheelTick)
    state.wheelTick = state.wheelTick &+ UInt64(wide: ahead)
  }

  private mutating func fire(_ id: EntryID) {
    let entry = locate(id)
    switch entry.kind {
    case .connection:
      let context = context(connections[entry].interface)
      if connections[entry].deadline <= context.now {
        connections[entry].expire(minimumMTU: minimumMTU(connections[entry].tuple), context)
      }
      connections[entry].wakeup = Wakeup()
      connections[entry].recomputeWakeup(at: context.now)
      schedule(entry)
    case .halfOpen:
      expireHalfOpen(entry)
    case .timeWait:
      expireTimeWait(entry)
    case .listener:
      // unreached: a listener has no timer
      break
    }
  }
}
