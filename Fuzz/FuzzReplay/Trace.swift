import Foundation
import FuzzProperties
import TCPCapture
import TCPCore

/// Shows each datagram as tcpdump would, arrivals to the right and departures to the left, and each step with the state
/// behind it.
final class Trace: ConnectionObserver {
  private var lines = SegmentLine()

  func arrived(_ bytes: RawSpan, _ now: Instant) { Trace.say("  --> " + lines.line(for: bytes, at: now)) }
  func departed(_ bytes: RawSpan, _ now: Instant) { Trace.say("  <-- " + lines.line(for: bytes, at: now)) }
  func stepped(_ description: String) { Trace.say(description) }

  /// Writes at once: the process may end with the next step.
  static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
