import TCPCore

/// The steps that are possible in one state.
struct StepList {
  private var steps = [48 of Step](repeating: Step(.jump))
  private(set) var count = 0

  mutating func append(_ step: Step) {
    precondition(count < 48)
    steps[count] = step
    count += 1
  }

  subscript(index: Int) -> Step { steps[index] }
}

// What can happen next.
extension HostPair {
  /// What can happen without a fault. The first one is what happens if the network does nothing wrong from
  /// now on, unless it is a late datagram.
  func freeSteps(_ scenario: Scenario) -> StepList {
    var list = StepList()
    let oldest = older()
    if let oldest {
      list.append(Step(.deliver, oldest))
      if state.pointee.queued[1 - oldest] > 0 { list.append(Step(.deliver, 1 - oldest)) }
    }
    for user in 0..<scenario.userCount where canCall(user, scenario) {
      list.append(Step(.call, user & 1, user >> 1))
    }
    for user in 0..<scenario.userCount where canRead(user) {
      list.append(Step(.read, user & 1, user >> 1))
    }
    if list.count == 0, earliestDeadline() != nil { list.append(Step(.jump)) }
    for side in 0..<2 {
      for index in 0..<Int(state.pointee.late[side]) { list.append(Step(.deliverLate, side, index)) }
    }
    return list
  }

  /// What costs a fault.
  func faults(_ scenario: Scenario, _ free: StepList) -> StepList {
    var list = StepList()
    for side in 0..<2 where state.pointee.queued[side] > 0 {
      list.append(Step(.lose, side))
      list.append(Step(.duplicate, side))
      list.append(Step(.holdBack, side))
      if state.pointee.queued[side] > 1 { list.append(Step(.overtake, side)) }
      if scenario.settings.flipsBits {
        list.append(Step(.flip, side, 0))
        list.append(Step(.flip, side, 1))
      }
    }
    if scenario.settings.hasThirdParty {
      for side in 0..<2 where (4...9).contains(stateCode(side)) {
        for variant in 0..<HostPair.forgedCount { list.append(Step(.forge, side, variant)) }
      }
    }
    let mayWait = free.count > 0 && free[0].kind != .jump && free[0].kind != .deliverLate
    if mayWait, earliestDeadline() != nil { list.append(Step(.fireEarly)) }
    return list
  }

  /// Whether a step can be taken here.
  func isPossible(_ step: Step, _ scenario: Scenario) -> Bool {
    let free = freeSteps(scenario)
    if (0..<free.count).contains(where: { free[$0] == step }) { return true }
    let faults = faults(scenario, free)
    return (0..<faults.count).contains { faults[$0] == step }
  }

  /// The side that the oldest datagram is on its way to.
  private func older() -> Int? {
    let queued = state.pointee.queued
    if queued[0] == 0 { return queued[1] == 0 ? nil : 1 }
    if queued[1] == 0 { return 0 }
    return packet(to: 0, 0).pointee.sentAt <= packet(to: 1, 0).pointee.sentAt ? 0 : 1
  }

  /// When one of the hosts has something to do next.
  func earliestDeadline() -> Instant? {
    var earliest: Instant?
    for side in 0..<2 {
      var host = host(side)
      guard let deadline = host.deadline else { continue }
      if earliest.map({ deadline < $0 }) ?? true { earliest = deadline }
    }
    return earliest
  }

  private func canRead(_ number: Int) -> Bool {
    let user = state.pointee.users[number]
    return user.handle != 0 && user.mayRead && !user.hasReadEnd
  }

  /// Whether the next call of a program may be made: what it waits for was reported.
  private func canCall(_ number: Int, _ scenario: Scenario) -> Bool {
    let user = state.pointee.users[number]
    let calls = scenario.program(number).calls
    guard Int(user.cursor) < calls.count else { return false }
    switch calls[Int(user.cursor)] {
    case .listen, .accept: return true
    case .closeListener: return user.listener != 0
    case .connect: return user.handle == 0
    case .write: return user.handle != 0 && (user.mayWrite || user.isOver)
    case .close, .abort, .release: return user.handle != 0
    case .reboot: return true
    case .awaitOpen, .awaitEnd, .awaitClosed: return false
    }
  }
}
