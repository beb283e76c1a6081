import TCPCore
import TCPTestSupport
import Testing

@Suite("The end of time")
struct EndOfTimeTests {
  /// Beyond 2^62 us time stops: nothing is due any more, but nothing turns round either.
  @Test("A host can be made and used at the end of time") func endOfTime() throws {
    let moments: [UInt64] = [
      (1 << 62) - 1_000, 1 << 62, (1 << 62) + 1_000, (1 << 63) - 1, 1 << 63, UInt64.max - 1_000, UInt64.max,
    ]
    for moment in moments {
      let now = Instant(microseconds: moment)
      let fixture = try HostFixture(HostConfiguration(connections: 2), at: now)
      try fixture.host.setInterface(0, mtu: 1_500)
      try fixture.host.addAddress(Address(192, 0, 2, 1), prefix: 24)
      let listener = try fixture.host.listen(.near(1, 80))
      var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
      #expect(peer.open(fixture) != nil, "at \(moment)")
      let handle = try fixture.host.accept(listener)
      #expect(fixture.arrive(peer.segment(.ack, text: [1, 2])) == .processed)
      #expect(try fixture.read(handle) == [1, 2])
      #expect(try fixture.write(handle, [3]) == 1)
      #expect(fixture.drain().map(\.text) == [[3]], "at \(moment)")
      var more = 0
      for _ in 0..<100 where fixture.host.expire(at: now) { more += 1 }
      #expect(more == 0, "something is due forever at \(moment)")
      let due = fixture.host.deadline ?? .never
      #expect(min(now, Instant(microseconds: 1 << 62)) < due, "at \(moment)")
      fixture.checkInvariants()
      #expect(fixture.restores(), "at \(moment)")
    }
  }

  /// The timer wheel reaches 2^30 ms ahead, and comes round in 2^32 ms.
  @Test(
    "However far the clock jumps, what is due is done in few calls",
    arguments: [1 << 30, 1 << 32, (1 << 32) + (1 << 30), (1 << 33) + (1 << 30), 1 << 50, 1 << 52] as [UInt64],
    [1, 2, 64])
  func jump(milliseconds: UInt64, budget: Int) throws {
    for more: UInt64 in [0, 1, 2, 3] {
      let fixture = try HostFixture.make()
      for port: UInt16 in [80, 81, 82] { _ = try fixture.host.connect(to: .near(2, port), at: fixture.now) }
      #expect(fixture.drain().count == 3)
      fixture.now = Instant(microseconds: (milliseconds + more - 1) * 1_000)
      var calls = 1
      while fixture.host.expire(at: fixture.now, budget: budget), calls < 1_000 {
        calls += 1
        fixture.checkInvariants()
        #expect(fixture.restores())
      }
      // Each of five horizons moves three timers down from seven levels at most, and to the next horizon.
      #expect(calls <= 5 * 3 * 8)
      fixture.checkInvariants()
      #expect(fixture.restores())
      // What is in flight is sent once more before anything is given up.
      #expect(fixture.drain().count == 3)
      #expect(fixture.pass(.seconds(1)).isEmpty)
      #expect(fixture.pass(.seconds(2)).count == 3)
    }
  }
}
