import TCPCore
import TCPLoopback
import Testing

@Suite("Transfers with BBR") struct BBRTransferTests {
  private func configuration(samples: Bool = true) -> LoopbackConfiguration {
    var configuration = LoopbackConfiguration()
    var rings = RingClass(connections: 1, sendCapacity: 1 << 21, receiveCapacity: 1 << 21)
    rings.samplesDeliveryRate = samples
    configuration.host = HostConfiguration()
    configuration.host.add(rings)
    return configuration
  }

  private func run(
    loss: Double, _ control: CongestionControlAlgorithm, octets: Int = 8 << 20, ecn: Bool = false,
    marking: Double = 0, sack: Bool = true
  ) throws -> TransferReport {
    var configuration = configuration()
    var impairments = Impairments()
    impairments.delay = .milliseconds(10)
    impairments.bitsPerSecond = 100_000_000
    impairments.queueLimit = 250_000
    impairments.loss = loss
    impairments.marking = marking
    configuration.setImpairments(impairments)
    var options = ConnectionOptions()
    options.congestionControl = control
    options.offersSACK = sack
    if ecn { options.ecn = .offer }
    let report = LoopbackTransfer(
      try LoopbackDriver(configuration), rightward: TransferContent(generated: octets, seed: 1),
      leftward: TransferContent(generated: 0, seed: 2), options: options
    ).run()
    #expect(report.failure == nil && report.isIntact && report.isClosed)
    return report
  }

  @Test("One lost segment in a hundred costs it little", arguments: [0, 0.01]) func loss(share: Double) throws
  {
    // 0.67 s on the wire, and the start.
    let time = try run(loss: share, .bbr).duration
    #expect(time < .milliseconds(1_150), "\(time.microseconds) us")
    if share > 0 { #expect(try run(loss: share, .cubic).duration > .seconds(3)) }
  }

  @Test("Without reports, and with marks, it still gets everything through") func others() throws {
    _ = try run(loss: 0.01, .bbr, octets: 1 << 20, sack: false)
    _ = try run(loss: 0.002, .bbr, octets: 1 << 20, ecn: true, marking: 0.02)
    _ = try run(loss: 0.1, .bbr, octets: 1 << 18)
  }

  @Test("Rings that sample no delivery rates refuse it; it may be chosen while a connection runs")
  func choice() throws {
    var options = ConnectionOptions()
    options.congestionControl = .bbr
    let plain = try LoopbackDriver(configuration(samples: false))
    let far = Endpoint(plain.address(.right), 7)
    #expect(throws: CallError.notSupported) {
      try plain.left.connect(to: far, options: options, at: plain.now)
    }
    #expect(throws: CallError.notSupported) { try plain.right.listen(far, options: options) }
    let handle = try plain.left.connect(to: far, at: plain.now)
    #expect(throws: CallError.notSupported) { try plain.left.setOptions(handle, options, at: plain.now) }

    let driver = try LoopbackDriver(configuration())
    var impairments = Impairments()
    impairments.delay = .milliseconds(5)
    let transfer = LoopbackTransfer(
      driver, rightward: TransferContent(generated: 4 << 20, seed: 1),
      leftward: TransferContent(generated: 0, seed: 2))
    for step in 1...6 {
      transfer.schedule(at: driver.now + .milliseconds(step * 15)) { transfer in
        guard let handle = transfer.handle(.left) else { return }
        var options = ConnectionOptions()
        options.congestionControl = [.bbr, .newReno, .bbr, .cubic][step % 4]
        try? transfer.driver.left.setOptions(handle, options, at: transfer.driver.now)
      }
    }
    let report = transfer.run()
    #expect(report.failure == nil && report.isIntact && report.isClosed)
  }

  @Test(
    "The status tells the delivery rate where it is measured, with every controller",
    arguments: [
      false, true,
    ])
  func deliveryRate(samples: Bool) throws {
    var configuration = configuration(samples: samples)
    var impairments = Impairments()
    impairments.delay = .milliseconds(10)
    impairments.bitsPerSecond = 8_000_000
    configuration.setImpairments(impairments)
    let driver = try LoopbackDriver(configuration)
    let transfer = LoopbackTransfer(
      driver, rightward: TransferContent(generated: 2 << 20, seed: 1),
      leftward: TransferContent(generated: 0, seed: 2))
    var rates: [Int] = []
    for step in 0...4 {
      transfer.schedule(at: driver.now + .milliseconds(1 + step * 300)) { transfer in
        guard let handle = transfer.handle(.left) else { return }
        rates.append((try? transfer.driver.left.status(handle).deliveryRate) ?? -1)
      }
    }
    #expect(transfer.run().failure == nil)
    try #require(rates.count == 5)
    #expect(rates[0] == 0, "nothing was delivered yet")
    // Text of 1,448 octets is 1,500 on the wire, and a million of these leave in a second.
    for rate in rates[1...] { #expect(samples ? rate > 900_000 && rate < 1_000_000 : rate == 0, "\(rate)") }
  }

  @Test("A snapshot in the middle goes on with the same model") func snapshot() throws {
    var configuration = configuration()
    var impairments = Impairments()
    impairments.delay = .milliseconds(10)
    impairments.loss = 0.01
    configuration.setImpairments(impairments)
    var options = ConnectionOptions()
    options.congestionControl = .bbr
    let driver = try LoopbackDriver(configuration)
    let transfer = LoopbackTransfer(
      driver, rightward: TransferContent(generated: 2 << 20, seed: 1),
      leftward: TransferContent(generated: 0, seed: 2), options: options)
    for step in 1...4 {
      transfer.schedule(at: driver.now + .milliseconds(step * 30)) { transfer in
        try? transfer.driver.moveToCopy(.left)
      }
    }
    let report = transfer.run()
    #expect(report.failure == nil && report.isIntact && report.isClosed)
  }
}
