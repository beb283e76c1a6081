#if os(Linux)
  import TCPCore

  /// Why a connection did not do what it was made for, in words.
  package enum CallErrorText {
    package static func text(_ error: CallError) -> String {
      switch error {
      case .reset: "connection reset by the peer"
      case .refused: "connection refused"
      case .timedOut: "the peer did not answer in time"
      case .unreachable: "the peer cannot be reached"
      case .aborted: "connection aborted"
      case .addressGone: "the address of the connection is gone"
      case .insufficientResources: "too many connections"
      case .remoteUnspecified, .invalidAddress: "nobody can be reached at this address"
      case .addressNotAvailable: "no --address of the peer's family and scope"
      case .connectionExists: "a connection or listener with these endpoints exists"
      case .endOfStream: "the peer has closed"
      case .staleHandle, .wouldBlock, .closing, .notConnected, .notSupported, .invalidArgument: "\(error)"
      }
    }

    /// The error that a call on a connection with this end would meet.
    package static func error(_ reason: EndReason) -> CallError {
      switch reason {
      case .none, .finished: .notConnected
      case .reset: .reset
      case .refused: .refused
      case .timedOut: .timedOut
      case .unreachable: .unreachable
      case .aborted: .aborted
      case .addressGone: .addressGone
      }
    }
  }
#endif
