/// A datagram that `transmit` has written.
public struct Departure: Equatable, Sendable, BitwiseCopyable {
  /// Its length in octets.
  public var count: Int
  /// The number of the interface it is for.
  public var interface: Int
}

extension TCPHost {
  /// Writes the next datagram that has to be sent, if any.
  ///
  /// Replies that belong to no connection and entries of the send queue take turns, one segment each, so none
  /// can keep the others waiting. Nothing counts as sent before it is in the buffer.
  ///
  /// ```swift
  /// while let departure = host.transmit(into: buffer, at: now) {
  ///   send(departure.count, departure.interface)
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - buffer: room for the largest MTU of the interfaces. Where it is smaller than the MTU of the
  ///     interface whose turn it is, that is a programmer's error and traps.
  ///   - now: the clock's reading.
  /// - Returns: the datagram's length and interface, or `nil` when there is nothing to send to the network.
  public mutating func transmit(
    into buffer: UnsafeMutableRawBufferPointer, at now: Instant
  ) -> Departure? {
    advance(to: now)
    // Drivers ask until nothing is left: that answer is worth a short way.
    if state.sendQueue.isEmpty && state.replies.count == 0 { return nil }
    // unreached: no target connects a host to itself; ForeignPeerTests does
    if state.mayLoopBack { return unsafe transmitSkippingLocal(into: buffer) }
    return unsafe transmitPending(into: buffer)
  }

  @inline(never)  // two uses, and see above
  private mutating func transmitPending(into buffer: UnsafeMutableRawBufferPointer) -> Departure? {
    // The caller lends the buffer for this call; every store into it is bounds checked.
    guard let bytes = unsafe MutableBytes(buffer) else { return nil }
    return transmitNext(into: bytes)
  }

  /// What is for an address of ours stays inside; 64 such datagrams at most, then `deadline` says that there
  /// is more to send.
  @inline(never)  // rare
  // unreached: no target connects a host to itself; ForeignPeerTests does
  private mutating func transmitSkippingLocal(into buffer: UnsafeMutableRawBufferPointer) -> Departure? {
    // As above.
    // unreached: no target connects a host to itself; ForeignPeerTests does
    guard let bytes = unsafe MutableBytes(buffer) else { return nil }
    for _ in 0..<64 {  // unreached: no target connects a host to itself; ForeignPeerTests does
      // unreached: no target connects a host to itself; ForeignPeerTests does
      guard let departure = unsafe transmitPending(into: buffer) else { return nil }
      // unreached: no target connects a host to itself; ForeignPeerTests does
      if !loopBack(departure, in: bytes) { return departure }
    }  // unreached: no target connects a host to itself; ForeignPeerTests does
    return nil
  }

  @inline(always)  // on a segment's way, and too large for the hint
  private mutating func transmitNext(into bytes: MutableBytes) -> Departure? {
    let hasReplies = state.replies.count > 0
    if hasReplies {
      let isReplyTurn = state.isReplyTurn
      state.isReplyTurn = !isReplyTurn
      if isReplyTurn { return transmitReply(into: bytes) }
    }
    if let departure = transmitReady(into: bytes) { return departure }
    return hasReplies ? transmitReply(into: bytes) : nil
  }

  private mutating func transmitReply(into bytes: MutableBytes) -> Departure? {
    // unreached: a reply was counted before the call
    guard let reply = state.replies.first(replies) else { return nil }
    state.replies.removeFirst(replies)
    let style = DatagramOptions(
      dscp: reply.dscp, hopLimit: reply.hopLimit,
      isChecksumOffloaded: interfaces[Int(reply.interface)].offload.fillsDeparting)
    let count = reply.header.emitDatagram(reply.tuple, style, into: bytes)
    counters.segmentsSent &+= 1
    return Departure(count: count, interface: Int(reply.interface))
  }

  /// One segment of the first entry in the send queue that has one; the entry goes to the end of the list if
  /// it may have more.
  @inline(always)  // on a segment's way, and too large for the hint
  private mutating func transmitReady(into bytes: MutableBytes) -> Departure? {
    // An entry with nothing to send leaves the queue, so each is tried at most once after each event.
    while !state.sendQueue.isEmpty {
      let entry = locate(state.sendQueue.first)
      if entry.kind != .connection { state.sendQueue.remove(entry.id, in: region) }
      let departure: Departure? =
        switch entry.kind {
        case .connection: transmitConnection(entry, into: bytes)
        case .halfOpen: depart(transmitHalfOpen(entry, into: bytes), halfOpen[entry].interface)
        case .timeWait: depart(transmitTimeWait(entry, into: bytes), timeWait[entry].interface)
        case .listener: nil  // unreached: a listener is never ready
        }
      if departure != nil { return departure }
    }
    return nil
  }

  @inline(always)  // on a segment's way, and too large for the hint
  private mutating func transmitConnection(_ entry: Entry, into bytes: MutableBytes) -> Departure? {
    let interface = connections[entry].interface
    let turn = connections[entry].takeTurn(into: bytes, context(interface))
    if turn.work.timerChanged { applyWakeup(entry) }
    guard turn.count > 0 else {
      state.sendQueue.remove(entry.id, in: region)
      return nil
    }
    // RFC8899-1: pieces of a probe would show nothing. No other datagram has its size.
    if connections[entry].options.isFragmentationAllowed
      && Int(connections[entry].sender.path.probed) != turn.count
    {
      allowFragments(connections[entry].tuple, in: bytes)
    }
    if turn.work.wantsToSend {
      state.sendQueue.rotate(in: region)
    } else {
      state.sendQueue.remove(entry.id, in: region)
      // Sending ends nothing and tells the user nothing, unless it was the reset behind an abort.
      if turn.isOver { finishClosed(entry) }
    }
    return Departure(count: turn.count, interface: Int(interface))
  }

  /// Routers may cut an IPv4 datagram in pieces: it gets an identification of its own, and Don't Fragment is
  /// off.
  @inline(never)  // only where the user asks for it
  private mutating func allowFragments(_ tuple: FourTuple, in bytes: MutableBytes) {
    guard tuple.isIPv4 else { return }
    let identification = state.keys.identification(state.identified)
    state.identified = state.identified &+ 1
    bytes.store(UInt32(identification) &<< 16, at: 4)
    bytes.store(UInt16(0), at: 10)
    var checksum = InternetChecksum()
    checksum.add(header: bytes, count: 20)
    bytes.store(checksum.field, at: 10)
  }

  private mutating func depart(_ count: Int, _ interface: UInt8) -> Departure? {
    // unreached: an entry without a connection is ready only while it has something to send
    guard count > 0 else { return nil }
    counters.segmentsSent &+= 1
    return Departure(count: count, interface: Int(interface))
  }
}

extension Connection {
  /// Writes the next segment, and tells whether its timer may have to be moved, there may be more to send,
  /// and the pending RST has left.
  @inline(always)  // on a segment's way, and too large for the hint
  fileprivate mutating func takeTurn(
    into bytes: MutableBytes, _ context: ConnectionContext
  ) -> (count: Int, work: PendingWork, isOver: Bool) {
    let count = transmit(into: bytes, context)
    let isOver = state == .closed
    let work = PendingWork(
      timerChanged: wakeup.needsScheduling && !isOver, wantsToSend: mayTransmit && !isOver, hasEvents: false)
    return (count, work, isOver)
  }
}
