/// What a connection does with the user time-out option (RFC 5482).
public enum UserTimeoutPolicy: UInt8, Sendable, BitwiseCopyable {
  /// Nothing is sent, and what the peer sends is not heard (RFC5482-9).
  case off
  /// Nothing is sent. What the peer advertises may make the connection wait longer for it.
  case adopt
  /// How long we wait is advertised as well.
  case exchange
}
