/// Why a script, or a line of it, cannot be played.
struct ScriptProblem: Error, Equatable, Sendable {
  /// Whose fault it is.
  enum Kind: Sendable {
    /// The line is none of this language.
    case syntax
    /// It is, but this player does not know it.
    case unsupported
  }

  /// Whose fault it is.
  var kind: Kind
  /// Where it is.
  var position: SourcePosition
  /// What it is, as a sentence without its full stop.
  var message: String

  static func syntax(_ position: SourcePosition, _ message: String) -> ScriptProblem {
    ScriptProblem(kind: .syntax, position: position, message: message)
  }

  static func unsupported(_ position: SourcePosition, _ message: String) -> ScriptProblem {
    ScriptProblem(kind: .unsupported, position: position, message: message)
  }
}
