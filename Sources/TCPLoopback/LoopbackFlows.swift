import TCPCore

/// What one of several connections that share a link has come to.
public struct FlowReport: Sendable, Equatable {
  /// Who decides about its congestion window.
  public var control: CongestionControlAlgorithm
  /// When it began.
  public var start: Instant
  /// Octets of text that the right side has read since then.
  public var received = 0
  /// Segments sent again.
  public var retransmissions = 0
  /// What went wrong, in words.
  public var failure: String?

  /// A flow that begins at a moment.
  public init(control: CongestionControlAlgorithm, start: Instant) {
    self.control = control
    self.start = start
  }
}

/// Several connections from left to right that share the link and its queue. Each sends all the time, and
/// what arrives is compared with what was sent.
///
/// Each begins at a moment of its own in the first tenth of a second, which follows from the seed: else their
/// segments would meet at the queue in one order forever.
@safe
public final class LoopbackFlows {
  private struct Flow {
    var report: FlowReport
    var options: ConnectionOptions
    var sender: Handle?
    var written = 0
  }

  private let driver: LoopbackDriver
  private var flows: [Flow]
  /// The flow of a handle, on the left and on the right.
  private var senders: [UInt64: Int] = [:]
  private var receivers: [UInt64: Int] = [:]
  private let pattern: [UInt8]
  private let scratch: UnsafeMutableRawBufferPointer

  private static let port: UInt16 = 7
  private static let firstPort: UInt16 = 40_000
  private static let period = 65_536

  /// - Parameter options: those of each flow.
  public init(_ driver: LoopbackDriver, options: [ConnectionOptions], seed: UInt64) {
    self.driver = driver
    var random = SplitMix64(seed: seed)
    flows = options.map { options in
      let start = driver.now + Interval(microseconds: random.below(100_000))
      return Flow(report: FlowReport(control: options.congestionControl, start: start), options: options)
    }
    // Two periods, so that a piece of one may begin anywhere in the first.
    let period = (0..<LoopbackFlows.period).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    pattern = period + period
    unsafe scratch = UnsafeMutableRawBufferPointer.allocate(
      byteCount: LoopbackFlows.period, alignment: 64)
  }

  deinit { unsafe scratch.deallocate() }

  /// Runs all flows until `length` of virtual time has passed.
  public func run(for length: Interval) -> [FlowReport] {
    let end = driver.now + length
    do throws(CallError) {
      _ = try driver.right.listen(
        Endpoint(driver.address(.right), LoopbackFlows.port), backlog: flows.count)
      while driver.now < end && !flows.contains(where: { $0.report.failure != nil }) {
        try begin()
        takeLeft()
        takeRight()
        let next = flows.filter { $0.sender == nil }.map(\.report.start).min() ?? end
        driver.step(until: min(next, end))
      }
    } catch {
      flows[0].report.failure = "cannot open: \(error)"
    }
    for index in flows.indices {
      guard let sender = flows[index].sender, let status = try? driver.left.status(sender) else { continue }
      flows[index].report.retransmissions = status.retransmissions
    }
    return flows.map(\.report)
  }

  /// Opens what begins now.
  private func begin() throws(CallError) {
    for index in flows.indices where flows[index].sender == nil && flows[index].report.start <= driver.now {
      let handle = try driver.left.connect(
        to: Endpoint(driver.address(.right), LoopbackFlows.port),
        from: Endpoint(driver.address(.left), LoopbackFlows.firstPort + UInt16(index)),
        options: flows[index].options, at: driver.now)
      flows[index].sender = handle
      senders[handle.rawValue] = index
    }
  }

  private func takeLeft() {
    while let event = driver.left.nextEvent() {
      guard let index = senders[event.handle.rawValue] else { continue }
      if event.kinds.contains(.writable) { write(index, event.handle) }
      if event.kinds.contains(.ended) { flows[index].report.failure = "it has ended" }
    }
  }

  private func takeRight() {
    while let event = driver.right.nextEvent() {
      if event.kinds.contains(.accepted), let status = try? driver.right.status(event.handle) {
        receivers[event.handle.rawValue] = Int(status.tuple.remotePort - LoopbackFlows.firstPort)
      }
      guard let index = receivers[event.handle.rawValue] else { continue }
      if event.kinds.contains(.readable) { read(index, event.handle) }
    }
  }

  /// Fills the send ring.
  private func write(_ index: Int, _ handle: Handle) {
    while true {
      let begin = flows[index].written % LoopbackFlows.period
      let count = unsafe pattern.withUnsafeBytes { bytes -> Int in
        let piece = unsafe UnsafeRawBufferPointer(rebasing: bytes[begin..<(begin + LoopbackFlows.period)])
        return (try? unsafe driver.left.write(handle, piece.bytes, at: driver.now)) ?? 0
      }
      if count == 0 { return }
      flows[index].written += count
    }
  }

  /// Empties the receive ring.
  private func read(_ index: Int, _ handle: Handle) {
    while let count = try? unsafe driver.right.read(handle, into: scratch, at: driver.now), count > 0 {
      let begin = flows[index].report.received % LoopbackFlows.period
      let isSame = unsafe pattern[begin..<(begin + count)].elementsEqual(scratch[0..<count])
      if !isSame { flows[index].report.failure = "it read something that was not sent" }
      flows[index].report.received += count
    }
  }
}
