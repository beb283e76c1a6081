import TCPCore

/// Takes every possible step from every state of a scenario, within a number of faults.
///
/// States with no fault come first, then those with one, and so on. For each number the states of the
/// numbers before are made again, from how they were reached: so no state has to be kept but its hash.
public final class Explorer {
  /// Where an exploration ends even if it is not at its end.
  public struct Limits: Sendable {
    /// How many faults the network has at most.
    public var faults = 1
    /// How many states are kept at most.
    public var states = 50_000_000
    /// After so many steps the state behind it, if it was known, is compared with the one it is taken for.
    public var comparedStep = 1_009
    /// Whether `ExplorationResult.edges` has those between states that are known already: that costs time.
    public var findsAllEdges = false
    /// Whether a state is worth going on from: asked after each thousandth new one.
    public var mayGoOn: @Sendable () -> Bool = { true }

    /// One fault, and as many states as fit into two gigabytes.
    public init() {}
  }

  let scenario: Scenario
  private let limits: Limits
  static let endRule = "whatever happened, the end comes by itself"
  /// So many steps follow by themselves at most.
  static let mostSteps = 1_000
  static var tooManySteps: Problem { Problem(endRule, "no end after 1,000 steps") }
  let pairSize: Int
  private var frames: [Frame] = []
  private(set) var table = StateTable()
  /// What was found so far.
  public internal(set) var result = ExplorationResult()
  /// Which level is new in the pass that runs.
  private var pass = 0

  /// One state on the way that is being walked, and the steps from there.
  private struct Frame {
    let memory: UnsafeMutableRawPointer
    var position = 0
    var level = 0
    var free = StepList()
    var faults = StepList()
    var next = 0
    /// Whether the state was new, so that its distance from the end has to be found.
    var isNew = false
    /// Both connections' states.
    var pair = 0
    /// The clock in milliseconds.
    var milliseconds = 0
    /// From this depth on everything on the way here happened by itself.
    var defaultStart = 0

    init(_ size: Int) { memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64) }

    var hosts: HostPair { HostPair(base: memory) }
    var stepCount: Int { free.count + faults.count }
    /// Whether the step that is being looked at is the one that happens by itself.
    var isOnDefault: Bool { next == 1 && free.count > 0 && free[0].kind != .deliverLate }
  }

  /// An explorer of a scenario.
  public init(_ scenario: Scenario, _ limits: Limits) throws(ConfigurationError) {
    self.scenario = scenario
    self.limits = limits
    pairSize = try HostPair.byteCount(scenario)
    frames.append(Frame(pairSize))
    let hosts = frames[0].hosts
    try hosts.begin(scenario)
    hosts.listenFirst(scenario)
  }

  deinit {
    for frame in frames { frame.memory.deallocate() }
  }

  /// Explores; what was found is in `result`.
  public func run() {
    do throws(Problem) {
      for level in 0...limits.faults {
        pass = level
        try walk()
        if result.wasCut { return finish() }
        result.levels.append(table.count)
      }
      result.isComplete = result.overflows == 0
    } catch {
      result.problem = error
    }
    finish()
  }

  private func finish() {
    result.states = table.count
    result.byteCount = table.byteCount
    for position in 0..<table.count {
      guard let distance = table.distance(position) else { continue }
      result.longestSteps = max(result.longestSteps, distance.steps)
      result.longestMilliseconds = max(result.longestMilliseconds, distance.milliseconds)
      guard result.problem == nil,
        let problem = scenario.problem(distance.milliseconds, faults: table.level(position))
      else { continue }
      result.problem = problem
      result.path = table.path(to: position)
      result.isComplete = false
    }
  }

  // MARK: One pass

  private func walk() throws(Problem) {
    var depth = 0
    let root = table.insert(frames[0].hosts.hash(scenario), parent: 0, step: Step(.jump), level: 0)
    try enter(0, position: root.position, level: 0, isNew: root.isNew)
    while depth >= 0 {
      guard frames[depth].next < frames[depth].stepCount else {
        depth -= 1
        continue
      }
      let number = frames[depth].next
      frames[depth].next += 1
      let freeCount = frames[depth].free.count
      let step = number < freeCount ? frames[depth].free[number] : frames[depth].faults[number - freeCount]
      if try follow(step, at: depth) { depth += 1 }
      if result.wasCut { return }
      result.depth = max(result.depth, depth)
    }
  }

  /// Takes a step from the state at a depth.
  ///
  /// - Returns: whether the state behind it is to be looked at, one deeper.
  private func follow(_ step: Step, at depth: Int) throws(Problem) -> Bool {
    if depth + 1 == frames.count { frames.append(Frame(pairSize)) }
    let hosts = frames[depth + 1].hosts
    hosts.copy(frames[depth].hosts)
    let from = frames[depth].position
    let level = frames[depth].level + (step.kind.isFault ? 1 : 0)
    do throws(Problem) {
      try hosts.take(step, scenario)
      if level == pass { result.transitions += 1 }
      if hosts.state.pointee.hasOverflowed {
        result.overflows += 1
        return false
      }
    } catch {
      result.path = table.path(to: from) + [step]
      throw error
    }
    let (child, isNew) = table.insert(hosts.hash(scenario), parent: from, step: step, level: level)
    if isNew {
      if table.count > limits.states || table.count % 1_000 == 0 && !limits.mayGoOn() { result.wasCut = true }
      try enter(depth + 1, position: child, level: level, isNew: true)
      return true
    }
    if limits.findsAllEdges { result.noteEdge(to: hosts, from: frames[depth].pair) }
    try noteDistance(of: child, from: depth, step)
    if result.transitions % limits.comparedStep == 0 {
      try compare(hosts, reachedBy: step, from, with: child)
    }
    // States of former passes are made again along the way on which they were found.
    guard table.level(child) < pass, table.parent(child) == from, table.step(child) == step.rawValue,
      child != 0
    else { return false }
    try enter(depth + 1, position: child, level: level, isNew: false)
    return true
  }

  private func enter(_ depth: Int, position: Int, level: Int, isNew: Bool) throws(Problem) {
    let hosts = frames[depth].hosts
    frames[depth].position = position
    frames[depth].level = level
    frames[depth].next = 0
    frames[depth].isNew = isNew
    frames[depth].milliseconds = Int(hosts.state.pointee.now / 1_000)
    let isFollowing = isNew && depth > 0 && frames[depth - 1].isNew && frames[depth - 1].isOnDefault
    frames[depth].defaultStart = isFollowing ? frames[depth - 1].defaultStart : depth
    frames[depth].free = hosts.freeSteps(scenario)
    frames[depth].faults = level < pass ? hosts.faults(scenario, frames[depth].free) : StepList()
    guard isNew else {
      frames[depth].pair = hosts.pairCode
      return
    }
    do throws(Problem) {
      try hosts.check(scenario, since: depth > 0 ? frames[depth - 1].hosts : nil)
      frames[depth].pair = result.note(hosts, from: depth > 0 ? frames[depth - 1].pair : nil)
      if frames[depth].free.count == 0 || frames[depth].free[0].kind == .deliverLate {
        try hosts.checkEnd(scenario)
        close(depth, steps: 0, milliseconds: 0)
      }
    } catch {
      result.path = table.path(to: position)
      throw error
    }
    try checkDefault(depth)
  }

  /// What happens by itself comes to an end, though no state may come twice on the way.
  private func checkDefault(_ depth: Int) throws(Problem) {
    let start = frames[depth].defaultStart
    let passed = frames[depth].milliseconds - frames[start].milliseconds
    var problem = scenario.problem(passed, faults: frames[depth].level)
    if depth - start > Explorer.mostSteps { problem = Explorer.tooManySteps }
    guard let problem else { return }
    result.path = table.path(to: frames[start].position)
    throw problem
  }

  // MARK: How far the end is

  /// The state at a depth is so far from the end, and so are those before it that lead there by themselves.
  private func close(_ depth: Int, steps: Int, milliseconds: Int) {
    table.setDistance(frames[depth].position, steps: steps, milliseconds: milliseconds)
    var depth = depth
    var steps = steps
    var milliseconds = milliseconds
    while depth > 0, frames[depth - 1].isNew, frames[depth - 1].isOnDefault {
      steps += 1
      milliseconds += frames[depth].milliseconds - frames[depth - 1].milliseconds
      depth -= 1
      table.setDistance(frames[depth].position, steps: steps, milliseconds: milliseconds)
    }
  }

  /// A state that was seen before comes behind the one at a depth.
  private func noteDistance(of child: Int, from depth: Int, _ step: Step) throws(Problem) {
    guard frames[depth].isNew, frames[depth].isOnDefault else { return }
    guard let distance = table.distance(child) else {
      result.path = table.path(to: frames[depth].position) + [step]
      throw Problem(Explorer.endRule, "the same state again")
    }
    let passed = Int(frames[depth + 1].hosts.state.pointee.now / 1_000) - frames[depth].milliseconds
    close(depth, steps: distance.steps + 1, milliseconds: distance.milliseconds + passed)
  }
}
