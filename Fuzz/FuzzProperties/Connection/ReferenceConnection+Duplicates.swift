import TCPCore

/// Octets that have come twice, as the first SACK block names them.
struct ReferenceDuplicate: Equatable {
  var left: UInt32
  var right: UInt32
}

// RFC 2883: what came twice, octet by octet.
extension ReferenceConnection {
  /// The first run of a segment's octets that had come before; the latest segment with one counts.
  mutating func noteRepeatedText(_ segment: ReferenceSegment) {
    guard usesSACK else { return }
    // The place in the stream of the octet that has the number `expected`.
    let place = received + (isFinishReceived ? 1 : 0)
    let start = place + distance(segment.sequence, expected)
    if start == received && earlyCount == 0 { return }
    let end = start + segment.count
    var first = start
    while first < end && !hasCome(first) { first += 1 }
    guard first < end else { return }
    var last = first
    while last < end && hasCome(last) { last += 1 }
    duplicate = ReferenceDuplicate(
      left: expected.moved(first - place), right: expected.moved(last - place))
  }

  private mutating func hasCome(_ place: Int) -> Bool {
    place >= 0 && place < received || earlyRange(holding: place) != nil
  }

  /// The range beyond a gap that an octet is in.
  private mutating func earlyRange(holding place: Int) -> ReferenceRange? {
    for index in 0..<earlyCount where early[index].left <= place && place < early[index].right {
      return early[index]
    }
    return nil
  }

  /// What SACK blocks report: in front what came twice, once, and then the range that holds it (RFC 2883
  /// section 4); then what waits beyond a gap, the latest first (RFC 2018 section 4).
  mutating func checkBlocks(_ blocks: SACKList, besideTime: Bool) {
    require("SACK needs to be permitted", usesSACK)
    let extra = duplicate == nil ? 0 : 1
    require("as many blocks as there is to report, or fewer", blocks.count <= earlyCount + extra)
    let most = usesTimestamps ? (besideTime ? 2 : 3) : 4
    require("all is reported while it finds room", blocks.count == min(earlyCount + extra, most))
    var isLatestNext = true
    if let duplicate {
      let found = ReferenceDuplicate(left: blocks[0].left.rawValue, right: blocks[0].right.rawValue)
      require(
        "the first block is what came twice", found == duplicate, "\(found) instead of \(duplicate)")
      if blocks.count > 1, let holder = earlyRange(holding: received + distance(duplicate.left, expected)) {
        let left = received + distance(blocks[1].left.rawValue, expected)
        require("the second block holds what came twice", left == holder.left)
        isLatestNext = false
      }
    }
    for index in extra..<blocks.count {
      let left = received + distance(blocks[index].left.rawValue, expected)
      let right = received + distance(blocks[index].right.rawValue, expected)
      let range = earlyRange(holding: left)
      require(
        "a SACK block is a range that came", range?.left == left && range?.right == right,
        "\(left)..<\(right)")
      guard isLatestNext, index == extra, let latest = latestEarly else { continue }
      require(
        "the first SACK block holds what came last",
        earlyRange(holding: latest) == nil || left <= latest && latest < right)
    }
  }
}
