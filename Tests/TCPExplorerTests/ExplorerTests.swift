import TCPCore
import TCPExplorer
import Testing

@Suite("Explorations") struct ExplorerTests {
  private func explore(_ scenario: Scenario, faults: Int) throws -> ExplorationResult {
    var limits = Explorer.Limits()
    limits.faults = faults
    let explorer = try Explorer(scenario, limits)
    explorer.run()
    return explorer.result
  }

  @Test("Without faults every scenario comes to its end, and no rule is broken", arguments: Scenario.all)
  func faultless(_ scenario: Scenario) throws {
    let result = try explore(scenario, faults: 0)
    #expect(result.problem == nil, "\(scenario.name): \(result.problem?.message ?? "")")
    #expect(result.isComplete && result.states > 10)
    #expect(result.longestSteps > 5)
  }

  @Test("The sweep has about a thousand transfers, each with a name of its own") func sweep() throws {
    #expect(Scenario.sweep.count == 1_140)
    let all = Scenario.sweep + Scenario.all
    #expect(Set(all.map(\.name)).count == all.count)
    // CI explores all of them.
    let name = "sweep:3:2:rings-2-1:read-1:nagle-delay-sack:right-closes"
    let result = try explore(try #require(Scenario.named(name)), faults: 0)
    #expect(result.problem == nil && result.isComplete)
  }

  @Test("States that are reached twice are compared, and stay the same") func merges() throws {
    var limits = Explorer.Limits()
    limits.comparedStep = 101
    let explorer = try Explorer(try #require(Scenario.named("one-octet")), limits)
    explorer.run()
    #expect(explorer.result.problem == nil && explorer.result.comparedMerges > 50)
  }

  @Test(
    "With a fault too, and levels only grow", arguments: ["handshake", "close-by-listener", "abort-both"])
  func oneFault(_ name: String) throws {
    let scenario = try #require(Scenario.named(name))
    let result = try explore(scenario, faults: 1)
    #expect(result.problem == nil, "\(result.problem?.message ?? "")")
    #expect(result.isComplete && result.levels.count == 2)
    #expect(result.levels[1] > 10 * result.levels[0])
    #expect(result.pairs.map(\.states).reduce(0, +) == result.states)
    #expect(
      result.edges.contains { $0.from == ("ESTABLISHED", "ESTABLISHED") && $0.to.left == "FIN-WAIT-1" }
        || name != "handshake")
  }

  /// TIME-WAIT, five milliseconds of clock steps, and the second in which a dropped SYN waits to go again.
  @Test("Where a connection waits to be accepted, the SYN of another one is dropped") func backlog() throws {
    let result = try explore(try #require(Scenario.named("backlog")), faults: 0)
    #expect(result.problem == nil && result.isComplete)
    #expect(result.longestMilliseconds > 11_000)
  }

  @Test("Edges between known states are found where they are asked for") func edges() throws {
    let scenario = try #require(Scenario.named("close-both"))
    var limits = Explorer.Limits()
    limits.findsAllEdges = true
    let explorer = try Explorer(scenario, limits)
    explorer.run()
    let all = Set(explorer.result.edges.map { "\($0.from) \($0.to)" })
    let few = Set(try explore(scenario, faults: 1).edges.map { "\($0.from) \($0.to)" })
    #expect(all.isSuperset(of: few) && all.count > few.count)
  }

  @Test("The same exploration finds the same states") func repeatable() throws {
    let scenario = try #require(Scenario.named("one-octet"))
    let results = try (0..<2).map { _ in try explore(scenario, faults: 1) }
    #expect(results[0].states == results[1].states && results[0].transitions == results[1].transitions)
    #expect(results[0].pairs.map(\.states) == results[1].pairs.map(\.states))
  }

  @Test("A limit is reported, and nothing is called complete behind it") func limits() throws {
    var limits = Explorer.Limits()
    limits.faults = 1
    limits.states = 500
    let explorer = try Explorer(try #require(Scenario.named("one-octet")), limits)
    explorer.run()
    #expect(explorer.result.wasCut && !explorer.result.isComplete && explorer.result.problem == nil)
    limits.states = 1_000_000
    limits.mayGoOn = { false }
    let other = try Explorer(try #require(Scenario.named("one-octet")), limits)
    other.run()
    #expect(other.result.wasCut && !other.result.isComplete)
  }

  @Test("Both sides pass through every state of RFC 9293") func everyState() throws {
    var seen: Set<String> = []
    for name in ["handshake", "simultaneous-open", "close-both"] {
      for pair in try explore(try #require(Scenario.named(name)), faults: 1).pairs {
        seen.formUnion([pair.left, pair.right])
      }
    }
    for state in [
      "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT",
      "CLOSING", "LAST-ACK", "TIME-WAIT", "CLOSED",
    ] { #expect(seen.contains(state), "\(state)") }
  }

  /// A program that never reads to the end cannot come to its own.
  @Test("A scenario that cannot end is a broken rule, with a path as short as can be") func stuck() throws {
    let scenario = Scenario(
      "stuck", "the left side waits for an end that never comes",
      left: Program([.connect, .awaitOpen, .awaitEnd, .close]), right: Program([.listen, .awaitOpen]))
    let result = try explore(scenario, faults: 0)
    let problem = try #require(result.problem)
    #expect(problem.rule == "every call can be made in the end")
    let player = PathPlayer(scenario)
    let short = try player.shorten(result.path, problem)
    var shown = 0
    #expect(try player.play(short) { _ in shown += 1 }.problem?.rule == problem.rule)
    #expect(short.count <= result.path.count && shown >= result.path.count / 2)
    #expect(try player.play(short).problem?.rule == problem.rule)
    for index in short.indices {
      var shorter = short
      shorter.remove(at: index)
      #expect(try player.play(shorter).problem?.rule != problem.rule)
    }
  }
}
