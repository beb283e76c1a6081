/// When a listener answers a SYN with a cookie: a SYN-ACK whose initial sequence number says what has to be
/// known of the SYN, so that nothing is kept for it (RFC 4987 section 3.6).
public enum SYNCookiePolicy: UInt8, Sendable, BitwiseCopyable {
  /// Where the table of half-open entries or the listener's backlog has no room for the SYN.
  case automatic
  /// Never: where there is no room, an older half-open entry gives way, or the SYN is dropped.
  case never
  /// Always.
  case always
}
