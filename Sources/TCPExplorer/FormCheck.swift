import TCPCore

/// Does the future depend on anything that the form of a state leaves out?
///
/// In states all over a scenario a bit is flipped in each octet of both hosts, one after another. Where the
/// host can still be restored and the form is the same, the altered pair and the original take the same
/// steps: they must have the same form behind each one. `HostPart` says which parts of a host are left out on
/// purpose, and why.
public struct FormCheck {
  /// How many states were looked at.
  public private(set) var states = 0
  /// Octets whose change makes the form another one.
  public private(set) var seen = 0
  /// Octets whose change no host can be restored with.
  public private(set) var refused = 0
  /// Octets whose change the form leaves out, and nothing that follows depends on.
  public private(set) var unseen = 0
  /// Octets whose change the form leaves out on purpose, and on which something depends: how many of each
  /// part.
  public private(set) var exempt: [String: Int] = [:]
  /// Octets whose change the form leaves out though what follows depends on it: the side, the place, the way
  /// to the state, and the step behind which both differ.
  public private(set) var missing: [(side: Int, place: Int, path: [Step], differs: Step)] = []

  private let scenario: Scenario
  private let memory: UnsafeMutableRawPointer
  private let pairs: (state: HostPair, altered: HostPair, original: HostPair)
  private var random: UInt64

  /// Looks at so many states of a scenario.
  ///
  /// - Parameter every: one octet of so many.
  public init(_ scenario: Scenario, states: Int, every: Int, seed: UInt64 = 1) throws(ConfigurationError) {
    self.scenario = scenario
    random = seed
    let size = try HostPair.byteCount(scenario)
    memory = UnsafeMutableRawPointer.allocate(byteCount: 3 * size, alignment: 64)
    defer { memory.deallocate() }
    pairs = (HostPair(base: memory), HostPair(base: memory + size), HostPair(base: memory + 2 * size))
    while self.states < states { try walk(upTo: states, every: every) }
  }

  private mutating func draw(_ count: Int) -> Int {
    random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(random >> 33) % count
  }

  /// One way through the scenario, with a fault now and then; about each tenth state of it is looked at.
  private mutating func walk(upTo most: Int, every: Int) throws(ConfigurationError) {
    let hosts = pairs.state
    try hosts.begin(scenario)
    hosts.listenFirst(scenario)
    var path: [Step] = []
    while states < most {
      let free = hosts.freeSteps(scenario)
      let faults = hosts.faults(scenario, free)
      if free.count == 0 { return }
      let isFault = faults.count > 0 && draw(12) == 0
      let step = isFault ? faults[draw(faults.count)] : free[draw(free.count)]
      path.append(step)
      do throws(Problem) { try hosts.take(step, scenario) } catch { return }
      if hosts.state.pointee.hasOverflowed { return }
      if draw(10) == 0 {
        states += 1
        for side in 0..<2 { look(side, every, path) }
      }
    }
  }

  /// Flips a bit in octets of a host.
  private mutating func look(_ side: Int, _ every: Int, _ path: [Step]) {
    let form = pairs.state.hash(scenario)
    for place in stride(from: draw(every), to: pairs.state.hostMemory(side).count, by: every) {
      let altered = pairs.altered
      altered.copy(pairs.state)
      altered.hostMemory(side)[place] ^= 1 << UInt8(draw(8))
      altered.state.pointee.hasHash[side] = false
      do throws(ConfigurationError) {
        _ = try TCPHost(restoring: altered.hostMemory(side))
      } catch {
        refused += 1
        continue
      }
      guard altered.hash(scenario) == form else {
        seen += 1
        continue
      }
      pairs.original.copy(pairs.state)
      guard let step = firstDifference() else {
        unseen += 1
        continue
      }
      let part = HostPart(of: place, pairs.state.host(side))
      if part == .entries {
        missing.append((side, place, path, step))
      } else {
        exempt[part.rawValue, default: 0] += 1
      }
    }
  }

  /// Both take any step that is possible, and then those that follow by themselves.
  private mutating func firstDifference() -> Step? {
    let (_, altered, original) = pairs
    for count in 0..<60 {
      let free = original.freeSteps(scenario)
      let faults = original.faults(scenario, free)
      guard free.count > 0 else { return nil }
      let number = count == 0 ? draw(free.count + faults.count) : 0
      let step = number < free.count ? free[number] : faults[number - free.count]
      if count > 0, step.kind == .deliverLate { return nil }
      guard altered.isPossible(step, scenario) else { return step }
      // Whether a rule is broken is not asked here, but it must be by both.
      var broken = (false, false)
      do throws(Problem) { try original.take(step, scenario) } catch { broken.0 = true }
      do throws(Problem) { try altered.take(step, scenario) } catch { broken.1 = true }
      if broken.0 != broken.1 || altered.hash(scenario) != original.hash(scenario) { return step }
      if broken.0 { return nil }
    }
    return nil
  }
}
