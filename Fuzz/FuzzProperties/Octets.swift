import TCPCore

/// The octets of a span.
func copy(_ bytes: RawSpan) -> [UInt8] {
  // The pointer stays within the closure.
  unsafe bytes.withUnsafeBytes { unsafe Array($0) }
}

/// Lets the core write into an array, which must not be empty.
func write<Value>(into octets: inout [UInt8], _ body: (MutableBytes) -> Value) -> Value {
  // The view is used only within the closure, and the array does not change its place meanwhile.
  unsafe octets.withUnsafeMutableBytes { buffer in
    guard let bytes = unsafe MutableBytes(buffer) else { violated("there is room to write into") }
    return body(bytes)
  }
}

extension [UInt8] {
  /// The number as `count` octets, most significant first.
  package init(_ value: Int, count: Int) {
    self = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * (count - 1 - $0))) }
  }
}
