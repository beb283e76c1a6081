/// The options of a TCP header that this core understands, as a flat value.
public struct SegmentOptions: Sendable, BitwiseCopyable {
  /// Kind 2: the largest segment text that the sender can receive, in octets (RFC 9293 section 3.7.1).
  public var maximumSegmentSize: UInt16?
  /// Kind 3: shift count for the sender's window fields, as received, not clamped (RFC 7323 section 2.2).
  public var windowScale: UInt8?
  /// Kind 4: the sender understands SACK (RFC 2018 section 2).
  public var isSACKPermitted = false
  /// Kind 8 (RFC 7323 section 3.2).
  public var timestamps: Timestamps?
  /// Kind 5 (RFC 2018 section 3).
  public var sack = SACKList()
  /// Kind 28: how long the sender lets what it sends stay unacknowledged (RFC 5482).
  public var userTimeout = UserTimeout.none
  /// How many options of unknown kinds, or of known kinds with a wrong length, were skipped.
  public var unknownCount: UInt8 = 0
  /// Whether a length of 0, 1 or past the end of the header stopped the walk. What was before it counts.
  public var isMalformed = false

  /// No option.
  @inline(__always)
  public init() {}

  /// Whether every stored Bool, enum and optional tag has a valid bit pattern; `TCPHost(restoring:)` checks
  /// this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &isSACKPermitted) <= 1
      && rawByte(of: &isMalformed) <= 1
      && optionalTag(of: &maximumSegmentSize) <= 1
      && optionalTag(of: &windowScale) <= 1
      && optionalTag(of: &timestamps) <= 1
  }
}
