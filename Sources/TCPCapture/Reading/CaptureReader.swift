import TCPCore

/// Reads classic pcap and pcapng files of either byte order, one record after the other.
///
/// The whole file is in memory; records name ranges of it. No file content traps: what cannot be read is a
/// `CaptureError`, after which `next` gives nothing more.
public struct CaptureReader: Sendable {
  /// The two kinds of file.
  public enum Format: Sendable {
    /// Classic pcap.
    case pcap
    /// pcapng.
    case pcapng
  }

  /// The whole file.
  public var bytes: [UInt8] { fields.bytes }
  /// The kind of file.
  public let format: Format
  /// The interfaces described so far, those of all sections one behind the other.
  public internal(set) var interfaces: [CaptureInterface] = []

  var fields: ByteOrderFields
  /// Where the next record or block begins.
  var offset = 0
  /// How many records were given out.
  var recordCount = 0
  /// Position in `interfaces` of the section's interface 0.
  var sectionStart = 0
  /// The time of the last record, for records that carry none.
  var lastTime = Instant(microseconds: 0)

  /// Recognises a file by its first octets.
  public init(_ bytes: [UInt8]) throws(CaptureError) {
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count >= 4 else {
      throw .truncated(offset: 0, what: "the file header", needed: 24, available: bytes.count)
    }
    fields = ByteOrderFields(bytes: bytes, isBigEndian: true)
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
    case 0xA1B2_CD34, 0x34CD_B2A1: throw .foreign(kind: "a modified pcap file")
    case 0x28B5_2FFD: throw .foreign(kind: "a zstd-compressed file")
    case 0xFD37_7A58: throw .foreign(kind: "an xz-compressed file")
    case 0x736E_6F6F: throw .foreign(kind: "a snoop file")
    default:
      if magic >> 16 == 0x1F8B { throw .foreign(kind: "a gzip-compressed file") }
      throw .notACapture(firstOctets: magic)
    }
  }

  /// Reads the file at `path`; `-` is standard input.
  public init(path: String) throws(CaptureError) {
    let contents: [UInt8]
    do throws(CaptureFileError) {
      contents = try CaptureFile.contents(of: path)
    } catch {
      throw .file(error)
    }
    try self.init(contents)
  }

  /// The next record, or `nil` at the end of the file.
  public mutating func next() throws(CaptureError) -> CaptureRecord? {
    do throws(CaptureError) {
      switch format {
      case .pcap: return try nextClassic()
      case .pcapng: return try nextBlock()
      }
    } catch {
      offset = bytes.count  // nothing behind a bad place can be trusted
      throw error
    }
  }

  /// Counts a record and looks for its datagram. The interface is a position in `interfaces`.
  mutating func record(
    at start: Int, time: Instant, interface: Int, frame: Range<Int>, originalCount: Int
  ) -> CaptureRecord {
    recordCount += 1
    lastTime = time
    return CaptureRecord(
      number: recordCount, offset: start, time: time, interface: interface, capturedCount: frame.count,
      originalCount: max(originalCount, frame.count),
      content: LinkLayer.content(of: frame, in: bytes, linkType: interfaces[interface].linkType))
  }
}

// Classic pcap: a header of 24 octets, then records with headers of 16.
extension CaptureReader {
  private mutating func beginClassic(nanoseconds: Bool) throws(CaptureError) {
    guard bytes.count >= 24 else {
      throw .truncated(offset: 0, what: "the file header", needed: 24, available: bytes.count)
    }
    let major = Int(fields.uint16(at: 4))
    let minor = Int(fields.uint16(at: 6))
    guard major == 2 else { throw .unsupportedVersion(offset: 4, major: major, minor: minor) }
    // The upper half of the field speaks of frame check sequences, which are behind the datagram.
    let linkType = UInt16(truncatingIfNeeded: fields.uint32(at: 20))
    guard LinkType.isSupported(linkType) else {
      throw .unsupportedLinkType(offset: 20, type: Int(linkType))
    }
    interfaces = [
      CaptureInterface(
        name: nil, linkType: linkType, snapLength: fields.count(at: 16),
        resolution: nanoseconds ? .nanoseconds : .microseconds)
    ]
    offset = 24
  }

  private mutating func nextClassic() throws(CaptureError) -> CaptureRecord? {
    let start = offset
    let available = bytes.count - start
    if available == 0 { return nil }
    let what = "record \(recordCount + 1)"
    guard available >= 16 else {
      throw .truncated(offset: start, what: what, needed: 16, available: available)
    }
    let captured = fields.count(at: start + 8)
    guard captured <= available - 16 else {
      throw .truncated(
        offset: start, what: what, needed: captured.addingReportingOverflow(16).partialValue,
        available: available)
    }
    let seconds = UInt64(fields.uint32(at: start)) * 1_000_000
    let fraction = interfaces[0].resolution.microseconds(UInt64(fields.uint32(at: start + 4)))
    offset = start + 16 + captured
    return record(
      at: start, time: Instant(microseconds: seconds + fraction), interface: 0,
      frame: start + 16..<offset, originalCount: fields.count(at: start + 12))
  }
}
