import TCPCore

/// Reads classic pcap and pcapng files of either byte order, one record after the other.
///
/// It keeps a piece of the file in memory, so that a file of any size and a pipe without end can be read. No
/// file content traps: what cannot be read is a `CaptureError`, after which `next` gives nothing more.
public struct CaptureReader: Sendable {
  /// The two kinds of file.
  public enum Format: Sendable {
    /// Classic pcap.
    case pcap
    /// pcapng.
    case pcapng
  }

  /// The kind of file.
  public private(set) var format = Format.pcap
  /// The interfaces described so far, those of all sections one behind the other.
  public internal(set) var interfaces: [CaptureInterface] = []

  /// A piece of the file, and the byte order in it.
  var fields: ByteOrderFields
  /// Where the piece begins in the file.
  private var pieceStart = 0
  /// Where more comes from; nothing if the whole file is in memory.
  private let input: CaptureInput?
  private var isAtEnd = false
  /// Where the next record or block begins in the piece.
  var offset = 0
  /// How many records were given out.
  var recordCount = 0
  /// Position in `interfaces` of the section's interface 0.
  var sectionStart = 0
  /// The time of the last record, for records that carry none.
  var lastTime = Instant(microseconds: 0)

  /// The most octets of a record or block.
  static var lengthLimit: Int { 1 << 24 }

  /// Recognises a file by its first octets.
  public init(_ bytes: [UInt8]) throws(CaptureError) {
    try self.init(bytes, nil)
  }

  /// Opens the file at `path`; `-` is standard input.
  public init(path: String) throws(CaptureError) {
    let input: CaptureInput
    do throws(CaptureFileError) {
      input = try CaptureInput(reading: path)
    } catch {
      throw .file(error)
    }
    try self.init([], input)
  }

  private init(_ bytes: [UInt8], _ input: CaptureInput?) throws(CaptureError) {
    fields = ByteOrderFields(bytes: bytes, isBigEndian: true)
    self.input = input
    let available = try fill(4)
    guard available > 0 else { throw .empty }
    guard available >= 4 else {
      throw .truncated(offset: 0, what: "the file header", needed: 24, available: available)
    }
    let magic = fields.uint32(at: 0)
    switch magic {
    case BlockType.sectionHeader:
      format = .pcapng
      // The first section header is read at once, so that a foreign file is refused here.
      try beginSection()
    case 0xA1B2_C3D4, 0xD4C3_B2A1, 0xA1B2_3C4D, 0x4D3C_B2A1:
      format = .pcap
      fields.isBigEndian = magic >> 24 == 0xA1
      try beginClassic(nanoseconds: magic & 0x00FF_FF00 == 0x00B2_3C00 || magic & 0x00FF_FF00 == 0x003C_B200)
    default: throw CaptureReader.refusal(magic)
    }
  }

  private static func refusal(_ magic: UInt32) -> CaptureError {
    switch magic {
    case 0xA1B2_CD34, 0x34CD_B2A1: .foreign(kind: "a modified pcap file")
    case 0x28B5_2FFD: .compressed(kind: "zstd", program: "zstd")
    case 0xFD37_7A58: .compressed(kind: "xz", program: "xz")
    case 0x736E_6F6F: .foreign(kind: "a snoop file")
    case _ where magic >> 16 == 0x1F8B: .compressed(kind: "gzip", program: "gzip")
    case _ where magic >> 8 == 0x42_5A68: .compressed(kind: "bzip2", program: "bzip2")
    default: .notACapture(firstOctets: magic)
    }
  }

  /// The next record, or `nil` at the end of the file.
  public mutating func next() throws(CaptureError) -> CaptureRecord? {
    do throws(CaptureError) {
      switch format {
      case .pcap: return try nextClassic()
      case .pcapng: return try nextBlock()
      }
    } catch {
      // Nothing behind a bad place can be trusted.
      offset = fields.bytes.count
      isAtEnd = true
      throw error
    }
  }

  /// Lends the octets of the datagram in the record that `next` gave last; `nil` if it has none.
  public func withDatagram<Result>(of record: CaptureRecord, _ body: (RawSpan) -> Result) -> Result? {
    guard case .datagram(let range) = record.content, range.lowerBound >= pieceStart,
      range.upperBound <= pieceStart + fields.bytes.count
    else { return nil }
    return fields.bytes.withSpan(of: range.lowerBound - pieceStart..<range.upperBound - pieceStart, body)
  }

  /// What the record that `next` gave last holds, decoded.
  public func decode(_ record: CaptureRecord) -> CapturedDatagram {
    if case .none(let reason) = record.content {
      return .unreadable(reason: reason.description, name: reason.name)
    }
    return withDatagram(of: record) { CapturedDatagram($0, originalCount: record.datagramCount) }
      ?? .unreadable(reason: "the record is not in memory")
  }

  /// The place in the file of a place in the piece.
  func place(_ offset: Int) -> Int { pieceStart + offset }

  /// Sees to it that `needed` octets from `offset` on are in memory, and returns how many there are: fewer
  /// only at the end of the file. What is before `offset` is forgotten.
  mutating func fill(_ needed: Int) throws(CaptureError) -> Int {
    guard let input else { return fields.bytes.count - offset }
    while fields.bytes.count - offset < needed, !isAtEnd {
      fields.bytes.removeSubrange(0..<offset)
      pieceStart += offset
      offset = 0
      do throws(CaptureFileError) {
        isAtEnd = try !input.readMore(into: &fields.bytes)
      } catch {
        throw .file(error)
      }
    }
    return fields.bytes.count - offset
  }

  /// Whether `next` can be answered without waiting for the file.
  package var hasRecordInMemory: Bool {
    let available = fields.bytes.count - offset
    guard input != nil, !isAtEnd else { return true }
    switch format {
    case .pcap: return available >= 16 && available - 16 >= fields.count(at: offset + 8)
    case .pcapng:
      guard available >= 12 else { return false }
      let isPacket = [BlockType.packet, BlockType.simplePacket, BlockType.enhancedPacket]
        .contains(fields.uint32(at: offset))
      return isPacket && available >= fields.count(at: offset + 4)
    }
  }

  /// Counts a record and looks for its datagram. The interface is a position in `interfaces`.
  mutating func record(
    at start: Int, time: Instant, nanoseconds: Int?, interface: Int, frame: Range<Int>, originalCount: Int
  ) -> CaptureRecord {
    recordCount += 1
    lastTime = time
    var content = LinkLayer.content(of: frame, in: fields, linkType: interfaces[interface].linkType)
    if case .datagram(let range) = content {
      content = .datagram(place(range.lowerBound)..<place(range.upperBound))
    }
    return CaptureRecord(
      number: recordCount, offset: place(start), time: time, nanoseconds: nanoseconds, interface: interface,
      capturedCount: frame.count, originalCount: max(originalCount, frame.count), content: content)
  }
}

// Classic pcap: a header of 24 octets, then records with headers of 16.
extension CaptureReader {
  private mutating func beginClassic(nanoseconds: Bool) throws(CaptureError) {
    let available = try fill(24)
    guard available >= 24 else {
      throw .truncated(offset: 0, what: "the file header", needed: 24, available: available)
    }
    let major = Int(fields.uint16(at: 4))
    let minor = Int(fields.uint16(at: 6))
    guard major == 2 else { throw .unsupportedVersion(offset: 4, major: major, minor: minor) }
    // The upper half of the field speaks of frame check sequences, which are behind the datagram.
    let linkType = UInt16(truncatingIfNeeded: fields.uint32(at: 20))
    interfaces = [
      CaptureInterface(
        name: nil, linkType: linkType, snapLength: fields.count(at: 16),
        resolution: nanoseconds ? .nanoseconds : .microseconds)
    ]
    offset = 24
  }

  private mutating func nextClassic() throws(CaptureError) -> CaptureRecord? {
    var available = try fill(16)
    if available == 0 { return nil }
    let what = "record \(recordCount + 1)"
    guard available >= 16 else {
      throw .truncated(offset: place(offset), what: what, needed: 16, available: available)
    }
    let captured = fields.count(at: offset + 8)
    guard captured <= CaptureReader.lengthLimit else {
      throw .tooLong(offset: place(offset), what: what, length: captured)
    }
    available = try fill(16 + captured)
    guard captured <= available - 16 else {
      throw .truncated(offset: place(offset), what: what, needed: 16 + captured, available: available)
    }
    let start = offset
    let seconds = UInt64(fields.uint32(at: start)) * 1_000_000
    let fraction = UInt64(fields.uint32(at: start + 4))
    let resolution = interfaces[0].resolution
    offset = start + 16 + captured
    return record(
      at: start, time: Instant(microseconds: seconds + resolution.microseconds(fraction)),
      nanoseconds: resolution.nanoseconds(fraction), interface: 0, frame: start + 16..<offset,
      originalCount: fields.count(at: start + 12))
  }
}
