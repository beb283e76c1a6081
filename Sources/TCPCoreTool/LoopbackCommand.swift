import TCPCapture
import TCPCore
import TCPLoopback

/// `tcpcore loopback`: a file, or generated octets, through two hosts and the link between them.
package struct LoopbackCommand {
  private var file: String?
  private var size = 1_048_576
  private var isBothWays = false
  private var configuration = LoopbackConfiguration()
  private var buffer = 65_536
  private var control: CongestionControlAlgorithm = .cubic
  private var isTrace = false
  private var isLadder = false
  private var isJSON = false
  private var capture: String?

  package init(_ words: [String]) throws(ToolError) {
    var arguments = Arguments(words)
    var impairments = Impairments()
    while let word = arguments.next() {
      if try impairments.take(word, &arguments) { continue }
      switch word {
      case "--file": file = try arguments.value(of: word, "the path of a file")
      case "--bytes": size = try arguments.size(of: word, 0...(1 << 40))
      case "--both": isBothWays = true
      case "--ipv6": configuration.isIPv6 = true
      case "--mtu": configuration.mtu = try arguments.integer(of: word, 68...65_535)
      case "--buffer": buffer = try arguments.size(of: word, 1...(1 << 30))
      case "--control": control = try arguments.control(of: word)
      case "--seed": configuration.seed = try arguments.seed(of: word)
      case "--trace": isTrace = true
      case "--ladder": isLadder = true
      case "--capture": capture = try arguments.value(of: word, "the path of a file to write")
      case "--json": isJSON = true
      default: throw .usage("loopback does not know '\(word)'")
      }
    }
    if isTrace && isLadder { throw .usage("loopback takes --trace or --ladder, not both") }
    if configuration.isIPv6 && configuration.mtu < 1_280 {
      throw .usage("--mtu expected at least 1280 with --ipv6, not '\(configuration.mtu)'")
    }
    configuration.host = HostConfiguration(
      connections: 1, sendCapacity: buffer, receiveCapacity: buffer)
    configuration.setImpairments(impairments)
  }

  func run() throws(ToolError) -> Int32 {
    let rightward = try content(seed: 1)
    let leftward = isBothWays ? try content(seed: 2) : TransferContent([])
    let driver: LoopbackDriver
    do {
      driver = try LoopbackDriver(configuration)
    } catch {
      throw .failure("cannot make two hosts with these sizes: \(error)")
    }
    var options = ConnectionOptions()
    options.congestionControl = control
    let transfer = LoopbackTransfer(driver, rightward: rightward, leftward: leftward, options: options)
    let recorder = try Recorder(
      transfer, capture: capture, style: isTrace ? .lines : isLadder ? .ladder : .none)
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
    let summary = Summary(
      report: report, counters: Summary.Sums(driver), wallSeconds: Summary.seconds(wall),
      allocations: allocations)
    Console.print(isJSON ? summary.json : summary.text)
    return report.isIntact && report.isClosed ? 0 : 1
  }

  private func content(seed: UInt64) throws(ToolError) -> TransferContent {
    guard let file else { return TransferContent(generated: size, seed: seed) }
    do throws(CaptureFileError) {
      return TransferContent(try CaptureFile.contents(of: file))
    } catch {
      throw .failure(error.description)
    }
  }
}
