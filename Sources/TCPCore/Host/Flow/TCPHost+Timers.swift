extension TCPHost {
  /// When `expire`, or `transmit`, has something to do next: `nil` for never.
  ///
  /// The moment may be a little early, never late. While something waits to be sent it is the latest moment
  /// that a call has named.
  public var deadline: Instant? {
    if !state[0].sendQueue.isEmpty || state[0].replies.count > 0 { return state[0].now }
    return timerDeadline
  }

  /// When `expire` has something to do next: `nil` for never. For a driver whose device takes nothing at the
  /// moment: `deadline` would tell it to transmit at once.
  public var timerDeadline: Instant? {
    for _ in 0..<16 {  // re-arms entries whose deadline was postponed; any others wake us early
      guard let (index, tick) = wheel[0].earliest(timers) else { return nil }
      let moment = instant(of: tick)
      let due = deadline(of: index)
      // survives `due < moment`: equivalent: an entry that is due at the moment is armed again for it, and
      // the moment is returned below
      if due <= moment { return moment }
      wheel[0].cancel(index, timers)
      armTimer(index, due)
      let (kind, position) = entry(index)
      if kind == .connection { connections[position].wakeup = Wakeup(scheduledFor: due) }
      if timers[Int(truncatingIfNeeded: index)].tick == tick && due != .never { return moment }
    }
    // unreached: more than 16 deadlines that have moved away; a fuzz host has twelve entries
    // unreached: more than 16 deadlines that have moved away; a fuzz host has twelve entries
    guard let (_, tick) = wheel[0].earliest(timers) else { return nil }
    return instant(of: tick)
  }

  /// When an entry really wants to be woken.
  func deadline(of index: UInt32) -> Instant {
    let (kind, position) = entry(index)
    return switch kind {
    case .connection: connections[position].deadline
    case .halfOpen: halfOpen[position].deadline
    case .timeWait: timeWait[position].expiresAt
    case .listener: .never  // unreached: a listener has no timer
    }
  }

  /// Does what is due: retransmission, probes, delayed acknowledgments, the ends of entries.
  ///
  /// - Parameters:
  ///   - now: the clock's reading.
  ///   - budget: how many timers to handle at most.
  /// - Returns: whether more is due.
  @discardableResult
  public mutating func expire(at now: Instant, budget: Int = 64) -> Bool {
    advance(to: now)
    var rest = budget
    let target = state[0].now.microseconds / 1_000
    let horizon = UInt64(wide: TimerWheel.horizon)
    for _ in 0..<budget {
      // After a pause longer than the wheel's horizon everything armed is due, and is taken a horizon at a
      // time.
      let ahead = target > state[0].wheelTick ? target &- state[0].wheelTick : 0
      let step = state[0].wheelTick &+ (ahead < horizon ? ahead : horizon)
      let due = wheel[0].pop(now: UInt32(truncatingIfNeeded: step), budget: &rest, timers)
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

  /// Stores the wheel's position, which is never more than its horizon ahead of the stored one.
  private func adoptWheelPosition() {
    let ahead = wheel[0].current &- UInt32(truncatingIfNeeded: state[0].wheelTick)
    state[0].wheelTick = state[0].wheelTick &+ UInt64(wide: ahead)
  }

  private func fire(_ index: UInt32) {
    let (kind, position) = entry(index)
    switch kind {
    case .connection:
      let context = context(connections[position].interface)
      if connections[position].deadline <= context.now { connections[position].expire(context) }
      connections[position].wakeup = Wakeup()
      connections[position].recomputeWakeup(at: context.now)
      schedule(index, position)
    case .halfOpen:
      expireHalfOpen(index, position)
    case .timeWait:
      expireTimeWait(index, position)
    case .listener:
      // unreached: a listener has no timer
      break
    }
  }
}
