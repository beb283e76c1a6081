// Calls.
extension Parser {
  /// `read(4, ..., 1000) = 1000`, or `... = -1 EAGAIN (Resource temporarily unavailable)`.
  mutating func call() throws(ScriptProblem) -> CallPattern {
    let position = token.position
    guard case .word(let name) = token.kind else {
      throw .syntax(position, "expected a call, found \(token.shown)")
    }
    advance()
    try expect("(", "behind the name of a call")
    let arguments = try list(until: ")", "behind the arguments of \(name)")
    guard accept("=") else {
      throw .syntax(token.position, "expected '=' and what \(name) returns, found \(token.shown)")
    }
    return CallPattern(name: name, position: position, arguments: arguments, result: try result(name))
  }

  private mutating func result(_ name: String) throws(ScriptProblem) -> CallResult {
    var result = CallResult()
    if token.kind == .ellipsis {
      advance()
    } else {
      let position = token.position
      let value = try argument()
      switch value.value {
      case .number(let number): result.value = number
      case .names(let names):
        guard let number = SocketConstants.value(of: names) else {
          throw .unsupported(position, "'\(names.joined(separator: "|"))' as a result is not supported")
        }
        result.value = number
      default: throw .syntax(position, "\(name) returns a number")
      }
    }
    // A word here is the name of an error only if the result is one: else it begins nothing that is known.
    if case .word(let error) = token.kind {
      guard result.value == -1 else {
        throw .syntax(token.position, "the name of an error, \(error), belongs behind -1")
      }
      result.error = error
      advance()
    }
    if token.kind == .mark("("), token.position.line == previous.position.line { try skipRemark() }
    if result.value == -1 && result.error == nil {
      throw .syntax(token.position, "expected the name of the error behind -1, as in -1 EAGAIN")
    }
    return result
  }

  /// The remark in parentheses behind a result.
  private mutating func skipRemark() throws(ScriptProblem) {
    advance()
    while token.kind != .mark(")") {
      guard token.kind != .end else { throw .syntax(token.position, "the remark is never closed with )") }
      advance()
    }
    advance()
  }

  /// Arguments with commas between them.
  private mutating func list(until closing: Character, _ place: String) throws(ScriptProblem) -> [Argument] {
    var arguments: [Argument] = []
    if accept(closing) { return arguments }
    guard depth < 20 else { throw .syntax(token.position, "too many brackets are open") }
    depth += 1
    defer { depth -= 1 }
    repeat { arguments.append(try argument()) } while accept(",")
    try expect(closing, place)
    return arguments
  }

  private mutating func argument() throws(ScriptProblem) -> Argument {
    let position = token.position
    switch token.kind {
    case .ellipsis:
      advance()
      return Argument(value: .ellipsis, position: position)
    case .string(var text):
      advance()
      while case .string(let more) = token.kind {
        text += more
        advance()
      }
      if token.kind == .ellipsis { advance() }
      return Argument(value: .text(text), position: position)
    case .mark("["):
      advance()
      return Argument(value: .list(try list(until: "]", "behind a list")), position: position)
    case .mark("{"): return try structure()
    case .integer, .word: return try union()
    default: throw .syntax(position, "expected an argument, found \(token.shown)")
    }
  }

  /// A number, a name, several with `|`, or `htons(N)`.
  private mutating func union() throws(ScriptProblem) -> Argument {
    let position = token.position
    var names: [String] = []
    var sum = 0
    repeat {
      switch token.kind {
      case .integer(let value, _): sum |= value
      case .word(let word):
        let meaning = meaning(of: word)
        if following.kind == .mark("("), names.isEmpty {
          advance()
          advance()
          guard depth < 20 else { throw .syntax(position, "too many parentheses are open") }
          depth += 1
          defer { depth -= 1 }
          let inner = try argument()
          try expect(")", "behind the argument of \(word)")
          return Argument(value: .function(word, inner), position: position)
        }
        if let value = Int(meaning) { sum |= value } else { names.append(meaning) }
      default: throw .syntax(token.position, "expected a number or a name, found \(token.shown)")
      }
      advance()
    } while accept("|")
    if names.isEmpty { return Argument(value: .number(sum), position: position) }
    if sum != 0 { names.append(String(sum)) }
    return Argument(value: .names(names), position: position)
  }

  /// `{fd=4, events=POLLIN}`, or `{onoff=1, linger=0}`; a list in braces has no names.
  private mutating func structure() throws(ScriptProblem) -> Argument {
    let position = token.position
    advance()
    guard case .word = token.kind, following.kind == .mark("=") || following.kind == .mark("(") else {
      return Argument(value: .list(try list(until: "}", "behind a list")), position: position)
    }
    guard depth < 20 else { throw .syntax(position, "too many braces are open") }
    depth += 1
    defer { depth -= 1 }
    var fields: [String: Argument] = [:]
    repeat {
      guard case .word(let name) = token.kind else {
        throw .syntax(token.position, "expected the name of a field, found \(token.shown)")
      }
      advance()
      // Some names have a size in parentheses behind them.
      if token.kind == .mark("(") { try skipRemark() }
      try expect("=", "behind the name of a field")
      fields[name] = try argument()
    } while accept(",")
    try expect("}", "behind the fields")
    return Argument(value: .fields(fields), position: position)
  }
}
