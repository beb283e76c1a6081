/// Why a file cannot be read, or not further than this.
public enum CaptureError: Error, Equatable, Sendable {
  /// The system could not open or read the file.
  case file(CaptureFileError)
  /// The file holds nothing.
  case empty
  /// The first four octets, read as a big-endian number, begin no capture file.
  case notACapture(firstOctets: UInt32)
  /// The file is of a kind that is known but not read here.
  case foreign(kind: String)
  /// The file ends inside something.
  case truncated(offset: Int, what: String, needed: Int, available: Int)
  /// The version is not one that this reader knows.
  case unsupportedVersion(offset: Int, major: Int, minor: Int)
  /// The magic number of a pcapng section has neither byte order.
  case badByteOrderMagic(offset: Int, found: UInt32)
  /// A block's length is too small for its kind or not a multiple of 4.
  case badBlockLength(offset: Int, length: Int, minimum: Int)
  /// The two lengths at the ends of a block differ.
  case blockLengthsDiffer(offset: Int, first: Int, last: Int)
  /// A record names an interface that was not described.
  case unknownInterface(offset: Int, record: Int, interface: Int, described: Int)
  /// A record says that it holds more octets than its block.
  case badCapturedLength(offset: Int, record: Int, length: Int, available: Int)
  /// An option reaches past the end of its block.
  case badOption(offset: Int, code: Int, length: Int)
  /// The file is compressed, and this program unpacks it.
  case compressed(kind: String, program: String)
  /// A record or block claims more octets than any has.
  case tooLong(offset: Int, what: String, length: Int)

  /// Where in the file the trouble is.
  public var offset: Int {
    switch self {
    case .file, .empty, .notACapture, .foreign, .compressed: 0
    case .truncated(let offset, _, _, _), .unsupportedVersion(let offset, _, _),
      .badByteOrderMagic(let offset, _), .badBlockLength(let offset, _, _),
      .blockLengthsDiffer(let offset, _, _), .unknownInterface(let offset, _, _, _),
      .badCapturedLength(let offset, _, _, _), .badOption(let offset, _, _),
      .tooLong(let offset, _, _):
      offset
    }
  }
}

extension CaptureError: CustomStringConvertible {
  /// One sentence for a terminal: what was found, where, and what was expected.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .empty: "the file is empty; expected a pcap or pcapng file"
    case .notACapture(let octets):
      "not a capture file: it begins with \(Notation.hex(octets)), neither pcap nor pcapng does"
    case .foreign(let kind): "this is \(kind); expected a pcap or pcapng file"
    case .truncated(let offset, let what, let needed, let available):
      "truncated inside \(what) at offset \(offset): expected \(needed) octets, \(available) are left"
    case .unsupportedVersion(let offset, let major, let minor):
      "unsupported version \(major).\(minor) at offset \(offset)"
    case .badByteOrderMagic(let offset, let found):
      "bad byte order magic \(Notation.hex(found)) at offset \(offset), expected 0x1a2b3c4d in either order"
    case .badBlockLength(let offset, let length, let minimum):
      "bad block length \(length) at offset \(offset), expected a multiple of 4, at least \(minimum)"
    case .blockLengthsDiffer(let offset, let first, let last):
      "the block at offset \(offset) begins with length \(first) and ends with length \(last)"
    case .unknownInterface(let offset, let record, let interface, let described):
      "record \(record) at offset \(offset) names interface \(interface), but \(described) were described"
    case .badCapturedLength(let offset, let record, let length, let available):
      "record \(record) at offset \(offset) claims \(length) octets, its block has room for \(available)"
    case .badOption(let offset, let code, let length):
      "option \(code) at offset \(offset) has length \(length), which reaches past its block"
    case .compressed(let kind, let program):
      "this is a \(kind)-compressed file; try: \(program) -dc FILE | tcpcore read -"
    case .tooLong(let offset, let what, let length):
      "\(what) at offset \(offset) claims \(length) octets, more than \(CaptureReader.lengthLimit)"
    }
  }
}
