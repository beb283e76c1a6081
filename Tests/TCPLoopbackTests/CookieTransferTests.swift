import TCPCore
import TCPLoopback
import Testing

/// RFC4987-5, RFC4987-6: this core as the peer of its own cookies.
@Suite("Transfers that begin with SYN cookies") struct CookieTransferTests {
  /// One for each option that a cookie has to bring back, one with all, one without timestamps.
  private static let choices: [@Sendable (inout ConnectionOptions) -> Void] = [
    { $0.ecn = .offer }, { $0.offersTimestamps = false }, { $0.offersSACK = false },
    { $0.offersWindowScale = false },
  ]

  private func run(
    _ choice: Int, size: Int = 200_000, _ change: (inout LoopbackConfiguration) -> Void
  ) throws -> (report: TransferReport, driver: LoopbackDriver) {
    var host = HostConfiguration(connections: 2, sendCapacity: 300_000, receiveCapacity: 300_000)
    host.synCookies = .always
    var configuration = LoopbackConfiguration()
    configuration.host = host
    change(&configuration)
    var options = ConnectionOptions()
    CookieTransferTests.choices[choice](&options)
    let driver = try LoopbackDriver(configuration)
    let transfer = LoopbackTransfer(
      driver, rightward: TransferContent(generated: size, seed: 1),
      leftward: TransferContent(generated: size / 2, seed: 2), options: options)
    return (transfer.run(), driver)
  }

  @Test("Nothing is lost: all arrives, in the time that a usual handshake takes", arguments: 0..<4)
  func clean(choice: Int) throws {
    var durations: [Interval] = []
    for policy in [SYNCookiePolicy.always, .never] {
      let (report, driver) = try run(choice) {
        $0.host.synCookies = policy
        var impairments = Impairments()
        impairments.delay = .milliseconds(10)
        $0.setImpairments(impairments)
      }
      #expect(report.failure == nil && report.isIntact && report.isClosed, "\(report)")
      let counters = driver.right.counters
      #expect(counters.cookiesAccepted == (policy == .always ? 1 : 0))
      #expect(counters.timeouts == 0 && counters.segmentsRetransmitted == 0)
      durations.append(report.duration)
    }
    // Without timestamps the windows end at 65,535 octets.
    if choice != 1 { #expect(durations[0].microseconds <= durations[1].microseconds + 60_000) }
  }

  @Test("A bad link", arguments: 1...30)
  func bad(seed: UInt64) throws {
    let (report, driver) = try run(Int(seed) % 4) {
      $0.seed = seed
      var impairments = Impairments()
      impairments.loss = 0.1
      impairments.duplication = 0.05
      impairments.reordering = 0.1
      impairments.corruption = 0.02
      impairments.delay = .milliseconds(5)
      $0.setImpairments(impairments)
    }
    #expect(report.failure == nil && report.isIntact && report.isClosed, "seed \(seed): \(report)")
    #expect(driver.right.counters.cookiesAccepted == 1, "seed \(seed)")
  }
}
