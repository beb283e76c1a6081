/// Reads what is between `%{` and `}%`: comparisons of one field with a number.
struct AssertionParser {
  /// The comparisons of all assertions in a text.
  static func comparisons(_ text: String, at start: SourcePosition) throws(ScriptProblem) -> [Comparison] {
    var result: [Comparison] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      // Behind %{ on the first line.
      var column = number == 0 ? start.column + 2 : 1
      for statement in line.split(separator: ";", omittingEmptySubsequences: false) {
        let blanks = statement.prefix { $0 == " " || $0 == "\t" }.count
        let position = SourcePosition(line: start.line + number, column: column + blanks)
        try add(trimmed(statement), position, &result)
        column += statement.utf8.count + 1
      }
    }
    return result
  }

  private static func add(
    _ statement: Substring, _ position: SourcePosition, _ result: inout [Comparison]
  ) throws(ScriptProblem) {
    if statement.isEmpty || statement.hasPrefix("#") { return }
    guard statement.hasPrefix("assert"), let blank = statement.dropFirst(6).first, " \t(".contains(blank)
    else {
      throw .unsupported(position, "only assertions are supported here, not '\(statement)'")
    }
    var body = trimmed(statement.dropFirst(6))
    // What is behind a comma is printed on failure.
    if let comma = body.firstIndex(of: ",") { body = trimmed(body[..<comma]) }
    if body.hasPrefix("("), body.hasSuffix(")") { body = trimmed(body.dropFirst().dropLast()) }
    for part in parts(of: body) { result.append(try comparison(part, position)) }
  }

  /// What is between the words `and`.
  private static func parts(of body: Substring) -> [[Substring]] {
    spaced(body).split(whereSeparator: { $0 == " " || $0 == "\t" })
      .split(separator: "and", omittingEmptySubsequences: false).map(Array.init)
  }

  /// Blanks around relations, so that words can be taken apart.
  private static func spaced(_ body: Substring) -> String {
    var result = ""
    var wasRelation = false
    for character in body {
      let isRelation = "=!<>".contains(character)
      if isRelation != wasRelation { result += " " }
      wasRelation = isRelation
      result.append(character)
    }
    return result
  }

  private static func comparison(
    _ words: [Substring], _ position: SourcePosition
  ) throws(ScriptProblem) -> Comparison {
    let shown = words.joined(separator: " ")
    guard words.count == 3, let relation = Comparison.Relation(rawValue: String(words[1])) else {
      throw .unsupported(
        position, "an assertion compares one field with a number, as in tcpi_snd_cwnd == 10, not '\(shown)'")
    }
    if let value = number(words[2]), number(words[0]) == nil {
      return Comparison(position: position, field: String(words[0]), relation: relation, value: value)
    }
    if let value = number(words[0]), number(words[2]) == nil {
      return Comparison(
        position: position, field: String(words[2]), relation: relation.turned, value: value)
    }
    throw .unsupported(
      position, "an assertion compares one field with a number, as in tcpi_snd_cwnd == 10, not '\(shown)'")
  }

  private static func number(_ word: Substring) -> Int? {
    if let value = Int(word) { return value }
    return word.hasPrefix("0x") ? Int(word.dropFirst(2), radix: 16) : ConnectionInfo.constants[String(word)]
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
    while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
    return text
  }
}

extension Comparison.Relation {
  /// The same with its sides exchanged.
  var turned: Comparison.Relation {
    switch self {
    case .equal, .unequal: self
    case .less: .more
    case .lessOrEqual: .moreOrEqual
    case .more: .less
    case .moreOrEqual: .lessOrEqual
    }
  }

  /// Whether it holds.
  func holds(_ left: Int, _ right: Int) -> Bool {
    switch self {
    case .equal: left == right
    case .unequal: left != right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .more: left > right
    case .moreOrEqual: left >= right
    }
  }
}
