import TCPCapture
import TCPCore
import TCPLoopback

/// `tcpcore loopback`: a file, or generated octets, through two hosts and the link between them.
package struct LoopbackCommand {
  private let options: LoopbackOptions
  private let words: [String]

  package init(_ words: [String]) throws(ToolError) {
    options = try LoopbackOptions(words)
    self.words = words
  }

  package func run() throws(ToolError) -> Int32 {
    if options.isIdeal { return printIdeal() }
    let driver: LoopbackDriver
    do {
      driver = try LoopbackDriver(options.configuration)
    } catch {
      throw .failure("cannot make two hosts with these sizes: \(error)")
    }
    if options.flowCount > 0 { return runFlows(driver) }
    let rightward = try content(seed: 1)
    let leftward = options.isBothWays ? try content(seed: 2) : TransferContent([])
    let connection = connectionOptions(0)
    let transfer = LoopbackTransfer(driver, rightward: rightward, leftward: leftward, options: connection)
    var plotFile: PlotFile?
    if let path = options.plot { plotFile = try PlotFile(path: path) }
    let sampler = plotFile.map { _ in PlotSampler(start: driver.now) }
    let recorder = try Recorder(
      transfer, capture: options.capture,
      style: options.isTrace ? .lines : options.isLadder ? .ladder : .none,
      plot: sampler)
    let progress = Progress(total: transfer.totalCount)
    let show: (Int) -> Void = { done in recorder.lookAway { progress.show(done) } }
    let clock = ContinuousClock()
    let begin = clock.now
    let watch = AllocationWatch()
    let report = transfer.run(progress: show)
    let allocations = watch.count - recorder.excluded
    let wall = begin.duration(to: clock.now)
    progress.clear()
    try recorder.finish()
    if let plotFile, let sampler {
      try plotFile.write(ConnectionPlot(sampler, title: PlotFile.title("loopback", words)))
    }
    let summary = Summary(
      report: report, counters: Summary.Sums(driver), wallSeconds: Summary.seconds(wall),
      allocations: allocations)
    Console.print(options.isJSON ? summary.json : summary.text)
    return report.isIntact && report.isClosed ? 0 : 1
  }

  /// What the same transfer would take a sender that knows each loss at once.
  private func printIdeal() -> Int32 {
    let link = options.configuration.rightward
    var ideal = IdealTransfer(
      octets: options.size, control: options.controls[0], loss: link.loss, delay: link.delay,
      bitsPerSecond: link.bitsPerSecond, seed: options.configuration.seed)
    ideal.overhead = options.configuration.isIPv6 ? 72 : 52
    ideal.segmentSize = max(options.configuration.mtu - ideal.overhead, 1)
    if options.segmentLimit > 0 { ideal.segmentSize = min(ideal.segmentSize, options.segmentLimit) }
    ideal.flightLimit = options.buffer
    let seconds = ideal.seconds()
    let goodput = seconds > 0 ? Double(options.size) * 8 / seconds : 0
    Console.print(
      options.isJSON
        ? "{\"bytes\": \(options.size), \"virtual_seconds\": \(seconds), "
          + "\"goodput_bits_per_second\": \(goodput)}"
        : "an ideal sender takes \(seconds) s")
    return 0
  }

  /// The options of a flow.
  private func connectionOptions(_ flow: Int) -> ConnectionOptions {
    var connection = ConnectionOptions()
    connection.congestionControl = options.controls[flow % options.controls.count]
    connection.maximumSentSegmentSize = UInt16(options.segmentLimit)
    connection.isPacingEnabled = options.isPaced
    if options.userTimeout > 0 {
      connection.userTimeoutPolicy = .exchange
      connection.retransmissionTimeLimit = .seconds(options.userTimeout)
    }
    if options.offersECN { connection.ecn = .offer }
    return connection
  }

  /// Several connections that send for a while, beside each other.
  private func runFlows(_ driver: LoopbackDriver) -> Int32 {
    let flows = LoopbackFlows(
      driver, options: (0..<options.flowCount).map(connectionOptions), seed: options.configuration.seed)
    let end = driver.now + .seconds(options.flowSeconds)
    let summary = FlowSummary(flows.run(for: .seconds(options.flowSeconds)), end: end)
    Console.print(options.isJSON ? summary.json : summary.text)
    return summary.isIntact ? 0 : 1
  }

  private func content(seed: UInt64) throws(ToolError) -> TransferContent {
    guard let file = options.file else { return TransferContent(generated: options.size, seed: seed) }
    do throws(CaptureFileError) {
      return TransferContent(try CaptureFile.contents(of: file))
    } catch {
      throw .failure(error.description)
    }
  }
}
