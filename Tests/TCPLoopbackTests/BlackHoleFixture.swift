import TCPCore
import TCPLoopback

/// A transfer of 8 MiB to the right at a round trip of 20 ms, over a path that drops long datagrams and tells
/// nobody; and what the left side made of that.
final class BlackHoleRun {
  /// What is seen of the search.
  struct Sight {
    /// When the size was first taken down, and how many time-outs there were until then.
    var fallTime: Instant?
    var timeouts: UInt64 = 0
    /// When the search was over for the first time, and what had been read and probed by then.
    var endTime: Instant?
    var read = 0
    var probes: UInt64 = 0
    var pathMTU = 0
  }

  var configuration = LoopbackConfiguration()
  var options = ConnectionOptions()
  var size = 8 << 20
  private(set) var sight = Sight()
  private var steps = 0
  private(set) var counters = Counters?.none
  /// What STATUS says at the end.
  private(set) var status: Status?
  private(set) var duration = Interval.seconds(0)
  /// When the right side had read so much.
  private(set) var moments: [(read: Int, time: Instant)] = []

  init(hole: Int, isIPv6: Bool = false, rings: Int = 65_536, loss: Double = 0) {
    configuration.isIPv6 = isIPv6
    configuration.host = HostConfiguration(connections: 2, sendCapacity: rings, receiveCapacity: rings)
    configuration.rightward.delay = .milliseconds(10)
    configuration.rightward.loss = loss
    configuration.rightward.blackHole = hole
    configuration.leftward.delay = .milliseconds(10)
  }

  /// - Parameter prepare: may schedule what changes on the way.
  /// - Returns: what went wrong, or `nil`.
  func run(
    limit: Interval = .seconds(3_600), _ prepare: (LoopbackTransfer) -> Void = { _ in }
  ) throws -> String? {
    let driver = try LoopbackDriver(configuration)
    let transfer = LoopbackTransfer(
      driver, rightward: TransferContent(generated: size, seed: 1),
      leftward: TransferContent(generated: 0, seed: 2), options: options)
    prepare(transfer)
    transfer.inspector = { [self] transfer in
      look(at: transfer)
      steps += 1
      return steps % 64 == 0 ? driver.left.brokenInvariant().map { "\($0)" } : nil
    }
    let report = transfer.run(limit: limit)
    counters = driver.left.counters
    duration = report.duration
    if let failure = report.failure { return failure }
    return report.isIntact && report.isClosed ? nil : "not intact"
  }

  private func look(at transfer: LoopbackTransfer) {
    let driver = transfer.driver
    let now = driver.now
    let read = transfer.readCount(.right)
    if moments.last.map({ $0.read < read }) ?? true { moments.append((read, now)) }
    guard let handle = transfer.handle(.left), let status = try? driver.left.status(handle),
      status.state == .closeWait || status.state == .established
    else { return }
    self.status = status
    guard driver.left.counters.blackHoles > 0 else { return }
    if sight.fallTime == nil {
      sight.fallTime = now
      sight.timeouts = driver.left.counters.timeouts
    }
    if sight.endTime == nil && !status.isSearchingPathMTU {
      sight.endTime = now
      sight.read = read
      sight.probes = driver.left.counters.pathProbes
      sight.pathMTU = status.pathMTU
    }
  }

  /// How long it took from when so much had been read until all was.
  func time(from read: Int) -> Interval? {
    guard let first = moments.first(where: { $0.read >= read }), let last = moments.last else { return nil }
    return last.time - first.time
  }
}
