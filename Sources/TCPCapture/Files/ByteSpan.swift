// Unsafe boundary: arrays are lent to the parsers, which read spans, here.

extension [UInt8] {
  /// Lends the octets for the length of one call.
  func withSpan<Result>(_ body: (RawSpan) -> Result) -> Result {
    // A span cannot leave the closure, and the array does not change meanwhile.
    unsafe withUnsafeBytes { unsafe body($0.bytes) }
  }

  /// Lends the octets of a range for the length of one call.
  func withSpan<Result>(of range: Range<Int>, _ body: (RawSpan) -> Result) -> Result {
    withSpan { body($0.extracting(range)) }
  }
}
