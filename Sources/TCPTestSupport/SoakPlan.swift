import TCPCapture
import TCPCore
import TCPLoopback

/// One transfer over a bad link, drawn from a seed: sizes, impairments, pauses, outages, sequence numbers
/// near the wrap, and a move to a copy of the memory in the middle.
public struct SoakPlan: Sendable {
  /// Everything follows from this.
  public let seed: UInt64
  /// The two hosts and the link.
  public private(set) var configuration = LoopbackConfiguration()
  /// Octets from left to right.
  public let rightward: Int
  /// Octets from right to left.
  public let leftward: Int
  private let options: ConnectionOptions
  private let chunk: Int
  private let startsNearWrap: Bool
  private var random: SplitMix64

  /// Draws a plan. `scale` makes all transfers that many times longer.
  public init(seed: UInt64, scale: Int = 1) {
    self.seed = seed
    var random = SplitMix64(seed: seed &* 0x9E37_79B9)
    let send = SoakPlan.capacity(&random)
    let receive = SoakPlan.capacity(&random)
    configuration.seed = seed
    configuration.host = HostConfiguration(connections: 1, sendCapacity: send, receiveCapacity: receive)
    configuration.rightHost = HostConfiguration(
      connections: 1, sendCapacity: SoakPlan.capacity(&random),
      receiveCapacity: SoakPlan.capacity(&random))
    configuration.host.halfOpenLifetime = .seconds(3_600)
    configuration.rightHost?.halfOpenLifetime = .seconds(3_600)
    configuration.isIPv6 = random.below(3) == 0
    let sizes = configuration.isIPv6 ? [1_280, 1_500, 9_000] : [296, 576, 1_500, 9_000]
    configuration.mtu = sizes[Int(random.below(UInt64(sizes.count)))]
    configuration.rightward = SoakPlan.impairments(&random)
    configuration.leftward = SoakPlan.impairments(&random)
    configuration.arrivalsPerTransmit = Int(random.below(4)) + 1
    // Small rings take one round trip for every few octets, so they carry less.
    let smallest = min(send, receive)
    let most = smallest < 256 ? 1_500 : smallest < 4_096 ? 20_000 : 120_000
    rightward = Int(random.below(UInt64(most * scale)))
    leftward = random.below(2) == 0 ? 0 : Int(random.below(UInt64(most * scale)))
    var options = ConnectionOptions()
    options.isNagleEnabled = random.below(4) > 0
    options.offersTimestamps = random.below(4) > 0
    options.offersSACK = random.below(4) > 0
    options.offersWindowScale = random.below(4) > 0
    options.acknowledgmentDelay = .milliseconds(Int(random.below(200)))
    // A connection that loses a tenth of its datagrams may need longer than R2 allows by default.
    options.retransmissionTimeLimit = .seconds(3_600)
    options.handshakeLimit = .seconds(3_600)
    self.options = options
    chunk = random.below(2) == 0 ? 65_536 : Int(random.below(3_000)) + 1
    startsNearWrap = random.below(2) == 0
    self.random = random
  }

  /// Tiny, 2 KiB, or above 64 KiB so that window scaling matters.
  private static func capacity(_ random: inout SplitMix64) -> Int {
    switch random.below(3) {
    case 0: Int(random.below(200)) + 1
    case 1: 2_048
    default: 65_536 + Int(random.below(140_000))
    }
  }

  private static func impairments(_ random: inout SplitMix64) -> Impairments {
    var impairments = Impairments()
    impairments.loss = [0, 0.01, 0.05, 0.1][Int(random.below(4))]
    impairments.duplication = [0, 0.01, 0.1][Int(random.below(3))]
    impairments.reordering = [0, 0.02, 0.2][Int(random.below(3))]
    impairments.corruption = [0, 0.005, 0.05][Int(random.below(3))]
    impairments.delay = .microseconds(Int(random.below(30_000)))
    impairments.jitter = .microseconds(random.below(2) == 0 ? 0 : Int(random.below(5_000)))
    impairments.bitsPerSecond = random.below(3) == 0 ? 1_000_000 + random.below(50_000_000) : 0
    impairments.queueLimit = 20_000 + Int(random.below(200_000))
    return impairments
  }

  /// Carries the plan out.
  ///
  /// - Parameter trace: gets one line for each datagram that leaves or arrives.
  /// - Returns: what went wrong, or `nil`.
  public func run(trace: ((String) -> Void)? = nil) throws -> String? {
    let driver = try LoopbackDriver(configuration)
    let transfer = LoopbackTransfer(
      driver, rightward: TransferContent(generated: rightward, seed: seed),
      leftward: TransferContent(generated: leftward, seed: seed &+ 1), options: options)
    transfer.chunk = chunk
    var random = random
    if startsNearWrap { approachWrap(transfer, &random) }
    addEvents(transfer, &random)
    transfer.inspector = SoakPlan.inspect
    if let trace { SoakPlan.show(driver, trace) }
    let report = transfer.run(limit: .seconds(100_000))
    if let failure = report.failure { return failure }
    return report.isIntact && report.isClosed ? nil : "not intact, or not closed"
  }

  private static func show(_ driver: LoopbackDriver, _ trace: @escaping (String) -> Void) {
    var lines = SegmentLine()
    driver.observer = { [unowned driver] event, side, bytes in
      trace("\(side) \(event) " + lines.line(for: bytes, at: driver.now))
    }
  }

  private static func inspect(_ transfer: LoopbackTransfer) -> String? {
    (transfer.driver.left.brokenInvariant() ?? transfer.driver.right.brokenInvariant()).map { "\($0)" }
  }

  /// Waits until one side's initial sequence number will be just below 2^32: it grows with the clock.
  private func approachWrap(_ transfer: LoopbackTransfer, _ random: inout SplitMix64) {
    let driver = transfer.driver
    transfer.localPort = 49_152
    let left = Endpoint(driver.address(.left), 49_152)
    let right = Endpoint(driver.address(.right), 7)
    let number =
      random.below(2) == 0
      ? driver.left.initialSequenceNumber(FourTuple(local: left, remote: right), at: driver.now)
      : driver.right.initialSequenceNumber(FourTuple(local: right, remote: left), at: driver.now)
    let missing = UInt64(0 &- number.rawValue &- UInt32(random.below(60_000)))
    driver.run(for: Interval(microseconds: missing * 4))
  }

  /// Pauses of the readers, an outage, a move to a copy of the memory.
  private func addEvents(_ transfer: LoopbackTransfer, _ random: inout SplitMix64) {
    let start = transfer.driver.now
    for _ in 0..<random.below(3) {
      let side: Side = random.below(2) == 0 ? .left : .right
      let from = start + .milliseconds(Int(random.below(3_000)))
      transfer.schedule(at: from) { $0.pauseReading(side, true) }
      transfer.schedule(at: from + .milliseconds(Int(random.below(20_000)))) { $0.pauseReading(side, false) }
    }
    if random.below(3) == 0 {
      let from = start + .milliseconds(Int(random.below(2_000)))
      let until = from + .milliseconds(Int(random.below(30_000)))
      transfer.schedule(at: from) { SoakPlan.setBlackout($0, true) }
      transfer.schedule(at: until) { SoakPlan.setBlackout($0, false) }
    }
    if random.below(2) == 0 {
      let side: Side = random.below(2) == 0 ? .left : .right
      transfer.schedule(at: start + .milliseconds(Int(random.below(500)))) { transfer in
        try? transfer.driver.moveToCopy(side)
      }
    }
  }

  private static func setBlackout(_ transfer: LoopbackTransfer, _ isBlackout: Bool) {
    transfer.driver.rightward.impairments.isBlackout = isBlackout
    transfer.driver.leftward.impairments.isBlackout = isBlackout
  }
}
