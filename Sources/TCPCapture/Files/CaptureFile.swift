// Unsafe boundary: octets leave for and come from the system's files here.

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What the system said when a file could not be opened, read or written.
public struct CaptureFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was being done.
  public enum Operation: String, Sendable {
    /// Opening or creating the file.
    case open
    /// Reading from it.
    case read
    /// Writing to it.
    case write
    /// Closing it, where some systems report a write that failed late.
    case close
  }

  /// The name as the caller gave it.
  public let path: String
  /// What was being done.
  public let operation: Operation
  /// The system's reason.
  public let reason: String

  /// One sentence for a terminal.
  public var description: String { "cannot \(operation.rawValue) \(path): \(reason)" }

  /// The error that the last system call left behind.
  fileprivate init(_ operation: Operation, _ path: String) {
    self.path = path
    self.operation = operation
    // The system's text is valid until the next call, and copied at once.
    if let text = unsafe strerror(errno) {
      reason = unsafe String(cString: text)
    } else {
      reason = "error \(errno)"
    }
  }
}

/// A file open for writing. `-` is standard output.
package final class CaptureFile {
  private let path: String
  private let descriptor: Int32
  private var isOpen = true

  init(writing path: String) throws(CaptureFileError) {
    self.path = path
    if path == "-" {
      descriptor = 1
      return
    }
    // The system reads the name during the call only.
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      isOpen = false
      throw CaptureFileError(.open, path)
    }
  }

  deinit { try? end() }

  /// Writes all of `bytes`.
  func put(_ bytes: [UInt8]) throws(CaptureFileError) {
    var done = 0
    while done < bytes.count {
      // In bounds: `done` is below `count`, and the system reads `count - done` octets from there.
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw CaptureFileError(.write, path) }
      done += count
    }
  }

  /// Closes the file; a second call does nothing.
  func end() throws(CaptureFileError) {
    guard isOpen else { return }
    isOpen = false
    if descriptor == 1 { return }  // standard output belongs to the process
    guard close(descriptor) == 0 else { throw CaptureFileError(.close, path) }
  }
}

extension CaptureFile {
  /// All octets of a file. `-` is standard input.
  package static func contents(of path: String) throws(CaptureFileError) -> [UInt8] {
    let input = try CaptureInput(reading: path)
    var bytes: [UInt8] = []
    while try input.readMore(into: &bytes) {}  // ends with the file
    return bytes
  }
}

/// A file open for reading. `-` is standard input.
final class CaptureInput: Sendable {
  private let path: String
  private let descriptor: Int32
  /// The most octets that are read at once.
  static var pieceCount: Int { 1 << 17 }

  init(reading path: String) throws(CaptureFileError) {
    self.path = path
    // The system reads the name during the call only.
    descriptor = path == "-" ? 0 : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CaptureFileError(.open, path) }
  }

  deinit { if descriptor > 0 { close(descriptor) } }

  /// Adds what the system has to the end of `bytes`; waits if it has nothing. False at the end of the file.
  func readMore(into bytes: inout [UInt8]) throws(CaptureFileError) -> Bool {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: CaptureInput.pieceCount))
    while true {  // ends unless the system was interrupted
      // In bounds: the system writes at most `count - start` octets from `start` on.
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Self.systemRead(descriptor, buffer.baseAddress.map { unsafe $0 + start }, buffer.count - start)
      }
      if count < 0 && errno == EINTR { continue }
      bytes.removeLast(bytes.count - start - max(count, 0))
      guard count >= 0 else { throw CaptureFileError(.read, path) }
      return count > 0
    }
  }

  private static func systemRead(_ descriptor: Int32, _ place: UnsafeMutableRawPointer?, _ count: Int) -> Int
  {
    // The caller says how many octets there are.
    unsafe read(descriptor, place, count)
  }
}
