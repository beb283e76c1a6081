import TCPCore
import TCPTestSupport
import Testing

@Suite("Handles and events")
struct HandleTests {
  private let text: [UInt8] = [1, 2, 3]

  /// Every call that takes a handle, and the error it meets.
  private func errors(_ fixture: HostFixture, _ handle: Handle) -> [CallError?] {
    let now = fixture.now
    let text = text
    return [
      fixture.error { host throws(CallError) in _ = try host.status(handle) },
      fixture.error { host throws(CallError) in _ = try host.options(handle) },
      fixture.error { host throws(CallError) in try host.setOptions(handle, ConnectionOptions(), at: now) },
      fixture.error { host throws(CallError) in _ = try host.accept(handle) },
      fixture.error { host throws(CallError) in try host.close(handle, at: now) },
      fixture.error { host throws(CallError) in try host.abort(handle, at: now) },
      fixture.error { host throws(CallError) in try host.release(handle, at: now) },
      fixture.error { host throws(CallError) in
        // The octets live until the call returns.
        _ = unsafe try host.write(handle, text.span.bytes, at: now)
      },
      fixture.error { host throws(CallError) in
        _ = unsafe try host.read(handle, into: UnsafeMutableRawBufferPointer(start: nil, count: 0), at: now)
      },
      fixture.error { host throws(CallError) in
        _ = unsafe try host.withReadable(handle, at: now) { _, _ in 0 }
      },
      fixture.error { host throws(CallError) in
        _ = unsafe try host.withWritable(handle, at: now) { _, _ in 0 }
      },
    ]
  }

  @Test(
    "Meaningless handles fit nothing",
    arguments: [
      UInt64(0), 1, 0xFFFF_FFFF, 0x1_0000_0000, 0x1_FFFF_FFFF, 0x1_0000_FFFF, UInt64.max,
    ])
  func meaningless(number: UInt64) throws {
    let fixture = try HostFixture.make()
    #expect(errors(fixture, Handle(rawValue: number)).allSatisfy { $0 == .staleHandle })
  }

  @Test("A handle that was given up never fits the next tenant")
  func stale() throws {
    let fixture = try HostFixture.make(1, HostConfiguration(connections: 1))
    var old: [Handle] = []
    for _ in 0..<20 {
      let handle = try fixture.host.connect(to: .near(2, 80), at: fixture.now)
      for other in old { #expect(errors(fixture, other).allSatisfy { $0 == .staleHandle }) }
      #expect(fixture.state(handle) == .synSent)
      try fixture.host.release(handle, at: fixture.now)
      old.append(handle)
    }
    let listener = try fixture.host.listen(.near(1, 80))
    try fixture.host.close(listener, at: fixture.now)
    #expect(errors(fixture, listener).allSatisfy { $0 == .staleHandle })
  }

  @Test("What does not suit a listener")
  func listener() throws {
    let fixture = try HostFixture.make()
    let listener = try fixture.host.listen(.near(1, 80))
    let now = fixture.now
    #expect(throws: CallError.remoteUnspecified) { try fixture.write(listener, [1]) }
    #expect(throws: CallError.wouldBlock) { try fixture.read(listener) }
    #expect(fixture.error { host throws(CallError) in _ = try host.accept(listener) } == .wouldBlock)
    #expect(fixture.error { host throws(CallError) in _ = try host.options(listener) } == .notSupported)
    let connection = try fixture.host.connect(to: .near(2, 80), at: now)
    #expect(fixture.error { host throws(CallError) in _ = try host.accept(connection) } == .notSupported)
    #expect(try fixture.host.status(listener).state == .listen)
  }

  @Test("Events come together, in the order of who had something first, and each once")
  func coalescing() throws {
    let fixture = try HostFixture.make()
    _ = try fixture.host.listen(.near(1, 80))
    var peers = (0..<3).map { HandPeer(.near(2, 6_000 + UInt16($0)), to: .near(1, 80)) }
    for index in peers.indices { #expect(peers[index].open(fixture) != nil) }
    for index in [2, 0, 1] {
      for offset in 0..<3 {
        let at = peers[index].sequence + offset
        #expect(fixture.arrive(peers[index].segment(.ack, sequence: at, text: [7])) == .processed)
      }
    }
    let events = fixture.events()
    #expect(events.count == 3)
    #expect(events.allSatisfy { $0.kinds.contains(.accepted | .readable | .writable) })
    let ports = try events.map { try fixture.host.status($0.handle).tuple.remotePort }
    #expect(ports == [6_000, 6_001, 6_002])
    #expect(fixture.events().isEmpty)
    // New text, a new event; and none for what was said already.
    peers[1].sequence = peers[1].sequence + 3
    fixture.arrive(peers[1].segment(.ack, text: [8]))
    let later = fixture.events()
    #expect(later.map(\.handle) == [events[1].handle] && later.map(\.kinds) == [.readable])
    #expect(try fixture.read(events[1].handle) == [7, 7, 7, 8])
  }

  @Test("A writer that was refused gets an event when the ring has space")
  func writable() throws {
    let configuration = HostConfiguration(connections: 1, sendCapacity: 8, receiveCapacity: 64)
    let fixture = try HostFixture.make(1, configuration)
    let listener = try fixture.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(peer.open(fixture) != nil)
    let handle = try fixture.host.accept(listener)
    _ = fixture.events()
    #expect(try fixture.write(handle, [UInt8](repeating: 1, count: 20)) == 8)
    #expect(throws: CallError.wouldBlock) { try fixture.write(handle, [1]) }
    #expect(fixture.drain().map(\.text.count) == [8])
    #expect(fixture.events().isEmpty)
    fixture.arrive(peer.segment(.ack, acknowledgment: peer.acknowledgment + 8))
    let events = fixture.events()
    #expect(events.map(\.handle) == [handle] && events.map(\.kinds) == [.writable])
  }

  @Test("Readiness is what holds now, however often it is asked for")
  func readiness() throws {
    let configuration = HostConfiguration(connections: 1, sendCapacity: 8, receiveCapacity: 64)
    let fixture = try HostFixture.make(1, configuration)
    let now = fixture.now
    let listener = try fixture.host.listen(.near(1, 80))
    #expect(try fixture.host.readiness(listener) == .none)
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(peer.open(fixture) != nil)
    #expect(try fixture.host.readiness(listener) == .accepted)
    let handle = try fixture.host.accept(listener)
    #expect(try fixture.host.readiness(listener) == .none)
    #expect(try fixture.host.readiness(handle) == .writable)
    _ = try fixture.write(handle, [UInt8](repeating: 1, count: 8))
    #expect(try fixture.host.readiness(handle) == .none)
    _ = fixture.drain()
    peer.acknowledgment = peer.acknowledgment + 8
    fixture.arrive(
      peer.segment(.ack | .urg, text: [9]) { $0.urgentPointer = 1 })
    peer.sequence = peer.sequence + 1
    for _ in 0..<2 { #expect(try fixture.host.readiness(handle) == .readable | .writable | .urgent) }
    _ = try fixture.read(handle)
    #expect(try fixture.host.readiness(handle) == .writable)
    fixture.arrive(peer.segment(.ack | .fin))  // the end of the stream can be read
    #expect(try fixture.host.readiness(handle) == .readable | .writable)
    try fixture.host.close(handle, at: now)
    #expect(try fixture.host.readiness(handle) == .readable)
    try fixture.host.abort(handle, at: now)
    #expect(try fixture.host.readiness(handle) == .readable | .writable | .ended)
  }

  /// A user that fetched nothing during a connection's whole life learns of its end, with the reason.
  @Test("The end of a connection is reported even if nobody listened before")
  func ended() throws {
    let fixture = try HostFixture.make()
    let listener = try fixture.host.listen(.near(1, 80))
    var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
    #expect(peer.open(fixture) != nil)
    let handle = try fixture.host.accept(listener)
    fixture.arrive(peer.segment(.ack, text: [9]))
    fixture.arrive(peer.segment(.rst, sequence: peer.sequence + 1))
    let events = fixture.events()
    #expect(events.count == 1 && events.first?.handle == handle)
    #expect(events.first?.kinds.contains(.ended | .readable | .writable) == true)
    // MUST-12, ROB-271: what came is still there, and behind it the reason.
    #expect(try fixture.host.status(handle).endReason == .reset)
    #expect(try fixture.read(handle) == [9])
    #expect(throws: CallError.reset) { try fixture.read(handle) }
    #expect(throws: CallError.reset) { try fixture.write(handle, [1]) }
    try fixture.host.release(handle, at: fixture.now)
    #expect(fixture.host.occupancy.connections == 0)
  }

  @Test("accept takes the oldest; the event and the call take from the same queue")
  func acceptOrder() throws {
    let fixture = try HostFixture.make(1, HostConfiguration(connections: 8))
    let listener = try fixture.host.listen(.near(1, 80), backlog: 8)
    for port in UInt16(6_000)..<6_006 {
      var peer = HandPeer(.near(2, port), to: .near(1, 80))
      #expect(peer.open(fixture) != nil)
    }
    #expect(try fixture.host.status(listener).acceptQueueCount == 6)
    var ports: [UInt16] = []
    for turn in 0..<6 {
      let handle: Handle
      if turn % 2 == 0 {
        handle = try fixture.host.accept(listener)
      } else if let event = fixture.host.nextEvent(), event.kinds.contains(.accepted) {
        handle = event.handle
      } else {
        // The connection that `accept` took still has its `writable` to tell.
        guard let event = fixture.host.nextEvent() else {
          throw Deviation(description: "no event in turn \(turn)")
        }
        handle = event.handle
        #expect(event.kinds.contains(.accepted))
      }
      ports.append(try fixture.host.status(handle).tuple.remotePort)
    }
    #expect(ports == [6_000, 6_001, 6_002, 6_003, 6_004, 6_005])
    #expect(fixture.error { host throws(CallError) in _ = try host.accept(listener) } == .wouldBlock)
  }

  @Test("A walk over all handles sees each user's once")
  func walk() throws {
    let fixture = try HostFixture.make()
    let listener = try fixture.host.listen(.near(1, 80))
    let first = try fixture.host.connect(to: .near(2, 80), at: fixture.now)
    let second = try fixture.host.connect(to: .near(2, 81), at: fixture.now)
    fixture.arrive(HandPeer(.near(3, 1), to: .near(1, 80)).segment(.syn))
    try fixture.host.release(first, at: fixture.now)
    var cursor = 0
    var seen: [Handle] = []
    while let handle = fixture.host.nextHandle(&cursor) { seen.append(handle) }
    #expect(seen == [second, listener])
  }
}
