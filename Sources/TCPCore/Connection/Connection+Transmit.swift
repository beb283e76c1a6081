extension Connection {
  /// What the next segment is. Deciding changes nothing but the pace, which may begin its next quantum or has
  /// to wait for it; `transmit` carries it out.
  enum NextSegment {
    /// There is nothing to send.
    case nothing
    /// SYN, or SYN and ACK; again, if it was sent before.
    case syn
    /// Octets that are lost, from here on, this many of sequence space.
    case retransmission(SequenceNumber, Int)
    /// A tail loss probe that repeats the last octets that were sent: from here on, this many.
    case tailProbeOfLast(SequenceNumber, Int)
    /// A tail loss probe of text never sent, and the FIN behind it.
    case tailProbeOfNewData(count: Int, withFIN: Bool, isShort: Bool)
    /// An empty segment one below SND.UNA, which the peer must answer with its window.
    case windowProbe
    /// Text never sent, and the FIN behind it.
    case newData(count: Int, withFIN: Bool, isShort: Bool)
    /// Text never sent, more than the path is known to take: a probe of that.
    case pathProbe(count: Int, room: Int)
    /// An acknowledgment alone.
    case ack
    /// An empty segment one below SND.NXT, which the peer must answer.
    case keepAlive
    /// The reset that tells the peer of an abort.
    case rst
  }

  /// Whether `transmit` would write a segment now.
  @inline(never)  // two uses, off a segment's way
  package mutating func wantsToTransmit(_ context: ConnectionContext) -> Bool {
    switch state {
    case .closed:
      // unreached: a connection that is over and needs an RST is in the send queue already
      return needsRST
    case .listen, .timeWait:
      // unreached: connections in these states are never in the send queue: schedule
      return false
    case .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck:
      if ackPolicy.isImmediate { return true }  // if nothing else does, it leaves alone
    case .synSent:
      break
    }
    // What waits for the pace is asked again when its time comes.
    if sender.pacer.isWaiting && !persistTimer.isDue && !sender.tail.isDue && !isKeepAliveDue { return false }
    if case .nothing = nextSegment(context) { return false }
    return true
  }

  /// Whether it would transmit, though it is in no queue. Changes nothing: what asking does to the pace,
  /// and to the hint where the first lost record is, is taken back.
  package mutating func isForgotten(_ context: ConnectionContext) -> Bool {
    let (pacer, records, wakeup) = (sender.pacer, sender.records, wakeup)
    let isForgotten = wantsToTransmit(context)
    sender.pacer = pacer
    sender.records = records
    self.wakeup = wakeup
    return isForgotten
  }

  /// A cheap test: false means that nothing can be sent; true means that `nextSegment` must decide. A
  /// connection that has ended stays in the send queue as long as it needs to send an RST.
  @inline(__always)
  package var mayTransmit: Bool {
    mutating get {
      ackPolicy.isImmediate || send.hasUnsent || sender.records.lost > 0 || persistTimer.isDue
        || isKeepAliveDue || sender.tail.isDue || state == .synSent && send.flight == 0
    }
  }

  @inline(always)  // on a segment's way, and too large for the hint
  mutating func nextSegment(_ context: ConnectionContext) -> NextSegment {
    switch state {
    case .closed:
      // unreached: an RST that is not needed is in no send queue
      return needsRST ? .rst : .nothing
    case .listen, .timeWait:
      // unreached: connections in these states are never in the send queue: schedule
      return .nothing
    case .synSent:
      return send.flight == 0 || sender.records.lost > 0 ? .syn : .nothing
    case .synReceived:
      if sender.records.lost > 0 { return .syn }
      return ackPolicy.isImmediate ? .ack : .nothing
    case .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck:
      return nextSynchronizedSegment(context)
    }
  }

  @inline(always)  // on a segment's way, and too large for the hint
  private mutating func nextSynchronizedSegment(_ context: ConnectionContext) -> NextSegment {
    if sender.records.lost > 0, !sender.undo.isHolding, let next = nextRetransmission(context) { return next }
    if sender.tail.isDue, let next = nextTailProbe(context) { return next }
    // Behind our SYN the sequence space goes on with the text; a FIN that was sent is not part of what
    // remains.
    let rest = send.textEnd - send.next
    let isFINUnsent = send.isFINUnsent
    if persistTimer.isDue || rest > 0 || isFINUnsent,
      let next = nextNewData(rest > 0 ? rest : 0, isFINUnsent, context)
    {
      return next
    }
    if ackPolicy.isImmediate { return .ack }
    // What is in flight asks for an answer by itself, and so does a probe of the window.
    return isKeepAliveDue && send.flight == 0 && !persistTimer.isArmed ? .keepAlive : .nothing
  }

  private mutating func nextRetransmission(_ context: ConnectionContext) -> NextSegment? {
    let next = sender.nextRetransmission(
      windowEdge: send.unacknowledged + Int(truncatingIfNeeded: send.window),
      room: segmentSize(context) &- uncommonOptionCount(context), pipe: pipe, in: context.region)
    guard let (sequence, count) = next,
      sender.mustResendNow || mayLeave(context)
    else { return nil }
    return .retransmission(sequence, count)
  }

  @inline(always)  // on a segment's way, and too large for the hint
  private mutating func nextNewData(
    _ unsent: Int, _ isFINUnsent: Bool, _ context: ConnectionContext
  ) -> NextSegment? {
    let room = segmentSize(context) &- uncommonOptionCount(context)
    let decision = sendDecision(unsent, isFINUnsent, room: room, context)
    if persistTimer.isDue && (send.flight > 0 || decision.usableWindow <= 0) {
      // survives `send.flight >= 0`: equivalent: with nothing in flight and nothing unsent, updateTimers has
      // disarmed the probe, so it is not due
      // unreached: a probe is armed only while something waits to be sent
      if send.flight > 0 || unsent > 0 || isFINUnsent { return .windowProbe }
    }
    // RFC6675-4: what is lost has left by now, as far as the window takes it.
    if case .send(let count, let withFIN) = decision.verdict,
      sender.records.canRecordMore(in: context.region)
    {
      if sender.path.isSearching && count == room {
        switch nextProbe(room: room, decision, context) {
        case .none: break
        // unreached: a probe that has no room yet; BlackHoleTests has it
        case .wait: return nil
        case .probe(let longer): return mayLeave(context) ? .pathProbe(count: longer, room: room) : nil
        }
      }
      if mayLeave(context) { return .newData(count: count, withFIN: withFIN, isShort: count < room) }
    }
    return nil
  }

  /// Whether the pace allows something to leave; if not, when to ask again is noted.
  @inline(__always)
  private mutating func mayLeave(_ context: ConnectionContext) -> Bool {
    if sender.mayLeave(at: context.now, segmentSize: segmentSize(context)) { return true }
    wakeup.request(by: sender.pacer.deadline)
    return false
  }

  /// RFC8985-13: new text where the peer's window has room for some, whatever else would hold it back; or the
  /// octets that were sent last.
  @inline(never)  // rare
  private mutating func nextTailProbe(_ context: ConnectionContext) -> NextSegment? {
    let room = segmentSize(context) &- uncommonOptionCount(context)
    let unsent = send.textEnd - send.next
    var decision = sendDecision(unsent > 0 ? unsent : 0, send.isFINUnsent, room: room, context)
    decision.congestionRoom = room
    decision.isOverridden = true
    if case .send(let count, let withFIN) = decision.verdict, sender.records.canRecordMore(in: context.region)
    {
      return .tailProbeOfNewData(count: count, withFIN: withFIN, isShort: count < room)
    }
    guard let (sequence, count) = sender.lastSent(room: room, in: context.region),
      send.next - send.unacknowledged <= Int(truncatingIfNeeded: send.window)
    else { return nil }
    return .tailProbeOfLast(sequence, count)
  }

  /// The numbers that decide about new text.
  @inline(__always)
  private mutating func sendDecision(
    _ unsent: Int, _ isFINUnsent: Bool, room: Int, _ context: ConnectionContext
  ) -> SendDecision {
    SendDecision(
      unsent: unsent, isFINUnsent: isFINUnsent, usableWindow: send.usableWindow,
      congestionRoom: sender.room(pipe: pipe, segmentSize: segmentSize(context), usesSACK: usesSACK),
      segmentRoom: room, isIdle: send.flight == 0,
      isNagleEnabled: options.isNagleEnabled, hasShortInFlight: send.hasShortInFlight,
      isMoreComing: send.isMoreComing, maximumWindow: Int(truncatingIfNeeded: send.maximumWindow),
      isOverridden: persistTimer.isDue)
  }

  /// Octets of options that the next segment carries beside timestamps.
  @inline(__always)
  private mutating func uncommonOptionCount(_ context: ConnectionContext) -> Int {
    receive.mayReport ? countUncommonOptions(context) : 0
  }

  @inline(never)  // rare, and three uses
  private mutating func countUncommonOptions(_ context: ConnectionContext) -> Int {
    let (count, limit) = (receive.reportCount, sackLimit(context))
    let blocks = count < limit ? count : limit
    return (blocks == 0 ? 0 : 4 &+ 8 &* blocks) &+ (owedUserTimeout.exists ? 4 : 0)
  }

  /// How many SACK blocks fit: three beside timestamps, two beside a user time-out as well, four
  /// without timestamps, none where segments are tiny or the peer would not understand them.
  mutating func sackLimit(_ context: ConnectionContext) -> Int {
    guard usesSACK, effectiveSegmentSize(context) >= 128 else { return 0 }
    return usesTimestamps ? (owedUserTimeout.exists ? 2 : 3) : 4
  }

  /// Writes the next segment as a datagram, if there is one to send.
  ///
  /// Nothing counts as sent before it is in `bytes` (ROB-078).
  ///
  /// - Parameter bytes: room for a datagram of the interface's MTU.
  /// - Returns: the length of the datagram, or 0 if there is nothing to send.
  @inline(always)  // on a segment's way, and too large for the hint
  package mutating func transmit(into bytes: MutableBytes, _ context: ConnectionContext) -> Int {
    let written: Int
    var areTimersSet = false
    switch nextSegment(context) {
    case .nothing:
      return 0
    case .syn:
      written = transmitSYN(into: bytes, context)
    case .retransmission(let sequence, let count):
      written = retransmit(sequence, count, into: bytes, context)
    case .tailProbeOfLast(let sequence, let count):
      written = emitOwn(sequence, count, into: bytes, context)
      sender.didSendLastAgain(sequence, next: send.next, at: context.now, in: context.region)
      noteRetransmission(of: sequence, context)
      didSendTailProbe(context)
    case .tailProbeOfNewData(let count, let withFIN, let isShort):
      written = transmitNewData(count, withFIN: withFIN, into: bytes, context)
      if isShort { send.shortEnd = send.next }
      sender.tail.didSend(upTo: send.next, isRetransmission: false)
      didSendTailProbe(context)
    case .windowProbe:
      written = transmitWindowProbe(into: bytes, context)
    case .newData(let count, let withFIN, let isShort):
      written = transmitNewData(count, withFIN: withFIN, into: bytes, context)
      if isShort { send.shortEnd = send.next }
      areTimersSet = true
    case .pathProbe(let count, let room):
      notePathProbe(count, room: room, context)
      written = transmitNewData(count, withFIN: false, into: bytes, context)
      areTimersSet = true
    case .ack:
      written = emit(at: send.acceptableSequence, textCount: 0, flags: .ack, into: bytes, context)
      areTimersSet = true  // nothing new is in flight
    case .keepAlive:
      isKeepAliveDue = false
      if keepAliveUnanswered < 255 { keepAliveUnanswered &+= 1 }
      lastProgress = context.now
      context.counters.keepAliveProbes &+= 1
      // SHLD-12: no text; ROB-356.
      written = emitUnacceptable(at: send.next - 1, into: bytes, context)
    case .rst:
      needsRST = false
      written = emitEmpty(at: send.acceptableSequence, flags: .rst | .ack, window: 0, into: bytes, context)
      areTimersSet = true
    }
    context.counters.segmentsSent &+= 1
    if !areTimersSet { updateTimers(context) }
    return written
  }

  private mutating func transmitSYN(
    into bytes: MutableBytes, _ context: ConnectionContext
  ) -> Int {
    let flags: SegmentFlags = (state == .synSent ? .syn : .syn | .ack) | handshakeECNFlags
    let initial = send.unacknowledged
    let written = emit(at: initial, textCount: 0, flags: flags, into: bytes, context)
    if send.next == initial {
      send.next = initial + 1
      sender.records.append(initial, count: 1, at: context.now, in: context.region)
      lastProgress = context.now
    } else if let (sequence, _) = sender.records.nextLost(in: context.region) {
      sender.records.didResend(sequence, count: 1, at: context.now, in: context.region)
      noteRetransmission(of: sequence, context)
    }
    return written
  }

  private mutating func retransmit(
    _ sequence: SequenceNumber, _ count: Int, into bytes: MutableBytes, _ context: ConnectionContext
  ) -> Int {
    let written = emitOwn(sequence, count, into: bytes, context)
    sender.didResend(sequence, count: count, at: context.now, in: context.region)
    noteRetransmission(of: sequence, context)
    return written
  }

  /// Writes octets of sequence space that were sent before: text, FIN, or both.
  private mutating func emitOwn(
    _ sequence: SequenceNumber, _ count: Int, into bytes: MutableBytes, _ context: ConnectionContext
  ) -> Int {
    let textLeft = send.textEnd - sequence
    let text = count < textLeft ? count : textLeft
    let flags: SegmentFlags = count > textLeft ? .ack | .fin : .ack
    return emit(at: sequence, textCount: text, flags: flags, into: bytes, context)
  }

  /// RFC8985-14: the time-out begins again, and no other probe is asked for before an answer.
  private mutating func didSendTailProbe(_ context: ConnectionContext) {
    sender.awaitTimeout(at: context.now + timeout)
    recomputeWakeup(at: context.now)
    context.counters.tailLossProbes &+= 1
  }

  @inline(always)  // on a segment's way, and too large for the hint
  private mutating func transmitNewData(
    _ count: Int, withFIN: Bool, into bytes: MutableBytes, _ context: ConnectionContext
  ) -> Int {
    if send.flight == 0 {
      restartAfterIdle(context)
      lastProgress = context.now
    }
    if sender.records.isSampling {
      sender.noteRestart(pipe: pipe, segmentSize: segmentSize(context), at: context.now, in: context.region)
    }
    let sequence = send.next
    let written = emit(
      at: sequence, textCount: count, flags: withFIN ? .ack | .fin : .ack, into: bytes, context)
    let length = withFIN ? count &+ 1 : count
    send.next = sequence + length
    sender.didSend(
      sequence, count: length, unacknowledged: send.unacknowledged, at: context.now, in: context.region)
    lastSendTime = context.now
    persistTimer.disarm()
    armRetransmissionTimer(context)
    return written
  }

  /// An empty segment below the window, which every TCP answers with its acknowledgment and window (MUST-36,
  /// MUST-35; RFC 9293 section 3.10.7.4, first check).
  ///
  /// It takes no sequence number. An octet beyond the window would: whether the peer took it stays unknown
  /// while its answer is lost, and then every empty segment of ours is one octet away from what the peer
  /// accepts. Where both ends do that to each other, neither hears the other any more (ROB-018).
  private mutating func transmitWindowProbe(into bytes: MutableBytes, _ context: ConnectionContext) -> Int {
    let written = emitUnacceptable(at: send.unacknowledged - 1, into: bytes, context)
    // The peer does not look at the urgent pointer of what it does not accept: an acknowledgment carries that
    // (MUST-66).
    if send.hasUrgent { ackPolicy.acknowledgeNow() }
    // What the peer's shut window has held up says nothing about the round trip.
    if send.flight > 0 { sender.nextRTTSample = send.next }
    if persistTimer.isAnswered && !isReleased {
      lastProgress = context.now
    } else {
      lastProgress = lastProgress + (context.now - persistTimer.time)  // for so long the device took nothing
    }
    persistTimer.didSendProbe()
    persistTimer.arm(timeout: timeout, limit: options.maximumTimeout, now: context.now)
    recomputeWakeup(at: context.now)
    context.counters.windowProbes &+= 1
    return written
  }

  /// The window begins again where nothing was sent for longer than a time-out (RFC 5681 section 4.1).
  private mutating func restartAfterIdle(_ context: ConnectionContext) {
    if context.now - lastSendTime > timeout {
      sender.congestion.didIdle(segmentSize: segmentSize(context))
    }
  }

  private mutating func noteRetransmission(of sequence: SequenceNumber, _ context: ConnectionContext) {
    // survives `if true`: only a counter, after 2^32 retransmissions of one connection
    if retransmissions < UInt32.max { retransmissions &+= 1 }
    context.counters.segmentsRetransmitted &+= 1
    if sender.isRetryPending && sequence == send.unacknowledged { didSendRetry(context) }
  }
}
