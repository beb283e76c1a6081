/// STATUS: what one connection or listener is about, for a table like netstat's.
public struct Status: Sendable, BitwiseCopyable {
  /// The state, LISTEN for a listener.
  public var state: ConnectionState
  /// Why it has ended, if it has.
  public var endReason: EndReason
  /// Local and remote endpoint.
  public var tuple: FourTuple
  /// The number of its interface.
  public var interface: Int
  /// Octets that arrived and were not read.
  public var unread: Int
  /// Octets that were written and not acknowledged.
  public var unacknowledged: Int
  /// Octets that were written and never sent.
  public var unsent: Int
  /// Octets in flight: SND.NXT - SND.UNA.
  public var flight: Int
  /// Octets of room in the send ring.
  public var sendRoom: Int
  /// SND.WND in octets.
  public var sendWindow: Int
  /// RCV.WND in octets.
  public var receiveWindow: Int
  /// cwnd in octets.
  public var congestionWindow: Int
  /// ssthresh in octets; `Int.max` before any loss.
  public var slowStartThreshold: Int
  /// SRTT; zero before the first sample.
  public var smoothedRoundTrip: Interval
  /// RTO with its back-off.
  public var retransmissionTimeout: Interval
  /// Segments sent again.
  public var retransmissions: Int
  /// The largest text of one segment towards the peer, in octets.
  public var segmentSize: Int
  /// Octets up to the end of urgent text that were not read (MUST-33).
  public var urgent: Int
  /// The latest error that did not end the connection.
  public var softError: SoftError
  /// Stretches of text that arrived before their turn.
  public var earlyRanges: Int
  /// Connections of a listener that wait to be accepted.
  public var waiting: Int
  /// When the connection's next timer is due.
  public var deadline: Instant?
}

extension Host {
  /// STATUS of a connection or listener.
  ///
  /// EV-STATUS-{LISTEN,SYN-SENT,SYN-RECEIVED,ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,LAST-ACK,TIME-WAIT}-1,
  /// EV-STATUS-CLOSED-2.
  public func status(_ handle: Handle) throws(CallError) -> Status {
    if let position = try? listenerPosition(handle) {
      var status = emptyStatus(
        .listen, FourTuple(local: listeners[position].local, remote: Endpoint(.anyIPv6, 0)))
      status.waiting = Int(truncatingIfNeeded: listeners[position].waiting.count)
      return status
    }
    return status(at: try connectionPosition(handle))
  }

  private func emptyStatus(_ state: ConnectionState, _ tuple: FourTuple) -> Status {
    Status(
      state: state, endReason: .none, tuple: tuple, interface: 0, unread: 0, unacknowledged: 0,
      unsent: 0, flight: 0, sendRoom: 0, sendWindow: 0, receiveWindow: 0, congestionWindow: 0,
      slowStartThreshold: 0, smoothedRoundTrip: .seconds(0), retransmissionTimeout: .seconds(0),
      retransmissions: 0, segmentSize: 0, urgent: 0, softError: .none, earlyRanges: 0, waiting: 0,
      deadline: nil)
  }

  private func status(at position: Int) -> Status {
    let context = context(connections[position].interface)
    var status = emptyStatus(connections[position].state, connections[position].tuple)
    status.endReason = connections[position].endReason
    status.interface = Int(connections[position].interface)
    status.unread = connections[position].receive.ring.count
    status.unacknowledged = connections[position].send.ring.count
    status.unsent = connections[position].send.unsent
    status.flight = connections[position].send.flight
    status.sendRoom = connections[position].sendError == nil ? connections[position].send.ring.free : 0
    status.sendWindow = Int(truncatingIfNeeded: connections[position].send.window)
    status.receiveWindow = connections[position].receive.window
    status.congestionWindow = Int(truncatingIfNeeded: connections[position].congestion.window)
    let threshold = connections[position].congestion.threshold
    status.slowStartThreshold = threshold == UInt32.max ? Int.max : Int(truncatingIfNeeded: threshold)
    status.smoothedRoundTrip = Interval(
      microseconds: UInt64(wide: connections[position].estimator.smoothed))
    status.retransmissionTimeout = connections[position].timeout
    status.retransmissions = Int(truncatingIfNeeded: connections[position].retransmissions)
    status.segmentSize = connections[position].segmentSize(context)
    status.urgent = connections[position].urgentCount
    status.softError = connections[position].softError
    status.earlyRanges = connections[position].receive.ranges.count
    let deadline = connections[position].deadline
    status.deadline = deadline == .never ? nil : deadline
    return status
  }

  /// What holds at this moment, for a user who asks instead of fetching events: `readable` while `read` would not
  /// block, `writable` while `write` would take something, `urgent` while urgent text is unread, `ended`; `accepted`
  /// for a listener with a connection to be accepted.
  public func readiness(_ handle: Handle) throws(CallError) -> Events {
    if let place = try? listenerPosition(handle) {
      return listeners[place].waiting.count > 0 ? .accepted : .none
    }
    let position = try connectionPosition(handle)
    var events = Events.none
    if connections[position].receive.ring.count > 0 || connections[position].receiveError != .wouldBlock {
      events = events | .readable
    }
    switch connections[position].state {
    case .established, .closeWait:
      if connections[position].sendError == nil, connections[position].send.ring.free > 0 {
        events = events | .writable
      }
    case .closed:
      events = events | .ended
    case .listen, .synSent, .synReceived, .finWait1, .finWait2, .closing, .lastAck, .timeWait:
      break
    }
    if connections[position].urgentCount > 0 { events = events | .urgent }
    return events
  }

  /// Changes what may be chosen while a connection runs (SHLD-21, ROB-283).
  public mutating func setOptions(
    _ handle: Handle, _ options: ConnectionOptions, at now: Instant
  ) throws(CallError) {
    advance(to: now)
    let position = try connectionPosition(handle)
    connections[position].options = options
    let context = context(connections[position].interface)
    connections[position].updateFinWait2(context)
    settle(handle.index, position, context)
  }

  /// What a connection has been given.
  public func options(_ handle: Handle) throws(CallError) -> ConnectionOptions {
    connections[try connectionPosition(handle)].options
  }

  /// The taken slot at or behind a position, for walking over all handles: connections first, then listeners.
  ///
  /// - Parameter cursor: 0 to begin with; moved on by each call.
  /// - Returns: a handle, or `nil` at the end.
  public func nextHandle(_ cursor: inout Int) -> Handle? {
    for _ in 0..<slots.count {
      guard cursor < slots.count else { return nil }
      let number = cursor
      cursor &+= 1
      guard slots[number].isTaken else { continue }
      let (kind, position) = entry(UInt32(truncatingIfNeeded: number))
      switch kind {
      case .connection where !connections[position].isReleased, .listener:
        return handle(UInt32(truncatingIfNeeded: number))
      case .connection, .halfOpen, .timeWait:
        continue
      }
    }
    return nil
  }

  /// How many entries of each kind are taken.
  public var occupancy: (connections: Int, halfOpen: Int, timeWait: Int, listeners: Int) {
    var taken = 0
    for index in 0..<state[0].configuration.ringClassCount {
      taken &+= Int(truncatingIfNeeded: state[0].connectionSlots[index].count)
    }
    return (
      taken, Int(truncatingIfNeeded: state[0].halfOpenSlots.count),
      Int(truncatingIfNeeded: state[0].timeWaitSlots.count),
      Int(truncatingIfNeeded: state[0].listenerSlots.count)
    )
  }
}
