/// A datagram that `transmit` has written.
public struct Departure: Equatable, Sendable, BitwiseCopyable {
  /// Its length in octets.
  public var count: Int
  /// The number of the interface it is for.
  public var interface: Int
}

extension Host {
  /// Writes the next datagram that is owed to anybody, if any.
  ///
  /// Replies that belong to no connection and connections that are ready take turns, one segment each, so nobody
  /// can keep the others waiting. Nothing counts as sent before it stands in the buffer.
  ///
  /// - Parameters:
  ///   - buffer: room for the largest MTU of the interfaces. Where it is smaller than the MTU of the interface
  ///     whose turn it is, that is a programmer's error and traps.
  ///   - now: the clock's reading.
  /// - Returns: the datagram's length and interface, or `nil` when nothing is owed.
  public mutating func transmit(
    into buffer: UnsafeMutableRawBufferPointer, at now: Instant
  ) -> Departure? {
    advance(to: now)
    // The caller lends the buffer for this call; every store into it is bounds checked.
    guard let bytes = unsafe MutableBytes(buffer) else { return nil }
    guard state[0].replies.count > 0 else { return transmitReady(into: bytes) }
    let isReplyTurn = state[0].isReplyTurn
    state[0].isReplyTurn = !isReplyTurn
    if !isReplyTurn, let departure = transmitReady(into: bytes) { return departure }
    return transmitReply(into: bytes)
  }

  private func transmitReply(into bytes: MutableBytes) -> Departure? {
    guard let reply = state[0].replies.first(replies) else { return nil }
    state[0].replies.removeFirst(replies)
    let style = DatagramStyle(
      dscp: reply.dscp, hopLimit: reply.hopLimit,
      isChecksumOffloaded: interfaces[Int(reply.interface)].offload.fillsDeparting)
    let count = reply.header.emitDatagram(reply.tuple, style, into: bytes)
    counterTable[0].segmentsSent &+= 1
    return Departure(count: count, interface: Int(reply.interface))
  }

  /// One segment of the first entry in the ready list that has one; the entry goes to the end of the list.
  private func transmitReady(into bytes: MutableBytes) -> Departure? {
    if state[0].ready.isEmpty { return nil }
    for _ in 0..<64 {  // entries whose need has passed are few; `deadline` says so if any are left
      guard let index = state[0].ready.popFirst(readyLinks) else { return nil }
      let (kind, position) = entry(index)
      switch kind {
      case .connection:
        let interface = connections[position].interface
        let context = context(interface)
        let count = connections[position].transmit(into: bytes, context)
        if count > 0 {
          // Perhaps there is more: the next turn will tell.
          state[0].ready.append(index, readyLinks)
          settle(index, position, context)
          return Departure(count: count, interface: Int(interface))
        }
      case .halfOpen:
        let count = transmitHalfOpen(index, position, into: bytes)
        if count > 0 { return depart(index, count, halfOpen[position].interface) }
      case .timeWait:
        let count = transmitTimeWait(position, into: bytes)
        if count > 0 { return depart(index, count, timeWait[position].interface) }
      case .listener:
        break
      }
    }
    return nil
  }

  private func depart(_ index: UInt32, _ count: Int, _ interface: UInt8) -> Departure {
    counterTable[0].segmentsSent &+= 1
    return Departure(count: count, interface: Int(interface))
  }
}
