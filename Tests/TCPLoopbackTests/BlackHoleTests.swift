import TCPCore
import TCPLoopback
import Testing

@Suite("Paths that take no long segments, and tell nobody") struct BlackHoleTests {
  /// A hole, the family, and whether the receiver reports ranges.
  struct Hole: CustomTestStringConvertible {
    var size: Int
    var isIPv6 = false
    var hasSACK = true
    var hasTimestamps = true
    var testDescription: String { "\(size), IPv\(isIPv6 ? 6 : 4), SACK \(hasSACK), TS \(hasTimestamps)" }
  }

  static let holes =
    [1_400, 1_280, 1_006, 576].map { Hole(size: $0) } + [1_400, 1_280].map { Hole(size: $0, isIPv6: true) }
    + [1_400, 1_280, 1_006, 576].map { Hole(size: $0, hasSACK: false) }
    + [1_400, 1_006].map { Hole(size: $0, hasSACK: false, hasTimestamps: false) }

  private func make(_ hole: Hole, rings: Int = 65_536) -> BlackHoleRun {
    let run = BlackHoleRun(hole: hole.size, isIPv6: hole.isIPv6, rings: rings)
    run.options.offersSACK = hole.hasSACK
    run.options.offersTimestamps = hole.hasTimestamps
    return run
  }

  @Test("Two time-outs, eight probes, and nine tenths of the goodput", arguments: holes)
  func search(hole: Hole) throws {
    let run = make(hole)
    #expect(try run.run() == nil)
    #expect(run.sight.fallTime != nil && run.sight.timeouts <= 3)
    let probes = Int(run.sight.probes)
    #expect(run.sight.endTime != nil && probes <= 8, "\(probes)")
    #expect(run.sight.pathMTU <= hole.size && run.sight.pathMTU > hole.size - 16, "\(run.sight.pathMTU)")
    #expect(run.counters?.blackHoles == 1)

    // Behind that it is nine tenths as fast as with the right size from the start.
    let ideal = make(hole)
    ideal.configuration.mtu = hole.size
    #expect(try ideal.run() == nil)
    let (found, best) = (run.time(from: run.sight.read), ideal.time(from: run.sight.read))
    let text = "\(found?.microseconds ?? 0) us instead of \(best?.microseconds ?? 0)"
    #expect(found.map(\.microseconds) ?? .max <= (best?.microseconds ?? 0) * 10 / 9, "\(text)")
    #expect(run.sight.read < 4 << 20)
  }
}
