/// Something that a connection has to tell its user.
public struct Event: Equatable, Sendable, BitwiseCopyable {
  /// Which connection.
  public var handle: Handle
  /// What; several things at once where they came together.
  public var events: Events
}

extension Host {
  /// The next connection that has something to tell, and what; `nil` when there is none.
  ///
  /// Each connection is in the queue once, with everything that came since it was last fetched, so the queue
  /// needs no room of its own and cannot overflow.
  public mutating func nextEvent() -> Event? {
    if state[0].eventful.isEmpty { return nil }
    // unreached: the list was not empty on the line above
    guard let index = state[0].eventful.popFirst(queueLinks) else { return nil }
    let position = entry(index).position
    let events = connections[position].events
    connections[position].events = .none
    if events.contains(.accepted) { takeFromBacklog(index, position) }
    return Event(handle: handle(index), events: events)
  }

  /// The oldest connection of a listener that nobody has accepted yet.
  ///
  /// Fetching the `accepted` event of a connection accepts it as well; use whichever suits.
  ///
  /// - Throws: `wouldBlock` if there is none, `staleHandle`, `notSupported` for a handle that is no listener.
  public mutating func accept(_ listener: Handle) throws(CallError) -> Handle {
    let place = try listenerPosition(listener)
    let index = listeners[place].waiting.first
    guard index != IndexLinks.none else { throw .wouldBlock }
    let position = entry(index).position
    takeFromBacklog(index, position)
    connections[position].events.rawValue &= ~Events.accepted.rawValue
    // unreached: a connection that waits to be accepted has become writable as well
    if connections[position].events == .none { state[0].eventful.remove(index, queueLinks) }
    return handle(index)
  }

  private func takeFromBacklog(_ index: UInt32, _ position: Int) {
    guard acceptLinks[position].isLinked else { return }
    listeners[entry(connections[position].listener).position].waiting.remove(index, acceptLinks)
  }

  /// The handle of an entry that is taken.
  func handle(_ index: UInt32) -> Handle {
    Handle(index: index, generation: slots[Int(truncatingIfNeeded: index)].generation)
  }
}
