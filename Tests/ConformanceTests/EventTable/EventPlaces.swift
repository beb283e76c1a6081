import TCPCore

/// Where a host is when an event comes: each state of RFC 9293 figure 5, and the ways into it that
/// matter.
enum EventPlace: String, CaseIterable, Sendable {
  /// CLOSED: nothing was ever opened.
  case nothing
  /// CLOSED: a connection has ended, its handle is held.
  case ended
  case listen
  case synSent
  /// SYN-RECEIVED of a listener: a small entry, without a handle.
  case synReceivedPassive
  /// SYN-RECEIVED by simultaneous open.
  case synReceivedActive
  case established
  case finWait1
  case finWait2
  case closeWait
  case closing
  case lastAck
  /// TIME-WAIT of an accepted connection whose handle is held; its listener is still there.
  case timeWaitHeld
  /// TIME-WAIT of a connection whose handle was released; nobody listens.
  case timeWaitReleased

  /// The RFC's name of the state.
  var state: String { "\(connectionState.name)" }

  var connectionState: ConnectionState {
    switch self {
    case .nothing, .ended: .closed
    case .listen: .listen
    case .synSent: .synSent
    case .synReceivedPassive, .synReceivedActive: .synReceived
    case .established: .established
    case .finWait1: .finWait1
    case .finWait2: .finWait2
    case .closeWait: .closeWait
    case .closing: .closing
    case .lastAck: .lastAck
    case .timeWaitHeld, .timeWaitReleased: .timeWait
    }
  }

  /// Whether the receive window can be shut: there must have been text.
  var canShut: Bool {
    switch self {
    case .nothing, .ended, .listen, .synSent, .synReceivedPassive, .synReceivedActive: false
    case .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck, .timeWaitHeld,
      .timeWaitReleased:
      self != .timeWaitReleased  // unread text and a released handle do not go together
    }
  }

  /// The places with a handle in a state that comes behind SYN-SENT.
  static let withConnection: [EventPlace] = [
    .synReceivedActive, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck, .timeWaitHeld,
  ]
}

extension EventFixture {
  /// A fixture in a place, with ten octets of ours in flight wherever there can be some.
  static func at(
    _ place: EventPlace, _ variant: EventVariant, connections: Int = 2
  ) throws -> EventFixture {
    let fixture = try EventFixture(variant, connections: connections)
    switch place {
    case .nothing: break
    case .ended: try fixture.openThenRefuse()
    case .listen: try fixture.listen()
    case .synSent: try fixture.open()
    case .synReceivedPassive:
      try fixture.listen()
      fixture.send(.syn)
      fixture.drain()
    case .synReceivedActive:
      try fixture.open()
      fixture.send(.syn)
      fixture.drain()
    case .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck:
      try fixture.connect()
      try fixture.synchronized(place)
    case .timeWaitHeld:
      try fixture.accept()
      try fixture.enterTimeWait()
    case .timeWaitReleased:
      try fixture.connect()
      try fixture.enterTimeWait()
      if let handle = fixture.handle { try fixture.host.release(handle, at: fixture.now) }
      fixture.handle = nil
    }
    fixture.forgetEvents()
    return fixture
  }

  private func listen() throws {
    listener = try host.listen(EventFixture.local, options: options)
  }

  private func open() throws {
    handle = try host.connect(to: EventFixture.peer, from: EventFixture.local, options: options, at: now)
    drain()
  }

  private func openThenRefuse() throws {
    try open()
    arrive(header(.rst | .ack, 0, numbers.next), textCount: 0, position: 0)
  }

  private func connect() throws {
    try open()
    send(.syn | .ack)
    drain()
  }

  private func accept() throws {
    try listen()
    send(.syn)
    drain()
    send(.ack)
    if let listener { handle = try host.accept(listener) }
  }

  /// From ESTABLISHED into one of the states behind it.
  private func synchronized(_ place: EventPlace) throws {
    let isShut = variant.window == .shut
    let isFinishedByPeer = place == .closeWait || place == .closing || place == .lastAck
    if isShut && !isFinishedByPeer {
      send(.ack, textCount: 100)
      drain()
    }
    if place == .closeWait || place == .lastAck {
      send(.fin | .ack, textCount: isShut ? 99 : 0)
      drain()
    }
    _ = try write(10)
    if place != .established && place != .closeWait, let handle { try host.close(handle, at: now) }
    drain()
    if place == .finWait2 { send(.ack) }
    if place == .closing {
      sendOld(.fin, textCount: isShut ? 99 : 0)
      drain()
    }
  }

  /// From ESTABLISHED into TIME-WAIT.
  private func enterTimeWait() throws {
    if let handle { try host.close(handle, at: now) }
    drain()
    send(.fin | .ack, textCount: variant.window == .shut ? 99 : 0)
    drain()
  }

  private func forgetEvents() { while host.nextEvent() != nil {} }

  /// The state that the pair of endpoints is in now, in whichever table: a connection, a small entry, or a
  /// listener.
  var state: ConnectionState {
    if let made = connection, let status = try? host.status(made), status.state != .closed {
      return status.state
    }
    let occupancy = host.occupancy
    if occupancy.halfOpen > 0 { return .synReceived }
    if occupancy.timeWait > 0 { return .timeWait }
    return occupancy.listeners > 0 ? .listen : .closed
  }

  /// The connection, be it ours from the start or one that a listener has just made.
  var connection: Handle? {
    if let handle { return handle }
    var cursor = 0
    while let other = host.nextHandle(&cursor) {
      if other != listener { return other }
    }
    return nil
  }
}
