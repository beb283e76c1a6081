import TCPCore

/// The options of a header as a naive reader sees them: a list of (kind, value) first, then the last of each
/// kind.
struct WalkedOptions: Equatable {
  var maximumSegmentSize: [UInt8]?
  var windowScale: [UInt8]?
  var isSACKPermitted = false
  var timestamps: [UInt8]?
  var userTimeout: [UInt8]?
  /// The octets of the blocks, at most four of them.
  var sack: [UInt8] = []
  var unknownCount = 0
  var isMalformed = false

  /// Reads an option area on its own: nothing but these octets can be seen.
  init(area: [UInt8]) {
    var rest = area
    var found: [(kind: UInt8, value: [UInt8])] = []
    while let kind = rest.first, kind != 0 {
      if kind == 1 {
        rest.removeFirst()
        continue
      }
      guard rest.count >= 2, rest[1] >= 2, rest.count >= Int(rest[1]) else {
        isMalformed = true
        break
      }
      found.append((kind, Array(rest[2..<Int(rest[1])])))
      rest.removeFirst(Int(rest[1]))
    }
    // The length that each kind has in its own RFC; any other is no option of that kind.
    let lengths: [UInt8: [Int]] = [2: [2], 3: [1], 4: [0], 5: [8, 16, 24, 32], 8: [8], 28: [2]]
    let known = found.filter { lengths[$0.kind]?.contains($0.value.count) ?? false }
    maximumSegmentSize = known.last { $0.kind == 2 }?.value
    windowScale = known.last { $0.kind == 3 }?.value
    isSACKPermitted = known.contains { $0.kind == 4 }
    timestamps = known.last { $0.kind == 8 }?.value
    // A number of zero is reserved.
    userTimeout = known.last { $0.kind == 28 && $0.value != [0, 0] && $0.value != [0x80, 0] }?.value
    sack = Array(known.filter { $0.kind == 5 }.flatMap(\.value).prefix(32))
    unknownCount = found.count - known.count
  }

  /// What the core found, in the same terms.
  init(_ options: SegmentOptions) {
    maximumSegmentSize = options.maximumSegmentSize.map { octets($0) }
    windowScale = options.windowScale.map { [$0] }
    isSACKPermitted = options.isSACKPermitted
    timestamps = options.timestamps.map { octets($0.value) + octets($0.echo) }
    userTimeout = options.userTimeout.exists ? octets(options.userTimeout.rawValue) : nil
    for index in 0..<options.sack.count {
      sack += octets(options.sack[index].left.rawValue) + octets(options.sack[index].right.rawValue)
    }
    unknownCount = Int(options.unknownCount)
    isMalformed = options.isMalformed
  }
}

extension WalkedOptions {
  /// What the core finds in an option area when the text behind it looks like the rest of an option.
  static func parsed(_ area: [UInt8]) -> WalkedOptions? {
    let bait: [UInt8] = [2, 4, 3, 3, 8, 10, 2, 4, 3, 3, 2, 4, 4, 2, 5, 10, 2, 4, 2, 4, 2, 4, 2, 4]
    guard case .success(let header) = parseSegment(NaiveHeader(options: area, text: bait).bytes) else {
      return nil
    }
    return header.payloadCount == bait.count ? WalkedOptions(header.options) : nil
  }
}
