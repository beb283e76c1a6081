import TCPCore

/// Lends an array as the span that the core reads.
func span<R>(_ bytes: [UInt8], _ body: (RawSpan) -> R) -> R {
  // The octets are plain integers, and the span cannot leave the closure.
  unsafe body(bytes.span.bytes)
}

/// The octets of a number in network order.
func octets<T: FixedWidthInteger & UnsignedInteger>(_ value: T) -> [UInt8] {
  var rest = value
  var result: [UInt8] = []
  for _ in 0..<(T.bitWidth / 8) {
    result.insert(UInt8(truncatingIfNeeded: rest), at: 0)
    rest >>= 8
  }
  return result
}

/// The octets written as hexadecimal digits; anything but digits is skipped.
func hex(_ text: String) -> [UInt8] {
  let digits = text.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// What `write` puts at the start of `count` octets, and whether it left `guardCount` octets behind them
/// alone.
func written(_ count: Int, _ write: (MutableBytes) -> Void) -> (bytes: [UInt8], isContained: Bool) {
  let guardCount = 24
  var bytes = [UInt8](repeating: 0xA5, count: count + guardCount)
  // The view lives as long as the closure that lends the array's memory.
  unsafe bytes.withUnsafeMutableBytes { buffer in
    if let view = unsafe MutableBytes(buffer) { write(view) }
  }
  return (Array(bytes.prefix(count)), bytes.suffix(guardCount).allSatisfy { $0 == 0xA5 })
}

/// The checksum field after the loop of RFC 1071 section 4.1: one 16-bit word after the other, folded at each
/// step.
func naiveChecksum(_ bytes: [UInt8]) -> UInt16 {
  var sum: UInt32 = 0
  for index in stride(from: 0, to: bytes.count, by: 2) {
    let second: UInt8 = index + 1 < bytes.count ? bytes[index + 1] : 0
    sum += UInt32(bytes[index]) * 256 + UInt32(second)
    if sum > 0xFFFF { sum = sum - 0x10000 + 1 }
  }
  return UInt16(0xFFFF - sum)
}
