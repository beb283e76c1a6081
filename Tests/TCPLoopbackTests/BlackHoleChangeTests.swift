import TCPCore
import TCPLoopback
import Testing

@Suite("Paths that change, lose, and lie about long segments") struct BlackHoleChangeTests {
  @Test("A hole that appears in mid-transfer", arguments: [(1_400, false), (1_006, false), (1_280, true)])
  func appears(hole: Int, isIPv6: Bool) throws {
    let run = BlackHoleRun(hole: 65_535, isIPv6: isIPv6)
    let failure = try run.run { transfer in
      transfer.schedule(at: transfer.driver.now + .milliseconds(700)) {
        $0.driver.rightward.impairments.blackHole = hole
      }
    }
    #expect(failure == nil)
    #expect(run.counters?.blackHoles == 1 && run.sight.timeouts <= 3)
    let found = run.status?.pathMTU ?? 0
    #expect(found <= hole && found > hole - 16, "\(found)")
  }

  @Test("An outage leaves no trace: one probe shows that all is as before", arguments: [false, true])
  func outage(isIPv6: Bool) throws {
    let run = BlackHoleRun(hole: 65_535, isIPv6: isIPv6)
    let failure = try run.run { transfer in
      let start = transfer.driver.now + .milliseconds(700)
      transfer.schedule(at: start) { $0.driver.rightward.impairments.isBlackout = true }
      transfer.schedule(at: start + .seconds(20)) { $0.driver.rightward.impairments.isBlackout = false }
    }
    #expect(failure == nil)
    #expect(run.status?.pathMTU == 1_500)
    #expect(run.counters?.pathProbes == 1 && run.counters?.pathProbesLost == 0)
  }

  @Test("A hole that goes away is noticed after ten minutes") func goesAway() throws {
    let run = BlackHoleRun(hole: 1_006)
    run.configuration.rightward.bitsPerSecond = 10_000_000
    var sizes: [Int] = []
    let failure = try run.run { transfer in
      let start = transfer.driver.now
      transfer.schedule(at: start + .milliseconds(5_100)) {
        $0.driver.rightward.impairments.blackHole = 65_535
      }
      // The right side reads for half a second before the ten minutes are over, and again behind them.
      for (from, to) in [(5_000, 590_000), (590_500, 620_000)] {
        transfer.schedule(at: start + .milliseconds(from)) { $0.pauseReading(.right, true) }
        transfer.schedule(at: start + .milliseconds(to)) { $0.pauseReading(.right, false) }
      }
      for moment in [4_990, 590_490, 622_000] {
        transfer.schedule(at: start + .milliseconds(moment)) { transfer in
          guard let handle = transfer.handle(.left) else { return }
          sizes.append((try? transfer.driver.left.status(handle))?.pathMTU ?? 0)
        }
      }
    }
    #expect(failure == nil && sizes.count == 3)
    #expect(sizes.first.map { $0 > 990 && $0 <= 1_006 } == true, "\(sizes)")
    #expect(sizes.dropFirst().first == sizes.first, "\(sizes)")
    #expect(sizes.last == 1_500, "\(sizes)")
    #expect(run.counters?.blackHoles == 1)
  }

  @Test("Random loss without a hole does not keep the size small", arguments: [0.01, 0.03, 0.1])
  func loss(share: Double) throws {
    for seed in 1...4 as ClosedRange<UInt64> {
      let run = BlackHoleRun(hole: 65_535, loss: share)
      run.configuration.leftward.loss = share
      run.configuration.seed = seed
      run.size = 1 << 20
      #expect(try run.run() == nil)
      let found = run.status?.pathMTU ?? 0
      let isOpen = run.status?.isSearchingPathMTU ?? false
      #expect(found > 1_484 || isOpen, "\(seed): \(found), \(run.counters?.blackHoles ?? 0)")
    }
  }

  @Test("A hole and random loss at once", arguments: [1_400, 1_280, 1_006, 576]) func both(hole: Int) throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      let run = BlackHoleRun(hole: hole, loss: 0.01)
      run.configuration.seed = seed
      run.size = 3 << 20
      #expect(try run.run() == nil)
      let found = run.status?.pathMTU ?? 0
      #expect(found <= hole && found > hole * 9 / 10, "\(seed): \(found) of \(hole)")
      #expect(run.counters.map { $0.pathProbes <= 16 } == true)
      #expect(run.sight.fallTime != nil && run.sight.timeouts <= 4)
    }
  }

  @Test("A path that changes to and fro costs a bounded number of time-outs", arguments: [2, 10])
  func toAndFro(period: UInt64) throws {
    let run = BlackHoleRun(hole: 65_535)
    run.configuration.rightward.bitsPerSecond = 2_000_000
    run.configuration.rightward.queueLimit = 40_000
    let failure = try run.run { transfer in
      for step in 0..<(80 / Int(period)) {
        transfer.schedule(at: transfer.driver.now + .seconds(Int(period) * step + 1)) {
          $0.driver.rightward.impairments.blackHole = step % 2 == 0 ? 1_280 : 65_535
        }
      }
    }
    #expect(failure == nil)
    // A hole that lasts as long as it takes to find it is found each time; what was found in a longer one
    // stays for ten minutes.
    #expect(run.counters.map { $0.blackHoles <= (period == 2 ? 20 : 1) } == true)
    #expect(run.duration < .seconds(period == 2 ? 120 : 50), "\(run.duration.microseconds) us")
  }

  @Test("Every controller gets through", arguments: [CongestionControlAlgorithm.newReno, .cubic, .bbr])
  func controllers(control: CongestionControlAlgorithm) throws {
    for hole in [1_400, 1_006, 576] {
      let run = BlackHoleRun(hole: hole)
      var rings = RingClass(connections: 1, sendCapacity: 1 << 17, receiveCapacity: 1 << 17)
      rings.samplesDeliveryRate = true
      run.configuration.host = HostConfiguration()
      run.configuration.host.add(rings)
      run.configuration.rightward.bitsPerSecond = 20_000_000
      run.configuration.rightward.queueLimit = 60_000
      run.options.congestionControl = control
      run.size = 4 << 20
      #expect(try run.run() == nil)
      #expect(run.sight.pathMTU <= hole && run.sight.pathMTU > hole - 16, "\(run.sight.pathMTU)")
      #expect(run.counters?.blackHoles == 1)
      #expect(run.duration < .seconds(12), "\(run.duration.microseconds) us")
    }
  }

  @Test("Both directions have holes of their own") func bothWays() throws {
    var configuration = LoopbackConfiguration()
    configuration.rightward.delay = .milliseconds(10)
    configuration.leftward.delay = .milliseconds(10)
    configuration.rightward.blackHole = 1_400
    configuration.leftward.blackHole = 700
    let driver = try LoopbackDriver(configuration)
    let transfer = LoopbackTransfer(
      driver, rightward: TransferContent(generated: 1 << 20, seed: 1),
      leftward: TransferContent(generated: 1 << 20, seed: 2))
    let report = transfer.run(limit: .seconds(120))
    #expect(report.failure == nil && report.isIntact && report.isClosed)
    #expect(driver.left.counters.blackHoles == 1 && driver.right.counters.blackHoles == 1)
  }

  @Test("Switched off, a hole ends the connection") func off() throws {
    let run = BlackHoleRun(hole: 1_400)
    run.options.isPathProbingEnabled = false
    #expect(try run.run() != nil)
    #expect(run.counters?.blackHoles == 0 && run.counters?.connectionsTimedOut == 1)
  }

  @Test("Where datagrams may be fragmented, Don't Fragment is off and no identification repeats")
  func fragments() throws {
    let run = BlackHoleRun(hole: 65_535)
    run.options.isFragmentationAllowed = true
    let driver = try LoopbackDriver(run.configuration)
    var seen = Set<UInt16>()
    var count = 0
    driver.observer = { event, side, bytes in
      guard case .departed = event, side == .left else { return }
      #expect(bytes.uint16(at: 6) == 0)
      seen.insert(bytes.uint16(at: 4))
      count += 1
    }
    let transfer = LoopbackTransfer(
      driver, rightward: TransferContent(generated: 8 << 20, seed: 1),
      leftward: TransferContent(generated: 0, seed: 2), options: run.options)
    #expect(transfer.run().isIntact)
    #expect(count > 5_000 && seen.count == count)
  }

  /// RFC8899-1: a probe in pieces would show what the path does not take.
  @Test("Where datagrams may be fragmented, probes of the path may not")
  func fragmentsNoProbe() throws {
    let run = BlackHoleRun(hole: 1_400)
    run.options.isFragmentationAllowed = true
    let driver = try LoopbackDriver(run.configuration)
    var whole: UInt64 = 0
    driver.observer = { event, side, bytes in
      guard case .departed = event, side == .left, bytes.uint16(at: 6) != 0 else { return }
      #expect(bytes.uint16(at: 6) == 0x4000 && bytes.uint16(at: 4) == 0)
      whole += 1
    }
    let transfer = LoopbackTransfer(
      driver, rightward: TransferContent(generated: 8 << 20, seed: 1),
      leftward: TransferContent(generated: 0, seed: 2), options: run.options)
    #expect(transfer.run().isIntact)
    #expect(whole > 3 && whole == driver.left.counters.pathProbes)
  }
}
