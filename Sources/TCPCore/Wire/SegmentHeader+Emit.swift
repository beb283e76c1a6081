extension SegmentHeader {
  /// Writes the header and its options from the start of `bytes`, with a checksum field of zero.
  ///
  /// - Parameter bytes: at least `byteCount` octets; fewer is a programmer's error and traps.
  /// - Returns: how many octets were written. The text belongs right behind them.
  @inline(__always)
  @discardableResult
  package func emit(into bytes: MutableBytes) -> Int { emit(into: bytes, headerCount: byteCount) }

  /// The same where the caller has `byteCount` at hand.
  @inline(__always)
  @discardableResult
  func emit(into bytes: MutableBytes, headerCount: Int) -> Int {
    SegmentHeader.emitFixedPart(
      sourcePort: sourcePort, destinationPort: destinationPort, sequence: sequence,
      acknowledgment: acknowledgment, headerCount: headerCount, reserved: reserved, flags: flags,
      window: window, urgentPointer: urgentPointer, into: bytes)
    if headerCount > 20 { options.emit(into: bytes.dropping(20)) }
    return headerCount
  }

  /// Writes the first 20 octets of a header, with a checksum field of zero.
  @inline(__always)
  static func emitFixedPart(
    sourcePort: UInt16, destinationPort: UInt16, sequence: SequenceNumber, acknowledgment: SequenceNumber,
    headerCount: Int, reserved: UInt8 = 0, flags: SegmentFlags, window: UInt16, urgentPointer: UInt16,
    into bytes: MutableBytes
  ) {
    let lengths = UInt32(truncatingIfNeeded: headerCount &<< 2) | UInt32(reserved & 0x0F)
    bytes.store(UInt32(sourcePort) &<< 16 | UInt32(destinationPort), at: 0)
    bytes.store(sequence.rawValue, at: 4)
    bytes.store(acknowledgment.rawValue, at: 8)
    bytes.store(lengths &<< 24 | UInt32(flags.rawValue) &<< 16 | UInt32(window), at: 12)
    bytes.store(UInt32(urgentPointer), at: 16)
  }

  /// Where the checksum field is in the header.
  package static var checksumOffset: Int { 16 }
}
