import Foundation
import FuzzProperties
import TCPCapture
import TCPCore

/// Shows each datagram as tcpdump would, arrivals to the right and departures to the left, and each step with
/// the state behind it.
final class Trace: ConnectionObserver, LoopbackObserver {
  private var lines = SegmentLine()

  func arrived(_ bytes: RawSpan, _ now: Instant) { Trace.say("  --> " + lines.line(for: bytes, at: now)) }
  func departed(_ bytes: RawSpan, _ now: Instant) { Trace.say("  <-- " + lines.line(for: bytes, at: now)) }
  func departed(_ side: Int, _ bytes: RawSpan, _ now: Instant) {
    Trace.say("  \(name(side)) <-- " + lines.line(for: bytes, at: now))
  }
  func arrived(_ side: Int, _ bytes: RawSpan, _ outcome: ArrivalOutcome, _ now: Instant) {
    Trace.say("  \(name(side)) --> " + lines.line(for: bytes, at: now) + " (\(outcome))")
  }
  func arrived(_ side: Int, _ bytes: RawSpan, _ now: Instant) {
    Trace.say("  \(name(side)) --> " + lines.line(for: bytes, at: now))
  }
  func stepped(_ description: String) { Trace.say(description) }

  private func name(_ side: Int) -> String { side == LoopbackStep.left ? "left " : "right" }

  /// Writes at once: the process may end with the next step.
  static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
