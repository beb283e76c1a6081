/// The states of a connection (RFC 9293 section 3.3.2, figure 5).
public enum ConnectionState: UInt8, Sendable, BitwiseCopyable {
  /// No connection: it has ended, or was never there.
  case closed = 0
  /// Waiting for a connection request from any peer.
  case listen
  /// Our SYN is on its way, or about to be.
  case synSent
  /// Both SYNs were seen, ours is not yet acknowledged.
  case synReceived
  /// Text may flow both ways.
  case established
  /// We have closed; our FIN is not yet acknowledged.
  case finWait1
  /// We have closed and the peer knows; it may still send.
  case finWait2
  /// The peer has closed; we may still send.
  case closeWait
  /// Both have closed at once; our FIN is not yet acknowledged.
  case closing
  /// The peer closed first, then we; our FIN is not yet acknowledged.
  case lastAck
  /// Both have closed; the tuple stays taken for twice the maximum segment lifetime.
  case timeWait

  /// The name in the RFC's spelling.
  public var name: StaticString {
    switch self {
    case .closed: "CLOSED"
    case .listen: "LISTEN"
    case .synSent: "SYN-SENT"
    case .synReceived: "SYN-RECEIVED"
    case .established: "ESTABLISHED"
    case .finWait1: "FIN-WAIT-1"
    case .finWait2: "FIN-WAIT-2"
    case .closeWait: "CLOSE-WAIT"
    case .closing: "CLOSING"
    case .lastAck: "LAST-ACK"
    case .timeWait: "TIME-WAIT"
    }
  }
}
