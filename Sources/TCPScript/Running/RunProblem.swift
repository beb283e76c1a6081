/// Why a script does not go on.
enum RunProblem: Error {
  /// The host did something else than the script says.
  case failed(Mismatch)
  /// The script says something that this player does not know.
  case unsupported(ScriptProblem)
}

/// What was expected, and what came instead.
struct Mismatch {
  var position: SourcePosition
  /// A sentence without its full stop.
  var message: String
  /// Both as a script would write them, where they are segments or results.
  var expected: String?
  var found: String?

  init(_ position: SourcePosition, _ message: String, expected: String? = nil, found: String? = nil) {
    self.position = position
    self.message = message
    self.expected = expected
    self.found = found
  }
}

extension RunProblem {
  static func failed(
    _ position: SourcePosition, _ message: String, expected: String? = nil, found: String? = nil
  ) -> RunProblem {
    .failed(Mismatch(position, message, expected: expected, found: found))
  }

  static func unsupported(_ position: SourcePosition, _ message: String) -> RunProblem {
    .unsupported(.unsupported(position, message))
  }
}
