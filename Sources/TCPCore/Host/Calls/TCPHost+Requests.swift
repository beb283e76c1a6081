/// A SYN that waits for the program's decision.
public struct ConnectionRequest: Equatable, Sendable, BitwiseCopyable {
  /// The listener that holds the answer.
  public var listener: Handle
  /// What the peer has called, and the peer.
  public var tuple: FourTuple
  /// The number of the interface that the SYN came in on.
  public var interface: Int
  /// When it is given up: `HostConfiguration.halfOpenLifetime` after it came.
  public var deadline: Instant
}

// SYNs of listeners with `ListenerTraits.holdsAnswers`. Each has a half-open entry from the time it comes,
// and is reported by an event `requested`, whose handle is good until the program decides, the time is over,
// the peer takes it back, or its place goes to a newer one in a flood: then it is stale.
extension TCPHost {
  /// What a SYN that waits asks for.
  ///
  /// ```swift
  /// let isWelcome = try host.request(handle).tuple.remoteAddress.isIPv4
  /// ```
  ///
  /// - Throws: `staleHandle` where nothing waits under this handle any more.
  public func request(_ handle: Handle) throws(CallError) -> ConnectionRequest {
    let half = halfOpen[try requestEntry(handle)]
    return ConnectionRequest(
      listener: self.handle(half.listener), tuple: half.tuple, interface: Int(half.interface),
      deadline: half.expiresAt)
  }

  /// Answers a SYN that waits: the handshake goes on, and an event `accepted` tells of its connection, which
  /// has a handle of its own. The handshake has its whole time from now on.
  ///
  /// ```swift
  /// try host.answer(handle, at: now)
  /// ```
  ///
  /// - Throws: `staleHandle` where nothing waits under this handle any more.
  public mutating func answer(_ handle: Handle, at now: Instant) throws(CallError) {
    advance(to: now)
    let entry = try requestEntry(handle)
    let listener = listenerEntry(halfOpen[entry].listener)
    state.requestQueue.remove(entry.id, in: region)
    halfOpen[entry].needsSYNACK = true
    halfOpen[entry].expiresAt = state.now + state.configuration.halfOpenLifetime
    // Entries are in the order of their ends.
    listeners[listener].halfOpenByAge.remove(entry.id, in: region)
    listeners[listener].halfOpenByAge.append(entry.id, in: region)
    state.sendQueue.append(entry.id, in: region)
  }

  /// Refuses a SYN that waits, with the reset of a port where nobody listens.
  ///
  /// ```swift
  /// try host.refuse(handle, at: now)
  /// ```
  ///
  /// - Parameters:
  ///   - handle: what the event `requested` has named.
  ///   - isSilent: nothing is sent: to the peer nobody is there.
  ///   - now: the clock's reading.
  /// - Throws: `staleHandle` where nothing waits under this handle any more.
  public mutating func refuse(_ handle: Handle, isSilent: Bool = false, at now: Instant) throws(CallError) {
    advance(to: now)
    let entry = try requestEntry(handle)
    let half = halfOpen[entry]
    removeHalfOpen(entry)
    if isSilent { return }
    let syn = SegmentHeader(
      sourcePort: half.tuple.remotePort, destinationPort: half.tuple.localPort, sequence: half.peerInitial,
      acknowledgment: SequenceNumber(0), flags: .syn, window: half.peerWindow)
    queueRST(half.tuple, answering: syn, on: half.interface)
  }

  /// The half-open entry that a handle names, while the program has not decided.
  private func requestEntry(_ handle: Handle) throws(CallError) -> Entry {
    let first = connections.count
    guard isTaken(handle), handle.id.position >= first, handle.id.position < first &+ halfOpen.count else {
      throw .staleHandle
    }
    let entry = halfOpenEntry(handle.id)
    guard halfOpen[entry].isHeld else { throw .staleHandle }
    return entry
  }
}
