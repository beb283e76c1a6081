import TCPCore

// pcapng: blocks that begin with their type and length and end with their length again.
extension CaptureReader {
  /// Reads a section header: byte order and version. The blocks behind it follow until the next header.
  mutating func beginSection() throws(CaptureError) {
    let available = try fill(28)
    guard available >= 28 else {
      throw .truncated(offset: place(offset), what: "a section header", needed: 28, available: available)
    }
    fields.isBigEndian = true
    let magic = fields.uint32(at: offset + 8)
    guard magic == BlockType.byteOrderMagic || magic == BlockType.byteOrderMagic.byteSwapped else {
      throw .badByteOrderMagic(offset: place(offset) + 8, found: magic)
    }
    fields.isBigEndian = magic == BlockType.byteOrderMagic
    let end = try blockEnd(minimum: 28, what: "a section header")
    let major = Int(fields.uint16(at: offset + 12))
    let minor = Int(fields.uint16(at: offset + 14))
    guard major == 1 else {
      throw .unsupportedVersion(offset: place(offset) + 12, major: major, minor: minor)
    }
    sectionStart = interfaces.count
    offset = end
  }

  /// Walks blocks up to the next one that holds a frame.
  mutating func nextBlock() throws(CaptureError) -> CaptureRecord? {
    while true {  // every turn goes on by at least 12 octets, or throws
      let available = try fill(12)
      if available == 0 { return nil }
      guard available >= 12 else {
        throw .truncated(offset: place(offset), what: "a block header", needed: 12, available: available)
      }
      switch fields.uint32(at: offset) {
      case BlockType.sectionHeader: try beginSection()
      case BlockType.interfaceDescription: try interfaceDescription()
      case BlockType.packet: return try packet(isObsolete: true)
      case BlockType.simplePacket: return try simplePacket()
      case BlockType.enhancedPacket: return try packet(isObsolete: false)
      case let type: offset = try blockEnd(minimum: 12, what: "a block of type \(type)")
      }
    }
  }

  /// Has the block at `offset` in memory, checks both of its lengths, and returns where it ends.
  private mutating func blockEnd(minimum: Int, what: String) throws(CaptureError) -> Int {
    let length = fields.count(at: offset + 4)
    guard length % 4 == 0, length >= minimum else {
      throw .badBlockLength(offset: place(offset), length: length, minimum: minimum)
    }
    guard length <= CaptureReader.lengthLimit else {
      throw .tooLong(offset: place(offset), what: what, length: length)
    }
    let available = try fill(length)
    guard length <= available else {
      throw .truncated(offset: place(offset), what: what, needed: length, available: available)
    }
    let last = fields.count(at: offset + length - 4)
    guard last == length else { throw .blockLengthsDiffer(offset: place(offset), first: length, last: last) }
    return offset + length
  }

  private mutating func interfaceDescription() throws(CaptureError) {
    let end = try blockEnd(minimum: 20, what: "an interface description")
    var interface = CaptureInterface(
      name: nil, linkType: fields.uint16(at: offset + 8), snapLength: fields.count(at: offset + 12),
      resolution: .microseconds)
    try options(from: offset + 16, to: end - 4) { code, value in
      switch (code, value.count) {
      case (OptionCode.interfaceName, _): interface.name = text(value)
      case (OptionCode.timestampResolution, 1):
        interface.resolution = TimestampResolution(rawValue: fields.bytes[value.lowerBound])
      case (OptionCode.timestampOffset, 8):
        interface.offsetSeconds = Int64(bitPattern: fields.uint64(at: value.lowerBound))
      default: break
      }
    }
    interfaces.append(interface)
    offset = end
  }

  /// An Enhanced Packet Block, or the obsolete Packet Block with its 16-bit interface number.
  private mutating func packet(isObsolete: Bool) throws(CaptureError) -> CaptureRecord {
    let number = recordCount + 1
    let end = try blockEnd(minimum: 32, what: "record \(number)")
    let start = offset
    let named = isObsolete ? Int(fields.uint16(at: start + 8)) : fields.count(at: start + 8)
    let interface = try position(ofInterface: named)
    let captured = fields.count(at: start + 20)
    let room = end - 4 - (start + 28)
    guard captured <= room else {
      throw .badCapturedLength(offset: place(start), record: number, length: captured, available: room)
    }
    let ticks = UInt64(fields.uint32(at: start + 12)) << 32 | UInt64(fields.uint32(at: start + 16))
    let frame = start + 28..<start + 28 + captured
    // The room is a multiple of 4, so the padding fits into it.
    let padded = (captured + 3) / 4 * 4
    var direction: CaptureDirection?
    var comment: String?
    try options(from: start + 28 + padded, to: end - 4) { code, value in
      switch (code, value.count) {
      case (OptionCode.comment, _): comment = text(value)
      case (OptionCode.packetFlags, 4):
        direction = CaptureDirection(rawValue: UInt8(fields.uint32(at: value.lowerBound) & 3))
      default: break
      }
    }
    offset = end
    var result = record(
      at: start, time: interfaces[interface].instant(ticks: ticks),
      nanoseconds: interfaces[interface].resolution.nanoseconds(ticks), interface: interface, frame: frame,
      originalCount: fields.count(at: start + 24))
    result.direction = direction
    result.comment = comment
    return result
  }

  /// A Simple Packet Block: no time, and the length kept follows from the block and the interface.
  private mutating func simplePacket() throws(CaptureError) -> CaptureRecord {
    let end = try blockEnd(minimum: 16, what: "record \(recordCount + 1)")
    let start = offset
    let interface = try position(ofInterface: 0)
    let original = fields.count(at: start + 8)
    let limit = interfaces[interface].snapLength
    let captured = min(original, end - 4 - (start + 12), limit == 0 ? Int.max : limit)
    offset = end
    return record(
      at: start, time: lastTime, nanoseconds: nil, interface: interface,
      frame: start + 12..<start + 12 + captured,
      originalCount: original)
  }

  /// Where in `interfaces` the section's interface with this number is.
  private func position(ofInterface number: Int) throws(CaptureError) -> Int {
    let described = interfaces.count - sectionStart
    guard number < described else {
      throw .unknownInterface(
        offset: place(offset), record: recordCount + 1, interface: number, described: described)
    }
    return sectionStart + number
  }

  /// Walks the options in `start ..< end`; the body gets each code and the range of its value.
  private func options(
    from start: Int, to end: Int, _ body: (UInt16, Range<Int>) -> Void
  ) throws(CaptureError) {
    var position = start
    while position + 4 <= end {  // every turn goes on by at least 4 octets
      let code = fields.uint16(at: position)
      let length = Int(fields.uint16(at: position + 2))
      if code == 0 { return }
      guard length <= end - position - 4 else {
        throw .badOption(offset: place(position), code: Int(code), length: length)
      }
      body(code, position + 4..<position + 4 + length)
      position += 4 + (length + 3) / 4 * 4
    }
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: fields.bytes[range], as: UTF8.self) }
}
