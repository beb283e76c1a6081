import TCPCore

// Whether states that are taken for one are one.
extension Explorer {
  /// A state was reached on another way than the one that is in the table: from both everything goes on in
  /// the same way. Each possible step is taken once, and the default continuation is followed to the end.
  func compare(
    _ reached: HostPair, reachedBy step: Step, _ from: Int, with position: Int
  ) throws(Problem) {
    result.comparedMerges += 1
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 3 * pairSize, alignment: 64)
    defer { memory.deallocate() }
    let known = HostPair(base: memory)
    let others = (HostPair(base: memory + pairSize), HostPair(base: memory + 2 * pairSize))
    let way = table.path(to: from) + [step]
    do { try known.begin(scenario) } catch { preconditionFailure("a host was made before") }
    known.listenFirst(scenario)
    for step in table.path(to: position) { try known.take(step, scenario) }
    guard known.hash(scenario) == reached.hash(scenario) else {
      throw Problem("the same steps lead to the same state")
    }
    let free = known.freeSteps(scenario)
    let faults = known.faults(scenario, free)
    for index in 0..<free.count + faults.count {
      let next = index < free.count ? free[index] : faults[index - free.count]
      others.0.copy(known)
      others.1.copy(reached)
      try takeBoth(next, others.0, others.1, behind: way)
    }
    others.0.copy(known)
    others.1.copy(reached)
    var behind = way
    for _ in 0..<300 {
      let free = others.0.freeSteps(scenario)
      guard free.count > 0, free[0].kind != .deliverLate else { return }
      try takeBoth(free[0], others.0, others.1, behind: behind)
      behind.append(free[0])
    }
  }

  private func takeBoth(
    _ step: Step, _ known: HostPair, _ reached: HostPair, behind way: [Step]
  ) throws(Problem) {
    let rule = "states that are taken for one stay the same"
    result.path = way + [step]
    guard reached.isPossible(step, scenario) else { throw Problem(rule, "only one of them has this step") }
    try known.take(step, scenario)
    try reached.take(step, scenario)
    guard known.hash(scenario) == reached.hash(scenario) else {
      throw Problem(rule, "behind this step they differ")
    }
    result.path = []
  }
}
