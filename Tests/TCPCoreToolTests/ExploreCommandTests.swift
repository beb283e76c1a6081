import TCPCoreTool
import TCPExplorer
import Testing

@Suite("tcpcore explore") struct ExploreCommandTests {
  @Test(
    "A wrong command line is reported with what was expected",
    arguments: [
      (["nothing"], "explore knows no scenario 'nothing'; expected one of handshake, "),
      (["--faults", "7"], "--faults expected a number from 0 to 6, not '7'"),
      (["--states"], "--states needs a number from 1 to 2000000000"),
      (["--dot"], "--dot needs a file"),
    ])
  func usage(_ words: [String], _ message: String) {
    let error = #expect(throws: ToolError.self) { try ExploreCommand(words) }
    #expect(error?.message.hasPrefix(message) ?? false, "\(error?.message ?? "")")
    #expect(error?.isUsage ?? false)
  }

  @Test("A row says what can be said, and no more") func verdicts() throws {
    let scenario = try #require(Scenario.named("handshake"))
    var limits = Explorer.Limits()
    limits.states = 20
    for (states, verdict) in [(20, "explored to 21 states"), (1_000, "passed")] {
      limits.states = states
      limits.faults = 0
      let explorer = try Explorer(scenario, limits)
      explorer.run()
      let report = ExplorationReport(scenario: scenario, faults: 0, result: explorer.result, seconds: 0.5)
      #expect(report.row.hasSuffix(verdict), "\(report.row)")
      #expect(report.json.contains("\"complete\": \(verdict == "passed")"))
    }
  }

  @Test("The drawing has a node for each pair, and an edge where one comes behind another") func graph()
    throws
  {
    let scenario = try #require(Scenario.named("handshake"))
    var limits = Explorer.Limits()
    limits.faults = 0
    let explorer = try Explorer(scenario, limits)
    explorer.run()
    let graph = ExplorationReport(scenario: scenario, faults: 0, result: explorer.result, seconds: 1).graph
    #expect(graph.hasPrefix("digraph \"handshake\" {\n") && graph.hasSuffix("}\n"))
    #expect(graph.contains("\"SYN-SENT / LISTEN\" -> \"SYN-SENT / half open\";"))
    #expect(
      graph.split(separator: "\n").filter { $0.contains("[label=") }.count == explorer.result.pairs.count)
  }
}
