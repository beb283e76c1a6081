import TCPCore

/// How the options of a segment are written.
enum OptionsText {
  /// The options in their order, separated by commas as tcpdump does; empty if there are none.
  ///
  /// - Parameters:
  ///   - bytes: the datagram.
  ///   - range: where its options are.
  ///   - base: what SACK blocks are counted from.
  static func inOrder(_ bytes: RawSpan, _ range: Range<Int>, base: SequenceNumber) -> String {
    var builder = TextBuilder()
    add(bytes, range, base: base, to: &builder)
    return builder.text
  }

  /// Adds what `inOrder` returns.
  static func add(
    _ bytes: RawSpan, _ range: Range<Int>, base: SequenceNumber, to builder: inout TextBuilder
  ) {
    guard range.lowerBound >= 0, range.upperBound <= bytes.byteCount else { return }
    var offset = range.lowerBound
    for _ in 0..<40 {  // options are at most 40 octets, and every step takes at least one
      guard offset < range.upperBound else { return }
      if offset > range.lowerBound { builder.add("," as Unicode.Scalar) }
      let kind = bytes.uint8(at: offset)
      if kind == 0 {
        builder.add("eol")
        return
      }
      if kind == 1 {
        builder.add("nop")
        offset += 1
        continue
      }
      let length = offset + 1 < range.upperBound ? Int(bytes.uint8(at: offset + 1)) : 0
      guard length >= 2, offset + length <= range.upperBound else {
        builder.add("bad option \(kind)")
        return
      }
      if kind == 8, length == 10 {
        builder.add("TS val ")
        builder.add(bytes.uint32(at: offset + 2))
        builder.add(" ecr ")
        builder.add(bytes.uint32(at: offset + 6))
      } else {
        builder.add(option(kind, bytes.extracting(offset..<offset + length), base))
      }
      offset += length
    }
  }

  /// One option, given with its kind and length octets.
  private static func option(_ kind: UInt8, _ bytes: RawSpan, _ base: SequenceNumber) -> String {
    switch (kind, bytes.byteCount) {
    case (2, 4): return "mss \(bytes.uint16(at: 2))"
    case (3, 3): return "wscale \(bytes.uint8(at: 2))"
    case (4, 2): return "sackOK"
    case (5, 10), (5, 18), (5, 26), (5, 34):
      let count = (bytes.byteCount - 2) / 8  // at most four
      let blocks = (0..<count).map { index in
        let left = bytes.uint32(at: 2 + 8 * index) &- base.rawValue
        return "{\(left):\(bytes.uint32(at: 6 + 8 * index) &- base.rawValue)}"
      }
      return "sack \(count) " + blocks.joined()
    case (19, 18): return "md5"
    case (28, 4): return "uto " + text(UserTimeout(rawValue: bytes.uint16(at: 2)))
    case (29, _): return "tcp-ao"
    case (30, _): return "mptcp"
    case (34, 2): return "fast open request"
    case (34, let length): return "fast open cookie of \(length - 2) octets"
    case (_, let length): return "option \(kind) of \(length) octets"
    }
  }

  /// As in `100 s` or `5 min`; also what is reserved.
  private static func text(_ userTimeout: UserTimeout) -> String {
    "\(userTimeout.rawValue & 0x7FFF) \(userTimeout.rawValue & 0x8000 == 0 ? "s" : "min")"
  }

  /// The options as short tags for a ladder: `<SACK>` and `<TS>` on a SYN say that the sender can do it.
  ///
  /// The values of timestamps are left to the one-line notation; they would push everything else aside.
  static func tags(_ options: SegmentOptions, isSYN: Bool, base: SequenceNumber) -> [String] {
    var tags: [String] = []
    if let size = options.maximumSegmentSize { tags.append("<MSS=\(size)>") }
    if options.isSACKPermitted { tags.append("<SACK>") }
    if let scale = options.windowScale { tags.append("<WS=\(scale)>") }
    if options.userTimeout.exists { tags.append("<UTO=\(text(options.userTimeout))>") }
    if isSYN, options.timestamps != nil { tags.append("<TS>") }
    if options.sack.count > 0 {
      let blocks = (0..<options.sack.count).map { index in
        let block = options.sack[index]
        return "\(block.left.rawValue &- base.rawValue):\(block.right.rawValue &- base.rawValue)"
      }
      tags.append("<SACK=" + blocks.joined(separator: ",") + ">")
    }
    return tags
  }
}
