import TCPCore
import TCPLoopback
import Testing

/// A path on which segments overtake each other, further than three duplicates bear.
@Suite("Reordering") struct ReorderingTests {
  /// RFC 8985 section 6.2, step 3, looks at what was sent once; here all that is late is sent again before it
  /// comes. What a needless recovery shows must count, or each late segment brings another one.
  @Test("A path that overtakes is learned from the first needless recoveries", arguments: UInt64(1)...3)
  func learned(seed: UInt64) throws {
    var configuration = LoopbackConfiguration()
    configuration.seed = seed
    configuration.host = HostConfiguration(connections: 1, sendCapacity: 1 << 19, receiveCapacity: 1 << 19)
    configuration.leftward.delay = .milliseconds(10)
    configuration.leftward.bitsPerSecond = 100_000_000
    configuration.rightward = configuration.leftward
    configuration.rightward.reordering = 0.02
    configuration.rightward.reorderingDelay = .microseconds(3_600)
    let driver = try LoopbackDriver(configuration)
    let transfer = LoopbackTransfer(
      driver, rightward: TransferContent(generated: 4 << 20, seed: 1), leftward: TransferContent([]))
    let report = transfer.run()
    #expect(report.isIntact && report.isClosed)
    #expect(driver.rightward.counters.reordered > 20)
    let counters = driver.left.counters
    #expect(counters.timeouts == 0)
    #expect(counters.segmentsRetransmitted <= 8, "\(counters.segmentsRetransmitted)")
  }
}
