import TCPCore
import Testing

/// What is told, once, and what holds whenever it is asked for: each step of a connection's life with both.
@Suite("Events against readiness") struct EventTableTests {
  /// Whether exactly these events came, of this connection, and exactly that holds now, however often it is asked.
  private func check(
    _ box: HostBox, _ handle: Handle, told events: Events, holds ready: Events, _ what: Comment,
    at line: SourceLocation = #_sourceLocation
  ) throws {
    let came = box.events()
    #expect(came.map(\.events) == (events == .none ? [] : [events]), what, sourceLocation: line)
    #expect(came.allSatisfy { $0.handle == handle }, what, sourceLocation: line)
    for _ in 0..<2 { #expect(try box.host.readiness(handle) == ready, what, sourceLocation: line) }
    #expect(box.events().isEmpty, what, sourceLocation: line)
  }

  /// What holds in each state while nothing was read and the send ring has room.
  @Test("Every state, without unread text", arguments: StateStage.all)
  func states(state: ConnectionState, isIPv4: Bool) throws {
    let stage = try StateStage(state, isIPv4: isIPv4)
    let expected: Events =
      switch state {
      case .synSent, .synReceived, .finWait1, .finWait2: .none
      case .established: .writable
      case .closeWait: .readable | .writable  // the end of the stream can be read
      case .closed: .readable | .writable | .ended  // both calls tell why not
      case .closing, .lastAck, .timeWait, .listen: .readable
      }
    try check(stage.box, stage.handle, told: .none, holds: expected, "\(state)")
  }

  /// Unread text is readable in every state that has or keeps it (ROB-019).
  @Test("Every state, with unread text", arguments: StateStage.all)
  func unread(state: ConnectionState, isIPv4: Bool) throws {
    guard [.established, .finWait1, .finWait2].contains(state) else { return }
    var stage = try StateStage(state, isIPv4: isIPv4)
    let writable: Events = state == .established ? .writable : .none
    stage.box.arrive(stage.peer.segment(.ack, text: [1, 2]))
    try check(stage.box, stage.handle, told: .readable, holds: .readable | writable, "text")
    stage.box.arrive(stage.peer.segment(.ack, text: [1, 2]))
    try check(stage.box, stage.handle, told: .none, holds: .readable | writable, "the same text")
    stage.peer.sequence = stage.peer.sequence + 2
    stage.box.arrive(stage.peer.segment(.ack, sequence: stage.peer.sequence + 1, text: [4]))
    try check(stage.box, stage.handle, told: .none, holds: .readable | writable, "text before its turn")
    stage.box.arrive(stage.peer.segment(.ack, text: [3]))
    try check(stage.box, stage.handle, told: .readable, holds: .readable | writable, "the gap is filled")
    #expect(try stage.box.read(stage.handle) == [1, 2, 3, 4])
    try check(stage.box, stage.handle, told: .none, holds: writable, "read")
    stage.peer.sequence = stage.peer.sequence + 2
    stage.box.arrive(stage.peer.segment(.fin | .ack, text: [5]))
    try check(stage.box, stage.handle, told: .readable, holds: .readable | writable, "text and FIN")
    #expect(try stage.box.read(stage.handle) == [5])
    try check(
      stage.box, stage.handle, told: .none, holds: .readable | writable, "the end is still to be read")
    #expect(throws: CallError.endOfStream) { try stage.box.read(stage.handle) }
    stage.box.arrive(stage.peer.segment(.rst, sequence: stage.peer.sequence + 2))
    let isOver = state != .finWait2  // TIME-WAIT takes no reset (RFC 1337)
    try check(
      stage.box, stage.handle, told: isOver ? .ended : .none,
      holds: isOver ? .readable | .writable | .ended : .readable, "reset")
  }

  /// A FIN by itself is told as readable, whichever state takes it.
  @Test("A FIN without text", arguments: StateStage.all)
  func finish(state: ConnectionState, isIPv4: Bool) throws {
    guard [.established, .finWait1, .finWait2].contains(state) else { return }
    let stage = try StateStage(state, isIPv4: isIPv4)
    stage.box.arrive(stage.peer.segment(.fin | .ack))
    let writable: Events = state == .established ? .writable : .none
    try check(stage.box, stage.handle, told: .readable, holds: .readable | writable, "FIN")
    _ = stage.box.drain()
    stage.box.arrive(stage.peer.segment(.fin | .ack))
    try check(stage.box, stage.handle, told: .none, holds: .readable | writable, "the same FIN")
  }

  /// Each end is told once, and as nothing else; the reason stands in the status.
  @Test("Every end", arguments: [true, false])
  func ends(isIPv4: Bool) throws {
    let all: Events = .readable | .writable | .ended
    let resting = try StateStage(.timeWait, isIPv4: isIPv4)
    _ = resting.box.pass(.seconds(239))
    try check(resting.box, resting.handle, told: .none, holds: .readable, "TIME-WAIT")
    _ = resting.box.pass(.seconds(2))
    try check(resting.box, resting.handle, told: .ended, holds: all, "TIME-WAIT is over")
    var last = try StateStage(.lastAck, isIPv4: isIPv4)
    last.peer.acknowledgment = last.peer.acknowledgment + last.inFlight
    last.box.arrive(last.peer.segment(.ack))
    try check(last.box, last.handle, told: .ended, holds: all, "LAST-ACK")
    #expect(try last.box.host.status(last.handle).endReason == .finished)
    let refused = try StateStage(.synSent, isIPv4: isIPv4)
    refused.box.arrive(refused.peer.segment(.rst | .ack))
    try check(refused.box, refused.handle, told: .ended, holds: all, "refused")
    let waiting = try StateStage(.synSent, isIPv4: isIPv4)
    _ = waiting.box.pass(.seconds(600))
    #expect(try waiting.box.host.status(waiting.handle).endReason == .timedOut)
    #expect(waiting.box.events().last?.events.contains(.ended) == true)
    try check(waiting.box, waiting.handle, told: .none, holds: all, "timed out")
  }

  /// Established is told as writable, to who connects and to who is connected to.
  @Test("Becoming established", arguments: [true, false])
  func established(isAccepting: Bool) throws {
    var active = try StateStage(.synSent, isIPv4: true)
    active.box.arrive(active.peer.segment(.syn | .ack))
    try check(active.box, active.handle, told: .writable, holds: .writable, "active")
    var crossed = try StateStage(.synReceived, isIPv4: false)
    crossed.peer.acknowledgment = crossed.flight.header.sequence + 1
    crossed.box.arrive(crossed.peer.segment(.ack))
    try check(crossed.box, crossed.handle, told: .writable, holds: .writable, "both at once")
    active.peer.window = 0
    let box = try HostBox.make()
    let listener = try box.host.listen(.near(1, 80))
    for port: UInt16 in [6_000, 6_001] {
      var peer = HandPeer(.near(2, port), to: .near(1, 80))
      #expect(peer.open(box) != nil)
      box.arrive(peer.segment(.ack, text: [7]))
    }
    #expect(try box.host.readiness(listener) == .accepted)
    if isAccepting {
      // The call takes `accepted` away and nothing else.
      for _ in 0..<2 { _ = try box.host.accept(listener) }
      #expect(box.events().map(\.events) == [.readable | .writable, .readable | .writable])
    } else {
      // The event accepts, so there is nothing left for the call.
      let event = box.host.nextEvent()
      let first = try #require(event)
      #expect(first.events == .accepted | .readable | .writable)
      #expect(try box.host.readiness(listener) == .accepted && box.host.status(listener).waiting == 1)
      #expect(box.events().map(\.events) == [.accepted | .readable | .writable])
    }
    #expect(try box.host.readiness(listener) == .none)
    #expect(throws: CallError.wouldBlock) { try box.host.accept(listener) }
  }

  /// Told when a quarter of the ring is free, to who was refused room, and once; it holds as soon as there is any.
  @Test("Room to write", arguments: [64, 63, 62, 61, 5, 1], [true, false])
  func room(capacity: Int, isPartial: Bool) throws {
    let configuration = HostConfiguration(connections: 1, sendCapacity: capacity, receiveCapacity: 64)
    var options = ConnectionOptions()
    options.isNagleEnabled = false
    var stage = try StateStage(.synSent, isIPv4: true, configuration, options: options)
    stage.box.arrive(stage.peer.segment(.syn | .ack) { $0.options.maximumSegmentSize = 1_000 })
    stage.peer.sequence = stage.peer.sequence + 1
    _ = (stage.box.events(), stage.box.drain())
    // A write that is cut short asks for room, one that just fits does not.
    let wanted = isPartial ? capacity + 1 : capacity
    #expect(try stage.box.write(stage.handle, [UInt8](repeating: 1, count: wanted)) == capacity)
    try check(stage.box, stage.handle, told: .none, holds: .none, "full")
    _ = stage.box.drain()
    var isTold = !isPartial
    for free in 1...capacity {
      stage.peer.acknowledgment = stage.peer.acknowledgment + 1
      stage.box.arrive(stage.peer.segment(.ack))
      let isEnough = !isTold && free * 4 >= capacity
      isTold = isTold || isEnough
      try check(
        stage.box, stage.handle, told: isEnough ? .writable : .none, holds: .writable,
        "\(free) of \(capacity)")
    }
  }

  /// MUST-32: the first mark and each advance are told; it holds until the marked text was read.
  @Test("Urgent text", arguments: StateStage.all)
  func urgent(state: ConnectionState, isIPv4: Bool) throws {
    guard [.established, .finWait1, .finWait2].contains(state) else { return }
    let stage = try StateStage(state, isIPv4: isIPv4)
    let writable: Events = state == .established ? .writable : .none
    func mark(_ pointer: UInt16) {
      stage.box.arrive(stage.peer.segment(.ack | .urg) { $0.urgentPointer = pointer })
    }
    mark(0)
    try check(stage.box, stage.handle, told: .none, holds: writable, "a mark of nothing")
    for (pointer, isNews) in [(2, true), (2, false), (1, false), (3, true), (3, false)] as [(UInt16, Bool)] {
      mark(pointer)
      try check(
        stage.box, stage.handle, told: isNews ? .urgent : .none, holds: writable | .urgent, "mark \(pointer)")
    }
    stage.box.arrive(stage.peer.segment(.ack, text: [1, 2, 3, 4]))
    try check(
      stage.box, stage.handle, told: .readable, holds: .readable | .urgent | writable, "the marked text")
    _ = try stage.box.read(stage.handle, atMost: 2)
    try check(
      stage.box, stage.handle, told: .none, holds: .readable | .urgent | writable, "read up to the mark")
    _ = try stage.box.read(stage.handle, atMost: 1)
    try check(stage.box, stage.handle, told: .none, holds: .readable | writable, "read over the mark")
    mark(3)
    try check(stage.box, stage.handle, told: .none, holds: .readable | writable, "an old mark")
  }

  /// Whoever has given the handle up hears nothing more, whatever happens.
  @Test("A released connection tells nothing", arguments: StateStage.all)
  func released(state: ConnectionState, isIPv4: Bool) throws {
    var stage = try StateStage(state, isIPv4: isIPv4)
    try stage.box.host.release(stage.handle, at: stage.box.now)
    _ = stage.box.drain()
    #expect(stage.box.events().isEmpty)
    stage.box.arrive(stage.error(isIPv4 ? 3 : 1, 0))
    stage.box.arrive(stage.peer.segment(.ack | .urg) { $0.urgentPointer = 5 })
    stage.peer.acknowledgment = stage.peer.acknowledgment + max(stage.inFlight, 1)
    stage.box.arrive(stage.peer.segment(.ack))
    stage.box.arrive(stage.peer.segment(.fin | .ack))
    #expect(stage.box.events().isEmpty)
    _ = stage.box.pass(.seconds(600))
    #expect(stage.box.events().isEmpty && stage.box.host.occupancy.connections == 0)
    #expect(
      stage.box.error { host throws(CallError) in _ = try host.readiness(stage.handle) } == .staleHandle)
  }

  /// Several things that came together are told together, in the order in which the connections began to have any.
  @Test("One event for each connection, oldest first")
  func order() throws {
    let box = try HostBox.make()
    let handles = try (0..<3).map { try box.host.connect(to: .near(2, 80 + $0), at: box.now) }
    let sent = box.drain()
    for (place, text) in [(2, 1), (0, 1), (1, 1), (2, 2)] as [(Int, UInt8)] {
      var peer = HandPeer(.near(2, 80 + UInt16(place)), to: sent[place].from)
      peer.acknowledgment = sent[place].header.sequence + 1
      if text == 1 { box.arrive(peer.segment(.syn | .ack)) }
      peer.sequence = peer.sequence + 1
      if text == 2 { box.arrive(peer.segment(.ack, text: [1])) }
    }
    let events = box.events()
    #expect(events.map(\.handle) == [handles[2], handles[0], handles[1]])
    #expect(events.map(\.events) == [.readable | .writable, .writable, .writable])
  }
}
