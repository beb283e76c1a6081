/// Reads a script.
struct Parser {
  private let tokens: [Token]
  private var index = 0
  /// `--define` gives a word another meaning.
  private var definitions: [String: String] = [:]
  var script = Script()
  /// A shell line that must not be followed by an event.
  private var pending: ScriptProblem?
  /// How many brackets and braces are open.
  var depth = 0

  private init(_ text: String) throws(ScriptProblem) { tokens = try Lexer.tokens(of: text) }

  /// The script that a text is.
  static func script(_ text: String) throws(ScriptProblem) -> Script {
    var parser = try Parser(text)
    try parser.parse()
    return parser.script
  }

  private mutating func parse() throws(ScriptProblem) {
    while case .option(let name, let value) = token.kind {
      try add(ScriptOption(name: name, value: value, position: token.position))
      advance()
    }
    while token.kind != .end {
      if case .shell(let line) = token.kind {
        try note(line, token.position)
        advance()
      } else if case .option(let name, _) = token.kind {
        throw .syntax(token.position, "--\(name) belongs to the start of the script, before the first event")
      } else {
        try event()
      }
    }
  }

  private mutating func add(_ option: ScriptOption) throws(ScriptProblem) {
    guard option.name == "define", let value = option.value, let equals = value.firstIndex(of: "=") else {
      script.options.append(option)
      return
    }
    var meaning = String(value[value.index(after: equals)...])
    if meaning.hasPrefix("`") { throw .unsupported(option.position, "a shell line in --define is not run") }
    if meaning.hasPrefix("\""), meaning.hasSuffix("\""), meaning.count > 1 {
      meaning = String(meaning.dropFirst().dropLast())
    }
    definitions[String(value[..<equals])] = meaning
  }

  private mutating func event() throws(ScriptProblem) {
    let position = token.position
    let time = try eventTime()
    var end: UInt64?
    if token.kind == .ellipsis {
      advance()
      end = try seconds("the time at which the call ends")
    }
    if case .shell(let line) = token.kind {
      try note(line, token.position)
      advance()
      return
    }
    let action = try action()
    if let pending { throw pending }
    try check(time, end, action, position)
    script.events.append(ScriptEvent(position: position, time: time, end: end, action: action))
  }

  private mutating func action() throws(ScriptProblem) -> ScriptAction {
    switch token.kind {
    case .mark("<"): return try segment(isArriving: true)
    case .mark(">"): return try segment(isArriving: false)
    case .code(let text):
      let position = token.position
      advance()
      return .assertion(try AssertionParser.comparisons(text, at: position))
    case .word: return .call(try call())
    default:
      throw .syntax(
        token.position,
        "after the time expected < for a segment that arrives, > for one that leaves, a call or %{, found"
          + " \(token.shown)")
    }
  }

  /// Times of some kinds belong to segments that leave only.
  private func check(
    _ time: EventTime, _ end: UInt64?, _ action: ScriptAction, _ position: SourcePosition
  ) throws(ScriptProblem) {
    if case .departure = action {
      if end != nil { throw .syntax(position, "a time with ... belongs to a call, not to a segment") }
      return
    }
    switch time {
    case .any: throw .syntax(position, "the time * is for segments that leave (>) only")
    case .absoluteRange, .relativeRange:
      throw .syntax(position, "a time with ~ is for segments that leave (>) only")
    case .absolute(let start), .relative(let start):
      guard let end else { return }
      guard case .call = action else {
        throw .syntax(position, "a time with ... belongs to a call, not to a segment")
      }
      if end < start { throw .syntax(position, "the call ends before it begins") }
    }
  }

  /// Shell lines are not run. What some of them set is known.
  private mutating func note(_ text: String, _ position: SourcePosition) throws(ScriptProblem) {
    for command in text.split(separator: "\n") {
      switch ShellLine(command) {
      case .harmless:
        if command.contains(where: { $0 != " " && $0 != "\t" }) {
          script.notes.append(ScriptNote(position: position, text: "not run: \(command)"))
        }
      case .setting(let name, let value) where script.events.isEmpty:
        script.notes.append(
          ScriptNote(position: position, text: "not run, but taken as a setting: \(command)"))
        script.options.append(ScriptOption(name: name, value: value, position: position))
      case .setting, .unknown:
        let problem = ScriptProblem.unsupported(
          position, "shell lines are not run, and a result may hang on this one: \(command)")
        guard !script.events.isEmpty else { throw problem }
        // Behind the last event nothing hangs on it.
        pending = pending ?? problem
        script.notes.append(ScriptNote(position: position, text: "not run: \(command)"))
      }
    }
  }
}

// What all parts of the parser use.
extension Parser {
  /// The token in hand.
  var token: Token { tokens[index] }

  /// The one behind it.
  var following: Token { tokens[min(index + 1, tokens.count - 1)] }

  /// The one before it.
  var previous: Token { tokens[max(index - 1, 0)] }

  mutating func advance() { if index < tokens.count - 1 { index += 1 } }

  /// Whether the token is this character; then it is passed over.
  mutating func accept(_ character: Character) -> Bool {
    guard token.kind == .mark(character) else { return false }
    advance()
    return true
  }

  /// Whether the token is this word; then it is passed over.
  mutating func accept(word: String) -> Bool {
    guard token.kind == .word(word) else { return false }
    advance()
    return true
  }

  mutating func expect(_ character: Character, _ place: String) throws(ScriptProblem) {
    guard accept(character) else {
      throw .syntax(token.position, "expected '\(character)' \(place), found \(token.shown)")
    }
  }

  mutating func integer(_ what: String, _ range: ClosedRange<Int>) throws(ScriptProblem) -> Int {
    guard case .integer(let value, _) = token.kind else {
      throw .syntax(token.position, "expected \(what), found \(token.shown)")
    }
    guard range.contains(value) else {
      throw .syntax(
        token.position, "\(what) is a number from \(range.lowerBound) to \(range.upperBound), not \(value)")
    }
    advance()
    return value
  }

  /// A word with another meaning by `--define`, if it has one.
  func meaning(of word: String) -> String { definitions[word] ?? word }
}

// Times.
extension Parser {
  private mutating func eventTime() throws(ScriptProblem) -> EventTime {
    if accept("*") { return .any }
    let isRelative = accept("+")
    let start = try seconds(
      isRelative ? "a time in seconds behind +" : "a time: seconds, as in 0.1, +0.1 or *")
    guard accept("~") else { return isRelative ? .relative(start) : .absolute(start) }
    let second = token.position
    if isRelative { try expect("+", "before the end of a range that begins with +") }
    let end = try seconds("the end of the range")
    if end < start { throw .syntax(second, "the range of times is backwards") }
    return isRelative ? .relativeRange(start, end) : .absoluteRange(start, end)
  }

  /// Seconds, as microseconds.
  private mutating func seconds(_ what: String) throws(ScriptProblem) -> UInt64 {
    var time = 0.0
    switch token.kind {
    case .integer(let value, _): time = Double(value)
    case .decimal(let value): time = value
    default: throw .syntax(token.position, "expected \(what), found \(token.shown)")
    }
    guard time >= 0, time <= 10_000_000 else {
      throw .syntax(token.position, "a time is a number of seconds from 0 to 10000000")
    }
    advance()
    return UInt64((time * 1e6).rounded())
  }
}
