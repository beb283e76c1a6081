import Foundation
import TCPExplorer

/// A path of an exploration: a file whose name ends with `.path`, as `tcpcore explore --keep` writes it.
enum ExploredPath {
  static func isOne(_ path: String) -> Bool { path.hasSuffix(".path") }

  /// Plays it.
  ///
  /// - Returns: what is wrong with it or with what it shows; `nil` where no rule is broken.
  static func replay(_ path: String, trace: Trace?) -> String? {
    do {
      let file = try PathFile(String(contentsOfFile: path, encoding: .utf8))
      guard let scenario = Scenario.named(file.scenario) else { return "no scenario '\(file.scenario)'" }
      let played = try PathPlayer(scenario).play(file.steps) { moment in
        guard let trace else { return }
        if let datagram = moment.datagram, !moment.isLost {
          unsafe trace.arrived(moment.side, datagram.span.bytes, moment.time)
        }
        for departure in moment.departures {
          unsafe trace.departed(departure.side, departure.octets.span.bytes, moment.time)
        }
        trace.stepped("\(moment.description): \(moment.states.left) / \(moment.states.right)")
      }
      if let problem = played.problem { return problem.message }
      guard played.count == file.steps.count else {
        return "step \(played.count + 1) of \(file.steps.count) is not possible here"
      }
      return nil
    } catch let fault as PathFile.Fault {
      return "line \(fault.line): \(fault.message)"
    } catch {
      return "\(error)"
    }
  }
}
