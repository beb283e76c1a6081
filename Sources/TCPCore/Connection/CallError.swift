/// Why a call did not do what was asked. Nothing has changed then.
public enum CallError: UInt8, Error, Sendable {
  /// The handle names nothing, or something that was released.
  case staleHandle
  /// Nothing can be taken or given now; an event will tell when that changes.
  case wouldBlock
  /// The peer has closed and everything was read.
  case endOfStream
  /// The user has closed; nothing more can be sent.
  case closing
  /// There is no connection behind the handle, only its end: both sides closed.
  case notConnected
  /// The peer reset the connection.
  case reset
  /// The peer refused the connection.
  case refused
  /// The peer did not answer in time.
  case timedOut
  /// The peer cannot be reached.
  case unreachable
  /// The user aborted the connection.
  case aborted
  /// The interface lost the address that the connection used.
  case addressGone
  /// No free slot of the wanted kind.
  case insufficientResources
  /// An active open without a remote address or port.
  case remoteUnspecified
  /// An address that nothing can be sent to or come from: multicast, broadcast, unspecified.
  case invalidAddress
  /// An address that is none of ours, or no interface leads to the peer.
  case addressNotAvailable
  /// A connection or listener with these endpoints exists.
  case connectionExists
  /// The operation does not fit what the handle names, such as reading from a listener.
  case notSupported
  /// An argument is out of its range: an interface, a ring class, a prefix, an MTU, a count.
  case invalidArgument

  /// The error that a call on an ended connection meets.
  package init(_ reason: EndReason) {
    switch reason {
    case .none, .finished: self = .notConnected
    case .reset: self = .reset
    case .refused: self = .refused
    case .timedOut: self = .timedOut
    case .unreachable: self = .unreachable
    case .aborted: self = .aborted
    case .addressGone: self = .addressGone
    }
  }
}
