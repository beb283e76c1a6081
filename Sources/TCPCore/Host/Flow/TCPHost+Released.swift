// Connections whose handle was released, until the protocol allows their slots to be freed.
extension TCPHost {
  /// Nobody holds the handle any more: there are no more events, and the connection joins the list of those
  /// that may be recycled.
  func markReleased(_ index: UInt32, _ position: Int) {
    guard !connections[position].isReleased else { return }  // unreached: a connection is released once
    state[0].eventQueue.remove(index, eventAndAgeLinks)
    connections[position].markReleased(at: state[0].now)
    state[0].released.append(index, eventAndAgeLinks)
  }

  /// For how long the peer of a released connection may acknowledge nothing new before a completed handshake
  /// takes its place.
  static var stallTime: Interval { .seconds(10) }

  /// A released connection of a ring class that makes no progress. Looks at 16 of them at most, and moves
  /// those that it has passed over to the end.
  func stalledConnection(_ ringClass: Int) -> UInt32? {
    for _ in 0..<16 {
      let index = state[0].released.first
      guard index != IndexLinks.none else { return nil }
      let position = entry(index).position
      if Int(connections[position].ringClass) == ringClass && connections[position].state != .closed
        && state[0].now - connections[position].lastProgress >= TCPHost.stallTime
      {
        return index
      }
      state[0].released.rotate(eventAndAgeLinks)
    }
    return nil
  }

  /// Ends a released connection for one that was accepted. Its slot is needed at once, so its reset waits
  /// among the replies.
  func recycleReleased(_ index: UInt32) {
    let position = entry(index).position
    counterTable[0].releasedRecycled &+= 1
    connections[position].end(.aborted, context(connections[position].interface))
    queueAbortRST(position)
    schedule(index, position)
  }

  /// Queues the reset that tells the peer of an abort (RFC7323-TS-6, RFC7323-PAWS-7).
  private func queueAbortRST(_ position: Int) {
    let tuple = connections[position].tuple
    var header = SegmentHeader(
      sourcePort: tuple.localPort, destinationPort: tuple.remotePort,
      sequence: connections[position].send.acceptableSequence,
      acknowledgment: connections[position].receive.next, flags: .rst | .ack, window: 0)
    if connections[position].usesTimestamps {
      // unreached: a stalled connection in FuzzHost has no timestamps
      header.options.timestamps = Timestamps(
        value: TimestampClock.value(
          at: state[0].now, offset: connections[position].send.timestampOffset),
        echo: connections[position].receive.recentTimestamp)
    }
    reply(
      Reply(
        tuple: tuple, header: header, interface: connections[position].interface,
        dscp: connections[position].options.dscp, hopLimit: connections[position].options.hopLimit))
  }
}

extension Connection {
  /// The user has released the handle: from now on the peer must make progress.
  fileprivate mutating func markReleased(at now: Instant) {
    isReleased = true
    events = .none
    lastProgress = now
  }
}
