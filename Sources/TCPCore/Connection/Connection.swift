/// One transmission control block (RFC 9293 section 3.3.1): everything a connection knows.
///
/// Flat state with one owner, inside the host's region. It reads no clock and calls nobody:
///
/// - what it knows: `deadline`, `wantsToTransmit`, `status`;
/// - what happened: `arrive` (folder SegmentArrives), `expire`, `processICMPError`;
/// - what the user asks: `connect`, `write`, `read`, `close`, `abort`;
/// - what to do next: `transmit`.
package struct Connection: ~Copyable {
  /// Local and remote endpoint, the same as long as the connection lives (MUST-45).
  package var tuple: FourTuple
  package var state = ConnectionState.closed
  /// Number of the interface that datagrams leave on.
  package var interface: UInt8 = 0
  /// The ring class of its slot.
  package var ringClass: UInt8 = 0
  /// Octets of IP header, as the tuple says: asked for with each segment.
  private let internetHeader: UInt8
  package var endReason = EndReason.none
  package var softError = SoftError.none
  /// Events that the user has not fetched yet.
  package var events = EventSet.none
  /// Keep-alive probes in a row without an answer.
  package var keepAliveUnanswered: UInt8 = 0
  /// Whether a keep-alive probe is due.
  var isKeepAliveDue = false
  /// Whether a listener made it (MUST-11).
  package var isPassive = false
  /// Whether the user has released the handle.
  package var isReleased = false
  /// Whether a write found the ring full, so that free space is worth an event.
  var wantsSendSpace = false
  /// Whether both sides agreed on timestamps; in SYN-SENT, whether our SYN offers them.
  package var usesTimestamps = false
  /// Whether the peer understands SACK, and we offered it; in SYN-SENT, whether our SYN offers it.
  package var usesSACK = false
  /// Whether both sides agreed on window scaling; in SYN-SENT, whether our SYN offers it.
  package var isScaled = false
  /// Whether our SYN, or our SYN-ACK, had to be sent again.
  package var isHandshakeRetransmitted = false
  /// Whether the peer still has to be sent an RST for the end. The slot stays taken until that was written.
  package internal(set) var needsRST = false
  /// In SYN-RECEIVED, whether the segment that arrived last was a SYN-ACK that crossed ours.
  var isCrossedSYN = false
  /// When the host wakes it.
  package var wakeup = Wakeup()
  package var send: SendState
  package var receive: ReceiveState
  /// What the peer's user time-out option said last.
  package internal(set) var peerUserTimeout = UserTimeout.none
  /// What ours said last, behind the handshake.
  var saidUserTimeout = UserTimeout.none
  /// Our MSS as advertised.
  package var receiveSegmentSize: UInt16 = 536
  /// Segments sent again over the connection's life.
  package var retransmissions: UInt32 = 0
  /// The largest datagram that the path takes, as reported by ICMP errors.
  package var pathMTU: UInt32 = UInt32.max
  /// The slot of the listener that made it, or `EntryID.none`.
  package var listener = EntryID.none
  /// The slot of the TIME-WAIT entry that has its pair, or `EntryID.none`.
  package var timeWaitEntry = EntryID.none
  package var ecn = ECNReceiver()
  package var ackPolicy = AcknowledgmentPolicy()
  package var persistTimer = PersistTimer()
  /// When SND.UNA last advanced, or the peer last answered a probe, or something was first put in flight;
  /// moved later by the time since then in which nobody called or the device took nothing.
  package var lastProgress = Instant(microseconds: 0)
  /// When text last left.
  package var lastSendTime = Instant(microseconds: 0)
  /// When FIN-WAIT-2 ends, if it does.
  package var finWait2Deadline = Instant.never
  package var options: ConnectionOptions
  var probeAnswers = ProbeAnswerQuota()
  var challenges = ChallengeQuota()
  package var sender: Sender

  /// A closed connection over the given memory.
  package init(
    tuple: FourTuple, sendRing: RingBuffer, receiveRing: RingBuffer, ranges: RangeSet,
    sentRecords: SentRecords, options: ConnectionOptions
  ) {
    self.tuple = tuple
    internetHeader = tuple.isIPv4 ? 20 : 40
    send = SendState(ring: sendRing)
    receive = ReceiveState(ring: receiveRing, ranges: ranges)
    sender = Sender(
      records: sentRecords, control: options.congestionControl, isPaced: options.isPacingEnabled)
    self.options = options
  }

  /// Octets of IP header in front of each segment.
  @inline(__always)
  package var internetHeaderCount: Int { mutating get { Int(internetHeader) } }

  /// The smallest MSS of a peer that is believed (CVE-04); anything below is taken for this.
  package static var minimumSegmentSize: UInt16 { 64 }

  /// Eff.snd.MSS: octets of options and text that a segment may carry (MUST-16, RFC 6691).
  @inline(__always)
  package mutating func effectiveSegmentSize(_ context: ConnectionContext) -> Int {
    let path = Int(truncatingIfNeeded: pathMTU & 0x7FFF_FFFF)
    let datagram = path < context.interfaceMTU ? path : context.interfaceMTU
    let room = datagram &- internetHeaderCount &- 20
    let peer = Int(send.peerMaximumSegmentSize)
    return peer < room ? peer : room
  }

  /// Octets of text that fit into a segment beside timestamps: SMSS of RFC 5681.
  @inline(__always)
  package mutating func segmentSize(_ context: ConnectionContext) -> Int {
    effectiveSegmentSize(context) &- (usesTimestamps ? 12 : 0)
  }

  /// RTO with its back-off.
  @inline(__always)
  package var timeout: Interval { mutating get { sender.estimator.timeout(options.timeoutLimits) } }

  /// Octets believed to be in the network: in flight, not known to be lost, and not reported by the peer.
  @inline(__always)
  package var pipe: Int { mutating get { sender.pipe(flight: send.flight) } }

  /// Adds events for the user.
  @inline(__always)
  package mutating func raise(_ event: EventSet) { events = events | event }

  /// The connection is over; what was received stays readable.
  package mutating func end(_ reason: EndReason, _ context: ConnectionContext) {
    switch reason {
    case .reset, .refused: context.counters.connectionsReset &+= 1
    case .timedOut: context.counters.connectionsTimedOut &+= 1
    case .none, .finished, .unreachable, .aborted, .addressGone: break
    }
    state = .closed
    endReason = reason
    stopTimers()
    raise(.ended)
  }

  /// There is nothing to send and nothing is awaited any more.
  package mutating func stopTimers() {
    sender.stop()
    persistTimer.disarm()
    ackPolicy.didAcknowledge()
    receive.forgetDuplicate()
    isKeepAliveDue = false
    finWait2Deadline = .never
  }

  /// Schedules a challenge ACK (RFC5961-SEV-1) unless this connection used up its quota. The quota is per
  /// connection so that it leaks nothing about others (RFC5961-THR-3).
  package mutating func challenge(_ context: ConnectionContext) {
    if challenges.take(limit: context.challengeLimit, interval: context.challengeInterval, now: context.now) {
      ackPolicy.acknowledgeNow()
    } else {
      context.counters.challengesThrottled &+= 1
    }
  }

  /// Schedules the ACK that answers a probe of the peer's, unless the quota for these is used up.
  mutating func acknowledgeProbe(_ context: ConnectionContext) {
    if probeAnswers.take(now: context.now) {
      ackPolicy.acknowledgeNow()
    } else {
      context.counters.probeAnswersThrottled &+= 1
    }
  }
}
