import Foundation
import TCPExplorer

/// What `tcpcore explore` prints of a scenario.
package struct ExplorationReport {
  let scenario: Scenario
  let faults: Int
  let result: ExplorationResult
  let seconds: Double

  package init(scenario: Scenario, faults: Int, result: ExplorationResult, seconds: Double) {
    self.scenario = scenario
    self.faults = faults
    self.result = result
    self.seconds = seconds
  }

  private static let widths = [20, 7, 11, 12, 6, 6, 8, 10, 8, 6]

  static var heading: String {
    line(["scenario", "faults", "states", "transitions", "depth", "pairs", "longest", "", "seconds", "MiB"])
      + "  result"
  }

  private static func line(_ cells: [String]) -> String {
    zip(cells, widths).enumerated().map { number, pair in
      let space = String(repeating: " ", count: max(0, pair.1 - pair.0.count))
      return number == 0 ? pair.0 + space : space + pair.0
    }.joined()
  }

  package var row: String {
    ExplorationReport.line([
      scenario.name, "\(faults)", "\(result.states)", "\(result.transitions)", "\(result.depth)",
      "\(result.pairs.count)", "\(result.longestSteps)",
      String(format: "%.3f s", Double(result.longestMilliseconds) / 1_000), String(format: "%.2f", seconds),
      "\(result.byteCount >> 20)",
    ]) + "  " + verdict
  }

  /// What can be said of it: a run that met a limit has proved nothing beyond it.
  private var verdict: String {
    if result.problem != nil { return "a rule is broken" }
    if result.isComplete { return "passed" }
    if result.wasCut { return "explored to \(result.states) states" }
    return "explored but for \(result.overflows) steps with too much on the way"
  }

  /// One row for many scenarios.
  static func sum(_ reports: [ExplorationReport]) -> String {
    let pairs = Set(reports.flatMap { $0.result.pairs.map { "\($0.left) / \($0.right)" } })
    let passed = reports.count { $0.result.isComplete }
    func sum(_ value: (ExplorationReport) -> Int) -> Int { reports.map(value).reduce(0, +) }
    func most(_ value: (ExplorationReport) -> Int) -> Int { reports.map(value).max() ?? 0 }
    return line([
      "\(reports.count) scenarios", "\(most(\.faults))", "\(sum(\.result.states))",
      "\(sum(\.result.transitions))", "\(most(\.result.depth))", "\(pairs.count)",
      "\(most(\.result.longestSteps))",
      String(format: "%.3f s", Double(most(\.result.longestMilliseconds)) / 1_000),
      String(format: "%.2f", reports.map(\.seconds).reduce(0, +)), "\(most(\.result.byteCount) >> 20)",
    ]) + (passed == reports.count ? "  passed" : "  \(passed) passed, \(reports.count - passed) did not")
  }

  package var json: String {
    let pairs = result.pairs.map { "[\"\($0.left)\", \"\($0.right)\", \($0.states)]" }
    let levels = result.levels.map(String.init).joined(separator: ", ")
    let problem = result.problem.map { "\"\($0.message)\"" } ?? "null"
    return """
      {"scenario": "\(scenario.name)", "faults": \(faults), "states": \(result.states), \
      "levels": [\(levels)], "transitions": \(result.transitions), "depth": \(result.depth), \
      "longestSteps": \(result.longestSteps), "longestMilliseconds": \(result.longestMilliseconds), \
      "overflows": \(result.overflows), "comparedMerges": \(result.comparedMerges), "seconds": \(seconds), "octets": \(result.byteCount), \
      "complete": \(result.isComplete), "problem": \(problem), \
      "pathSteps": \(result.problem == nil ? 0 : result.path.count), "pairs": [\(pairs.joined(separator: ", "))]}
      """
  }

  /// The pairs of states, for Graphviz: how many states have them, and which come right behind which.
  package var graph: String {
    var text = "digraph \"\(scenario.name)\" {\n  label=\"\(scenario.name): \(scenario.summary)\";\n"
    for pair in result.pairs {
      text +=
        "  \"\(pair.left) / \(pair.right)\" [label=\"\(pair.left)\\n\(pair.right)\\n\(pair.states)\"];\n"
    }
    for edge in result.edges {
      text += "  \"\(edge.from.left) / \(edge.from.right)\" -> \"\(edge.to.left) / \(edge.to.right)\";\n"
    }
    return text + "}\n"
  }
}
