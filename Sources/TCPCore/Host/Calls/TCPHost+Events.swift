/// The events of one connection.
public struct ConnectionEvent: Equatable, Sendable, BitwiseCopyable {
  /// Which connection.
  public var handle: Handle
  /// What; several things at once where they came together.
  public var kinds: EventSet
}

extension TCPHost {
  /// The next connection with events, and which; `nil` when there is none.
  ///
  /// Each connection is in the queue once, with everything that came since it was last fetched, so the queue
  /// needs no room of its own and cannot overflow.
  public mutating func nextEvent() -> ConnectionEvent? {
    if state[0].eventQueue.isEmpty { return nil }
    // unreached: the list was not empty on the line above
    guard let index = state[0].eventQueue.popFirst(eventAndAgeLinks) else { return nil }
    let position = entry(index).position
    let events = connections[position].events
    connections[position].events = .none
    if events.contains(.accepted) { removeFromAcceptQueue(index, position) }
    return ConnectionEvent(handle: handle(index), kinds: events)
  }

  /// The oldest connection of a listener that nobody has accepted yet.
  ///
  /// Fetching the `accepted` event of a connection accepts it as well; use whichever suits.
  ///
  /// - Throws: `wouldBlock` if there is none, `staleHandle`, `notSupported` for a handle that is no listener.
  public mutating func accept(_ listener: Handle) throws(CallError) -> Handle {
    let place = try listenerPosition(listener)
    let index = listeners[place].acceptQueue.first
    guard index != IndexLinks.none else { throw .wouldBlock }
    let position = entry(index).position
    removeFromAcceptQueue(index, position)
    connections[position].events.rawValue &= ~EventSet.accepted.rawValue
    // unreached: a connection that waits to be accepted has become writable as well
    if connections[position].events == .none { state[0].eventQueue.remove(index, eventAndAgeLinks) }
    return handle(index)
  }

  private func removeFromAcceptQueue(_ index: UInt32, _ position: Int) {
    guard acceptLinks[position].isLinked else { return }
    listeners[entry(connections[position].listener).position].acceptQueue.remove(index, acceptLinks)
  }

  /// The handle of an entry that is taken.
  func handle(_ index: UInt32) -> Handle {
    Handle(index: index, generation: slots[Int(truncatingIfNeeded: index)].generation)
  }
}
