import TCPCore

/// What a descriptor of a script's program names.
final class ScriptSocket {
  enum Kind {
    /// Nothing was done with it but `bind`.
    case fresh
    case listener(Handle)
    case connection(Handle)
  }

  var kind = Kind.fresh
  var options: ConnectionOptions
  var localPort: UInt16?
  var isNonBlocking = false
  /// `shutdown` for reading: what comes later is not given out.
  var isReadShut = false
  /// `connect` has reported that the handshake is over.
  var hasReportedConnect = false
  /// The reason of the end was given to the program once.
  var hasReportedError = false
  /// SO_LINGER with a time of 0: `close` resets.
  var resetsOnClose = false
  /// The program has answered what it received, or has chosen how soon to acknowledge.
  var hasChosenDelay = false
  /// TCP_CORK: short segments wait for more.
  var isCorked = false
  /// SO_SNDBUF: how many octets may wait for their acknowledgment, beside what the ring holds.
  var sendLimit: Int?
  /// How many octets were written and read.
  var written = 0
  var readCount = 0

  init(_ options: ConnectionOptions) { self.options = options }

  /// The connection, if it is one.
  var connection: Handle? {
    if case .connection(let handle) = kind { handle } else { nil }
  }
}
