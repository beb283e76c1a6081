// Connections whose handle was released, until the protocol allows their slots to be freed.
extension TCPHost {
  /// Nobody holds the handle any more: there are no more events, and the connection joins the list of those
  /// that may be recycled.
  mutating func markReleased(_ entry: Entry) {
    guard !connections[entry].isReleased else { return }  // unreached: a connection is released once
    state.eventQueue.remove(entry.id, in: region)
    connections[entry].markReleased(at: state.now)
    state.released.append(entry.id, in: region)
  }

  /// For how long the peer of a released connection may acknowledge nothing new before a completed handshake
  /// takes its place.
  static var stallTime: Interval { .seconds(10) }

  /// A released connection of a ring class that makes no progress. Looks at 16 of them at most, and moves
  /// those that it has passed over to the end.
  mutating func stalledConnection(_ ringClass: Int) -> Entry? {
    for _ in 0..<16 {
      guard let first = state.released.first.orNil else { return nil }
      let entry = Entry(connection: first.position)
      if Int(connections[entry].ringClass) == ringClass && connections[entry].state != .closed
        && state.now - connections[entry].lastProgress >= TCPHost.stallTime
      {
        return entry
      }
      state.released.rotate(in: region)
    }
    return nil
  }

  /// Ends a released connection for one that was accepted. Its slot is needed at once, so its reset waits
  /// among the replies.
  mutating func recycleReleased(_ entry: Entry) {
    counters.releasedRecycled &+= 1
    connections[entry].end(.aborted, context(connections[entry].interface))
    queueAbortRST(entry)
    schedule(entry)
  }

  /// Queues the reset that tells the peer of an abort (RFC7323-TS-6, RFC7323-PAWS-7).
  private mutating func queueAbortRST(_ entry: Entry) {
    let tuple = connections[entry].tuple
    var header = SegmentHeader(
      sourcePort: tuple.localPort, destinationPort: tuple.remotePort,
      sequence: connections[entry].send.acceptableSequence,
      acknowledgment: connections[entry].receive.next, flags: .rst | .ack, window: 0)
    if connections[entry].usesTimestamps {
      header.options.timestamps = Timestamps(
        value: TimestampClock.value(
          at: state.now, offset: connections[entry].send.timestampOffset),
        echo: connections[entry].receive.recentTimestamp)
    }
    reply(
      Reply(
        tuple: tuple, header: header, interface: connections[entry].interface,
        dscp: connections[entry].options.dscp, hopLimit: connections[entry].options.hopLimit))
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
