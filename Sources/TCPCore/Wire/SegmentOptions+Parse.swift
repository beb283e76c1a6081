extension SegmentOptions {
  /// Reads options `start ..< end` of a header into a value without any. Never fails: what cannot be read
  /// ends the walk and is noted.
  @inline(__always)
  mutating func read(_ bytes: RawSpan, from start: Int, to end: Int) {
    if end &- start == 12 && bytes.uint32(at: start) == 0x0101_080A {
      // The layout that nearly every segment of a running connection has (RFC 7323 appendix A).
      timestamps = Timestamps(value: bytes.uint32(at: start &+ 4), echo: bytes.uint32(at: start &+ 8))
    } else if start < end {
      walk(bytes, from: start, to: end)
    }
  }

  /// MUST-64: options are read octet by octet, whatever their alignment.
  private mutating func walk(_ bytes: RawSpan, from start: Int, to end: Int) {
    var offset = start
    while offset < end {  // options are at most 40 octets, and every step takes at least one
      let kind = bytes.uint8(at: offset)
      if kind == OptionKind.endOfList { return }  // MUST-69: what follows is padding, whatever it holds
      if kind == OptionKind.noOperation {
        offset &+= 1
        continue
      }
      // MUST-7, CVE-01, CVE-02: a length below 2 or past the end stops the walk; nothing beyond is read.
      guard offset &+ 1 < end else {
        isMalformed = true
        return
      }
      let kindAndLength = bytes.uint16(at: offset)
      let length = Int(kindAndLength & 0xFF)
      guard length >= 2, offset &+ length <= end else {
        isMalformed = true
        return
      }
      store(kindAndLength, bytes, at: offset)
      offset &+= length
    }
  }

  /// MUST-4, MUST-6: known kinds with their own length are taken, everything else is skipped.
  @inline(__always)  // on a segment's way
  private mutating func store(_ kindAndLength: UInt16, _ bytes: RawSpan, at offset: Int) {
    switch kindAndLength {
    case OptionKind.maximumSegmentSize:
      maximumSegmentSize = bytes.uint16(at: offset &+ 2)
    case OptionKind.windowScale:
      windowScale = bytes.uint8(at: offset &+ 2)
    case OptionKind.sackPermitted:
      isSACKPermitted = true
    case OptionKind.timestamps:
      timestamps = Timestamps(value: bytes.uint32(at: offset &+ 2), echo: bytes.uint32(at: offset &+ 6))
    case OptionKind.sack &+ 10, OptionKind.sack &+ 18, OptionKind.sack &+ 26, OptionKind.sack &+ 34:
      var block = offset &+ 2
      for _ in 0..<(Int(kindAndLength & 0xFF) &>> 3) {  // at most four
        sack.append(
          SACKBlock(
            left: SequenceNumber(bytes.uint32(at: block)),
            right: SequenceNumber(bytes.uint32(at: block &+ 4))))
        block &+= 8
      }
    case OptionKind.userTimeout:
      // RFC5482-8: what is reserved is as good as nothing.
      let said = UserTimeout(rawValue: bytes.uint16(at: offset &+ 2))
      if said.exists { userTimeout = said }
    default:
      unknownCount &+= 1
    }
  }
}
