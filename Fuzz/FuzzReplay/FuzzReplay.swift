import Foundation
import FuzzProperties
import TCPCapture
import TCPCore

/// Shows what a tape does: `swift run FuzzReplay FILE`.
@main enum FuzzReplay {
  static func main() {
    for path in CommandLine.arguments.dropFirst() {
      guard let data = FileManager.default.contents(atPath: path) else {
        print("cannot read \(path)")
        exit(1)
      }
      let octets = [UInt8](data)
      print("\(path): \(octets.count) octets")
      unsafe checkConnection(octets.span.bytes, observer: Trace())
    }
  }
}

/// Prints each datagram as tcpdump would, and each step with the state behind it.
final class Trace: ConnectionObserver {
  private var lines = SegmentLine()

  func arrived(_ bytes: RawSpan, _ now: Instant) { say("  > " + lines.line(for: bytes, at: now)) }
  func departed(_ bytes: RawSpan, _ now: Instant) { say("  < " + lines.line(for: bytes, at: now)) }
  func stepped(_ description: String) { say(description) }

  /// Writes at once: the process may end with the next step.
  private func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
