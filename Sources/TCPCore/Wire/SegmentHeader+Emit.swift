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
    bytes.store(UInt32(sourcePort) &<< 16 | UInt32(destinationPort), at: 0)
    bytes.store(sequence.rawValue, at: 4)
    bytes.store(acknowledgment.rawValue, at: 8)
    bytes.store(UInt8(truncatingIfNeeded: headerCount &<< 2) | reserved & 0x0F, at: 12)
    bytes.store(flags.rawValue, at: 13)
    bytes.store(window, at: 14)
    bytes.store(UInt32(urgentPointer), at: 16)
    if headerCount > 20 { options.emit(into: bytes.dropping(20)) }
    return headerCount
  }

  /// Where the checksum field stands in the header.
  package static var checksumOffset: Int { 16 }
}
