/// What became of a call.
enum CallOutcome {
  /// It has returned.
  case returned(Int, error: String?)
  /// It blocks, until `limit` at most; the closure tries again.
  case blocks(limit: UInt64?, () throws(RunProblem) -> CallOutcome)

  static func returned(_ value: Int) -> CallOutcome { .returned(value, error: nil) }
  static func failed(_ error: String) -> CallOutcome { .returned(-1, error: error) }
}

/// A call that has not returned yet.
struct BlockedCall {
  var call: CallPattern
  /// When it has to return, in microseconds since the script began.
  var end: UInt64
  var limit: UInt64?
  var retry: () throws(RunProblem) -> CallOutcome
}
