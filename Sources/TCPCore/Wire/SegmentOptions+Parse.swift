extension SegmentOptions {
  /// Reads options `start ..< end` of a header. Never fails: what cannot be read ends the walk and is noted.
  @inline(__always)
  init(parsing bytes: RawSpan, from start: Int, to end: Int) {
    self.init()
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
    for _ in 0..<40 {  // options are at most 40 octets, and every step takes at least one
      guard offset < end else { return }
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
      let length = Int(bytes.uint8(at: offset &+ 1))
      guard length >= 2, offset &+ length <= end else {
        isMalformed = true
        return
      }
      take(kind, bytes, at: offset, length: length)
      offset &+= length
    }
  }

  /// MUST-4, MUST-6: known kinds with their own length are taken, everything else is skipped.
  private mutating func take(_ kind: UInt8, _ bytes: RawSpan, at offset: Int, length: Int) {
    switch (kind, length) {
    case (OptionKind.maximumSegmentSize, 4):
      maximumSegmentSize = bytes.uint16(at: offset &+ 2)
    case (OptionKind.windowScale, 3):
      windowScale = bytes.uint8(at: offset &+ 2)
    case (OptionKind.sackPermitted, 2):
      isSACKPermitted = true
    case (OptionKind.timestamps, 10):
      timestamps = Timestamps(value: bytes.uint32(at: offset &+ 2), echo: bytes.uint32(at: offset &+ 6))
    case (OptionKind.sack, 10), (OptionKind.sack, 18), (OptionKind.sack, 26), (OptionKind.sack, 34):
      var block = offset &+ 2
      for _ in 0..<((length &- 2) / 8) {  // at most four
        sack.append(
          SACKBlock(
            left: SequenceNumber(bytes.uint32(at: block)),
            right: SequenceNumber(bytes.uint32(at: block &+ 4))))
        block &+= 8
      }
    default:
      unknownCount &+= 1
    }
  }
}
