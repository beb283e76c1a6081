/// Ranges of one side's sequence space that were seen, as positions that do not wrap.
///
/// Bounded: when there are more gaps than it remembers, the oldest gap counts as seen.
struct SeenRanges: Sendable {
  private var ranges: [Range<Int64>] = []
  /// A position near the last one, from which 32-bit numbers are unwrapped.
  private var reference: Int64 = 0
  private var isEmpty = true
  private static var limit: Int { 64 }

  /// The number behind the highest that was seen.
  var next: UInt32? { isEmpty ? nil : UInt32(truncatingIfNeeded: reference) }

  /// Adds `length` numbers from `first` on and returns how many of them were new.
  mutating func add(_ first: UInt32, length: Int) -> Int {
    guard length > 0 else { return 0 }
    if isEmpty {
      isEmpty = false
      reference = Int64(first)
    }
    let distance = Int32(bitPattern: first &- UInt32(truncatingIfNeeded: reference))
    let start = reference + Int64(distance)
    let end = start + Int64(length)
    reference = max(reference, end)
    return insert(start..<end)
  }

  private mutating func insert(_ new: Range<Int64>) -> Int {
    var merged = new
    var known: Int64 = 0
    var kept: [Range<Int64>] = []
    for range in ranges {  // at most `limit`
      if range.upperBound < new.lowerBound || range.lowerBound > new.upperBound {
        kept.append(range)
      } else {
        let low = max(range.lowerBound, new.lowerBound)
        known += max(min(range.upperBound, new.upperBound) - low, 0)
        merged = min(merged.lowerBound, range.lowerBound)..<max(merged.upperBound, range.upperBound)
      }
    }
    let position = kept.firstIndex { $0.lowerBound > merged.lowerBound } ?? kept.count
    kept.insert(merged, at: position)
    if kept.count > SeenRanges.limit {
      kept.replaceSubrange(0...1, with: [kept[0].lowerBound..<kept[1].upperBound])
    }
    ranges = kept
    return Int(Int64(new.count) - known)
  }
}
