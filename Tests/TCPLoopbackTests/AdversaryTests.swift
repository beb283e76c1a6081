import Foundation
import TCPTestSupport
import Testing

/// Short transfers while a third party sends both hosts whatever it likes.
@Suite("An adversary on the wire") struct AdversaryTests {
  private static let environment = ProcessInfo.processInfo.environment
  /// A seed whose datagrams are to be printed.
  static let traced = environment["TCPCORE_SOAK_TRACE"].flatMap(UInt64.init)
  /// How many seeds: enough for a debug build, more where TCPCORE_SOAK_SEEDS says so.
  static let seeds =
    traced.map { $0...$0 } ?? 1...max(200, environment["TCPCORE_SOAK_SEEDS"].flatMap(UInt64.init) ?? 0)
  /// The seeds in ranges, so that the tests share the processors without a line for each seed.
  static let seedRanges = stride(from: seeds.lowerBound, through: seeds.upperBound, by: 25).map {
    $0...min($0 + 24, seeds.upperBound)
  }

  /// CVE-15, CVE-18, CVE-12: what proves nothing changes nothing.
  @Test("blind: the transfer is intact and closes", arguments: seedRanges)
  func blind(seeds: ClosedRange<UInt64>) throws {
    for seed in seeds {
      let complaint = try AdversaryPlan(.blind, seed: seed).run(
        trace: Self.traced == nil ? nil : { print($0) })
      #expect(complaint == nil, "seed \(seed): \(complaint ?? "")")
    }
  }

  /// CVE-19, CVE-20, PEER-10: one answer to a segment, and an end that is reported to the user.
  @Test("omniscient: nothing breaks, nothing storms, nothing hangs", arguments: seedRanges)
  func omniscient(seeds: ClosedRange<UInt64>) throws {
    for seed in seeds {
      let complaint = try AdversaryPlan(.omniscient, seed: seed).run(
        trace: Self.traced == nil ? nil : { print($0) })
      #expect(complaint == nil, "seed \(seed): \(complaint ?? "")")
    }
  }
}
