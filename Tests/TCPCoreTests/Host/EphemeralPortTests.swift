import TCPCore
import TCPTestSupport
import Testing

@Suite("Ephemeral ports")
struct EphemeralPortTests {
  private func fixture(_ range: ClosedRange<UInt16>, connections: Int, secret: Secret = HostFixture.secret)
    throws
    -> HostFixture
  {
    var configuration = HostConfiguration(connections: connections, sendCapacity: 16, receiveCapacity: 16)
    configuration.firstEphemeralPort = range.lowerBound
    configuration.lastEphemeralPort = range.upperBound
    return try HostFixture.make(1, configuration, secret: secret)
  }

  private func open(_ fixture: HostFixture, to remote: Endpoint = .near(2, 80)) throws -> UInt16 {
    try fixture.host.status(try fixture.host.connect(to: remote, at: fixture.now)).tuple.localPort
  }

  /// RFC6056-4: unique for each peer, and the end is clean.
  @Test("A tiny range is used up, and no further", arguments: [1, 2, 3, 8])
  func exhaustion(size: UInt16) throws {
    let range = 50_000...(50_000 + size - 1)
    let fixture = try fixture(range, connections: 20)
    var ports: Set<UInt16> = []
    for _ in range { ports.insert(try open(fixture)) }
    #expect(ports == Set(range))
    let now = fixture.now
    let before = fixture.host.occupancy
    #expect(
      fixture.error { host throws(CallError) in _ = try host.connect(to: .near(2, 80), at: now) }
        == .insufficientResources)
    #expect(fixture.host.occupancy == before)
    // Another peer, another pair.
    #expect(range.contains(try open(fixture, to: .near(2, 81))))
  }

  /// RFC6056-2: nobody's listening port, whatever kind of listener.
  @Test("Ports that somebody listens on are never chosen")
  func listeners() throws {
    let fixture = try fixture(40_000...40_003, connections: 8)
    _ = try fixture.host.listen(.near(1, 40_000))
    _ = try fixture.host.listen(Endpoint(.anyIPv6, 40_001))
    _ = try fixture.host.listen(Endpoint(.anyIPv4, 40_002), family: .ipv4)
    #expect(try open(fixture) == 40_003)
    let now = fixture.now
    #expect(
      fixture.error { host throws(CallError) in _ = try host.connect(to: .near(2, 80), at: now) }
        == .insufficientResources)
  }

  /// RFC6056-1, RFC6056-3, ROB-343: spread over the whole range, and another secret draws others.
  @Test("Choices look random")
  func spread() throws {
    let one = try fixture(1_024...65_535, connections: 600)
    let other = try fixture(1_024...65_535, connections: 600, secret: Secret(1, 2))
    let first = try (0..<600).map { _ in try open(one) }
    let second = try (0..<600).map { _ in try open(other) }
    #expect(first.allSatisfy { $0 >= 1_024 })
    #expect(Set(first).count == 600)
    #expect(first != second && Set(first).intersection(second).count < 30)
    // Eight equal parts, about 75 each; a part below 30 or above 140 has a chance of less than one in a
    // million.
    var parts = [Int](repeating: 0, count: 8)
    for port in first { parts[Int(port - 1_024) * 8 / 64_512] += 1 }
    #expect(parts.allSatisfy { (30...140).contains($0) })
    let steps = zip(first, first.dropFirst()).map { Int($1) - Int($0) }
    #expect(Set(steps).count > 550)
  }
}
