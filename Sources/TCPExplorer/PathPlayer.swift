import TCPCore

/// Plays the steps of a path again, and tells of each what came and left.
public struct PathPlayer {
  /// One step, and what it did.
  public struct Moment: Sendable {
    /// In words.
    public var description: String
    /// The clock behind it.
    public var time: Instant
    /// What arrived, or was lost, or was held back.
    public var datagram: [UInt8]?
    /// On the way to which side: 0 left, 1 right.
    public var side: Int
    /// Whether it did not arrive.
    public var isLost: Bool
    /// What left, from which side.
    public var departures: [(side: Int, octets: [UInt8])]
    /// The states of both connections behind it.
    public var states: (left: String, right: String)
  }

  private let scenario: Scenario

  /// A player for paths of a scenario.
  public init(_ scenario: Scenario) { self.scenario = scenario }

  /// Plays a path.
  ///
  /// - Parameter show: gets each step, and those that follow by themselves.
  /// - Returns: the rule that was broken, if one was, by the path or by what follows by itself; how many
  ///   steps of the path were taken; and a hash of the state behind them. A step that is not possible ends
  ///   it, too, without a problem.
  public func play(
    _ path: [Step], show: (Moment) -> Void = { _ in }
  ) throws(ConfigurationError) -> (problem: Problem?, count: Int, hash: UInt64) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: try HostPair.byteCount(scenario), alignment: 64)
    defer { memory.deallocate() }
    let hosts = HostPair(base: memory)
    try hosts.begin(scenario)
    hosts.listenFirst(scenario)
    var count = 0
    var hash: UInt64 = 0
    do throws(Problem) {
      for step in path {
        guard hosts.isPossible(step, scenario) else { return (nil, count, hosts.hash(scenario).0) }
        count += 1
        try take(step, in: hosts, show)
        try hosts.check(scenario)
      }
      hash = hosts.hash(scenario).0
      try goOn(hosts, faults: path.count { $0.kind.isFault }, show)
    } catch {
      return (error, count, hash)
    }
    return (nil, count, hash)
  }

  /// What follows if nothing goes wrong any more: the end, in time.
  private func goOn(_ hosts: HostPair, faults: Int, _ show: (Moment) -> Void) throws(Problem) {
    let begin = hosts.state.pointee.now
    for _ in 0..<Explorer.mostSteps {
      let free = hosts.freeSteps(scenario)
      guard free.count > 0, free[0].kind != .deliverLate else { return try hosts.checkEnd(scenario) }
      try take(free[0], in: hosts, show)
      try hosts.check(scenario)
      let passed = Int((hosts.state.pointee.now - begin) / 1_000)
      if let problem = scenario.problem(passed, faults: faults) { throw problem }
    }
    throw Explorer.tooManySteps
  }

  private func take(_ step: Step, in hosts: HostPair, _ show: (Moment) -> Void) throws(Problem) {
    let side = Int(step.side)
    var moment = Moment(
      description: describe(step, in: hosts), time: hosts.now, datagram: nil, side: side, isLost: false,
      departures: [], states: ("", ""))
    let queued = Int(hosts.state.pointee.queued[side])
    switch step.kind {
    case .deliver, .duplicate, .lose, .holdBack, .flip: moment.datagram = octets(hosts, side, 0, false)
    case .overtake: moment.datagram = octets(hosts, side, queued - 1, false)
    case .deliverLate: moment.datagram = octets(hosts, side, Int(step.index), true)
    case .forge: moment.datagram = octets(of: hosts.forged(to: side, Int(step.index)))
    case .call, .read, .jump, .fireEarly: break
    }
    moment.isLost = step.kind == .lose || step.kind == .holdBack
    var before = [Int(hosts.state.pointee.queued[0]), Int(hosts.state.pointee.queued[1])]
    if moment.datagram != nil && step.kind != .deliverLate && step.kind != .forge { before[side] -= 1 }
    defer {
      let isJump = step.kind == .jump || step.kind == .fireEarly
      for to in 0..<2 {
        for index in 0..<Int(hosts.state.pointee.queued[to]) {
          // Where the clock has gone on, what was on its way before may be gone.
          let isNew =
            isJump
            ? hosts.packet(to: to, index).pointee.sentAt > moment.time.microseconds : index >= before[to]
          if isNew { moment.departures.append((1 - to, octets(hosts, to, index, false))) }
        }
      }
      moment.time = hosts.now
      moment.states = (HostPair.stateNames[hosts.stateCode(0)], HostPair.stateNames[hosts.stateCode(1)])
      show(moment)
    }
    try hosts.take(step, scenario)
  }

  private func octets(_ hosts: HostPair, _ side: Int, _ index: Int, _ isLate: Bool) -> [UInt8] {
    octets(of: hosts.packet(to: side, index, isLate: isLate).pointee)
  }

  private func octets(of packet: HostPair.Packet) -> [UInt8] {
    (0..<Int(packet.count)).map { packet.octets[$0] }
  }

  private func describe(_ step: Step, in hosts: HostPair) -> String {
    guard step.kind == .call else { return step.description }
    let user = Int(step.side) + 2 * Int(step.index)
    let cursor = Int(hosts.state.pointee.users[user].cursor)
    return "\(HostPair.name(user)): \(scenario.program(user).calls[cursor])"
  }

  /// A shorter path that breaks the same rule: what can be left out, is left out.
  public func shorten(_ path: [Step], _ problem: Problem) throws(ConfigurationError) -> [Step] {
    var path = path
    var size = max(1, path.count / 2)
    while size >= 1 {
      let former = path.count
      var start = 0
      while start < path.count {
        var shorter = path
        shorter.removeSubrange(start..<min(path.count, start + size))
        let (found, count, _) = try play(shorter)
        if found?.rule == problem.rule {
          path = Array(shorter[..<count])
        } else {
          start += size
        }
      }
      // What is left out may be why something before it could not be.
      if size > 1 || path.count == former { size /= 2 }
    }
    return path
  }
}
