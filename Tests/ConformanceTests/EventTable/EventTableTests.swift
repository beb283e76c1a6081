import TCPCore
import Testing

/// All pairs of state and event of RFC 9293 section 3.10, driven by event_processing.tsv.
@Suite("SegmentArrives: every event in every state (RFC 9293 section 3.10)") struct EventTableTests {
  /// Each part of the table runs once, whichever test asks first.
  private static let sweeps = SegmentSweep.all.map { sweep in Task { try sweep.run() } }
  private static let userCalls = Task { try UserCallCase.run() }
  private static let timeouts = Task { try TimeoutCase.run() }

  /// Rows that are done, but that no case of this table can tell from others, each with the reason.
  static let untold: [String: String] = [:]

  private static func expectNone(_ report: EventReport) {
    for failure in report.failures { Issue.record("\(failure)") }
    #expect(report.failureCount == 0, "\(report.failureCount) of \(report.count) cases differ")
  }

  @Test("SEGMENT ARRIVES", arguments: SegmentSweep.all.indices) func segments(index: Int) async throws {
    Self.expectNone(try await Self.sweeps[index].value)
  }

  @Test("OPEN, SEND, RECEIVE, CLOSE, ABORT, STATUS") func userCalls() async throws {
    Self.expectNone(try await Self.userCalls.value)
  }

  @Test("USER TIMEOUT, RETRANSMISSION TIMEOUT, TIME-WAIT TIMEOUT") func timeouts() async throws {
    Self.expectNone(try await Self.timeouts.value)
  }

  @Test("Every pair of the table was exercised, and every row that is done was shown") func coverage()
    async throws
  {
    #expect(EventRows.all.count > 300, "event_processing.tsv is not where it was")
    var whole = EventReport()
    for sweep in Self.sweeps { whole.merge(try await sweep.value) }
    whole.merge(try await Self.userCalls.value)
    whole.merge(try await Self.timeouts.value)
    let pairs = Set(EventRows.all.map(\.pair))
    #expect(pairs.subtracting(whole.pairs).sorted() == [])
    #expect(whole.pairs.subtracting(pairs).sorted() == [])
    let done = EventRows.all.filter(\.isDone).map(\.id)
    let missing = done.filter { !whole.rows.contains($0) && Self.untold[$0] == nil }
    #expect(missing.isEmpty, "\(missing.count) not shown: \(missing.joined(separator: " "))")
    let needless = Self.untold.keys.filter { whole.rows.contains($0) || !done.contains($0) }
    #expect(needless.isEmpty, "shown after all: \(needless.joined(separator: " "))")
    let unknown = whole.rows.subtracting(EventRows.all.map(\.id))
    #expect(unknown.isEmpty, "no such rows: \(unknown.sorted().joined(separator: " "))")
    #expect(Self.untold.count < 25)
    #expect(whole.count > 100_000)
  }
}
