import CAllocationCounter
import TCPCore
import TCPLoopback
import Testing

// That a transfer allocates nothing is said by the tool and checked in CI (`.ci/transfers`): in a test
// process the testing library itself allocates whenever an error is thrown.
@Suite("The allocation counter") struct AllocationCounterTests {
  @Test("It counts") func counts() {
    guard tcpcore_allocation_counting() == 1 else { return }  // another C library, or address sanitizer
    let before = tcpcore_allocation_count()
    let array = [UInt8](repeating: 1, count: Int(before % 7) + 1_000)
    #expect(tcpcore_allocation_count() > before)
    #expect(array.count >= 1_000)
  }
}

@Suite("Repeatable") struct RepeatabilityTests {
  /// A hash over every datagram that leaves or arrives, with its time.
  private func trace(seed: UInt64) throws -> UInt64 {
    var configuration = LoopbackConfiguration()
    configuration.seed = seed
    var impairments = Impairments()
    impairments.loss = 0.05
    impairments.jitter = .milliseconds(3)
    impairments.corruption = 0.02
    configuration.setImpairments(impairments)
    let driver = try LoopbackDriver(configuration)
    let transfer = LoopbackTransfer(
      driver, rightward: TransferContent(generated: 60_000, seed: 3), leftward: TransferContent([]))
    var hash: UInt64 = 14_695_981_039_346_656_037
    driver.observer = { [unowned driver] _, _, bytes in
      hash = (hash ^ driver.now.microseconds) &* 1_099_511_628_211
      for index in 0..<bytes.byteCount { hash = (hash ^ UInt64(bytes.uint8(at: index))) &* 1_099_511_628_211 }
    }
    let report = transfer.run()
    #expect(report.isIntact)
    return hash
  }

  @Test("The same seed gives the same octets at the same times, another one does not") func seeds() throws {
    let first = try trace(seed: 5)
    #expect(try trace(seed: 5) == first)
    #expect(try trace(seed: 6) != first)
  }

  @Test("A snapshot has the digest of what it was taken from, and goes on in its place") func snapshots()
    throws
  {
    let driver = try LoopbackDriver(LoopbackConfiguration())
    let transfer = LoopbackTransfer(
      driver, rightward: TransferContent(generated: 300_000, seed: 3),
      leftward: TransferContent(generated: 200_000, seed: 4))
    var moves = 0
    transfer.inspector = { transfer in
      moves += 1
      guard moves % 20 == 0 else { return nil }
      let side: Side = moves % 40 == 0 ? .left : .right
      let before = side == .left ? transfer.driver.left.digest : transfer.driver.right.digest
      do {
        try transfer.driver.moveToCopy(side)
      } catch {
        return "not taken for a snapshot: \(error)"
      }
      let after = side == .left ? transfer.driver.left.digest : transfer.driver.right.digest
      return before == after ? nil : "the digest changed"
    }
    let report = transfer.run()
    #expect(report.failure == nil)
    #expect(report.isIntact && report.isClosed)
    #expect(moves > 100)
  }
}
