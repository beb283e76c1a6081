import TCPCore

// What the hosts tell their programs.
extension HostPair {
  /// A program has a new connection.
  func hold(_ handle: Handle, _ user: Int) {
    let former = state.pointee.users[user]
    state.pointee.users[user] = UserState()
    state.pointee.users[user].listener = former.listener
    state.pointee.users[user].cursor = former.cursor
    state.pointee.users[user].handle = handle.rawValue
  }

  /// A program takes what its host reports, and goes past what it waits for. That is no step of its own: it
  /// changes nothing but the program's next call, and nothing can take back what was waited for.
  func takeEvents(_ side: Int, _ scenario: Scenario) {
    guard !scenario.isHeldUp || side == 0 || hasAccepted(scenario) else { return }
    takeEvents(side)
    for user in stride(from: side, to: scenario.userCount, by: 2) {
      let calls = scenario.program(user).calls
      while Int(state.pointee.users[user].cursor) < calls.count,
        hasHappened(calls[Int(state.pointee.users[user].cursor)], user)
      {
        state.pointee.users[user].cursor += 1
      }
    }
  }

  /// Whether the right side fetches its events.
  private func hasAccepted(_ scenario: Scenario) -> Bool {
    scenario.right.calls.prefix(Int(state.pointee.users[1].cursor)).contains(.accept)
  }

  /// Whether something is waited for that has happened; false for calls.
  private func hasHappened(_ call: Call, _ user: Int) -> Bool {
    let user = state.pointee.users[user]
    guard user.handle != 0 else { return false }
    return switch call {
    case .awaitOpen: user.mayWrite || user.isOver
    case .awaitEnd: user.hasReadEnd
    case .awaitClosed: user.isOver
    case .listen, .accept, .closeListener, .connect, .write, .close, .abort, .release, .reboot: false
    }
  }

  private func takeEvents(_ side: Int) {
    var host = host(side)
    while let event = host.nextEvent() {
      state.pointee.hasHash[side] = false
      let raw = event.handle.rawValue
      if state.pointee.users[side].handle == raw {
        note(event.kinds, side)
      } else if state.pointee.users[side + 2].handle == raw {
        note(event.kinds, side + 2)
      } else if event.kinds.contains(.accepted), let tuple = try? host.status(event.handle).tuple {
        let user = HostPair.user(side, leftPort: side == 0 ? tuple.localPort : tuple.remotePort)
        guard state.pointee.users[user].handle == 0 else {
          state.pointee.users[user].waiting = raw
          state.pointee.users[user].waitingKinds = event.kinds.rawValue
          continue
        }
        hold(event.handle, user)
        note(event.kinds, user)
      } else {
        for user in [side, side + 2] where state.pointee.users[user].waiting == raw {
          state.pointee.users[user].waitingKinds |= event.kinds.rawValue
        }
      }
    }
  }

  private func note(_ kinds: EventSet, _ user: Int) {
    if kinds.contains(.readable) { state.pointee.users[user].mayRead = true }
    if kinds.contains(.writable) { state.pointee.users[user].mayWrite = true }
    guard kinds.contains(.ended) else { return }
    state.pointee.users[user].isOver = true
    state.pointee.users[user].mayRead = true
    let handle = Handle(rawValue: state.pointee.users[user].handle)
    state.pointee.users[user].endReason = (try? host(user & 1).status(handle))?.endReason ?? .none
  }

  /// A program has given its connection back: the one that waits is its next.
  func takeWaiting(_ user: Int) {
    let former = state.pointee.users[user]
    guard former.waiting != 0 else { return }
    hold(Handle(rawValue: former.waiting), user)
    note(EventSet(rawValue: former.waitingKinds), user)
  }
}
