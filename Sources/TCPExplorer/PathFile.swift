/// A path as a file: the scenario's name, then a step a line. what comes behind `#` is for readers.
public struct PathFile: Equatable, Sendable {
  /// What is wrong with a file, and in which line.
  public struct Fault: Error, Equatable, Sendable {
    /// The line, from 1 on.
    public var line: Int
    /// What is wrong with it.
    public var message: String

    /// A fault in a line.
    public init(line: Int, message: String) {
      self.line = line
      self.message = message
    }
  }

  /// The scenario's name.
  public var scenario: String
  /// The steps from its beginning.
  public var steps: [Step]

  /// A path of a scenario.
  public init(scenario: String, steps: [Step]) {
    self.scenario = scenario
    self.steps = steps
  }

  /// Reads a file's text.
  public init(_ text: String) throws(Fault) {
    scenario = ""
    steps = []
    var number = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      let words = line.prefix { $0 != "#" }.split(separator: " ").map(String.init)
      guard let first = words.first else { continue }
      if scenario.isEmpty {
        guard first == "scenario", words.count == 2 else {
          throw Fault(line: number, message: "expected 'scenario NAME'")
        }
        scenario = words[1]
      } else {
        guard let step = Step(words) else {
          throw Fault(line: number, message: "'\(line)' is no step; expected one like 'deliver left'")
        }
        steps.append(step)
      }
    }
    if scenario.isEmpty { throw Fault(line: number, message: "no scenario") }
  }

  /// The file's text, with a sentence on top.
  public func text(_ remark: String) -> String {
    (["# \(remark)", "scenario \(scenario)"] + steps.map(\.word)).joined(separator: "\n") + "\n"
  }
}

extension Step {
  /// As a file has it: such as `deliver left`.
  var word: String { "\(kind) \(side == 0 ? "left" : "right")" + (index == 0 ? "" : " \(index)") }

  /// The step of a line's words.
  init?(_ words: [String]) {
    guard let kind = StepKind.allCases.first(where: { "\($0)" == words[0] }) else { return nil }
    guard words.count >= 2, words.count <= 3, words[1] == "left" || words[1] == "right" else { return nil }
    guard let index = words.count == 3 ? Int(words[2]) : 0, (0..<128).contains(index) else { return nil }
    self.init(kind, words[1] == "left" ? 0 : 1, index)
  }
}
