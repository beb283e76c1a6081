/// What became of a script.
public struct ScriptResult: Sendable {
  /// The three ways in which a script ends.
  public enum Outcome: String, Sendable {
    /// Everything was as the script says.
    case passed
    /// Something was not, or the script cannot be read.
    case failed
    /// The script says something that this player does not know.
    case unsupported
  }

  /// The name of its file, as it was given.
  public var file: String
  /// What became of it.
  public var outcome: Outcome
  /// Where it ended, unless it passed.
  public var position: SourcePosition?
  /// Why, as a sentence without its full stop; empty if it passed.
  public var message = ""
  /// The line as it is in the script.
  public var statement = ""
  /// What the line says, as a segment or a result.
  public var expected: String?
  /// What was there instead.
  public var found: String?
  /// What had happened until then, as a ladder.
  public var ladder: [String] = []
  /// What the script says and was not carried out.
  public var notes: [ScriptNote] = []

  init(file: String, _ outcome: Outcome) {
    self.file = file
    self.outcome = outcome
  }
}

extension ScriptResult {
  /// Plays a script.
  ///
  /// ```swift
  /// let result = ScriptResult(playing: text, file: "close.pkt", ScriptSettings(profile: .linux))
  /// ```
  ///
  /// - Parameters:
  ///   - text: the script.
  ///   - file: what to call it in messages.
  ///   - settings: against what kind of host, and what is not judged.
  public init(playing text: String, file: String, _ settings: ScriptSettings = ScriptSettings()) {
    self.init(file: file, .passed)
    var runner: ScriptRunner?
    do throws(RunProblem) {
      do throws(ScriptProblem) {
        let script = try Parser.script(text)
        notes = script.notes
        runner = try ScriptRunner(script, settings)
      } catch {
        throw .unsupported(error)
      }
      try runner?.run()
    } catch {
      take(error, runner, text)
    }
  }

  private mutating func take(_ problem: RunProblem, _ runner: ScriptRunner?, _ text: String) {
    switch problem {
    case .unsupported(let problem):
      outcome = problem.kind == .unsupported ? .unsupported : .failed
      position = problem.position
      message = problem.message
    case .failed(let mismatch):
      outcome = .failed
      position = mismatch.position
      message = mismatch.message
      expected = mismatch.expected
      found = mismatch.found
      ladder = runner?.ladder ?? []
    }
    if let line = position?.line { statement = ScriptResult.statement(text, line) }
  }

  /// A line of a script without blanks around it and without its comment.
  private static func statement(_ text: String, _ number: Int) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard number >= 1, number <= lines.count else { return "" }
    var line = lines[number - 1]
    if let comment = line.firstRange(of: "//") { line = line[..<comment.lowerBound] }
    return line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" }).joined(separator: " ")
  }
}
