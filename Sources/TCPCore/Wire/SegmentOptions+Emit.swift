extension SegmentOptions {
  /// How many octets `emit` writes: a multiple of 4, at most 40 whatever the options hold.
  ///
  /// A SYN with everything takes 24, timestamps 12, timestamps and three SACK blocks 40.
  @inline(__always)
  public var byteCount: Int {
    if sack.count == 0 { return byteCountBeforeSACK }
    let blocks = emittedBlockCount
    // unreached: two blocks fit beside the longest options of a SYN, three beside all others
    return byteCountBeforeSACK &+ (blocks > 0 ? 4 &+ 8 &* blocks : 0)
  }

  /// What the options in front of the SACK blocks take: at most 24 octets.
  @inline(__always)
  private var byteCountBeforeSACK: Int {
    var count = 0
    if maximumSegmentSize != nil { count &+= 4 }
    if timestamps != nil { count &+= 12 } else if isSACKPermitted { count &+= 4 }
    if windowScale != nil { count &+= 4 }
    if userTimeout.exists { count &+= 4 }
    return count
  }

  /// How many SACK blocks find room in 40 octets. The last ones are left out: they tell least (RFC 2018
  /// section 4).
  @inline(__always)
  private var emittedBlockCount: Int {
    let room = (40 &- byteCountBeforeSACK &- 4) &>> 3
    return sack.count < room ? sack.count : room
  }

  /// Writes the 12 octets that nearly every segment of a running connection has (RFC 7323 appendix A).
  @inline(__always)
  static func emit(_ timestamps: Timestamps, into bytes: MutableBytes) {
    bytes.store(0x0101_080A as UInt32, at: 0)
    bytes.store(timestamps.value, at: 4)
    bytes.store(timestamps.echo, at: 8)
  }

  /// Writes the options from the start of `bytes`, each group filled up to a multiple of 4 with NOP.
  ///
  /// MUST-68: every option but NOP carries its length octet. MUST-69: there is no end-of-list, since the
  /// groups fill the header.
  func emit(into bytes: MutableBytes) {
    var offset = 0
    if let maximumSegmentSize {
      bytes.store(0x0204_0000 | UInt32(maximumSegmentSize), at: offset)
      offset &+= 4
    }
    if let timestamps {
      // SACK-permitted takes the room of the two NOPs (RFC 7323 appendix A).
      bytes.store(isSACKPermitted ? 0x0402_080A : 0x0101_080A as UInt32, at: offset)
      bytes.store(timestamps.value, at: offset &+ 4)
      bytes.store(timestamps.echo, at: offset &+ 8)
      offset &+= 12
    } else if isSACKPermitted {
      bytes.store(0x0101_0402 as UInt32, at: offset)
      offset &+= 4
    }
    if let windowScale {
      bytes.store(0x0103_0300 | UInt32(windowScale), at: offset)
      offset &+= 4
    }
    if userTimeout.exists {
      bytes.store(UInt32(OptionKind.userTimeout) &<< 16 | UInt32(userTimeout.rawValue), at: offset)
      offset &+= 4
    }
    if sack.count == 0 { return }
    let blocks = emittedBlockCount
    // survives `blocks >= 0`: equivalent: the options in front take at most 24 octets, so there is room for a
    // block
    // unreached: two blocks fit beside the longest options of a SYN, three beside all others
    guard blocks > 0 else { return }
    bytes.store(0x0101_0502 as UInt32 &+ UInt32(truncatingIfNeeded: 8 &* blocks), at: offset)
    offset &+= 4
    for index in 0..<blocks {  // at most four
      bytes.store(sack[index].left.rawValue, at: offset)
      bytes.store(sack[index].right.rawValue, at: offset &+ 4)
      offset &+= 8
    }
  }
}
