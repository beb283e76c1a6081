/// A word of a script.
struct Token: Equatable {
  enum Kind: Equatable {
    /// A whole number, decimal or hexadecimal, and whether it is hexadecimal.
    case integer(Int, isHexadecimal: Bool)
    /// A number with a point.
    case decimal(Double)
    /// Letters, digits and underscores.
    case word(String)
    /// What was in double quotes.
    case string(String)
    /// What was in back quotes.
    case shell(String)
    /// What was between `%{` and `}%`.
    case code(String)
    /// `--name` or `--name=value`.
    case option(name: String, value: String?)
    /// Three points.
    case ellipsis
    /// Any other character.
    case mark(Character)
    /// There is no more.
    case end
  }

  var kind: Kind
  var position: SourcePosition
  /// Whether it begins right behind the token before it.
  var isAdjacent: Bool

  /// The token as a message shows it.
  var shown: String {
    switch kind {
    case .integer(let value, let isHexadecimal):
      isHexadecimal ? "'0x\(String(value, radix: 16))'" : "'\(value)'"
    case .decimal(let value): "'\(value)'"
    case .word(let word): "'\(word)'"
    case .string(let text): "\"\(text)\""
    case .shell: "a shell line"
    case .code: "an assertion"
    case .option(let name, _): "'--\(name)'"
    case .ellipsis: "'...'"
    case .mark(let character): "'\(character)'"
    case .end: "the end of the script"
    }
  }
}
