/// A call of the program with what it has to return.
struct CallPattern: Equatable, Sendable {
  var name: String
  var position: SourcePosition
  var arguments: [Argument]
  var result: CallResult

  /// The name, and the descriptor if that comes first.
  var shortText: String {
    if case .number(let descriptor)? = arguments.first?.value { "\(name)(\(descriptor))" } else { name }
  }
}

/// What a call returns.
struct CallResult: Equatable, Sendable {
  /// `nil` where the script says `...`.
  var value: Int?
  /// The name of the error where the value is -1.
  var error: String?
}

/// An argument of a call.
struct Argument: Equatable, Sendable {
  indirect enum Value: Equatable, Sendable {
    case number(Int)
    /// Names with `|` between them.
    case names([String])
    case text(String)
    case ellipsis
    case list([Argument])
    case fields([String: Argument])
    /// `htons(8080)`, `inet_addr("192.0.2.1")`.
    case function(String, Argument)
  }

  var value: Value
  var position: SourcePosition
}
