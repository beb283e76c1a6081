import TCPCore

/// Writers always write little-endian files, whatever the machine, so that equal input gives equal files.
extension [UInt8] {
  mutating func append(little value: UInt16) {
    append(UInt8(truncatingIfNeeded: value))
    append(UInt8(truncatingIfNeeded: value >> 8))
  }

  mutating func append(little value: UInt32) {
    append(little: UInt16(truncatingIfNeeded: value))
    append(little: UInt16(truncatingIfNeeded: value >> 16))
  }

  mutating func append(little value: UInt64) {
    append(little: UInt32(truncatingIfNeeded: value))
    append(little: UInt32(truncatingIfNeeded: value >> 32))
  }

  /// Adds every octet of a span.
  mutating func append(span: RawSpan) {
    reserveCapacity(count + span.byteCount)
    for offset in 0..<span.byteCount { append(span.uint8(at: offset)) }
  }

  /// Fills up with zeros to a multiple of 4.
  mutating func pad() {
    while count % 4 != 0 { append(0) }
  }
}
