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
  /// needs no room of its own and cannot overflow. SYNs that wait for the program come behind all others;
  /// such a `requested` event is gone with its SYN, if that ends before it is fetched.
  ///
  /// ```swift
  /// while let event = host.nextEvent() {
  ///   if event.kinds.contains(.readable) { serve(event.handle) }
  /// }
  /// ```
  public mutating func nextEvent() -> ConnectionEvent? {
    if state.eventQueue.isEmpty {
      guard let id = state.requestQueue.popFirst(in: region) else { return nil }
      return ConnectionEvent(handle: handle(id), kinds: .requested)
    }
    // unreached: the list was not empty on the line above
    guard let id = state.eventQueue.popFirst(in: region) else { return nil }
    let entry = Entry(connection: id.position)
    let events = connections[entry].events
    connections[entry].events = .none
    if events.contains(.accepted) { removeFromAcceptQueue(entry) }
    return ConnectionEvent(handle: handle(id), kinds: events)
  }

  /// The oldest connection of a listener that nobody has accepted yet.
  ///
  /// Fetching the `accepted` event of a connection accepts it as well; use whichever suits.
  ///
  /// ```swift
  /// let handle = try host.accept(listener)
  /// ```
  ///
  /// - Throws: `wouldBlock` if there is none, `staleHandle`, `notSupported` for a handle that is no listener.
  public mutating func accept(_ listener: Handle) throws(CallError) -> Handle {
    let place = try listenerEntry(listener)
    guard let id = listeners[place].acceptQueue.first.orNil else { throw .wouldBlock }
    let entry = Entry(connection: id.position)
    removeFromAcceptQueue(entry)
    connections[entry].events.rawValue &= ~EventSet.accepted.rawValue
    // unreached: a connection that waits to be accepted has become writable as well
    if connections[entry].events == .none { state.eventQueue.remove(id, in: region) }
    return handle(id)
  }

  /// Accepts a connection, if that has not happened.
  func removeFromAcceptQueue(_ entry: Entry) {
    guard acceptLinks[entry.id].isLinked else { return }
    listeners[listenerEntry(connections[entry].listener)].acceptQueue.remove(entry.id, in: region)
  }

  /// The handle of an entry that is taken.
  func handle(_ id: EntryID) -> Handle {
    Handle(id: id, generation: slots[id].generation)
  }
}
