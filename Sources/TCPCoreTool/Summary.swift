import TCPCore
import TCPLoopback

/// What a loopback run came to, as text or JSON.
package struct Summary {
  /// Both hosts' counters and both links', added up.
  package struct Sums {
    var segments: UInt64
    var retransmitted: UInt64
    var timeouts: UInt64
    var fastRetransmits: UInt64
    var reductionsUndone: UInt64
    var tailLossProbes: UInt64
    var ecnReductions: UInt64
    var blackHoles: UInt64
    var pathProbes: UInt64
    var pathProbesLost: UInt64
    var badChecksums: UInt64
    var link: LinkCounters

    package init(_ driver: LoopbackDriver) {
      let left = driver.left.counters
      let right = driver.right.counters
      segments = left.segmentsSent + right.segmentsSent
      retransmitted = left.segmentsRetransmitted + right.segmentsRetransmitted
      timeouts = left.timeouts + right.timeouts
      fastRetransmits = left.fastRetransmits + right.fastRetransmits
      reductionsUndone = left.reductionsUndone + right.reductionsUndone
      tailLossProbes = left.tailLossProbes + right.tailLossProbes
      ecnReductions = left.ecnReductions + right.ecnReductions
      blackHoles = left.blackHoles + right.blackHoles
      pathProbes = left.pathProbes + right.pathProbes
      pathProbesLost = left.pathProbesLost + right.pathProbesLost
      badChecksums = left[.badChecksum] + right[.badChecksum]
      let rightward = driver.rightward.counters
      let leftward = driver.leftward.counters
      link = rightward
      link.lost += leftward.lost
      link.duplicated += leftward.duplicated
      link.reordered += leftward.reordered
      link.corrupted += leftward.corrupted
      link.overflowed += leftward.overflowed
      link.marked += leftward.marked
    }
  }

  var report: TransferReport
  var counters: Sums
  var wallSeconds: Double
  var allocations: UInt64

  package init(report: TransferReport, counters: Sums, wallSeconds: Double, allocations: UInt64) {
    self.report = report
    self.counters = counters
    self.wallSeconds = wallSeconds
    self.allocations = allocations
  }

  static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  private var bytes: Int { report.readLeft + report.readRight }
  private var virtualSeconds: Double { Double(report.duration.microseconds) * 1e-6 }
  private var goodput: Double { virtualSeconds > 0 ? Double(bytes) * 8 / virtualSeconds : 0 }

  package var json: String {
    let fields = [
      "\"bytes\": \(bytes)", "\"intact\": \(report.isIntact)", "\"closed\": \(report.isClosed)",
      "\"virtual_seconds\": \(virtualSeconds)", "\"wall_seconds\": \(wallSeconds)",
      "\"goodput_bits_per_second\": \(goodput)", "\"segments\": \(counters.segments)",
      "\"retransmitted\": \(counters.retransmitted)", "\"timeouts\": \(counters.timeouts)",
      "\"fast_retransmits\": \(counters.fastRetransmits)",
      "\"reductions_undone\": \(counters.reductionsUndone)",
      "\"tail_loss_probes\": \(counters.tailLossProbes)", "\"lost\": \(counters.link.lost)",
      "\"overflowed\": \(counters.link.overflowed)",
      "\"ecn_reductions\": \(counters.ecnReductions)", "\"marked\": \(counters.link.marked)",
      "\"duplicated\": \(counters.link.duplicated)", "\"reordered\": \(counters.link.reordered)",
      "\"black_holes\": \(counters.blackHoles)", "\"path_probes\": \(counters.pathProbes)",
      "\"path_probes_lost\": \(counters.pathProbesLost)",
      "\"corrupted\": \(counters.link.corrupted)", "\"bad_checksums\": \(counters.badChecksums)",
      "\"allocations\": \(AllocationWatch.isAvailable ? "\(allocations)" : "null")",
    ]
    return "{" + fields.joined(separator: ", ") + "}"
  }

  package var text: String {
    let verdict =
      report.isIntact && report.isClosed
      ? "intact, both ends closed" : "FAILED: \(report.failure ?? "not all octets arrived")"
    let heap = AllocationWatch.isAvailable ? "\(allocations)" : "uncounted"
    return """
      \(bytes) octets \(verdict)
      virtual time \(rounded(virtualSeconds)) s, wall time \(rounded(wallSeconds)) s, \
      goodput \(rounded(goodput / 1e6)) Mbit/s of virtual time
      segments \(counters.segments), sent again \(counters.retransmitted), time-outs \(counters.timeouts), \
      fast retransmits \(counters.fastRetransmits), undone \(counters.reductionsUndone), \
      tail loss probes \(counters.tailLossProbes), reductions by ECN \(counters.ecnReductions)
      path MTU: black holes \(counters.blackHoles), probes \(counters.pathProbes), of which \
      \(counters.pathProbesLost) were lost
      link: lost \(counters.link.lost), queue overflows \(counters.link.overflowed), duplicated \
      \(counters.link.duplicated), reordered \(counters.link.reordered), corrupted \
      \(counters.link.corrupted) (bad checksums seen \(counters.badChecksums)), marked \
      \(counters.link.marked)
      heap allocations \(heap)
      """
  }

  private func rounded(_ value: Double) -> String {
    let thousandths = (value * 1_000).rounded()
    guard thousandths < 1e15 else { return "\(value)" }
    let whole = Int(thousandths) / 1_000
    let rest = Int(thousandths) % 1_000
    return "\(whole)." + String(repeating: "0", count: 3 - "\(rest)".count) + "\(rest)"
  }
}

/// A bar on a terminal, for runs that take a while.
final class Progress {
  private let total: Int
  private var isShown = false
  private let start = ContinuousClock().now

  init(total: Int) { self.total = total }

  func show(_ done: Int) {
    guard Console.isTerminal, total > 0, start.duration(to: .now) > .milliseconds(500) else { return }
    let width = 50
    let filled = min(width, done * width / total)
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    Console.error("\r[\(bar)] \(done * 100 / total)%", terminator: "")
    isShown = true
  }

  func clear() {
    if isShown { Console.error("\r\u{1B}[K", terminator: "") }
  }
}
