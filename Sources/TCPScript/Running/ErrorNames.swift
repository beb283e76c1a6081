import TCPCore

/// The names of errors as a program on Linux sees them.
enum ErrorNames {
  static func name(_ error: CallError) -> String {
    switch error {
    case .staleHandle: "EBADF"
    case .wouldBlock: "EAGAIN"
    case .endOfStream: "EPIPE"
    case .closing, .notConnected: "EPIPE"
    case .reset: "ECONNRESET"
    case .refused: "ECONNREFUSED"
    case .timedOut: "ETIMEDOUT"
    case .unreachable: "EHOSTUNREACH"
    case .aborted: "ECONNABORTED"
    case .addressGone: "ENETDOWN"
    case .insufficientResources: "ENOBUFS"
    case .remoteUnspecified: "ENOTCONN"
    case .invalidAddress, .addressNotAvailable: "EADDRNOTAVAIL"
    case .connectionExists: "EADDRINUSE"
    case .notSupported: "EOPNOTSUPP"
    case .invalidArgument: "EINVAL"
    }
  }

  /// Why a connection has ended, as `SO_ERROR` says it; `nil` where it has not, or in good order.
  static func name(_ reason: EndReason) -> String? {
    switch reason {
    case .none, .finished: nil
    default: name(CallError(reason))
    }
  }

  /// Some names mean the same.
  static func isSame(_ left: String, _ right: String) -> Bool {
    left == right || Set([left, right]) == ["EAGAIN", "EWOULDBLOCK"]
  }

  /// The numbers of Linux, for `SO_ERROR`.
  static let numbers: [String: Int] = [
    "EPIPE": 32, "ECONNRESET": 104, "ECONNREFUSED": 111, "ETIMEDOUT": 110, "EHOSTUNREACH": 113,
    "ECONNABORTED": 103, "ENETDOWN": 100,
  ]
}
