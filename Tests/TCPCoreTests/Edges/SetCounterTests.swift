#if DEBUG
  @testable import TCPCore
  import TCPTestSupport
  import Testing

  /// Counters that are set near their end, one at a time.
  @Suite("Counters near their edges: those that are set") struct SetCounterTests {
    @Test("Handles over each edge of a slot's generation", arguments: [8, 15, 16, 24, 31, 32] as [UInt32])
    func handles(power: UInt32) throws {
      let fixture = try HostFixture.make(1, HostConfiguration(connections: 1))
      let edge: UInt32 = power == 32 ? 0 : 1 << power
      fixture.host.slots[0].generation = edge &- 6
      let now = fixture.now
      var former: [Handle] = []
      for turn in 0..<8 {
        let handle = try fixture.host.connect(to: .near(2, 80), at: now)
        #expect(handle.rawValue != 0 && fixture.state(handle) == .synSent, "turn \(turn)")
        #expect(!former.contains(handle), "turn \(turn)")
        // Nor does one that differs in a single bit of the generation, however high it is.
        for bit in 0..<32 as Range<UInt64> {
          let other = Handle(rawValue: handle.rawValue ^ 1 << (32 + bit))
          #expect(fixture.error { host throws(CallError) in _ = try host.status(other) } == .staleHandle)
        }
        for other in former {
          #expect(fixture.error { host throws(CallError) in _ = try host.status(other) } == .staleHandle)
          #expect(fixture.error { host throws(CallError) in try host.abort(other, at: now) } == .staleHandle)
        }
        #expect(fixture.restores(), "turn \(turn)")
        try fixture.host.release(handle, at: now)
        former.append(handle)
      }
      #expect(fixture.host.slots[0].generation == edge &+ 10)
    }

    @Test("Ports over each edge of the draws", arguments: [8, 15, 16, 24, 31, 32, 63, 64] as [UInt64])
    func ports(power: UInt64) throws {
      let fixture = try HostFixture.make(
        1, HostConfiguration(connections: 6, sendCapacity: 16, receiveCapacity: 16))
      let edge: UInt64 = power == 64 ? 0 : 1 << power
      fixture.host.state.drawn = edge &- 3
      let ports = try (0..<6).map { _ in
        try fixture.host.status(try fixture.host.connect(to: .near(2, 80), at: fixture.now)).tuple.localPort
      }
      #expect(Set(ports).count == 6)
      // Neighbours in the count are none among the ports.
      #expect(zip(ports, ports.dropFirst()).allSatisfy { abs(Int($0) - Int($1)) > 1 }, "\(ports)")
    }

    private func connected(_ change: (inout ConnectionOptions) -> Void = { _ in }) throws -> (
      HostFixture, Handle
    ) {
      var options = ConnectionOptions()
      options.retransmissionTimeLimit = .unlimited
      change(&options)
      let fixture = try HostFixture.make(1, HostConfiguration(connections: 1))
      let listener = try fixture.host.listen(.near(1, 80), options: options)
      var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
      #expect(peer.open(fixture) != nil)
      let handle = try fixture.host.accept(listener)
      _ = fixture.events()
      return (fixture, handle)
    }

    @Test("The count of retransmissions stays at its end") func retransmissions() throws {
      let (fixture, handle) = try connected()
      fixture.host.connections[0].retransmissions = UInt32.max - 1
      _ = try fixture.write(handle, [1])
      #expect(fixture.pass(.seconds(20)).count == 5)
      #expect(try fixture.host.status(handle).retransmissions == Int(UInt32.max))
    }

    @Test("The count of time-outs in a row stays at its end, and nobody is warned again") func retries()
      throws
    {
      let (fixture, handle) = try connected()
      _ = try fixture.write(handle, [1])
      _ = fixture.drain()
      fixture.host.connections[0].sender.retries = 253
      #expect(fixture.pass(.seconds(600)).count > 10)
      #expect(fixture.host.connections[0].sender.retries == 255)
      #expect(!fixture.events().contains { $0.kinds.contains(.softError) })
      #expect(try fixture.host.status(handle).retransmissionTimeout == .seconds(60))
    }
  }
#endif
