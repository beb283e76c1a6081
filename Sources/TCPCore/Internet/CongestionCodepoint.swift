/// The explicit congestion notification field of an IP header (RFC 3168 section 5).
public enum CongestionCodepoint: UInt8, Sendable, BitwiseCopyable {
  /// The transport does not understand marks.
  case notCapable = 0
  /// ECT(1).
  case capable1 = 1
  /// ECT(0).
  case capable0 = 2
  /// CE: a router saw congestion.
  case experienced = 3
}
