extension Connection {
  /// OPEN, active: sets our initial sequence number; the SYN leaves with the next `transmit`.
  ///
  /// EV-OPEN-CLOSED-6.
  package mutating func connect(
    initial: SequenceNumber, timestampOffset: UInt32, _ context: ConnectionContext
  ) {
    begin(initial: initial, timestampOffset: timestampOffset)
    state = .synSent
    receiveSegmentSize = options.advertisedSegmentSize(mtu: context.interfaceMTU, isIPv4: tuple.isIPv4)
    usesTimestamps = options.offersTimestamps
    usesSACK = options.offersSACK
    isScaled = options.offersWindowScale
    ecn.isInUse = options.ecn == .offer
  }

  /// Sets our initial sequence number.
  package mutating func begin(initial: SequenceNumber, timestampOffset: UInt32) {
    send.begin(initial)
    send.timestampOffset = timestampOffset
    send.peerMaximumSegmentSize = tuple.isIPv4 ? 536 : 1_220  // MUST-15, ROB-259
    sender.begin(initial)
    noteOwnUserTimeout()
  }

  /// Why the user may not send, or `nil` if they may.
  ///
  /// EV-SEND-CLOSED-2, EV-SEND-{FIN-WAIT-1,FIN-WAIT-2,CLOSING,LAST-ACK,TIME-WAIT}-1.
  package var sendError: CallError? {
    mutating get {
      switch state {
      // unreached: whatever is closed has a reason: brokenState
      case .closed: endReason == .none ? .notConnected : CallError(endReason)
      case .listen: .notSupported  // unreached: a connection never listens: brokenState
      case .synSent, .synReceived, .established, .closeWait: send.isFINQueued ? .closing : nil
      case .finWait1, .finWait2, .closing, .lastAck, .timeWait: .closing
      }
    }
  }

  /// SEND: queues as much of the text as there is room for.
  ///
  /// EV-SEND-{SYN-SENT,SYN-RECEIVED,ESTABLISHED,CLOSE-WAIT}-1...2: text waits in the ring until it may leave.
  ///
  /// - Parameters:
  ///   - isUrgent: the text is urgent: the pointer is set behind its last octet (MUST-62).
  ///   - isMoreComing: more text follows soon, so a short segment waits for it.
  /// - Returns: how many octets were taken, at least one unless there were none.
  @inline(always)  // on a segment's way, and too large for the hint
  package mutating func write(
    _ bytes: RawSpan, isUrgent: Bool, isMoreComing: Bool, in region: Region
  ) throws(CallError) -> Int {
    if state != .established || send.isFINQueued, let sendError { throw sendError }
    let room = send.ring.freeCapacity
    let count = bytes.byteCount < room ? bytes.byteCount : room
    guard count > 0 || bytes.byteCount == 0 else {
      wantsSendSpace = true
      throw .wouldBlock
    }
    if count < bytes.byteCount { wantsSendSpace = true }
    noteApplicationLimit(in: region)
    send.ring.writeAhead(bytes.extracting(0..<count), at: send.ring.count, in: region)
    commit(count, isUrgent: isUrgent, isMoreComing: isMoreComing)
    return count
  }

  /// Makes `count` octets that are in the ring's free room part of the stream.
  @inline(always)  // on a segment's way, and too large for the hint
  package mutating func commit(_ count: Int, isUrgent: Bool, isMoreComing: Bool) {
    send.ring.commit(count)
    send.isMoreComing = isMoreComing
    // EV-SEND-{ESTABLISHED,CLOSE-WAIT}-3: SND.UP follows the text (MUST-30, MUST-31).
    if isUrgent && count > 0 {
      send.urgent = send.textEnd
      send.hasUrgent = true
    }
  }

  /// Why there is nothing to read, once the ring is empty.
  ///
  /// EV-RECEIVE-CLOSED-2, EV-RECEIVE-{SYN-SENT,SYN-RECEIVED,ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2}-1,
  /// EV-RECEIVE-CLOSE-WAIT-2.
  package var receiveError: CallError {
    mutating get {
      if receive.isStreamComplete { return .endOfStream }
      return switch state {
      // unreached: whatever is closed has a reason: brokenState
      case .closed: endReason == .none ? .notConnected : CallError(endReason)
      case .listen, .synSent, .synReceived, .established, .finWait1, .finWait2: .wouldBlock
      case .closeWait, .closing, .lastAck, .timeWait: .endOfStream
      }
    }
  }

  /// RECEIVE: copies text that arrived in order, and takes it out of the ring.
  ///
  /// EV-RECEIVE-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2}-2...4, EV-RECEIVE-CLOSE-WAIT-1. Text that was
  /// acknowledged stays readable in every later state (ROB-019).
  @inline(always)  // on a segment's way, and too large for the hint
  package mutating func read(into bytes: MutableBytes, in region: Region) throws(CallError) -> Int {
    let waiting = receive.ring.count
    guard waiting > 0 else { throw receiveError }
    let count = bytes.count < waiting ? bytes.count : waiting
    receive.ring.copy(from: 0, count: count, to: bytes, in: region)
    consume(count)
    return count
  }

  /// Removes octets that were read from the ring, and schedules a window update if the window opens enough.
  package mutating func consume(_ count: Int) {
    receive.ring.consume(count)
    if receive.hasUrgent && urgentCount == 0 { receive.hasUrgent = false }
    if state == .closed || state == .timeWait { return }
    // MUST-39: the window opens in steps worth a segment.
    if receive.isUpdateDue(maximumSegmentSize: Int(receiveSegmentSize)) { ackPolicy.acknowledgeNow() }
  }

  /// MUST-33: octets up to the end of the urgent text that were not read.
  package var urgentCount: Int {
    mutating get {
      guard receive.hasUrgent else { return 0 }
      let count = receive.urgent - (receive.next - receive.ring.count)
      return count > 0 ? count : 0
    }
  }

  /// CLOSE: nothing more will be sent. What was written is still delivered, and text can still be read.
  package mutating func close(_ context: ConnectionContext) throws(CallError) {
    send.isMoreComing = false
    switch state {
    case .closed:
      // unreached: whatever is closed has a reason: brokenState
      throw endReason == .none ? .notConnected : CallError(endReason)  // EV-CLOSE-CLOSED-2
    case .listen:
      // unreached: a connection never listens: brokenState
      throw .notSupported
    case .synSent:
      end(.aborted, context)  // EV-CLOSE-SYN-SENT-1
    case .synReceived:
      // EV-CLOSE-SYN-RECEIVED-2, ROB-020: the FIN takes its place behind the SYN, which is still
      // unacknowledged.
      if send.isFINQueued { throw .closing }
      send.isFINQueued = true
    case .established:
      send.isFINQueued = true
      state = .finWait1  // EV-CLOSE-ESTABLISHED-1
    case .closeWait:
      send.isFINQueued = true
      state = .lastAck  // EV-CLOSE-CLOSE-WAIT-1
    case .finWait1, .finWait2, .closing, .lastAck, .timeWait:
      throw .closing  // EV-CLOSE-{FIN-WAIT-1,FIN-WAIT-2,CLOSING,LAST-ACK,TIME-WAIT}-1
    }
  }

  /// ABORT: ends the connection at once.
  ///
  /// Where there is a peer to tell, an RST is pending.
  package mutating func abort(_ context: ConnectionContext) throws(CallError) {
    switch state {
    case .closed:
      // unreached: whatever is closed has a reason: brokenState
      throw endReason == .none ? .notConnected : CallError(endReason)  // EV-ABORT-CLOSED-2
    case .listen, .synSent, .closing, .lastAck, .timeWait:
      // EV-ABORT-{SYN-SENT,CLOSING,LAST-ACK,TIME-WAIT}-1
      end(.aborted, context)
    case .synReceived, .established, .finWait1, .finWait2, .closeWait:
      // EV-ABORT-{SYN-RECEIVED,ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT}-1
      end(.aborted, context)
      needsRST = true
    }
  }

  /// The handle was released: closes if that has not happened; data that nobody read means an abort (SHLD-3).
  package mutating func release(_ context: ConnectionContext) {
    switch state {
    case .established, .closeWait, .finWait1, .finWait2, .synReceived, .closing, .lastAck:
      if receive.ring.count > 0 {
        end(.aborted, context)
        needsRST = true
      } else {
        try? close(context)
        updateFinWait2(context)
        recomputeWakeup(at: context.now)
      }
    case .synSent:
      end(.aborted, context)
    case .closed, .listen, .timeWait:
      break
    }
    updateTimers(context)
  }
}
