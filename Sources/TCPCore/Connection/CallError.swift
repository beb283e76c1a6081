/// Why a connection has ended.
public enum EndReason: UInt8, Sendable, BitwiseCopyable {
  /// It has not ended.
  case none = 0
  /// Both sides closed, and everything was acknowledged.
  case finished
  /// The peer reset it (MUST-12).
  case reset
  /// The peer refused it.
  case refused
  /// The peer did not answer in time.
  case timedOut
  /// The attempt to connect met no answer but the network's word that the peer cannot be reached.
  case unreachable
  /// The user aborted it, or closed it before it was established.
  case aborted
  /// The interface lost the address that the connection used.
  case addressGone
}

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

/// What a connection has to tell its user, coalesced until the user fetches it.
public struct Events: Equatable, Sendable, BitwiseCopyable {
  /// One bit for each kind.
  public var rawValue: UInt8

  /// The events with the given bits.
  @inline(__always)
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Nothing.
  public static var none: Events { Events(rawValue: 0) }
  /// There is text to read, or the end of the stream.
  public static var readable: Events { Events(rawValue: 1) }
  /// There is room to write; also: the connection is established.
  public static var writable: Events { Events(rawValue: 2) }
  /// A listener has made this connection.
  public static var accepted: Events { Events(rawValue: 4) }
  /// The connection has ended; `status` tells why.
  public static var ended: Events { Events(rawValue: 8) }
  /// The peer has marked urgent text, or moved the mark (MUST-32).
  public static var urgent: Events { Events(rawValue: 16) }
  /// Something is wrong that does not end the connection; `status` tells what (MUST-47).
  public static var softError: Events { Events(rawValue: 32) }

  /// Whether every event of `other` is among these.
  @inline(__always)
  public func contains(_ other: Events) -> Bool { rawValue & other.rawValue == other.rawValue }

  /// The events of both.
  @inline(__always)
  public static func | (left: Events, right: Events) -> Events {
    Events(rawValue: left.rawValue | right.rawValue)
  }
}

/// Something wrong that does not end a connection (RFC 9293 section 3.9.1.8).
public enum SoftError: UInt8, Sendable, BitwiseCopyable {
  /// Nothing.
  case none = 0
  /// R1: the same octets were sent again and again (SHLD-9).
  case retransmissions
  /// The network could not reach the peer.
  case unreachable
  /// The network says that the peer refuses; believed only while connecting (RFC5927-2).
  case refused
  /// A datagram ran out of hops.
  case timeExceeded
  /// A router did not understand a datagram.
  case parameterProblem
}
