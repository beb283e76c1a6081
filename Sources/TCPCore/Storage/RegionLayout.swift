/// Adds up how much memory a set of tables takes, and where each of them is.
///
/// The same walk over the same configuration gives the size before there is any memory and the places after.
package struct RegionLayout {
  /// Octets taken so far, or `nil` once the sum has left the machine's range.
  package private(set) var byteCount: Int? = 0

  package init() {}

  /// Every table starts at a multiple of this, so that its place fits 32 bits as a count of such units.
  package static var unit: Int { 16 }

  /// A line of the processor's cache, as far as that matters here: eight words, so 64 octets on machines of
  /// 64 bits.
  package static var line: Int { 8 &* MemoryLayout<Int>.size }

  /// The next table begins at a multiple of a cache line, where the region itself does.
  package mutating func alignToLine() {
    // unreached: a host that is too large for the machine; ConfigurationTests
    let over = (byteCount ?? 0) % RegionLayout.line
    _ = reserve(count: over == 0 ? 0 : RegionLayout.line &- over, stride: 1)
  }

  /// Reserves `count` times `stride` octets and returns where they start, in units.
  @inline(never)  // many uses, none of them often
  package mutating func reserve(count: Int, stride: Int) -> UInt32 {
    guard let start = byteCount, start / RegionLayout.unit <= 0x7FFF_FFFF else {
      byteCount = nil
      return 0
    }
    let (size, overflow) = count.multipliedReportingOverflow(by: stride)
    guard !overflow, size >= 0, size <= Int.max - start - RegionLayout.unit else {
      // unreached: needs a machine with 32-bit numbers: no product of two valid sizes leaves 64 bits
      byteCount = nil
      return 0
    }
    let padded = (size &+ RegionLayout.unit &- 1) / RegionLayout.unit &* RegionLayout.unit
    byteCount = start &+ padded
    return UInt32(truncatingIfNeeded: start / RegionLayout.unit)
  }
}
