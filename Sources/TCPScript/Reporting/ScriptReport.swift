import TCPCapture

/// What became of several scripts, as text or JSON.
public struct ScriptReport: Sendable {
  /// How they were played.
  public var settings: ScriptSettings
  /// One for each script, in order.
  public var results: [ScriptResult] = []

  /// No script yet.
  public init(_ settings: ScriptSettings) { self.settings = settings }

  /// How many ended so.
  public func count(_ outcome: ScriptResult.Outcome) -> Int { results.count { $0.outcome == outcome } }

  /// The exit code of a program: 0 if all passed, 1 if one failed, 3 if none failed and one is unsupported.
  public var exitCode: Int32 {
    if count(.failed) > 0 { return 1 }
    return count(.unsupported) > 0 ? 3 : 0
  }

  /// One line: how many passed, failed, are unsupported; and how they were played.
  public var summary: String {
    var text = "\(count(.passed)) passed, \(count(.failed)) failed, \(count(.unsupported)) unsupported"
    text += "; profile \(settings.profile.rawValue), "
    let ignored = ignoredNames
    text += ignored.isEmpty ? "nothing ignored" : "ignored: \(ignored.joined(separator: ", "))"
    return text
  }

  private var ignoredNames: [String] {
    Leniency.allCases.filter { settings.leniencies.contains($0) }.map(\.rawValue)
  }

  /// One JSON object.
  public var json: String {
    let scripts = results.map(\.json).joined(separator: ",\n  ")
    let ignored = ignoredNames.map { "\"\($0)\"" }.joined(separator: ", ")
    return """
      {"profile": "\(settings.profile.rawValue)", "ignored": [\(ignored)], "passed": \(count(.passed)), \
      "failed": \(count(.failed)), "unsupported": \(count(.unsupported)), "scripts": [
        \(scripts)
      ]}
      """
  }
}

extension ScriptResult {
  /// `file:line:column: failed: why`, and below it the line, what was expected and found, and the ladder.
  public var text: String {
    var lines = [head]
    if outcome == .passed { return lines.joined(separator: "\n") }
    if !statement.isEmpty { lines.append("    script    \(statement)") }
    if let expected { lines.append("    expected  \(expected)") }
    if let found { lines.append("    got       \(found)") }
    if outcome == .failed { lines += ladder.map { "    \($0)" } }
    return lines.joined(separator: "\n")
  }

  /// The first line of `text`.
  public var head: String {
    guard let position else { return "\(file): \(outcome.rawValue)" }
    return "\(file):\(position.line):\(position.column): \(outcome.rawValue): \(message)"
  }

  fileprivate var json: String {
    var json = JSONText()
    json.add("file", file)
    json.add("outcome", outcome.rawValue)
    if let position {
      json.add("line", position.line)
      json.add("column", position.column)
      json.add("message", message)
      json.add("script", statement)
    }
    if let expected { json.add("expected", expected) }
    if let found { json.add("got", found) }
    if !ladder.isEmpty { json.add("ladder", ladder) }
    if !notes.isEmpty { json.add("notes", notes.map { "line \($0.position.line): \($0.text)" }) }
    return json.object
  }
}
