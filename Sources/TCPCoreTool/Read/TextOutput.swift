/// Lines on their way out, handed on in large pieces.
package final class TextOutput {
  private var pending: [UInt8] = []
  private let write: ([UInt8]) -> Void
  private static var pieceCount: Int { 1 << 16 }

  /// An output that hands each piece to `write`.
  package init(_ write: @escaping ([UInt8]) -> Void) { self.write = write }

  /// Standard output.
  package static func standard() -> TextOutput {
    TextOutput { Console.print(String(decoding: $0, as: UTF8.self), terminator: "") }
  }

  /// Adds a line.
  package func print(_ line: String) {
    addLine { $0.append(contentsOf: line.utf8) }
  }

  /// Adds a line that `body` adds to the octets so far.
  package func addLine(_ body: (inout [UInt8]) -> Void) {
    body(&pending)
    pending.append(UInt8(ascii: "\n"))
    if pending.count >= TextOutput.pieceCount { flush() }
  }

  /// Hands on what there is.
  package func flush() {
    guard !pending.isEmpty else { return }
    write(pending)
    pending.removeAll(keepingCapacity: true)
  }
}
