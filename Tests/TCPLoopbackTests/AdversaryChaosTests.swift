import TCPTestSupport
import Testing

/// Users who call whatever they like.
@Suite("Users without sense") struct AdversaryChaosTests {
  /// CVE-20, CVE-21, ROB-290: every call returns, every invariant holds, the clock may jump or step back, and
  /// when everything is given up every table runs empty.
  @Test("every call returns, and in the end every table is empty", arguments: AdversaryTests.seedRanges)
  func calls(seeds: ClosedRange<UInt64>) throws {
    var established: UInt64 = 0
    for seed in seeds {
      let chaos = try AdversaryChaos(seed: seed)
      let complaint = chaos.run(600)
      #expect(complaint == nil, "seed \(seed): \(complaint ?? "")")
      for counters in chaos.counters { established += counters.connectionsEstablished }
    }
    // Otherwise nothing was tried.
    #expect(established > 0)
  }
}
