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

/// The SACK blocks of one segment: none to four, in the order they are in.
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
    // unreached: no caller adds a fifth
    guard count < 4 else { return }
    blocks[count] = block
    count &+= 1
  }
}
