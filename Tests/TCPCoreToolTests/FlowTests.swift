import TCPCore
import TCPCoreTool
import TCPLoopback
import Testing

/// `tcpcore loopback --flows`.
@Suite("Several flows beside each other") struct FlowTests {
  @Test("Words of the command line") func words() throws {
    let options = try LoopbackOptions(["--flows", "3", "--seconds", "5", "--control", "cubic,newreno"])
    #expect(options.flowCount == 3 && options.flowSeconds == 5)
    #expect(options.controls == [.cubic, .newReno])
    #expect(try LoopbackOptions([]).controls == [.cubic])
    #expect(try LoopbackOptions(["--segment", "64"]).segmentLimit == 64)
    for words in [
      ["--flows", "0"], ["--flows", "65"], ["--seconds", "5"], ["--control", "cubic,newreno"],
      ["--flows", "2", "--control", "cubic,"], ["--flows", "2", "--both"], ["--segment", "63"],
      ["--flows", "2", "--plot", "a.svg"],
    ] {
      #expect(usageError { () throws(ToolError) in _ = try LoopbackOptions(words) } != nil, "\(words)")
    }
  }

  @Test("Jain's index: 1 for equal shares, 1/n for one that takes all") func fairness() {
    func index(_ shares: [Int]) -> Double {
      let reports = shares.map { share in
        var report = FlowReport(control: .cubic, start: Instant(microseconds: 0))
        report.received = share
        return report
      }
      return FlowSummary(reports, end: Instant(microseconds: 1_000_000)).fairness
    }
    #expect(index([1_000, 1_000, 1_000, 1_000]) == 1)
    #expect(index([1_000, 0, 0, 0]) == 0.25)
    #expect(abs(index([1_000, 2_000]) - 0.9) < 1e-9)
    #expect(index([0, 0]) == 0)
  }

  @Test("Flows share the link, each with its controller, and repeat by their seed") func sharing() throws {
    func run(seed: UInt64) throws -> [FlowReport] {
      let options = try LoopbackOptions(
        ["--flows", "2", "--rate", "10Mbit", "--delay", "5ms", "--queue", "20k", "--seed", "\(seed)"])
      let driver = try LoopbackDriver(options.configuration)
      let each = [CongestionControlAlgorithm.cubic, .newReno].map { control in
        var options = ConnectionOptions()
        options.congestionControl = control
        return options
      }
      return LoopbackFlows(driver, options: each, seed: seed).run(for: .seconds(3))
    }
    let reports = try run(seed: 1)
    #expect(reports.map(\.control) == [.cubic, .newReno])
    #expect(reports.allSatisfy { $0.failure == nil && $0.received > 100_000 })
    let total = reports.map(\.received).reduce(0, +)
    #expect(total < 3_750_000 && total > 2_500_000, "of what 10 Mbit/s carry in three seconds")
    #expect(try run(seed: 1) == reports)
    #expect(try run(seed: 2) != reports)
    let text = FlowSummary(reports, end: Instant(microseconds: 4_000_000)).text
    #expect(text.hasPrefix("flow 1 cubic: goodput ") && text.contains("\nflow 2 newreno: goodput "))
    #expect(text.contains("Jain's fairness index 0.") || text.contains("Jain's fairness index 1."))
  }

  @Test("Only one direction is harmed, and how far segments are overtaken") func impairments() throws {
    let options = try LoopbackOptions(
      ["--loss", "0.1", "--reorder", "0.2", "--reorder-by", "3ms", "--delay", "5ms", "--rightward"])
    let link = options.configuration
    #expect(link.rightward.loss == 0.1 && link.rightward.reordering == 0.2)
    #expect(link.rightward.reorderingDelay == .milliseconds(3))
    #expect(link.leftward.loss == 0 && link.leftward.reordering == 0)
    #expect(link.rightward.delay == .milliseconds(5) && link.leftward.delay == .milliseconds(5))
    #expect(try LoopbackOptions(["--loss", "0.1"]).configuration.leftward.loss == 0.1)
  }

  @Test("An ideal sender takes what one transfer takes") func ideal() throws {
    #expect(try LoopbackOptions(["--ideal", "--loss", "0.01", "--control", "newreno"]).isIdeal)
    for words in [["--flows", "2"], ["--both"], ["--file", "a"], ["--loss", "0.6"]] {
      #expect(
        usageError { () throws(ToolError) in _ = try LoopbackOptions(["--ideal"] + words) } != nil, "\(words)"
      )
    }
  }
}
