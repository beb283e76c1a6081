/// Where a writer's octets go.
///
/// The kind of error belongs to the sink, so that writing into memory needs no `try`.
public protocol CaptureSink {
  /// What can go wrong; `Never` for memory.
  associatedtype Failure: Error

  /// Takes the next octets of the file.
  mutating func append(_ bytes: [UInt8]) throws(Failure)
}

/// A sink that keeps everything in memory.
public struct MemorySink: CaptureSink, Sendable {
  /// All octets so far.
  public private(set) var bytes: [UInt8] = []

  /// An empty sink.
  public init() {}

  /// Takes the next octets of the file.
  public mutating func append(_ bytes: [UInt8]) throws(Never) { self.bytes += bytes }
}

/// A sink that writes a file in large pieces.
///
/// Call `close` at the end: it is the only way to learn of an error in the last piece.
public final class FileSink: CaptureSink {
  private let file: CaptureFile
  private var pending: [UInt8] = []
  private static var pieceCount: Int { 1 << 16 }

  /// Creates or empties the file at `path`; `-` is standard output.
  public init(path: String) throws(CaptureFileError) {
    file = try CaptureFile(writing: path)
  }

  deinit { try? close() }

  /// Takes the next octets of the file.
  public func append(_ bytes: [UInt8]) throws(CaptureFileError) {
    pending += bytes
    if pending.count >= FileSink.pieceCount { try flush() }
  }

  /// Hands everything so far to the system.
  public func flush() throws(CaptureFileError) {
    // Emptied first, so that an octet is never written twice after an error.
    let piece = pending
    pending = []
    try file.put(piece)
  }

  /// Writes the rest and closes the file.
  public func close() throws(CaptureFileError) {
    try flush()
    try file.end()
  }
}
