import TCPCore
import TCPTestSupport
import Testing

/// What is reported, once, and what holds whenever it is asked for: each step of a connection's life with
/// both.
@Suite("Events against readiness") struct EventTableTests {
  /// Whether exactly these events came, of this connection, and exactly that holds now, however often it is
  /// asked.
  private func check(
    _ fixture: HostFixture, _ handle: Handle, reported events: EventSet, holds ready: EventSet,
    _ what: Comment,
    at line: SourceLocation = #_sourceLocation
  ) throws {
    let came = fixture.events()
    #expect(came.map(\.kinds) == (events == .none ? [] : [events]), what, sourceLocation: line)
    #expect(came.allSatisfy { $0.handle == handle }, what, sourceLocation: line)
    for _ in 0..<2 { #expect(try fixture.host.readiness(handle) == ready, what, sourceLocation: line) }
    #expect(fixture.events().isEmpty, what, sourceLocation: line)
  }

  /// What holds in each state while nothing was read and the send ring has room.
  @Test("Every state, without unread text", arguments: StateFixture.all)
  func states(state: ConnectionState, isIPv4: Bool) throws {
    let setup = try StateFixture(state, isIPv4: isIPv4)
    let expected: EventSet =
      switch state {
      case .synSent, .synReceived, .finWait1, .finWait2: .none
      case .established: .writable
      case .closeWait: .readable | .writable  // the end of the stream can be read
      case .closed: .readable | .writable | .ended  // both calls tell why not
      case .closing, .lastAck, .timeWait, .listen: .readable
      }
    try check(setup.fixture, setup.handle, reported: .none, holds: expected, "\(state)")
  }

  /// Unread text is readable in every state that has or keeps it (ROB-019).
  @Test("Every state, with unread text", arguments: StateFixture.all)
  func unread(state: ConnectionState, isIPv4: Bool) throws {
    guard [.established, .finWait1, .finWait2].contains(state) else { return }
    var setup = try StateFixture(state, isIPv4: isIPv4)
    let writable: EventSet = state == .established ? .writable : .none
    setup.fixture.arrive(setup.peer.segment(.ack, text: [1, 2]))
    try check(setup.fixture, setup.handle, reported: .readable, holds: .readable | writable, "text")
    setup.fixture.arrive(setup.peer.segment(.ack, text: [1, 2]))
    try check(setup.fixture, setup.handle, reported: .none, holds: .readable | writable, "the same text")
    setup.peer.sequence = setup.peer.sequence + 2
    setup.fixture.arrive(setup.peer.segment(.ack, sequence: setup.peer.sequence + 1, text: [4]))
    try check(
      setup.fixture, setup.handle, reported: .none, holds: .readable | writable, "text before its turn")
    setup.fixture.arrive(setup.peer.segment(.ack, text: [3]))
    try check(
      setup.fixture, setup.handle, reported: .readable, holds: .readable | writable, "the gap is filled")
    #expect(try setup.fixture.read(setup.handle) == [1, 2, 3, 4])
    try check(setup.fixture, setup.handle, reported: .none, holds: writable, "read")
    setup.peer.sequence = setup.peer.sequence + 2
    setup.fixture.arrive(setup.peer.segment(.fin | .ack, text: [5]))
    try check(setup.fixture, setup.handle, reported: .readable, holds: .readable | writable, "text and FIN")
    #expect(try setup.fixture.read(setup.handle) == [5])
    try check(
      setup.fixture, setup.handle, reported: .none, holds: .readable | writable, "the end is still to be read"
    )
    #expect(throws: CallError.endOfStream) { try setup.fixture.read(setup.handle) }
    setup.fixture.arrive(setup.peer.segment(.rst, sequence: setup.peer.sequence + 2))
    let isOver = state != .finWait2  // TIME-WAIT takes no reset (RFC 1337)
    try check(
      setup.fixture, setup.handle, reported: isOver ? .ended : .none,
      holds: isOver ? .readable | .writable | .ended : .readable, "reset")
  }

  /// A FIN by itself is reported as readable, whichever state takes it.
  @Test("A FIN without text", arguments: StateFixture.all)
  func finish(state: ConnectionState, isIPv4: Bool) throws {
    guard [.established, .finWait1, .finWait2].contains(state) else { return }
    let setup = try StateFixture(state, isIPv4: isIPv4)
    setup.fixture.arrive(setup.peer.segment(.fin | .ack))
    let writable: EventSet = state == .established ? .writable : .none
    try check(setup.fixture, setup.handle, reported: .readable, holds: .readable | writable, "FIN")
    _ = setup.fixture.drain()
    setup.fixture.arrive(setup.peer.segment(.fin | .ack))
    try check(setup.fixture, setup.handle, reported: .none, holds: .readable | writable, "the same FIN")
  }

  /// Each end is reported once, and as nothing else; the reason is in the status.
  @Test("Every end", arguments: [true, false])
  func ends(isIPv4: Bool) throws {
    let all: EventSet = .readable | .writable | .ended
    let inTimeWait = try StateFixture(.timeWait, isIPv4: isIPv4)
    _ = inTimeWait.fixture.pass(.seconds(239))
    try check(inTimeWait.fixture, inTimeWait.handle, reported: .none, holds: .readable, "TIME-WAIT")
    _ = inTimeWait.fixture.pass(.seconds(2))
    try check(inTimeWait.fixture, inTimeWait.handle, reported: .ended, holds: all, "TIME-WAIT is over")
    var last = try StateFixture(.lastAck, isIPv4: isIPv4)
    last.peer.acknowledgment = last.peer.acknowledgment + last.inFlight
    last.fixture.arrive(last.peer.segment(.ack))
    try check(last.fixture, last.handle, reported: .ended, holds: all, "LAST-ACK")
    #expect(try last.fixture.host.status(last.handle).endReason == .finished)
    let refused = try StateFixture(.synSent, isIPv4: isIPv4)
    refused.fixture.arrive(refused.peer.segment(.rst | .ack))
    try check(refused.fixture, refused.handle, reported: .ended, holds: all, "refused")
    let waiting = try StateFixture(.synSent, isIPv4: isIPv4)
    _ = waiting.fixture.pass(.seconds(600))
    #expect(try waiting.fixture.host.status(waiting.handle).endReason == .timedOut)
    #expect(waiting.fixture.events().last?.kinds.contains(.ended) == true)
    try check(waiting.fixture, waiting.handle, reported: .none, holds: all, "timed out")
  }

  /// Established is reported as writable, to who connects and to who is connected to.
  @Test("Becoming established", arguments: [true, false])
  func established(isAccepting: Bool) throws {
    var active = try StateFixture(.synSent, isIPv4: true)
    active.fixture.arrive(active.peer.segment(.syn | .ack))
    try check(active.fixture, active.handle, reported: .writable, holds: .writable, "active")
    var crossed = try StateFixture(.synReceived, isIPv4: false)
    crossed.peer.acknowledgment = crossed.flight.header.sequence + 1
    crossed.fixture.arrive(crossed.peer.segment(.ack))
    try check(crossed.fixture, crossed.handle, reported: .writable, holds: .writable, "both at once")
    active.peer.window = 0
    let fixture = try HostFixture.make()
    let listener = try fixture.host.listen(.near(1, 80))
    for port: UInt16 in [6_000, 6_001] {
      var peer = HandPeer(.near(2, port), to: .near(1, 80))
      #expect(peer.open(fixture) != nil)
      fixture.arrive(peer.segment(.ack, text: [7]))
    }
    #expect(try fixture.host.readiness(listener) == .accepted)
    if isAccepting {
      // The call takes `accepted` away and nothing else.
      for _ in 0..<2 { _ = try fixture.host.accept(listener) }
      #expect(fixture.events().map(\.kinds) == [.readable | .writable, .readable | .writable])
    } else {
      // The event accepts, so there is nothing left for the call.
      let event = fixture.host.nextEvent()
      let first = try #require(event)
      #expect(first.kinds == .accepted | .readable | .writable)
      #expect(
        try fixture.host.readiness(listener) == .accepted
          && fixture.host.status(listener).acceptQueueCount == 1)
      #expect(fixture.events().map(\.kinds) == [.accepted | .readable | .writable])
    }
    #expect(try fixture.host.readiness(listener) == .none)
    #expect(throws: CallError.wouldBlock) { try fixture.host.accept(listener) }
  }

  /// Reported when a quarter of the ring is free, to a user who was refused room, and once; it holds as soon
  /// as there is any.
  @Test("Room to write", arguments: [64, 63, 62, 61, 5, 1], [true, false])
  func room(capacity: Int, isPartial: Bool) throws {
    let configuration = HostConfiguration(connections: 1, sendCapacity: capacity, receiveCapacity: 64)
    var options = ConnectionOptions()
    options.isNagleEnabled = false
    var setup = try StateFixture(.synSent, isIPv4: true, configuration, options: options)
    setup.fixture.arrive(setup.peer.segment(.syn | .ack) { $0.options.maximumSegmentSize = 1_000 })
    setup.peer.sequence = setup.peer.sequence + 1
    _ = (setup.fixture.events(), setup.fixture.drain())
    // A write that is cut short asks for room, one that just fits does not.
    let wanted = isPartial ? capacity + 1 : capacity
    #expect(try setup.fixture.write(setup.handle, [UInt8](repeating: 1, count: wanted)) == capacity)
    try check(setup.fixture, setup.handle, reported: .none, holds: .none, "full")
    _ = setup.fixture.drain()
    var isReported = !isPartial
    for free in 1...capacity {
      setup.peer.acknowledgment = setup.peer.acknowledgment + 1
      setup.fixture.arrive(setup.peer.segment(.ack))
      let isEnough = !isReported && free * 4 >= capacity
      isReported = isReported || isEnough
      try check(
        setup.fixture, setup.handle, reported: isEnough ? .writable : .none, holds: .writable,
        "\(free) of \(capacity)")
    }
  }

  /// MUST-32: the first mark and each advance are reported; it holds until the marked text was read.
  @Test("Urgent text", arguments: StateFixture.all)
  func urgent(state: ConnectionState, isIPv4: Bool) throws {
    guard [.established, .finWait1, .finWait2].contains(state) else { return }
    let setup = try StateFixture(state, isIPv4: isIPv4)
    let writable: EventSet = state == .established ? .writable : .none
    func mark(_ pointer: UInt16) {
      setup.fixture.arrive(setup.peer.segment(.ack | .urg) { $0.urgentPointer = pointer })
    }
    mark(0)
    try check(setup.fixture, setup.handle, reported: .none, holds: writable, "a mark of nothing")
    for (pointer, isNew) in [(2, true), (2, false), (1, false), (3, true), (3, false)] as [(UInt16, Bool)] {
      mark(pointer)
      try check(
        setup.fixture, setup.handle, reported: isNew ? .urgent : .none, holds: writable | .urgent,
        "mark \(pointer)")
    }
    setup.fixture.arrive(setup.peer.segment(.ack, text: [1, 2, 3, 4]))
    try check(
      setup.fixture, setup.handle, reported: .readable, holds: .readable | .urgent | writable,
      "the marked text")
    _ = try setup.fixture.read(setup.handle, atMost: 2)
    try check(
      setup.fixture, setup.handle, reported: .none, holds: .readable | .urgent | writable,
      "read up to the mark")
    _ = try setup.fixture.read(setup.handle, atMost: 1)
    try check(setup.fixture, setup.handle, reported: .none, holds: .readable | writable, "read over the mark")
    mark(3)
    try check(setup.fixture, setup.handle, reported: .none, holds: .readable | writable, "an old mark")
  }

  /// A released handle gets no more events, whatever happens.
  @Test("A released connection says nothing", arguments: StateFixture.all)
  func released(state: ConnectionState, isIPv4: Bool) throws {
    var setup = try StateFixture(state, isIPv4: isIPv4)
    try setup.fixture.host.release(setup.handle, at: setup.fixture.now)
    _ = setup.fixture.drain()
    #expect(setup.fixture.events().isEmpty)
    setup.fixture.arrive(setup.error(isIPv4 ? 3 : 1, 0))
    setup.fixture.arrive(setup.peer.segment(.ack | .urg) { $0.urgentPointer = 5 })
    setup.peer.acknowledgment = setup.peer.acknowledgment + max(setup.inFlight, 1)
    setup.fixture.arrive(setup.peer.segment(.ack))
    setup.fixture.arrive(setup.peer.segment(.fin | .ack))
    #expect(setup.fixture.events().isEmpty)
    _ = setup.fixture.pass(.seconds(600))
    #expect(setup.fixture.events().isEmpty && setup.fixture.host.occupancy.connections == 0)
    #expect(
      setup.fixture.error { host throws(CallError) in _ = try host.readiness(setup.handle) } == .staleHandle)
  }

  /// Several things that came together are reported together, in the order in which the connections began to
  /// have any.
  @Test("One event for each connection, oldest first")
  func order() throws {
    let fixture = try HostFixture.make()
    let handles = try (0..<3).map { try fixture.host.connect(to: .near(2, 80 + $0), at: fixture.now) }
    let sent = fixture.drain()
    for (place, text) in [(2, 1), (0, 1), (1, 1), (2, 2)] as [(Int, UInt8)] {
      var peer = HandPeer(.near(2, 80 + UInt16(place)), to: sent[place].from)
      peer.acknowledgment = sent[place].header.sequence + 1
      if text == 1 { fixture.arrive(peer.segment(.syn | .ack)) }
      peer.sequence = peer.sequence + 1
      if text == 2 { fixture.arrive(peer.segment(.ack, text: [1])) }
    }
    let events = fixture.events()
    #expect(events.map(\.handle) == [handles[2], handles[0], handles[1]])
    #expect(events.map(\.kinds) == [.readable | .writable, .writable, .writable])
  }
}
