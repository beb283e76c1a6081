import TCPCore

/// A whole capture file: its records, and what stopped the reading, if anything did.
public struct Capture: Sendable {
  /// The whole file.
  public let bytes: [UInt8]
  /// The interfaces of all sections.
  public let interfaces: [CaptureInterface]
  /// The records up to the end of the file or up to the first bad place.
  public let records: [CaptureRecord]
  /// Why the records end before the file does.
  public let problem: CaptureError?

  /// Reads a file that is in memory. Throws only if not even its header can be read.
  public init(_ bytes: [UInt8]) throws(CaptureError) {
    self.init(try CaptureReader(bytes), bytes)
  }

  /// Reads the file at `path`; `-` is standard input.
  public init(path: String) throws(CaptureError) {
    let bytes: [UInt8]
    do throws(CaptureFileError) {
      bytes = try CaptureFile.contents(of: path)
    } catch {
      throw .file(error)
    }
    try self.init(bytes)
  }

  private init(_ start: CaptureReader, _ bytes: [UInt8]) {
    var reader = start
    var records: [CaptureRecord] = []
    var problem: CaptureError?
    do throws(CaptureError) {
      while let record = try reader.next() { records.append(record) }
    } catch {
      problem = error
    }
    self.bytes = bytes
    interfaces = reader.interfaces
    self.records = records
    self.problem = problem
  }

  /// The octets of a record's datagram; empty if it has none.
  public func datagram(of record: CaptureRecord) -> [UInt8] {
    switch record.content {
    case .datagram(let range): [UInt8](bytes[range])
    case .none: []
    }
  }

  /// What a record holds, decoded.
  public func decode(_ record: CaptureRecord) -> CapturedDatagram {
    switch record.content {
    case .datagram(let range):
      bytes.withSpan(of: range) { CapturedDatagram($0, originalCount: record.datagramCount) }
    case .none(let reason): .unreadable(reason: reason.description, name: reason.name)
    }
  }
}
