/// The options of a segment, read naively (RFC 9293 section 3.2, RFC 7323, RFC 2018).
package struct NaiveOptions: Equatable {
  struct Block: Equatable {
    var left: Int
    var right: Int
  }

  struct Clocks: Equatable {
    var value: Int
    var echo: Int
  }

  /// An option with a length octet: its kind and what stands behind the length.
  struct Part {
    var kind: Int
    var body: [UInt8]
  }

  var maximumSegmentSize: Int?
  var windowScale: Int?
  var isSACKPermitted = false
  var clocks: Clocks?
  var blocks: [Block] = []
  var unknownCount = 0
  var isMalformed = false

  init(_ octets: [UInt8]) {
    let (parts, isWhole) = NaiveOptions.split(octets)
    isMalformed = !isWhole
    for part in parts { take(part) }
  }

  /// Cuts the octets into options; what follows a length that lies is not looked at.
  static func split(_ octets: [UInt8]) -> (parts: [Part], isWhole: Bool) {
    var rest = octets
    var parts: [Part] = []
    while let kind = rest.first {
      if kind == 0 { return (parts, true) }
      if kind == 1 {
        rest.removeFirst()
        continue
      }
      if rest.count < 2 { return (parts, false) }
      let length = Int(rest[1])
      if length < 2 || length > rest.count { return (parts, false) }
      parts.append(Part(kind: Int(kind), body: Array(rest[2..<length])))
      rest.removeFirst(length)
    }
    return (parts, true)
  }

  /// Of options that come twice the last one counts; a known kind with a length not its own is an unknown one.
  private mutating func take(_ part: Part) {
    let body = part.body
    if part.kind == 2 && body.count == 2 {
      maximumSegmentSize = number(body, 0, 2)
    } else if part.kind == 3 && body.count == 1 {
      windowScale = Int(body[0])
    } else if part.kind == 4 && body.isEmpty {
      isSACKPermitted = true
    } else if part.kind == 8 && body.count == 8 {
      clocks = Clocks(value: number(body, 0, 4), echo: number(body, 4, 4))
    } else if part.kind == 5 && [8, 16, 24, 32].contains(body.count) {
      for start in stride(from: 0, to: body.count, by: 8) where blocks.count < 4 {
        blocks.append(Block(left: number(body, start, 4), right: number(body, start + 4, 4)))
      }
    } else {
      unknownCount += 1
    }
  }

  /// What can be sent of these options: no unknown ones, and as many SACK blocks as find room.
  var expressible: NaiveOptions {
    var result = self
    result.unknownCount = 0
    result.isMalformed = false
    var room = 40
    if maximumSegmentSize != nil { room -= 4 }
    if clocks != nil { room -= 12 }  // with SACK-permitted in place of its two NOPs
    if clocks == nil && isSACKPermitted { room -= 4 }
    if windowScale != nil { room -= 4 }
    result.blocks = Array(blocks.prefix(max(0, (room - 4) / 8)))
    return result
  }
}
