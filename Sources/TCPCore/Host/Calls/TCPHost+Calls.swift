extension TCPHost {
  /// The connection that a handle names.
  ///
  /// - Parameter error: what is thrown for a listener's handle.
  func connectionEntry(
    _ handle: Handle, listener error: CallError = .notSupported
  ) throws(CallError) -> Entry {
    let entry = Entry(connection: handle.id.position)
    guard entry.slot < connections.count else { throw isListener(handle) ? error : .staleHandle }
    guard isTaken(handle), !connections[entry].isReleased else { throw .staleHandle }
    return entry
  }

  /// The listener that a handle names.
  func listenerEntry(_ handle: Handle) throws(CallError) -> Entry {
    guard isListener(handle) else {
      _ = try connectionEntry(handle)  // stale, or the handle of a connection
      throw .notSupported
    }
    return listenerEntry(handle.id)
  }

  /// Whether a handle names a listener that lives.
  @inline(__always)
  func isListener(_ handle: Handle) -> Bool {
    handle.id.position >= connections.count && isTakenByListener(handle)
  }

  @inline(never)  // rare
  private func isTakenByListener(_ handle: Handle) -> Bool {
    isTaken(handle) && locate(handle.id).kind == .listener
  }

  /// Whether the handle's slot is taken by whom it was given to.
  @inline(__always)
  func isTaken(_ handle: Handle) -> Bool {
    let position = handle.id.position
    return position >= 0 && position < slots.count && handle.generation & 1 == 1
      && slots[position].generation == handle.generation
  }

  /// SEND: takes as much of the text as there is room for; the rest of the work is `transmit`'s.
  ///
  /// ```swift
  /// let taken = try host.write(handle, message.span.bytes, at: now)
  /// ```
  ///
  /// - Parameters:
  ///   - handle: the connection.
  ///   - bytes: the data; it is copied.
  ///   - isUrgent: marks the text urgent up to its last octet. New applications should not (SHLD-13).
  ///   - isMoreComing: more text follows soon: a segment short of full size waits for it, 200 ms at most once
  ///     all that was sent before is acknowledged.
  ///   - now: the clock's reading.
  /// - Returns: how many octets were taken; fewer than given is normal.
  /// - Throws: `wouldBlock` when the ring is full (a `writable` event follows), `closing` after `close`, the
  ///   reason when the connection has ended. Nothing was taken then.
  public mutating func write(
    _ handle: Handle, _ bytes: RawSpan, isUrgent: Bool = false, isMoreComing: Bool = false, at now: Instant
  ) throws(CallError) -> Int {
    advance(to: now)
    // EV-SEND-LISTEN-1: a listener has no remote side.
    let entry = try connectionEntry(handle, listener: .remoteUnspecified)
    let written = try connections[entry].writeReportingPending(
      bytes, isUrgent: isUrgent, isMoreComing: isMoreComing, in: region)
    scheduleAfterWrite(entry, written.work)
    return written.count
  }

  /// A write can only make a segment ready or start the window timer.
  @inline(always)  // on a segment's way, and too large for the hint
  private mutating func scheduleAfterWrite(
    _ entry: Entry, _ work: PendingWork
  ) {
    if work.timerChanged { updateWindowTimer(entry) }
    if work.wantsToSend { state.sendQueue.append(entry.id, in: region) }
  }

  @inline(never)  // rare
  mutating func updateWindowTimer(_ entry: Entry) {
    connections[entry].updateTimers(context(connections[entry].interface))
    applyWakeup(entry)
  }

  /// Hands out the free room of the send ring in one or two runs, and queues what the closure says it has
  /// filled.
  ///
  /// ```swift
  /// let taken = try host.withWritable(handle, at: now) { first, second in
  ///   first.copyBytes(from: message.prefix(first.count))
  ///   return min(first.count, message.count)
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - handle: the connection.
  ///   - isMoreComing: as in `write`.
  ///   - now: the clock's reading.
  ///   - fill: gets the runs in order, and returns how many octets it has written from the start on; more
  ///     than there is room for is a programmer's error and traps.
  /// - Returns: how many octets were taken.
  public mutating func withWritable(
    _ handle: Handle, isMoreComing: Bool = false, at now: Instant,
    _ fill: (UnsafeMutableRawBufferPointer, UnsafeMutableRawBufferPointer) -> Int
  ) throws(CallError) -> Int {
    advance(to: now)
    let entry = try connectionEntry(handle)
    if let error = connections[entry].sendError { throw error }
    // The closure gets the ring's free octets and nothing else, for the length of this call.
    let count = unsafe connections[entry].send.ring.withWritable(in: region, fill)
    precondition(count >= 0 && count <= connections[entry].send.ring.freeCapacity)
    connections[entry].noteApplicationLimit(in: region)
    connections[entry].commit(count, isUrgent: false, isMoreComing: isMoreComing)
    connections[entry].noteSendSpaceWanted()
    scheduleAfterWrite(entry, connections[entry].pendingAfterWrite)
    return count
  }

  /// RECEIVE: copies text that arrived, in order, as much as there is and as fits.
  ///
  /// ```swift
  /// let count = try host.read(handle, into: buffer, at: now)
  /// ```
  ///
  /// - Returns: how many octets; at least one unless the buffer is empty.
  /// - Throws: `wouldBlock` when nothing has come (a `readable` event follows), `endOfStream` once all was
  ///   read and the peer has closed, the reason once all was read and the connection has ended otherwise.
  public mutating func read(
    _ handle: Handle, into buffer: UnsafeMutableRawBufferPointer, at now: Instant
  ) throws(CallError) -> Int {
    advance(to: now)
    // EV-RECEIVE-LISTEN-1: nothing will ever come here; its connections have handles of their own.
    let entry = try connectionEntry(handle, listener: .wouldBlock)
    // The caller lends the buffer for this call; what is copied into it is bounds checked.
    guard let bytes = unsafe MutableBytes(buffer) else {
      if connections[entry].receive.ring.count > 0 { return 0 }
      throw connections[entry].receiveError
    }
    let count = try connections[entry].read(into: bytes, in: region)
    scheduleAfterRead(entry)
    return count
  }

  /// Hands out the text that arrived, in one or two runs, and takes out as much as the closure says it has
  /// used.
  ///
  /// ```swift
  /// let used = try host.withReadable(handle, at: now) { first, second in first.count + second.count }
  /// ```
  ///
  /// - Parameters:
  ///   - handle: the connection.
  ///   - now: the clock's reading.
  ///   - use: gets the runs in order, and returns how many octets it is done with, from the start on; more
  ///     than there are is a programmer's error and traps (ROB-286).
  /// - Returns: how many octets were taken out.
  public mutating func withReadable(
    _ handle: Handle, at now: Instant,
    _ use: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Int
  ) throws(CallError) -> Int {
    advance(to: now)
    let entry = try connectionEntry(handle)
    guard connections[entry].receive.ring.count > 0 else {
      throw connections[entry].receiveError  // ROB-287: peeking meets the same checks as reading
    }
    // The closure gets the ring's waiting octets and nothing else, for the length of this call.
    let count = unsafe connections[entry].receive.ring.withReadable(in: region, use)
    precondition(count >= 0 && count <= connections[entry].receive.ring.count)
    connections[entry].consume(count)
    scheduleAfterRead(entry)
    return count
  }

  /// All that reading can bring about is a window update.
  @inline(always)  // on a segment's way, and too large for the hint
  private mutating func scheduleAfterRead(_ entry: Entry) {
    if connections[entry].ackPolicy.isImmediate { state.sendQueue.append(entry.id, in: region) }
  }

  /// CLOSE: nothing more will be sent; what was written is still delivered, and what comes can still be read.
  /// On a listener: nothing more will be accepted; handshakes under way are given up, connections stay.
  ///
  /// ```swift
  /// try host.close(handle, at: now)
  /// ```
  public mutating func close(_ handle: Handle, at now: Instant) throws(CallError) {
    advance(to: now)
    if isListener(handle) { return try closeListener(handle) }  // EV-CLOSE-LISTEN-1
    let entry = try connectionEntry(handle)
    let context = context(connections[entry].interface)
    try connections[entry].close(context)
    connections[entry].updateTimers(context)
    schedule(entry)
  }

  /// ABORT: ends the connection at once, also one whose peer keeps its window shut (RFC6429-2), and tells the
  /// peer with a reset where there is one to tell.
  ///
  /// What was received stays readable until `release`; what was not yet delivered is lost.
  ///
  /// ```swift
  /// try host.abort(handle, at: now)
  /// ```
  public mutating func abort(_ handle: Handle, at now: Instant) throws(CallError) {
    advance(to: now)
    if isListener(handle) { return try closeListener(handle) }  // EV-ABORT-LISTEN-1
    let entry = try connectionEntry(handle)
    let context = context(connections[entry].interface)
    if connections[entry].timeWaitEntry != EntryID.none {
      removeTimeWait(timeWaitEntry(connections[entry].timeWaitEntry))  // EV-ABORT-TIME-WAIT-1
      return
    }
    try connections[entry].abort(context)
    schedule(entry)
  }

  /// Gives a handle up: closes if that has not happened, and frees the slot as soon as the protocol allows.
  ///
  /// Text that was not read, or comes later, is answered with a reset, since nobody will read it. FIN-WAIT-2
  /// no longer lasts forever. On a listener the same as `close`.
  ///
  /// ```swift
  /// try host.release(handle, at: now)
  /// ```
  public mutating func release(_ handle: Handle, at now: Instant) throws(CallError) {
    advance(to: now)
    if isListener(handle) { return try closeListener(handle) }
    let entry = try connectionEntry(handle)
    let context = context(connections[entry].interface)
    removeFromAcceptQueue(entry)
    markReleased(entry)
    connections[entry].release(context)
    schedule(entry)
  }
}

extension Connection {
  /// A user who filled the ring gets an event when there is room again.
  mutating func noteSendSpaceWanted() { if send.ring.freeCapacity == 0 { wantsSendSpace = true } }
}

extension Connection {
  /// Whether a timer has to wait for the window, and whether there may be something to send.
  @inline(__always)
  fileprivate var pendingAfterWrite: PendingWork {
    mutating get { PendingWork(timerChanged: waitsForTimer, wantsToSend: mayTransmit, hasEvents: false) }
  }

  /// SEND, and what it brings about, so that the host looks at the connection once.
  @inline(always)  // on a segment's way, and too large for the hint
  fileprivate mutating func writeReportingPending(
    _ bytes: RawSpan, isUrgent: Bool, isMoreComing: Bool, in region: Region
  ) throws(CallError) -> (count: Int, work: PendingWork) {
    let count = try write(bytes, isUrgent: isUrgent, isMoreComing: isMoreComing, in: region)
    return (count, pendingAfterWrite)
  }
}
