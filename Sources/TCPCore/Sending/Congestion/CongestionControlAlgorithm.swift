/// Who decides how the congestion window grows, and how far a loss takes it down (MAY-18).
public enum CongestionControlAlgorithm: UInt8, Sendable, BitwiseCopyable {
  /// RFC 5681 and RFC 6582: a segment more each round trip, half after a loss.
  case newReno
  /// RFC 9438, with HyStart++ (RFC 9406) in the first slow start: a cubic function of the time since the last
  /// loss, and 0.7 after one.
  case cubic
  /// Version 3 of BBR (draft-ietf-ccwg-bbr-06): a model of the path from delivery rates and round trips; a
  /// loss rate below 2 % ends no search for more. Only in ring classes with `samplesDeliveryRate`; always
  /// paced.
  case bbr
}

extension CongestionControlAlgorithm {
  /// Whether it is BBR; never in a build without it.
  @inline(__always)
  package var isBBR: Bool { SentRecords.canSample && self == .bbr }
}

/// What the congestion window does now.
public enum CongestionPhase: UInt8, Sendable, BitwiseCopyable {
  /// It grows by what is acknowledged.
  case slowStart
  /// It grows by a quarter of what is acknowledged, since the round trips have become longer (RFC 9406).
  case conservativeSlowStart
  /// It grows as the algorithm has it.
  case avoidance
  /// What was lost is sent again; the window does not grow.
  case recovery
}
