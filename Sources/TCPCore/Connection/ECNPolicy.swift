/// What to do about explicit congestion notification (RFC 3168).
public enum ECNPolicy: UInt8, Sendable, BitwiseCopyable {
  /// Nothing.
  case off
  /// Use it where the peer's SYN offers it.
  case answer
  /// As `answer`, and offer it in our SYN.
  case offer
}
