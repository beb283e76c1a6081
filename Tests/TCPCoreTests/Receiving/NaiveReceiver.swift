import TCPCore

/// The receive side as an array of octets and plain integers, counted from the first octet of text.
struct NaiveReceiver {
  /// What has come, by offset.
  var octets: [UInt8?] = []
  /// RCV.NXT, without the FIN.
  var next = 0
  var edge = 0
  var finish: Int?
  /// How many ranges beyond a gap can be remembered.
  let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  /// Ranges beyond RCV.NXT, lowest first.
  var ranges: [Range<Int>] {
    var result: [Range<Int>] = []
    for offset in next..<max(next, octets.count) where octets[offset] != nil {
      if let last = result.last, last.upperBound == offset {
        result[result.count - 1] = last.lowerBound..<(offset + 1)
      } else {
        result.append(offset..<(offset + 1))
      }
    }
    return result
  }

  /// The first run of octets in a segment that have come before.
  func firstDuplicate(_ segment: Range<Int>) -> Range<Int> {
    let hasCome = { (offset: Int) in offset >= 0 && offset < octets.count && octets[offset] != nil }
    let first = segment.first(where: hasCome) ?? segment.upperBound
    let last = (first..<segment.upperBound).first { !hasCome($0) } ?? segment.upperBound
    return first..<last
  }

  /// A segment that passed the sequence test.
  mutating func take(_ text: [UInt8], at start: Int, finish isFinish: Bool) {
    let end = start + text.count
    if isFinish && finish == nil && end >= next && end <= edge {
      finish = end
      if octets.count > end { octets.removeLast(octets.count - end) }
    }
    let first = max(start, next)
    let last = min(end, edge, finish ?? Int.max)
    guard first < last else { return }
    let known = ranges
    let joins = known.contains { $0.lowerBound <= last && first <= $0.upperBound }
    if first > next && known.count == capacity && !joins { return }
    if octets.count < last { octets += Array(repeating: nil, count: last - octets.count) }
    for offset in first..<last { octets[offset] = text[offset - start] }
    while next < octets.count && octets[next] != nil { next += 1 }
  }
}
