import Foundation
import TCPTestSupport
import Testing

@Suite("Soak: seeded transfers over bad links") struct SoakTests {
  private static let environment = ProcessInfo.processInfo.environment
  /// How many seeds: few by default, since debug builds are slow; CI asks for 1,000 in a release build.
  static let seeds = 1...(environment["TCPCORE_SOAK_SEEDS"].flatMap(UInt64.init) ?? 24)
  /// A seed whose datagrams are to be printed.
  static let traced = environment["TCPCORE_SOAK_TRACE"].flatMap(UInt64.init)

  @Test("arrives intact, closes, keeps every invariant", arguments: traced.map { $0...$0 } ?? seeds)
  func seed(_ seed: UInt64) throws {
    let complaint = try SoakPlan(seed: seed).run(trace: SoakTests.traced == nil ? nil : { print($0) })
    #expect(complaint == nil, "seed \(seed): \(complaint ?? "")")
  }
}
