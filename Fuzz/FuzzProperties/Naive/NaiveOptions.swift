import TCPCore

/// The options of a segment, read naively (RFC 9293 section 3.2, RFC 7323, RFC 2018, RFC 5482).
package struct NaiveOptions {
  struct Block {
    var left: Int
    var right: Int
  }

  var maximumSegmentSize = -1
  var windowScale = -1
  var isSACKPermitted = 0
  var clock = -1
  var echo = -1
  var userTimeout = 0
  var blockCount = 0
  var blocks = [4 of Block](repeating: Block(left: 0, right: 0))
  var unknownCount = 0
  var isMalformed = 0

  @inline(__always)
  init() {}

  /// Takes option by option; what follows a length that lies is not looked at.
  @inline(__always)
  init(_ octets: Octets) {
    var offset = 0
    while offset < octets.count {
      let kind = octets[offset]
      if kind == 0 { return }
      if kind == 1 {
        offset += 1
        continue
      }
      let rest = octets.count - offset
      if rest < 2 || octets[offset + 1] < 2 || octets[offset + 1] > rest {
        isMalformed = 1
        return
      }
      let end = offset + octets[offset + 1]
      take(kind, octets.part(offset + 2, end))
      offset = end
    }
  }

  /// Of options that come twice the last one counts; a known kind with a length not its own is an unknown
  /// one.
  @inline(__always)
  private mutating func take(_ kind: Int, _ body: Octets) {
    if kind == 2 && body.count == 2 {
      maximumSegmentSize = body.word(0)
    } else if kind == 3 && body.count == 1 {
      windowScale = body[0]
    } else if kind == 4 && body.count == 0 {
      isSACKPermitted = 1
    } else if kind == 8 && body.count == 8 {
      clock = body.long(0)
      echo = body.long(4)
    } else if kind == 5 && body.count > 0 && body.count % 8 == 0 {
      for index in 0..<body.count / 8 where blockCount < 4 {
        blocks[blockCount] = Block(left: body.long(8 * index), right: body.long(8 * index + 4))
        blockCount += 1
      }
    } else if kind == 28 && body.count == 2 {
      let said = body.word(0)
      if said % 32_768 != 0 { userTimeout = said }  // zero is reserved, in seconds and in minutes
    } else {
      unknownCount += 1
    }
  }

  /// What can be sent of these options: no unknown ones, and as many SACK blocks as find room in 40 octets.
  @inline(__always)
  var expressible: NaiveOptions {
    var result = self
    result.unknownCount = 0
    result.isMalformed = 0
    var room = 40
    if maximumSegmentSize >= 0 { room -= 4 }
    if clock >= 0 { room -= 12 }  // with SACK-permitted in place of its two NOPs
    if clock < 0 && isSACKPermitted == 1 { room -= 4 }
    if windowScale >= 0 { room -= 4 }
    if userTimeout > 0 { room -= 4 }
    result.blockCount = min(blockCount, max(0, (room - 4) / 8))
    return result
  }

  /// The core's options in these terms.
  @inline(__always)
  init(_ options: SegmentOptions) {
    if let size = options.maximumSegmentSize { maximumSegmentSize = Int(size) }
    if let scale = options.windowScale { windowScale = Int(scale) }
    isSACKPermitted = options.isSACKPermitted ? 1 : 0
    if let timestamps = options.timestamps {
      clock = Int(timestamps.value)
      echo = Int(timestamps.echo)
    }
    if options.userTimeout.exists { userTimeout = Int(options.userTimeout.rawValue) }
    blockCount = options.sack.count
    for index in 0..<blockCount {
      let block = options.sack[index]
      blocks[index] = Block(left: Int(block.left.rawValue), right: Int(block.right.rawValue))
    }
    unknownCount = Int(options.unknownCount)
    isMalformed = options.isMalformed ? 1 : 0
  }

  /// Compares the core's options with those of a naive reading.
  @inline(__always)
  static func compare(_ core: NaiveOptions, _ naive: NaiveOptions, _ comparison: inout Comparison) {
    comparison.field("MSS", core.maximumSegmentSize, naive.maximumSegmentSize)
    comparison.field("window scale", core.windowScale, naive.windowScale)
    comparison.field("SACK-permitted", core.isSACKPermitted, naive.isSACKPermitted)
    comparison.field("TSval", core.clock, naive.clock)
    comparison.field("TSecr", core.echo, naive.echo)
    comparison.field("the user time-out", core.userTimeout, naive.userTimeout)
    comparison.field("the number of SACK blocks", core.blockCount, naive.blockCount)
    comparison.field("the number of unknown options", core.unknownCount, naive.unknownCount)
    comparison.field("malformed", core.isMalformed, naive.isMalformed)
    for index in 0..<min(core.blockCount, naive.blockCount) {
      comparison.field("left edge of a SACK block", core.blocks[index].left, naive.blocks[index].left)
      comparison.field("right edge of a SACK block", core.blocks[index].right, naive.blocks[index].right)
    }
  }
}

/// Reads the options of a header.
@_silgen_name("__sanitizer_naive_options")
func readNaiveOptions(_ octets: Octets) -> NaiveOptions { NaiveOptions(octets) }
