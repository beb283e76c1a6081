// The options of a segment.
extension Parser {
  /// `<mss 1460,sackOK,nop,wscale 7>`; `nil` for `<...>`.
  mutating func options(_ isArriving: Bool) throws(ScriptProblem) -> [OptionPattern]? {
    let start = token.position
    try expect("<", "before the options")
    if token.kind == .ellipsis {
      guard !isArriving else { throw .syntax(token.position, "<...> is for segments that leave (>) only") }
      advance()
      try expect(">", "behind ...")
      return nil
    }
    var options: [OptionPattern] = []
    repeat { options.append(try option()) } while accept(",")
    try expect(">", "behind the options, or a comma between them")
    let count = options.reduce(0) { $0 + $1.byteCount }
    guard count % 4 == 0 else {
      throw .syntax(start, "the options take \(count) octets, not a multiple of 4: add nop or eol")
    }
    guard count <= 40 else { throw .syntax(start, "the options take \(count) octets, and 40 is the most") }
    return options
  }

  private mutating func option() throws(ScriptProblem) -> OptionPattern {
    let position = token.position
    guard case .word(let name) = token.kind else {
      throw .syntax(
        position, "expected an option such as mss, wscale, sackOK, sack, TS, nop, found \(token.shown)")
    }
    advance()
    switch name {
    case "nop": return .noOperation
    case "eol": return .endOfList
    case "mss": return .maximumSegmentSize(UInt16(try integer("the MSS", 0...65_535)))
    case "wscale": return .windowScale(UInt8(try integer("the shift of the window", 0...255)))
    case "sackOK": return .sackPermitted
    case "sack": return .sack(try ranges())
    case "TS": return try timestamps()
    case "FO": return .other(kind: 34, try octets(isOptional: true))
    case "FOEXP": return .other(kind: 254, [0xF9, 0x89] + (try octets(isOptional: true)))
    case "md5": return .other(kind: 19, try octets(isOptional: false))
    default:
      throw .unsupported(position, "the option '\(name)' is not supported")
    }
  }

  private mutating func ranges() throws(ScriptProblem) -> [RangePattern] {
    var ranges: [RangePattern] = []
    repeat {
      let left = try integer("a range, as in sack 1001:2001", 0...0xFFFF_FFFF)
      try expect(":", "in a range, as in sack 1001:2001")
      let right = try integer("the end of the range", 0...0xFFFF_FFFF)
      ranges.append(RangePattern(left: UInt32(left), right: UInt32(right)))
    } while token.isInteger
    return ranges
  }

  private mutating func timestamps() throws(ScriptProblem) -> OptionPattern {
    guard accept(word: "val") else {
      throw .syntax(token.position, "expected val behind TS, found \(token.shown)")
    }
    let value = try integer("the timestamp", 0...0xFFFF_FFFF)
    guard accept(word: "ecr") else {
      throw .syntax(token.position, "expected ecr behind the timestamp, found \(token.shown)")
    }
    let echo = try integer("the echoed timestamp", 0...0xFFFF_FFFF)
    return .timestamps(value: UInt32(value), echo: UInt32(echo))
  }

  /// Hexadecimal digits, two for each octet.
  private mutating func octets(isOptional: Bool) throws(ScriptProblem) -> [UInt8] {
    var digits = ""
    switch token.kind {
    case .word(let word): digits = meaning(of: word)
    case .integer(let value, false): digits = String(value)
    default:
      guard isOptional else {
        throw .syntax(token.position, "expected hexadecimal digits, found \(token.shown)")
      }
      return []
    }
    let values = digits.compactMap(\.hexDigitValue)
    if values.count < digits.count, digits.contains("_") {
      throw .unsupported(token.position, "nothing says what \(digits) is: --define=\(digits)=... would")
    }
    guard values.count == digits.count, values.count % 2 == 0, values.count <= 36 else {
      throw .syntax(token.position, "expected pairs of hexadecimal digits, found '\(digits)'")
    }
    advance()
    return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
  }
}

extension Token {
  var isInteger: Bool { if case .integer = kind { true } else { false } }
}
