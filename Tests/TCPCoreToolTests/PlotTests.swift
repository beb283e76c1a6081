import TCPCore
import TCPCoreTool
import TCPLoopback
import Testing

@Suite("A plot of a loopback run") struct PlotTests {
  private func run(
    octets: Int, isBothWays: Bool = false, _ change: (inout LoopbackConfiguration) -> Void
  ) throws -> (transfer: LoopbackTransfer, sampler: PlotSampler) {
    var configuration = LoopbackConfiguration()
    change(&configuration)
    let transfer = LoopbackTransfer(
      try LoopbackDriver(configuration), rightward: TransferContent(generated: octets, seed: 1),
      leftward: isBothWays ? TransferContent(generated: octets, seed: 2) : TransferContent([]))
    let sampler = PlotSampler(start: configuration.start)
    transfer.driver.observer = { [unowned transfer] event, side, bytes in
      sampler.see(event, side, bytes, at: transfer.driver.now)
    }
    transfer.inspector = { transfer in
      sampler.sample(transfer)
      return nil
    }
    let report = transfer.run()
    #expect(report.isIntact && report.isClosed && report.failure == nil)
    return (transfer, sampler)
  }

  @Test("Its numbers are those of the run", arguments: 1...12 as ClosedRange<UInt64>)
  func numbers(seed: UInt64) throws {
    let isBothWays = seed % 3 == 0
    let (transfer, sampler) = try run(octets: 300_000, isBothWays: isBothWays) {
      $0.seed = seed
      $0.isIPv6 = seed % 2 == 0
      var impairments = Impairments()
      impairments.loss = 0.03
      impairments.reordering = 0.02
      impairments.duplication = 0.02
      impairments.corruption = 0.01
      impairments.delay = .milliseconds(10)
      $0.setImpairments(impairments)
    }
    let sequence = sampler.sequence
    let counters = transfer.driver.left.counters
    #expect(counters.segmentsRetransmitted > 0)
    #expect(sequence.sentAgain.total == Int(counters.segmentsRetransmitted))
    #expect(sequence.acknowledged.last?.value == 300_000)
    #expect(sequence.sent.marks.map(\.high).max() == 300_000)
    #expect((sequence.windowEdge.last?.value ?? 0) > 300_000)
    #expect(sequence.sacked.total > 0)

    let file = ParsedPlot(ConnectionPlot(sampler, title: "a title").svg)
    #expect(file.isWellFormed)
    #expect(file.marks("sent-again") == Int(counters.segmentsRetransmitted))
    #expect(file.marks("sent") == sequence.sent.total && file.marks("sacked") == sequence.sacked.total)
    #expect(file.text.contains("300000 octets acknowledged"))
    #expect(file.text.contains("\(counters.segmentsRetransmitted) sent again"))
    for name in ["acknowledged", "window-edge", "cwnd", "ssthresh", "smoothed", "round-trips"] {
      #expect(file.marks(name) > 0, "\(name)")
    }
    #expect(file.elements["script"] == nil && file.elements["title"] == 1)
  }

  @Test("On a link without loss nothing is marked as sent again, and every round trip is the link's")
  func clean() throws {
    let (transfer, sampler) = try run(octets: 200_000) {
      $0.rightward.delay = .milliseconds(15)
      $0.leftward.delay = .milliseconds(15)
    }
    #expect(sampler.sequence.sentAgain.total == 0 && sampler.sequence.sacked.total == 0)
    #expect(sampler.sequence.roundTrips.total > 10)
    for mark in sampler.sequence.roundTrips.marks {
      #expect(mark.low == mark.high && (30_000...60_000).contains(mark.high))
    }
    #expect(sampler.sequence.roundTrips.marks.map(\.high).min() == 30_000)
    #expect(sampler.smoothed.last.map { (30_000...45_000).contains($0.value) } == true)
    let handle = try #require(transfer.handle(.left))
    let status = try transfer.driver.left.status(handle)
    #expect(sampler.window.last?.value == Double(status.congestionWindow))
    #expect(sampler.threshold.last?.value == .infinity)
    #expect(ParsedPlot(ConnectionPlot(sampler, title: "").svg).isWellFormed)
  }

  @Test("A reduction of the window is in the plot, and its undoing after a spike, too") func windows() throws
  {
    let (_, sampler) = try run(octets: 2_000_000) {
      var impairments = Impairments()
      impairments.delay = .milliseconds(10)
      impairments.spike = DelaySpike(start: $0.start + .milliseconds(300), length: .seconds(3))
      $0.setImpairments(impairments)
    }
    let points = sampler.window.points
    let before = points.last { $0.time < 300_000 }?.value ?? 0
    let lowest = points.filter { (300_000..<3_300_000).contains($0.time) }.map(\.value).min() ?? 0
    let after = points.last?.value ?? 0
    #expect(lowest > 0 && lowest * 4 < before && after >= before, "\(before), \(lowest), \(after)")
    #expect(sampler.threshold.points.contains { $0.value.isFinite })
  }

  @Test("However long the run, the file stays below 2 MB, and says that it is thinned") func long() throws {
    let (transfer, sampler) = try run(octets: 1_500_000) {
      $0.mtu = 140
      var impairments = Impairments()
      impairments.loss = 0.02
      impairments.delay = .milliseconds(5)
      impairments.jitter = .milliseconds(2)
      $0.setImpairments(impairments)
    }
    let sequence = sampler.sequence
    #expect(sequence.sent.stride > 1 && sequence.acknowledged.isThinned)
    #expect(sequence.sentAgain.total == Int(transfer.driver.left.counters.segmentsRetransmitted))
    let svg = ConnectionPlot(sampler, title: "a long run").svg
    #expect(svg.utf8.count < 2_000_000)
    let file = ParsedPlot(svg)
    #expect(file.isWellFormed && file.marks("sent") < 12_000)
    #expect(file.text.contains("sent, 1 in \(sequence.sent.stride)") && file.text.contains("Thinned: "))
    #expect(file.text.contains("acknowledged, 2 in \(sequence.acknowledged.groupSize)"))
    #expect(sequence.acknowledged.points.last?.value == 1_500_000)
  }

  @Test("Nothing was sampled: still a file") func empty() {
    let file = ParsedPlot(ConnectionPlot(PlotSampler(start: Instant(microseconds: 0)), title: "nothing").svg)
    #expect(file.isWellFormed && file.text.contains("nothing"))
  }

  @Test("What XML does not allow in a title does not get into the file") func title() {
    let title = "tcpcore --file <a&b>\"\u{1}\u{1B}[0m\u{FFFF}'"
    let file = ParsedPlot(ConnectionPlot(PlotSampler(start: Instant(microseconds: 0)), title: title).svg)
    #expect(file.isWellFormed && file.text.contains("<a&b>\"\u{FFFD}\u{FFFD}[0m\u{FFFD}'"))
  }

  @Test("A file that cannot be written is an error before anything runs") func unwritable() throws {
    let command = try LoopbackCommand(["--bytes", "900GB", "--plot", "/nowhere/a.svg"])
    do throws(ToolError) {
      _ = try command.run()
      Issue.record("no error")
    } catch {
      #expect(!error.isUsage && error.message == "cannot open /nowhere/a.svg: No such file or directory")
    }
  }
}
