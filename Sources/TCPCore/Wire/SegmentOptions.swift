/// One block of the SACK option: octets `left ..< right` have arrived (RFC 2018 section 3).
public struct SACKBlock: Equatable, Sendable, BitwiseCopyable {
  /// First sequence number of the block.
  public var left: SequenceNumber
  /// The sequence number just behind the block.
  public var right: SequenceNumber

  /// A block of octets `left ..< right`.
  @inline(__always)
  public init(left: SequenceNumber, right: SequenceNumber) {
    self.left = left
    self.right = right
  }
}

/// The SACK blocks of one segment: none to four, in the order they stand in.
public struct SACKList: Sendable, BitwiseCopyable {
  /// How many blocks there are: 0 to 4.
  public private(set) var count: Int = 0
  private var blocks: [4 of SACKBlock]

  /// No block.
  @inline(__always)
  public init() {
    blocks = [4 of SACKBlock](repeating: SACKBlock(left: SequenceNumber(0), right: SequenceNumber(0)))
  }

  /// The block at a position below `count`.
  @inline(__always)
  public subscript(index: Int) -> SACKBlock {
    precondition(index < count)
    return blocks[index]
  }

  /// Adds a block behind the others; a fifth one is not taken.
  @inline(__always)
  public mutating func append(_ block: SACKBlock) {
    guard count < 4 else { return }
    blocks[count] = block
    count &+= 1
  }
}

/// The two numbers of the timestamps option (RFC 7323 section 3.2).
public struct Timestamps: Equatable, Sendable, BitwiseCopyable {
  /// TSval: the sender's clock.
  public var value: UInt32
  /// TSecr: the clock value that is echoed, meaningful with ACK only.
  public var echo: UInt32

  /// A pair of clock value and echo.
  @inline(__always)
  public init(value: UInt32, echo: UInt32) {
    self.value = value
    self.echo = echo
  }
}

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
  /// How many options of unknown kinds, or of known kinds with a wrong length, were skipped.
  public var unknownCount: UInt8 = 0
  /// Whether a length of 0, 1 or past the end of the header stopped the walk. What stood before it counts.
  public var isMalformed = false

  /// No option.
  @inline(__always)
  public init() {}

  /// Whether what stands where enumerations, truth values and optionals stand is a value of theirs; a restore checks this.
  package mutating func hasKnownCases() -> Bool {
    storedCase(&isSACKPermitted) <= 1
      && storedCase(&isMalformed) <= 1
      && storedTag(&maximumSegmentSize) <= 1
      && storedTag(&windowScale) <= 1
      && storedTag(&timestamps) <= 1
  }
}

/// Option kinds (RFC 9293 section 3.2, RFC 7323, RFC 2018), each with the length octet that it has in the octet behind it,
/// where there is one.
enum OptionKind {
  static var endOfList: UInt8 { 0 }
  static var noOperation: UInt8 { 1 }
  static var maximumSegmentSize: UInt16 { 0x0204 }
  static var windowScale: UInt16 { 0x0303 }
  static var sackPermitted: UInt16 { 0x0402 }
  /// Of 8 octets for each block the length is still to be added, and 2 more.
  static var sack: UInt16 { 0x0500 }
  static var timestamps: UInt16 { 0x080A }
}
