#if DEBUG
  @testable import TCPCore
  import TCPTestSupport
  import Testing

  /// The same conversation with each counter of a host near each edge, against one in the middle of
  /// everything.
  @Suite("Counters near their edges: a whole conversation") struct EdgeTests {
    private static let usual = Result { try EdgeConversation().lines }

    /// The powers of two at which a narrower number would end, and 0.
    static let powers: [UInt64] = [0, 8, 15, 16, 24, 31, 32, 48, 53, 56, 60, 61].map { $0 == 0 ? 0 : 1 << $0 }

    private func expectUsual(_ conversation: EdgeConversation, _ place: String) throws {
      let usual = try Self.usual.get()
      for (number, (line, wanted)) in zip(conversation.lines, usual).enumerated() where line != wanted {
        let before = conversation.lines[max(0, number - 4)..<number].joined(separator: "\n")
        Issue.record("\(place), line \(number):\n\(before)\n\(line)\ninstead of\n\(wanted)")
        return
      }
      #expect(conversation.lines.count == usual.count, "\(place)")
      for fixture in conversation.fixtures {
        fixture.checkInvariants()
        #expect(fixture.restores(), "\(place): the state at the end can be restored")
      }
    }

    @Test("All that should happens in it") func usual() throws {
      let conversation = try EdgeConversation()
      try expectUsual(conversation, "again")
      let all = conversation.lines.joined(separator: "\n")
      #expect(all.contains("<SACK="))
      #expect(all.contains("timeWait"))
      let (client, server) = (conversation.fixtures[0].host.counters, conversation.fixtures[1].host.counters)
      #expect(client.segmentsRetransmitted >= 4 && server.segmentsRetransmitted >= 4)
      #expect(client.fastRetransmits + server.fastRetransmits >= 1)
      #expect(client.timeouts >= 1 && server.timeouts >= 1)
      #expect(client.connectionsEstablished == 6 && server.connectionsReset >= 4)
      #expect(server.halfOpenExpired == 1)
      #expect(
        conversation.fixtures.allSatisfy { $0.host.occupancy.connections == 0 && $0.host.deadline == nil })
    }

    /// Instants in microseconds, ticks of the sequence number clock, of the timestamp clock and of the wheel.
    @Test("Clocks", arguments: [1, 4, 1_000, 1_024] as [UInt64])
    func clocks(unit: UInt64) throws {
      for power in Self.powers where power < (1 << 62) / unit {
        let edge = power * unit
        // A little before the edge, and so long before that it lies in the midst of the text; a multiple of
        // 128 ms.
        for distance: UInt64 in [64_000, 3_000_000] {
          let start = edge < distance ? 0 : (edge - distance) / 128_000 * 128_000
          let conversation = try EdgeConversation(at: Instant(microseconds: start))
          try expectUsual(conversation, "from \(start) us, below \(power) times \(unit)")
        }
      }
    }

    @Test("The last month before time stops") func lastMonth() throws {
      let start = ((1 << 62) - 26 * 86_400_000_000) / 128_000 * 128_000
      try expectUsual(try EdgeConversation(at: Instant(microseconds: UInt64(start))), "the last month")
    }

    /// The client's and the server's timestamps of the first pair.
    @Test("Timestamps", arguments: 0...1) func timestamps(side: Int) throws {
      let offset = HostKeys(EdgeConversation.secret(side)).timestampOffset(EdgeConversation.tuple(side))
      for power in Self.powers where power <= 1 << 32 {
        // 125 ticks are 128 ms.
        let ticks = UInt32(truncatingIfNeeded: power) &- 2 &- offset
        let start = UInt64(ticks / 125) * 128_000
        try expectUsual(
          try EdgeConversation(at: Instant(microseconds: start)), "timestamps of \(side) below \(power)")
      }
    }

    @Test("Sequence numbers", arguments: [2, 150, 2_500] as [UInt32])
    func sequences(distance: UInt32) throws {
      let edges = Self.powers.filter { $0 <= 1 << 32 }.map { UInt32(truncatingIfNeeded: $0) &- distance }
      let middle: UInt32 = 0x4000_0000
      for edge in edges {
        for (own, other) in [(edge, middle), (middle, edge), (edge, edge)] {
          let conversation = try EdgeConversation { fixture, side in
            EdgeTests.place(side == 0 ? own : other, side, fixture)
          }
          let place = "ISS \(own) and \(other)"
          try expectUsual(conversation, place)
        }
      }
    }

    /// Makes the next initial sequence number of the first pair the given one.
    private static func place(_ initial: UInt32, _ side: Int, _ fixture: HostFixture) {
      let tuple = EdgeConversation.tuple(side)
      let reading = fixture.now.microseconds / 4
      let share = HostKeys(EdgeConversation.secret(side)).initialSequenceNumber(tuple, tick: 0).rawValue
      // Well ahead of the clock, so that it is the last number given that counts.
      let later = reading + 1_000_000
      let ahead = initial &- share &- UInt32(truncatingIfNeeded: later)
      fixture.host.state.sequenceTick = later + UInt64(ahead) - 1
    }

    @Test("Generations of all slots", arguments: [8, 15, 16, 24, 31, 32] as [UInt32])
    func generations(power: UInt32) throws {
      for distance: UInt32 in [2, 4, 6] {
        let edge: UInt32 = power == 32 ? 0 : 1 << power
        let conversation = try EdgeConversation { fixture, _ in
          for index in 0..<fixture.host.slots.count {
            fixture.host.slots[index].generation = edge &- distance
          }
        }
        try expectUsual(conversation, "generations from 2^\(power) - \(distance)")
      }
    }

    @Test("Draws", arguments: [8, 15, 16, 24, 31, 32, 63, 64] as [UInt64]) func draws(power: UInt64) throws {
      let edge: UInt64 = power == 64 ? 0 : 1 << power
      let conversation = try EdgeConversation { fixture, _ in fixture.host.state.drawn = edge &- 3 }
      try expectUsual(conversation, "draws from 2^\(power) - 3")
      #expect(conversation.fixtures[0].host.state.drawn == edge &+ 3)
    }

    @Test("Ticks of the last sequence number", arguments: [31, 32, 53, 60] as [UInt64])
    func ticks(power: UInt64) throws {
      let conversation = try EdgeConversation { fixture, _ in
        fixture.host.state.sequenceTick = (1 << power) - 3
      }
      try expectUsual(conversation, "ticks from 2^\(power) - 3")
    }

    @Test("Statistics", arguments: [8, 15, 16, 24, 31, 32, 63, 64] as [UInt64])
    func statistics(power: UInt64) throws {
      let edge: UInt64 = power == 64 ? 0 : 1 << power
      let conversation = try EdgeConversation { fixture, _ in fixture.host.setCounters(edge &- 3) }
      try expectUsual(conversation, "counters from 2^\(power) - 3")
    }

    /// All of them at once, each at the edge where it ends.
    @Test("Everything at its end") func everything() throws {
      let start = ((1 << 32) * 1_024 - 64_000) / 128_000 * 128_000
      let conversation = try EdgeConversation(at: Instant(microseconds: UInt64(start))) { fixture, side in
        EdgeTests.place(0 &- 2, side, fixture)
        for index in 0..<fixture.host.slots.count { fixture.host.slots[index].generation = 0 &- 2 }
        fixture.host.state.drawn = 0 &- 3
        fixture.host.setCounters(0 &- 3)
      }
      try expectUsual(conversation, "everything")
    }

    @Test("The table names each number once, and why its end is right") func table() {
      #expect(Set(CounterEdge.all.map(\.name)).count == CounterEdge.all.count)
      for edge in CounterEdge.all { #expect(!edge.reason.isEmpty && !edge.test.isEmpty, "\(edge)") }
    }
  }
#endif
