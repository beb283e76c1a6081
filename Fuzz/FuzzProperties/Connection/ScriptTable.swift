import TCPCore

/// What the codes of an input script mean. Made once, so that a step allocates nothing.
enum ScriptTable {
  /// Window fields.
  static let windows = [5_000, 0, 1, 10, 100, 536, 1_460, 65_535]
  /// MSS options.
  static let segmentSizes: [UInt16] = [1_460, 536, 100, 0, 65_535, 1_220, 64, 63]
  /// Window scale options; above 14 they count as 14.
  static let shifts: [UInt8] = [0, 1, 7, 14, 15, 255, 2, 3]
  /// Urgent pointers; `nil` for the end of the text.
  static let urgentPointers: [UInt16?] = [nil, 0, 1, 65_535]
  /// Octets of text.
  static let counts = [256, 300, 512, 536, 700, 1_000, 1_200, 1_400]
  /// User time-out options; the first is none, and that of no minutes is reserved.
  static let userTimeouts: [UInt16] = [0, 1, 110, 300, 0x8002, 0xFFFF, 0x8000, 7_200]
  /// Octets that a user writes.
  static let writes = [536, 1_460, 3_000, 9_000, 9_100]
  /// Pauses in milliseconds; the first is up to the next deadline.
  static let pauses: [UInt64] = [
    0, 1, 10, 40, 200, 500, 1_000, 3_000, 10_000, 61_000, 63_000, 120_000, 240_000, 600_000, 25 * 86_400_000,
  ]
  /// Next-hop MTUs.
  static let pathSizes = [1_280, 1_400, 576, 296, 68, 0, 65_535, 1_006]
  /// Total lengths of quoted datagrams; the first is that of what we send.
  static let quotedSizes = [
    1_500, 65_535, 32_001, 32_000, 17_914, 8_166, 4_352, 2_002, 1_492, 1_006, 508, 60,
  ]
  /// The plateaus of RFC 1191 section 7, as the core has them.
  static let plateaus = [32_000, 17_914, 8_166, 4_352, 2_002, 1_492, 1_006, 508, 296]
  /// ICMP errors: type, code, and what they mean.
  static let errorsIPv4: [(UInt8, UInt8, ICMPErrorKind)] = [
    (3, 3, .refused), (3, 1, .unreachable), (3, 4, .tooBig), (11, 0, .timeExceeded),
    (12, 0, .parameterProblem), (4, 0, .sourceQuench),
  ]
  static let errorsIPv6: [(UInt8, UInt8, ICMPErrorKind)] = [
    (1, 4, .refused), (1, 0, .unreachable), (2, 0, .tooBig), (3, 0, .timeExceeded), (4, 0, .parameterProblem),
  ]
  /// Events that must be reported.
  static let eventKinds: [EventSet] = [.readable, .writable, .ended, .urgent, .softError]
}
