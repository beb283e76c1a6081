/// STATUS: what one connection or listener is about, for a table like netstat's.
public struct Status: Sendable, BitwiseCopyable {
  /// The state, LISTEN for a listener.
  public var state: ConnectionState
  /// Why it has ended, if it has.
  public var endReason: EndReason = .none
  /// Local and remote endpoint.
  public var tuple: FourTuple
  /// The number of its interface.
  public var interface = 0
  /// Octets that arrived and were not read.
  public var unread = 0
  /// Octets that were written and not acknowledged.
  public var unacknowledged = 0
  /// Octets that were written and never sent.
  public var unsent = 0
  /// Octets in flight: SND.NXT - SND.UNA.
  public var bytesInFlight = 0
  /// Of these, octets believed to be in the network: neither lost nor reported by the peer (RFC 6675).
  public var bytesInNetwork = 0
  /// Octets of room in the send ring.
  public var sendSpace = 0
  /// SND.WND in octets.
  public var sendWindow = 0
  /// RCV.WND in octets.
  public var receiveWindow = 0
  /// cwnd in octets.
  public var congestionWindow = 0
  // survives `= 1`: equivalent: a status is always made with all its fields
  /// ssthresh in octets; `Int.max` before any loss.
  public var slowStartThreshold = 0
  /// Who decides on cwnd.
  public var congestionControl: CongestionControlAlgorithm = .cubic
  /// What cwnd does.
  public var congestionPhase: CongestionPhase = .slowStart
  /// Whether both sides use explicit congestion notification (RFC 3168).
  public var usesECN = false
  /// SRTT; zero before the first sample.
  public var smoothedRoundTrip = Interval(microseconds: 0)
  /// RTTVAR; zero before the first sample.
  public var roundTripVariance = Interval(microseconds: 0)
  /// The shortest round trip of the last five minutes; `unlimited` before the first sample.
  public var minimumRoundTrip = Interval.unlimited
  /// How long what may only be late does not count as lost, where the peer reports ranges (RFC 8985 section
  /// 6.2).
  public var reorderingWindow = Interval(microseconds: 0)
  /// How fast text leaves, in octets a second, 2^31 - 1 at most; 0 where it is not paced.
  public var pacingRate = 0
  /// How fast the network delivered last, in octets a second, 2^32 - 1 at most; 0 where it is not measured
  /// (`RingClass.samplesDeliveryRate`), and before the first sample.
  public var deliveryRate = 0
  /// RTO with its back-off.
  public var retransmissionTimeout = Interval(microseconds: 0)
  /// How long the peer may acknowledge nothing new: R2, the user time-out or what the peer's option makes of
  /// it, or the limit of a released connection.
  public var userTimeout = Interval.unlimited
  /// What the peer's user time-out option said last (RFC 5482); zero before there was one.
  public var peerUserTimeout = Interval(microseconds: 0)
  /// Retransmission time-outs since something was last acknowledged, 255 at most.
  public var unansweredTimeouts = 0
  /// How often a segment counted as lost, so that it leaves again; of what a time-out takes for lost, each.
  public var losses = 0
  /// Segments sent again.
  public var retransmissions = 0
  /// How often a loss or a time-out turned out to be none, so that cwnd was restored.
  public var reductionsUndone = 0
  /// The largest text of one segment towards the peer, in octets.
  public var segmentSize = 0
  /// The largest datagram that the path is known, or believed, to take, in octets.
  public var pathMTU = 0
  /// Whether larger ones are being tried (RFC 4821).
  public var isSearchingPathMTU = false
  /// Octets up to the end of urgent text that were not read (MUST-33).
  public var urgent = 0
  /// The latest error that did not end the connection.
  public var softError: SoftError = .none
  /// Ranges of data that arrived out of order.
  public var outOfOrderRanges = 0
  /// Connections of a listener that wait to be accepted.
  public var acceptQueueCount = 0
  /// When the connection's next timer is due.
  public var deadline: Instant?
}

extension TCPHost {
  /// STATUS of a connection or listener.
  ///
  /// EV-STATUS-{LISTEN,SYN-SENT,SYN-RECEIVED,ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING}-1,
  /// EV-STATUS-{LAST-ACK,TIME-WAIT}-1, EV-STATUS-CLOSED-2.
  ///
  /// ```swift
  /// let isOpen = try host.status(handle).state == .established
  /// ```
  public func status(_ handle: Handle) throws(CallError) -> Status {
    if let entry = try? listenerEntry(handle) {
      var status = Status(
        state: .listen, tuple: FourTuple(local: listeners[entry].local, remote: Endpoint(.anyIPv6, 0)))
      status.acceptQueueCount = Int(truncatingIfNeeded: listeners[entry].acceptQueue.count)
      return status
    }
    let entry = try connectionEntry(handle)
    return connections[entry].status(context(connections[entry].interface))
  }

  /// What holds at this moment, for a user who asks instead of fetching events: `readable` while `read` would
  /// not block, `writable` while `write` would take something or the connection has ended, `urgent` while
  /// urgent text is unread, `ended`; `accepted` for a listener with a connection to be accepted.
  ///
  /// ```swift
  /// let canRead = try host.readiness(handle).contains(.readable)
  /// ```
  public func readiness(_ handle: Handle) throws(CallError) -> EventSet {
    if let entry = try? listenerEntry(handle) {
      return listeners[entry].acceptQueue.count > 0 ? .accepted : .none
    }
    let entry = try connectionEntry(handle)
    var events = EventSet.none
    if connections[entry].receive.ring.count > 0 || connections[entry].receiveError != .wouldBlock {
      events = events | .readable
    }
    switch connections[entry].state {
    case .established, .closeWait:
      if connections[entry].sendError == nil, connections[entry].send.ring.freeCapacity > 0 {
        events = events | .writable
      }
    case .closed:
      events = events | .ended | .writable  // writing would not block: it tells why not
    case .listen, .synSent, .synReceived, .finWait1, .finWait2, .closing, .lastAck, .timeWait:
      break
    }
    if connections[entry].urgentCount > 0 { events = events | .urgent }
    return events
  }

  /// Changes what may be chosen while a connection runs (SHLD-21, ROB-283).
  ///
  /// ```swift
  /// var options = try host.options(handle)
  /// options.isKeepAliveEnabled = true
  /// try host.setOptions(handle, options, at: now)
  /// ```
  ///
  /// - Throws: `staleHandle`, `notSupported`; `invalidArgument` for an option out of its range.
  public mutating func setOptions(
    _ handle: Handle, _ options: ConnectionOptions, at now: Instant
  ) throws(CallError) {
    advance(to: now)
    let entry = try connectionEntry(handle)
    guard options.isValid else { throw .invalidArgument }
    try checkControl(options, Int(connections[entry].ringClass))
    let context = context(connections[entry].interface)
    connections[entry].adopt(options, context)
    if connections[entry].state == .closed || connections[entry].state == .timeWait { return }
    // Asked exactly, so that options that are set back change nothing.
    if connections[entry].wantsToTransmit(context) {
      state.sendQueue.append(handle.id, in: region)
    }
    applyWakeup(entry)
  }

  /// What a connection has been given.
  public func options(_ handle: Handle) throws(CallError) -> ConnectionOptions {
    connections[try connectionEntry(handle)].options
  }

  /// The taken slot at or behind a position, for walking over all handles: connections first, then listeners.
  ///
  /// ```swift
  /// var cursor = 0
  /// while let handle = host.nextHandle(&cursor) { print(try host.status(handle).state.name) }
  /// ```
  ///
  /// - Parameter cursor: 0 to begin with; moved on by each call.
  /// - Returns: a handle, or `nil` at the end.
  public func nextHandle(_ cursor: inout Int) -> Handle? {
    for _ in 0..<slots.count {
      guard cursor < slots.count else { return nil }
      let number = cursor
      cursor &+= 1
      guard slots[number].isTaken else { continue }
      let entry = locate(EntryID(number))
      switch entry.kind {
      case .connection where !connections[entry].isReleased, .listener:
        return handle(entry.id)
      case .connection, .halfOpen, .timeWait:
        continue
      }
    }
    return nil
  }

  /// How many entries of each kind are taken.
  public var occupancy: (connections: Int, halfOpen: Int, timeWait: Int, listeners: Int) {
    var taken = 0
    for index in 0..<state.configuration.ringClassCount {
      taken &+= Int(truncatingIfNeeded: state.connectionSlots[index].count)
    }
    return (
      taken, Int(truncatingIfNeeded: state.halfOpenSlots.count),
      Int(truncatingIfNeeded: state.timeWaitSlots.count),
      Int(truncatingIfNeeded: state.listenerSlots.count)
    )
  }
}

extension Connection {
  /// STATUS of the connection.
  fileprivate mutating func status(_ context: ConnectionContext) -> Status {
    let threshold = sender.congestion.threshold
    let deadline = self.deadline
    let minimum = sender.rack.minimumRTT
    return Status(
      state: state, endReason: endReason, tuple: tuple, interface: Int(interface), unread: receive.ring.count,
      unacknowledged: send.ring.count, unsent: send.unsent, bytesInFlight: state == .closed ? 0 : send.flight,
      bytesInNetwork: state == .closed ? 0 : pipe,
      sendSpace: sendError == nil ? send.ring.freeCapacity : 0,
      sendWindow: Int(truncatingIfNeeded: send.window),
      receiveWindow: receive.window, congestionWindow: Int(truncatingIfNeeded: sender.congestion.window),
      slowStartThreshold: threshold == UInt32.max ? Int.max : Int(truncatingIfNeeded: threshold),
      congestionControl: sender.congestion.algorithm,
      congestionPhase: sender.recovery.isRecovering ? .recovery : sender.congestion.phase,
      usesECN: send.isSynchronized && ecn.isInUse,
      smoothedRoundTrip: Interval(microseconds: UInt64(wide: sender.estimator.smoothed)),
      roundTripVariance: Interval(microseconds: UInt64(wide: sender.estimator.variance)),
      minimumRoundTrip: minimum == UInt32.max ? .unlimited : Interval(microseconds: UInt64(wide: minimum)),
      reorderingWindow: Interval(microseconds: UInt64(wide: sender.reorderingWindow)),
      pacingRate: state == .closed ? 0 : Int(truncatingIfNeeded: sender.octetsPerSecond),
      deliveryRate: deliveryRate(context),
      retransmissionTimeout: timeout, userTimeout: silenceLimit,
      peerUserTimeout: ConnectionOptions.interval(peerUserTimeout.seconds &* 1_000),
      unansweredTimeouts: Int(sender.retries),
      losses: Int(truncatingIfNeeded: sender.records.losses),
      retransmissions: Int(truncatingIfNeeded: retransmissions),
      reductionsUndone: Int(truncatingIfNeeded: sender.reductionsUndone),
      segmentSize: segmentSize(context),
      pathMTU: min(Int(truncatingIfNeeded: pathMTU & 0x7FFF_FFFF), context.interfaceMTU),
      isSearchingPathMTU: sender.path.isSearching, urgent: urgentCount, softError: softError,
      outOfOrderRanges: receive.ranges.count, deadline: deadline == .never ? nil : deadline)
  }

  private mutating func deliveryRate(_ context: ConnectionContext) -> Int {
    guard state != .closed, sender.records.isSampling else { return 0 }
    return sender.records.deliveryRate(in: context.region)
  }
}
