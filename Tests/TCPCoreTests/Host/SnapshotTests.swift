import TCPCore
import TCPTestSupport
import Testing

@Suite("Restoring a snapshot") struct SnapshotTests {
  /// A host with something in every table: connections in several states, a handshake, TIME-WAIT, replies.
  private func busy() throws -> HostFixture {
    var configuration = HostConfiguration(connections: 4, sendCapacity: 64, receiveCapacity: 64)
    configuration.halfOpenCapacity = 2
    configuration.timeWaitCapacity = 2
    configuration.listenerCapacity = 2
    configuration.replyCapacity = 2
    let fixture = try HostFixture.make(1, configuration)
    let listener = try fixture.host.listen(.near(1, 80))
    for port: UInt16 in [6_000, 6_001, 6_002] {
      var peer = HandPeer(.near(2, port), to: .near(1, 80))
      #expect(peer.open(fixture) { $0.options.isSACKPermitted = true } != nil)
      let handle = try fixture.host.accept(listener)
      _ = try fixture.write(handle, [1, 2, 3])
      if port == 6_001 { fixture.arrive(peer.segment(.ack, sequence: peer.sequence + 2, text: [4, 5])) }
      if port == 6_002 {
        // To TIME-WAIT, and given up by its user.
        try fixture.host.close(handle, at: fixture.now)
        _ = fixture.drain()
        fixture.arrive(peer.segment(.ack | .fin, acknowledgment: peer.acknowledgment + 4))
        try fixture.host.release(handle, at: fixture.now)
      }
      _ = fixture.drain()
    }
    _ = try fixture.host.connect(to: .near(3, 80), at: fixture.now)
    fixture.arrive(HandPeer(.near(2, 6_003), to: .near(1, 80)).segment(.syn))
    fixture.arrive(HandPeer(.near(2, 6_004), to: .near(1, 81)).segment(.syn))
    #expect(fixture.host.occupancy == (3, 1, 1, 1))
    return fixture
  }

  /// Where an octet may be 0 or 1 and nothing else, it holds a Bool or the tag of an optional. The
  /// number of these is known: it falls when a restore forgets to look at one.
  @Test("Every truth value is looked at") func truthValues() throws {
    let fixture = try busy()
    #expect(fixture.restores())
    var found = 0
    for offset in 0..<fixture.host.tableByteCount {
      let isTruthValue = ([0, 1, 2, 3, 4, 8, 16, 32, 64, 128] as [UInt8]).allSatisfy { value in
        fixture.restores(changing: offset, to: value) == (value <= 1)
      }
      if isTruthValue { found += 1 }
    }
    #expect(found >= 186)
  }

  /// Which octets of the tables can be damaged without notice is known as well: keys, numbers of the
  /// connections, what is free, padding. Their number rises when a restore forgets to look at something (or
  /// with a new field that may hold anything: then it is this number that must rise).
  @Test("All else that a restore looks at") func damage() throws {
    let fixture = try busy()
    var taken = 0
    for offset in 0..<fixture.host.tableByteCount {
      for bits: UInt8 in [0x01, 0x02, 0x80, 0xFF] where fixture.restores(flipping: bits, at: offset) {
        taken += 1
      }
    }
    #expect(taken <= 19_369)
  }

  /// It lies behind the sizes of the class's tables. Two of the four classes are in use.
  @Test("The flag of each ring class is looked at", arguments: 0..<4) func ringClassFlag(number: Int) throws {
    var configuration = HostConfiguration(connections: 1)
    configuration.add(RingClass(connections: 1, sendCapacity: 64, receiveCapacity: 64))
    var ringClass = RingClass(connections: 1, sendCapacity: 64, receiveCapacity: 64)
    (ringClass.transmissions, ringClass.ranges) = (0x2345, 77)
    configuration.setRingClass(number, ringClass)
    let fixture = try HostFixture.make(1, configuration)
    let sizes: [UInt32] = [0x2345, 0, 77, 0]
    #expect(try fixture.restores(changing: sizes, to: sizes + [0]))
    for flag: UInt32 in [2, 0x80, 0xFE] {
      #expect(try !fixture.restores(changing: sizes, to: sizes + [flag]), "\(flag)")
    }
  }

  @Test("Whatever is damaged, it is a bad snapshot and not a bad configuration") func oneName() throws {
    let fixture = try busy()
    for offset in 0..<2_048 {
      for bits: UInt8 in [0x01, 0x40, 0xFF] {
        let refusal = fixture.refusal(flipping: bits, at: offset)
        #expect(refusal == nil || refusal == .badSnapshot, "at \(offset)")
      }
    }
  }

  /// Each of the numbers lies ahead of the one before, and the last of them behind the edge of the window.
  @Test("Sequence numbers that go round in a circle are refused") func circle() throws {
    let fixture = try busy()
    // Early text: two octets, two behind RCV.NXT.
    let next: UInt32 = 1_001
    let range = [next + 2, next + 4]
    #expect(try fixture.restores(changing: range, to: [next + 3, next + 4]))
    #expect(try !fixture.restores(changing: range, to: [next + 4, next + 3]))
    #expect(try !fixture.restores(changing: range, to: [next + 1 << 30, next + 1 << 31 + 100]))
    #expect(try !fixture.restores(changing: range, to: [next + 200, next + 1 << 31 + 100]))
  }

  @Test("An out-of-order range beyond the window, and an empty sent record, are refused") func lengths()
    throws
  {
    let fixture = try busy()
    let next: UInt32 = 1_001
    let range = [next + 2, next + 4]
    #expect(try fixture.restores(changing: range, to: [next + 2, next + 64]))
    #expect(try !fixture.restores(changing: range, to: [next + 2, next + 65]))
    var cursor = 0
    guard let handle = fixture.host.nextHandle(&cursor) else { throw CallError.staleHandle }
    let tuple = try fixture.host.status(handle).tuple
    let first = fixture.host.initialSequenceNumber(tuple, at: fixture.now)
    // The three octets of the first connection.
    let record = [first.rawValue &+ 1, 3]
    #expect(try fixture.restores(changing: record, to: record))
    #expect(try !fixture.restores(changing: record, to: [first.rawValue &+ 1, 0]))
  }

  @Test("What is as large as it may be is sound") func largest() throws {
    let fixture = try HostFixture.make(1, HostConfiguration(connections: 2))
    try fixture.host.setInterface(0, mtu: 65_535)
    for number: UInt8 in 10..<16 { try fixture.host.addAddress(Address(192, 0, 2, number), prefix: 24) }
    _ = try fixture.host.listen(.near(1, 80))
    for port: UInt16 in [6_000, 6_001] {
      var peer = HandPeer(.near(2, port), to: .near(1, 80))
      #expect(peer.open(fixture) != nil)
    }
    // All connections there are wait for `accept`.
    #expect(fixture.restores())
  }
}
