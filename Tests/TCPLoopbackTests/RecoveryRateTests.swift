import TCPCore
import TCPLoopback
import Testing

/// How near loss recovery comes to what the window rules allow. All is virtual time, so each run repeats.
/// `.ci/recovery` has the same with more octets and seeds.
@Suite("Rate under loss") struct RecoveryRateTests {
  /// What a transfer from left to right has shown.
  private struct Result {
    var seconds = 0.0
    /// Seconds since the first quarter of the octets had arrived.
    var laterSeconds = 0.0
    var lost = 0
    var retransmitted = 0
    var timeouts = 0
    var reductions = 0
  }

  private func transfer(
    octets: Int, _ control: CongestionControlAlgorithm, seed: UInt64, delay: Interval, bitsPerSecond: UInt64,
    loss: Double
  ) throws -> Result {
    var configuration = LoopbackConfiguration()
    configuration.seed = seed
    configuration.host = HostConfiguration(connections: 1, sendCapacity: 1 << 20, receiveCapacity: 1 << 20)
    configuration.leftward.delay = delay
    configuration.leftward.bitsPerSecond = bitsPerSecond
    configuration.rightward = configuration.leftward
    configuration.rightward.loss = loss
    let driver = try LoopbackDriver(configuration)
    var options = ConnectionOptions()
    options.congestionControl = control
    let transfer = LoopbackTransfer(
      driver, rightward: TransferContent(generated: octets, seed: 1), leftward: TransferContent([]),
      options: options)
    var quarterAt: Instant?
    transfer.inspector = { transfer in
      if quarterAt == nil && transfer.readCount(.right) >= octets / 4 { quarterAt = transfer.driver.now }
      return nil
    }
    let report = transfer.run()
    #expect(report.isIntact && report.isClosed)
    let counters = driver.left.counters
    return Result(
      seconds: Double(report.duration.microseconds) * 1e-6,
      laterSeconds: Double((driver.now - (quarterAt ?? driver.now)).microseconds) * 1e-6,
      lost: driver.rightward.counters.lost,
      retransmitted: Int(counters.segmentsRetransmitted), timeouts: Int(counters.timeouts),
      reductions: Int(counters.fastRetransmits))
  }

  private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  /// PEER-08.
  @Test(
    "1 Gbit/s, 1 ms, 1 % loss: at most a quarter longer than a sender that knows each loss at once",
    arguments: [CongestionControlAlgorithm.cubic, .newReno])
  func besideIdeal(control: CongestionControlAlgorithm) throws {
    let octets = 8 << 20
    let times = try (1...3).map { seed in
      try transfer(
        octets: octets, control, seed: seed, delay: .microseconds(500), bitsPerSecond: 1_000_000_000,
        loss: 0.01
      ).seconds
    }
    let ideals = (1...25).map { seed in
      IdealTransfer(
        octets: octets, control: control, loss: 0.01, delay: .microseconds(500),
        bitsPerSecond: 1_000_000_000, seed: seed
      ).seconds()
    }
    let ratio = median(times) / median(ideals)
    #expect(ratio < 1.25, "\(times) beside \(median(ideals)): \(ratio)")
  }

  /// RFC5681-2. RFC 5681 by octets, and RFC 9438 in its Reno-friendly region: sqrt(3 / 2p) segments each
  /// round trip.
  @Test(
    "20 ms, 1 % loss: the response function, little sent again in vain, few time-outs",
    arguments: [CongestionControlAlgorithm.cubic, .newReno])
  func responseFunction(control: CongestionControlAlgorithm) throws {
    var sum = Result()
    let octets = 8 << 20
    for seed in 1...2 {
      let result = try transfer(
        octets: octets, control, seed: UInt64(seed), delay: .milliseconds(10), bitsPerSecond: 100_000_000,
        loss: 0.01)
      sum.laterSeconds += result.laterSeconds
      sum.lost += result.lost
      sum.retransmitted += result.retransmitted
      sum.timeouts += result.timeouts
      sum.reductions += result.reductions
    }
    // How long the first slow start lasts is luck; the first quarter does not count.
    let rate = Double(2 * octets * 3 / 4) / sum.laterSeconds
    let factor = rate / (150.0.squareRoot() * 1_448 / 0.020)
    #expect(factor > 0.9 && factor < 1.5, "\(factor)")
    #expect(sum.retransmitted * 100 <= sum.lost * 101, "\(sum)")
    #expect(sum.timeouts * 50 <= sum.timeouts + sum.reductions, "\(sum)")
  }
}
