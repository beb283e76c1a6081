import TCPCore

// What the hosts tell their programs.
extension HostPair {
  /// A program has a new connection.
  func hold(_ handle: Handle, _ side: Int) {
    let user = state.pointee.users[side]
    state.pointee.users[side] = UserState()
    state.pointee.users[side].listener = user.listener
    state.pointee.users[side].cursor = user.cursor
    state.pointee.users[side].handle = handle.rawValue
  }

  /// A program takes what its host reports, and goes past what it waits for. That is no step of its own: it
  /// changes nothing but the program's next call, and nothing can take back what was waited for.
  func takeEvents(_ side: Int, _ scenario: Scenario) {
    takeEvents(side)
    let calls = scenario.program(side).calls
    while Int(state.pointee.users[side].cursor) < calls.count,
      hasHappened(calls[Int(state.pointee.users[side].cursor)], side)
    {
      state.pointee.users[side].cursor += 1
    }
  }

  /// Whether something is waited for that has happened; false for calls.
  private func hasHappened(_ call: Call, _ side: Int) -> Bool {
    let user = state.pointee.users[side]
    guard user.handle != 0 else { return false }
    return switch call {
    case .awaitOpen: user.mayWrite || user.isOver
    case .awaitEnd: user.hasReadEnd
    case .awaitClosed: user.isOver
    case .listen, .closeListener, .connect, .write, .close, .abort, .release, .reboot: false
    }
  }

  private func takeEvents(_ side: Int) {
    var host = host(side)
    while let event = host.nextEvent() {
      state.pointee.hasHash[side] = false
      let user = state.pointee.users[side]
      if event.handle.rawValue == user.handle {
        note(event.kinds, side)
      } else if event.kinds.contains(.accepted), user.handle == 0 {
        hold(event.handle, side)
        note(event.kinds, side)
      } else if event.kinds.contains(.accepted) || event.handle.rawValue == user.waiting {
        state.pointee.users[side].waiting = event.handle.rawValue
        state.pointee.users[side].waitingKinds |= event.kinds.rawValue
      }
    }
  }

  private func note(_ kinds: EventSet, _ side: Int) {
    if kinds.contains(.readable) { state.pointee.users[side].mayRead = true }
    if kinds.contains(.writable) { state.pointee.users[side].mayWrite = true }
    guard kinds.contains(.ended) else { return }
    state.pointee.users[side].isOver = true
    state.pointee.users[side].mayRead = true
    let handle = Handle(rawValue: state.pointee.users[side].handle)
    state.pointee.users[side].endReason = (try? host(side).status(handle))?.endReason ?? .none
  }

  /// A program has given its connection back: the one that waits is its next.
  func takeWaiting(_ side: Int) {
    let user = state.pointee.users[side]
    guard user.waiting != 0 else { return }
    hold(Handle(rawValue: user.waiting), side)
    note(EventSet(rawValue: user.waitingKinds), side)
  }
}
