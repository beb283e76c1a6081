import TCPTestSupport
import Testing

/// Copies of a host's memory that were damaged on the way.
@Suite("Damaged snapshots") struct AdversarySnapshotTests {
  /// Nothing outside is read or written, nothing traps, no walk goes on forever: a copy is refused, or is a
  /// host.
  @Test("are refused, or can be used", arguments: AdversaryTests.seedRanges)
  func damaged(seeds: ClosedRange<UInt64>) throws {
    var refused = 0
    for seed in seeds { refused += try AdversaryChaos(seed: seed).damageCopies(30).refused }
    #expect(refused > 0)
  }
}
