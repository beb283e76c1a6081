import TCPCore
import Testing

@Suite("The end of time")
struct EndOfTimeTests {
  /// Beyond 2^62 us time stands still: nothing is due any more, but nothing turns round either.
  @Test("A host can be made and used at the end of time") func endOfTime() throws {
    let moments: [UInt64] = [
      (1 << 62) - 1_000, 1 << 62, (1 << 62) + 1_000, (1 << 63) - 1, 1 << 63, UInt64.max - 1_000, UInt64.max,
    ]
    for moment in moments {
      let now = Instant(microseconds: moment)
      let box = try HostBox(HostConfiguration(connections: 2), at: now)
      try box.host.setInterface(0, mtu: 1_500)
      try box.host.addAddress(Address(192, 0, 2, 1), prefix: 24)
      let listener = try box.host.listen(.near(1, 80))
      var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
      #expect(peer.open(box) != nil, "at \(moment)")
      let handle = try box.host.accept(listener)
      #expect(box.arrive(peer.segment(.ack, text: [1, 2])) == .processed)
      #expect(try box.read(handle) == [1, 2])
      #expect(try box.write(handle, [3]) == 1)
      #expect(box.drain().map(\.text) == [[3]], "at \(moment)")
      var more = 0
      for _ in 0..<100 where box.host.expire(at: now) { more += 1 }
      #expect(more == 0, "something is due for ever at \(moment)")
      let due = box.host.deadline ?? .never
      #expect(min(now, Instant(microseconds: 1 << 62)) < due, "at \(moment)")
      box.checkInvariants()
      #expect(box.restores(), "at \(moment)")
    }
  }
}
