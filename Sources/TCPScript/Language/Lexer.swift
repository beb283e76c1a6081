/// Cuts a script into tokens.
struct Lexer {
  private let bytes: [UInt8]
  private var offset = 0
  private var line = 1
  private var lineStart = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  /// All tokens, the last one being the end.
  static func tokens(of text: String) throws(ScriptProblem) -> [Token] {
    var lexer = Lexer(text)
    var tokens: [Token] = []
    while true {
      let token = try lexer.next()
      tokens.append(token)
      if token.kind == .end { return tokens }
    }
  }

  private var position: SourcePosition { SourcePosition(line: line, column: offset - lineStart + 1) }

  private func byte(_ distance: Int = 0) -> UInt8 {
    offset + distance < bytes.count ? bytes[offset + distance] : 0
  }

  private func begins(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard offset + count <= bytes.count else { return false }
    return "\(text)".utf8.elementsEqual(bytes[offset..<offset + count])
  }

  private mutating func step() {
    if bytes[offset] == UInt8(ascii: "\n") {
      line += 1
      lineStart = offset + 1
    }
    offset += 1
  }

  /// Passes blanks and comments over.
  private mutating func skip() throws(ScriptProblem) {
    while offset < bytes.count {
      if begins("//") {
        while offset < bytes.count, byte() != UInt8(ascii: "\n") { offset += 1 }
      } else if begins("/*") {
        let start = position
        offset += 2
        while !begins("*/") {
          guard offset < bytes.count else { throw .syntax(start, "the comment is never closed with */") }
          step()
        }
        offset += 2
      } else if [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n")].contains(
        byte())
      {
        step()
      } else {
        return
      }
    }
  }

  private mutating func next() throws(ScriptProblem) -> Token {
    let before = offset
    try skip()
    let start = position
    let isAdjacent = offset == before && offset > 0
    return Token(kind: try kind(start), position: start, isAdjacent: isAdjacent)
  }

  private mutating func kind(_ start: SourcePosition) throws(ScriptProblem) -> Token.Kind {
    guard offset < bytes.count else { return .end }
    let first = byte()
    if begins("...") {
      offset += 3
      return .ellipsis
    }
    if begins("%{") {
      return .code(try delimited(2, until: "}%", start, "the assertion is never closed with }%"))
    }
    if first == UInt8(ascii: "\"") {
      return .string(try delimited(1, until: "\"", start, "the text is never closed with \""))
    }
    if first == UInt8(ascii: "`") {
      return .shell(try delimited(1, until: "`", start, "the shell line is never closed with `"))
    }
    if begins("--"), Lexer.isWord(byte(2)) { return option() }
    let isNegative = first == UInt8(ascii: "-") && (Lexer.isDigit(byte(1)) || byte(1) == UInt8(ascii: "."))
    if Lexer.isDigit(first) || isNegative || first == UInt8(ascii: ".") && Lexer.isDigit(byte(1)) {
      return try number(start, isNegative: isNegative)
    }
    if Lexer.isWord(first) { return .word(word()) }
    // A character of several octets is taken whole.
    var count = 1
    while offset + count < bytes.count, bytes[offset + count] & 0xC0 == 0x80 { count += 1 }
    let text = String(decoding: bytes[offset..<offset + count], as: UTF8.self)
    offset += count
    return .mark(text.first ?? "?")
  }

  private mutating func word() -> String {
    let start = offset
    while Lexer.isWord(byte()) { offset += 1 }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  /// A number, or a word that begins with digits.
  private mutating func number(_ start: SourcePosition, isNegative: Bool) throws(ScriptProblem) -> Token.Kind
  {
    let begin = offset
    if isNegative { offset += 1 }
    if begins("0x") {
      offset += 2
      let digits = word()
      guard let value = Int(digits, radix: 16) else { throw .syntax(start, "0x\(digits) is no number") }
      return .integer(isNegative ? -value : value, isHexadecimal: true)
    }
    let digits = word()
    if byte() == UInt8(ascii: "."), Lexer.isDigit(byte(1)), digits.utf8.allSatisfy(Lexer.isDigit) {
      offset += 1
      while Lexer.isDigit(byte()) { offset += 1 }
      let text = String(decoding: bytes[begin..<offset], as: UTF8.self)
      guard let value = Double(text) else { throw .syntax(start, "\(text) is no number") }
      return .decimal(value)
    }
    guard digits.utf8.allSatisfy(Lexer.isDigit) else { return .word((isNegative ? "-" : "") + digits) }
    guard let value = Int(digits) else { throw .syntax(start, "\(digits) is too large a number") }
    return .integer(isNegative ? -value : value, isHexadecimal: false)
  }

  /// `--name=value`, up to the next blank that is not in quotes.
  private mutating func option() -> Token.Kind {
    offset += 2
    let name = word()
    guard byte() == UInt8(ascii: "=") else { return .option(name: name, value: nil) }
    offset += 1
    let start = offset
    var quote: UInt8?
    while offset < bytes.count, quote != nil || byte() > UInt8(ascii: " ") {
      if byte() == quote {
        quote = nil
      } else if quote == nil, byte() == UInt8(ascii: "\"") || byte() == UInt8(ascii: "`") {
        quote = byte()
      }
      step()
    }
    return .option(name: name, value: String(decoding: bytes[start..<offset], as: UTF8.self))
  }

  private mutating func delimited(
    _ opening: Int, until closing: StaticString, _ start: SourcePosition, _ complaint: String
  ) throws(ScriptProblem) -> String {
    offset += opening
    let begin = offset
    while !begins(closing) {
      guard offset < bytes.count else { throw .syntax(start, complaint) }
      if byte() == UInt8(ascii: "\\"), opening == 1, offset + 1 < bytes.count { step() }
      step()
    }
    let text = String(decoding: bytes[begin..<offset], as: UTF8.self)
    offset += closing.utf8CodeUnitCount
    return text
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: "_")
      || byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
  }
}
