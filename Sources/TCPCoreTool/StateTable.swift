import TCPCapture
import TCPCore

/// A table of all connections and listeners of a host, like netstat's.
package struct StateTable {
  private var rows: [[String]] = [
    [
      "HOST", "LOCAL", "REMOTE", "STATE", "RECV-Q", "SEND-Q", "CWND", "SSTHRESH", "PIPE", "RTT", "RTTVAR",
      "MIN-RTT", "REORDER", "RTO", "PACE", "RATE", "LOST", "RETRANS", "UNDONE", "ECN", "CONTROL",
    ]
  ]

  /// Only the heading.
  package init() {}

  /// Adds the rows of one host.
  package mutating func add(_ host: borrowing TCPHost, name: String) {
    var cursor = 0
    while let handle = host.nextHandle(&cursor) {
      guard let status = try? host.status(handle) else { continue }
      rows.append(StateTable.row(name, status))
    }
  }

  private static func row(_ name: String, _ status: Status) -> [String] {
    let isListener = status.state == .listen
    let front = [
      name, Notation.text(status.tuple.local),
      isListener ? "*:*" : Notation.text(status.tuple.remote), "\(status.state.name)",
      "\(isListener ? status.acceptQueueCount : status.unread)", "\(status.unacknowledged)",
    ]
    return front + (isListener ? Array(repeating: "-", count: 15) : sending(status))
  }

  /// What the sender of a connection knows of the path.
  private static func sending(_ status: Status) -> [String] {
    let hasThreshold = status.slowStartThreshold < Int.max
    let hasSample = status.minimumRoundTrip < .unlimited
    return [
      "\(status.congestionWindow)", hasThreshold ? "\(status.slowStartThreshold)" : "-",
      "\(status.bytesInNetwork)", milliseconds(status.smoothedRoundTrip),
      milliseconds(status.roundTripVariance), hasSample ? milliseconds(status.minimumRoundTrip) : "-",
      milliseconds(status.reorderingWindow), milliseconds(status.retransmissionTimeout),
      status.pacingRate > 0 ? "\(status.pacingRate)/s" : "-",
      status.deliveryRate > 0 ? "\(status.deliveryRate)/s" : "-", "\(status.losses)",
      "\(status.retransmissions)", "\(status.reductionsUndone)", status.usesECN ? "yes" : "no",
      "\(status.congestionControl)/\(status.congestionPhase)",
    ]
  }

  private static func milliseconds(_ interval: Interval) -> String {
    let tenths = (interval.microseconds + 50) / 100
    return "\(tenths / 10).\(tenths % 10)ms"
  }

  /// The table, its columns as wide as they need to be.
  package var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        cell + String(repeating: " ", count: widths[column] - cell.count)
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
