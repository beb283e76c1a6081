// What waits beyond a gap, and what came twice, as SACK blocks (RFC 2018, RFC 2883).

extension ReceiveState {
  /// How many SACK blocks there are to report, if there is room for all.
  @inline(__always)
  package var reportCount: Int { ranges.count &+ (hasDuplicate ? 1 : 0) }

  /// Where the run of octets that came twice ends.
  private var duplicateEnd: SequenceNumber { duplicateStart + Int(duplicateCount) }

  /// Whether `mayReport` hides nothing, and what came twice, if anything has, lies in the window or before.
  package var isReportSound: Bool {
    hasDuplicate ? mayReport && duplicateEnd <= rightEdge : mayReport || ranges.isEmpty
  }

  /// The SACK blocks to report: what came twice, which is forgotten with that (RFC2883-1), and the range that
  /// holds it; then the ranges, latest change first (RFC2018-5, RFC2018-6, RFC2018-7).
  ///
  /// - Parameter limit: how many fit into the header.
  package mutating func takeSACKBlocks(limit: Int, in region: Region) -> SACKList {
    var list = SACKList()
    mayReport = !ranges.isEmpty
    if hasDuplicate {
      if limit > 0 { list.append(SACKBlock(left: duplicateStart, right: duplicateEnd)) }
      // RFC 2883 section 4, rule 4: thereby the peer sees that the block before is a part of it.
      if limit > 1, let range = ranges.range(holding: duplicateStart, in: region) {
        list.append(SACKBlock(left: range.left, right: range.right))
      }
      forgetDuplicate()
    }
    if ranges.isEmpty {
      // survives `recentCount = 1`: equivalent: no range holds what was below RCV.NXT
      // survives removal: redundant: the same, and it saves looking for them
      recentCount = 0
      return list
    }
    for index in 0..<Int(recentCount) {  // at most four
      guard list.count < limit else { return list }
      if let range = ranges.range(holding: recent[index], in: region) {
        append(range, to: &list)
      }
    }
    // Ranges reported longer ago fill the remaining blocks.
    for index in 0..<ranges.count where list.count < limit {
      append(ranges.range(index, in: region), to: &list)
    }
    return list
  }

  /// Adds a range unless it is there. A range that begins where octets came twice is: it holds them.
  private func append(_ range: SequenceRange, to list: inout SACKList) {
    for index in 0..<list.count where list[index].left == range.left { return }  // at most four
    list.append(SACKBlock(left: range.left, right: range.right))
  }
}
