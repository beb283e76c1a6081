import Foundation
import TCPTestSupport
import Testing

@Suite("Soak: seeded transfers over bad links") struct SoakTests {
  /// How many seeds: few by default, since debug builds are slow; the gate asks for 1,000 in a release build.
  static let seeds = 1...(ProcessInfo.processInfo.environment["TCPCORE_SOAK_SEEDS"].flatMap(UInt64.init) ?? 24)

  @Test("arrives intact, closes, keeps every invariant", arguments: seeds) func seed(_ seed: UInt64) throws {
    let complaint = try SoakPlan(seed: seed).run()
    #expect(complaint == nil, "seed \(seed): \(complaint ?? "")")
  }
}
