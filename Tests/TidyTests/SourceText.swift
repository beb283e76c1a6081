import RequirementTrace

/// A file of the source tree, with its text taken apart.
struct SourceFile {
  /// The path from the root of the repository, with `/` between its parts.
  let path: String
  /// The lines as they are.
  let lines: [String]
  /// The lines with comments and the insides of strings blanked; as long as `lines`.
  let code: [String]
  /// The lines with all but the comments blanked; as long as `lines`.
  let comments: [String]

  /// Whether there is a comment on the line; as long as `lines`.
  let hasComment: [Bool]

  init(path: String, text: String) {
    self.path = path
    let parts = SourceScanner.scan(text)
    lines = splitLines(text)
    code = splitLines(parts.code)
    comments = splitLines(parts.comments)
    hasComment = comments.map { $0.contains { $0 != " " } }
  }

  /// The words of one line of code, each as often as it occurs.
  func words(ofLine index: Int) -> [String] { splitWords(in: code[index]) }
}

/// The runs of letters, digits and underscores.
func splitWords(in text: String) -> [String] {
  text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
}

/// Tells code from comments and strings. Interpolations count as code.
struct SourceScanner {
  private enum Mode: Equatable {
    /// Code; inside an interpolation, with so many open parentheses.
    case code(parentheses: Int)
    case lineComment
    case blockComment(depth: Int)
    case string(pounds: Int, quotes: Int)
  }

  private let text: [UInt8]
  private var offset = 0
  private var modes: [Mode] = [.code(parentheses: 0)]
  private var code: [UInt8] = []
  private var comments: [UInt8] = []

  /// The text twice, with the same lines: once only its code, once only its comments.
  static func scan(_ text: String) -> (code: String, comments: String) {
    var scanner = SourceScanner(text: Array(text.utf8))
    while scanner.offset < scanner.text.count { scanner.step() }
    return (String(decoding: scanner.code, as: UTF8.self), String(decoding: scanner.comments, as: UTF8.self))
  }

  private init(text: [UInt8]) { self.text = text }

  private func starts(_ token: String, at offset: Int) -> Bool { text[offset...].starts(with: token.utf8) }

  /// Moves on by `count` octets, which belong to the code, to a comment, or to neither.
  private mutating func take(_ count: Int, toCode: Bool = false, toComments: Bool = false) {
    for _ in 0..<min(count, text.count - offset) {
      let octet = text[offset]
      let isLineEnd = octet == UInt8(ascii: "\n")
      code.append(toCode || isLineEnd ? octet : UInt8(ascii: " "))
      comments.append(toComments || isLineEnd ? octet : UInt8(ascii: " "))
      offset += 1
    }
  }

  private mutating func step() {
    switch modes[modes.count - 1] {
    case .code(let parentheses): stepInCode(parentheses)
    case .lineComment:
      if text[offset] == UInt8(ascii: "\n") { modes.removeLast() }
      take(1, toComments: true)
    case .blockComment(let depth):
      if starts("/*", at: offset) {
        modes[modes.count - 1] = .blockComment(depth: depth + 1)
        take(2, toComments: true)
      } else if starts("*/", at: offset) {
        if depth == 1 { modes.removeLast() } else { modes[modes.count - 1] = .blockComment(depth: depth - 1) }
        take(2, toComments: true)
      } else {
        take(1, toComments: true)
      }
    case .string(let pounds, let quotes): stepInString(pounds, quotes)
    }
  }

  private mutating func stepInCode(_ parentheses: Int) {
    if starts("//", at: offset) {
      modes.append(.lineComment)
      return take(2, toComments: true)
    }
    if starts("/*", at: offset) {
      modes.append(.blockComment(depth: 1))
      return take(2, toComments: true)
    }
    let pounds = text[offset...].prefix { $0 == UInt8(ascii: "#") }.count
    if starts("\"", at: offset + pounds) {
      let quotes = starts("\"\"\"", at: offset + pounds) ? 3 : 1
      modes.append(.string(pounds: pounds, quotes: quotes))
      return take(pounds + quotes)
    }
    if modes.count > 1 {
      if text[offset] == UInt8(ascii: "(") { modes[modes.count - 1] = .code(parentheses: parentheses + 1) }
      if text[offset] == UInt8(ascii: ")") {
        if parentheses == 1 {
          modes.removeLast()
        } else {
          modes[modes.count - 1] = .code(parentheses: parentheses - 1)
        }
      }
    }
    take(1, toCode: true)
  }

  private mutating func stepInString(_ pounds: Int, _ quotes: Int) {
    let mark = String(repeating: "#", count: pounds)
    if starts("\\" + mark + "(", at: offset) {
      take(1 + pounds)
      modes.append(.code(parentheses: 1))
      return take(1, toCode: true)
    }
    if starts("\\" + mark, at: offset) { return take(2 + pounds) }
    let end = String(repeating: "\"", count: quotes) + mark
    if starts(end, at: offset) {
      modes.removeLast()
      return take(end.utf8.count)
    }
    // A line end closes a string that was never closed; the compiler says more about it.
    if quotes == 1, text[offset] == UInt8(ascii: "\n") { modes.removeLast() }
    take(1)
  }
}

/// A function, initializer, subscript or computed property with a body.
struct Member: Equatable {
  var name: String
  /// The line of its first keyword, from 0.
  var first: Int
  /// The line on which the body opens.
  var body: Int
  /// The line on which the body closes.
  var last: Int

  var lineCount: Int { last - first + 1 }
}

/// Finds the members with a body in blanked code, outer ones before inner ones.
func members(in code: [String]) -> [Member] {
  let tokens = tokenize(code)
  var result: [Member] = []
  for index in tokens.indices {
    let isMember = ["func", "init", "deinit", "subscript", "var"].contains(tokens[index].text)
    // `self.init(…)` and `.init(…)` are calls; "`init`" is a name.
    let before = index > 0 ? tokens[index - 1].text : ""
    guard isMember, before != ".", before != "`", let open = bodyStart(tokens, from: index) else { continue }
    guard let close = matchingBrace(tokens, from: open) else { continue }
    let name = tokens[index].text == "func" ? tokens[index + 1].text : tokens[index].text
    result.append(
      Member(name: name, first: tokens[index].line, body: tokens[open].line, last: tokens[close].line))
  }
  return result
}

private struct Token {
  var text: String
  var line: Int
}

/// Words and single punctuation marks.
private func tokenize(_ code: [String]) -> [Token] {
  var tokens: [Token] = []
  for (line, text) in code.enumerated() {
    var word = ""
    for character in text + " " {
      if character.isLetter || character.isNumber || character == "_" {
        word.append(character)
        continue
      }
      if !word.isEmpty { tokens.append(Token(text: word, line: line)) }
      word = ""
      if character != " " { tokens.append(Token(text: String(character), line: line)) }
    }
  }
  return tokens
}

/// Where the body of the member at `start` opens; `nil` for a requirement, a stored property or a local one.
private func bodyStart(_ tokens: [Token], from start: Int) -> Int? {
  let isVariable = tokens[start].text == "var"
  var depth = 0
  for index in (start + 1)..<max(tokens.count, start + 1) {
    let token = tokens[index]
    if isVariable && (token.line != tokens[start].line || token.text == "=" && depth == 0) { return nil }
    switch token.text {
    case "(", "[": depth += 1
    case ")", "]": depth -= 1
    case "{" where depth == 0: return index
    case "}" where depth == 0: return nil
    case "func", "init", "deinit", "subscript", "var", "let", "case", "struct", "enum", "extension":
      if depth == 0 { return nil }
    default: break
    }
  }
  return nil
}

private func matchingBrace(_ tokens: [Token], from open: Int) -> Int? {
  var depth = 0
  for index in open..<tokens.count {
    if tokens[index].text == "{" { depth += 1 }
    if tokens[index].text == "}" { depth -= 1 }
    if depth == 0 { return index }
  }
  return nil
}
