import TCPCore
import TCPLoopback

/// What several connections beside each other have got of the link.
package struct FlowSummary {
  private let reports: [FlowReport]
  private let end: Instant

  /// - Parameter end: when all of them stopped.
  package init(_ reports: [FlowReport], end: Instant) {
    self.reports = reports
    self.end = end
  }

  /// Whether all began, and what arrived is what was sent.
  package var isIntact: Bool { reports.allSatisfy { $0.failure == nil && $0.received > 0 } }

  /// Bits in a second of virtual time, since its first SYN.
  private func goodput(_ report: FlowReport) -> Double {
    let microseconds = (end - report.start).microseconds
    return microseconds > 0 ? Double(report.received) * 8e6 / Double(microseconds) : 0
  }

  /// Jain's index: (sum of x)^2 / (n * sum of x^2). 1 where all got the same, 1 / n where one got all.
  package var fairness: Double {
    let rates = reports.map(goodput)
    let sum = rates.reduce(0, +)
    let squares = rates.reduce(0) { $0 + $1 * $1 }
    return squares > 0 ? sum * sum / (Double(rates.count) * squares) : 0
  }

  private var total: Double { reports.map(goodput).reduce(0, +) }

  package var text: String {
    var lines = reports.enumerated().map { index, report in
      "flow \(index + 1) \(name(report)): goodput \(megabits(goodput(report))) Mbit/s, "
        + "sent again \(report.retransmissions)" + (report.failure.map { ", FAILED: \($0)" } ?? "")
    }
    lines.append("all: goodput \(megabits(total)) Mbit/s, Jain's fairness index \(rounded(fairness))")
    return lines.joined(separator: "\n")
  }

  package var json: String {
    let flows = reports.map { report in
      "{\"control\": \"\(name(report))\", \"goodput_bits_per_second\": \(goodput(report)), "
        + "\"bytes\": \(report.received), \"retransmitted\": \(report.retransmissions), "
        + "\"intact\": \(report.failure == nil)}"
    }
    return "{\"flows\": [\(flows.joined(separator: ", "))], "
      + "\"goodput_bits_per_second\": \(total), \"fairness\": \(fairness)}"
  }

  private func name(_ report: FlowReport) -> String { "\(report.control)".lowercased() }

  private func megabits(_ value: Double) -> String { rounded(value / 1e6) }

  /// With three digits behind the point.
  private func rounded(_ value: Double) -> String {
    let thousandths = Int((value * 1_000).rounded())
    let rest = "\(thousandths % 1_000)"
    return "\(thousandths / 1_000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }
}
