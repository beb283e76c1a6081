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
