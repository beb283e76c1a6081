import TCPCore
import TCPLoopback
import Testing

@Suite("A transfer over a link") struct TransferTests {
  @Test("clean") func clean() throws {
    let driver = try LoopbackDriver(LoopbackConfiguration())
    let transfer = LoopbackTransfer(
      driver, rightward: TransferContent(generated: 1_000_000, seed: 1),
      leftward: TransferContent(generated: 300_000, seed: 2))
    let report = transfer.run()
    #expect(report.failure == nil)
    #expect(report.isIntact)
    #expect(report.isClosed)
  }

  @Test("bad", arguments: 1...20) func bad(seed: UInt64) throws {
    var configuration = LoopbackConfiguration()
    configuration.seed = seed
    var impairments = Impairments()
    impairments.loss = 0.03
    impairments.duplication = 0.02
    impairments.reordering = 0.03
    impairments.corruption = 0.01
    impairments.delay = .milliseconds(5)
    configuration.setImpairments(impairments)
    let driver = try LoopbackDriver(configuration)
    let transfer = LoopbackTransfer(
      driver, rightward: TransferContent(generated: 200_000, seed: 1),
      leftward: TransferContent(generated: 100_000, seed: 2))
    let report = transfer.run()
    #expect(report.failure == nil, "seed \(seed)")
    #expect(report.isIntact, "seed \(seed)")
    #expect(report.isClosed, "seed \(seed)")
  }
}
