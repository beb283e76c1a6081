import TCPCore

/// One input script on its way: the host, the model beside it, and the hand that plays the peer and the user.
///
/// Every octet of the input script has a meaning, and the same input script always does the same.
@safe
struct ConnectionRun {
  let fixture: ConnectionFixture
  let shared: ConnectionFixtures
  /// The position of the rings: the others are the same, and sample delivery rates.
  let ringClass: Int
  var model: ReferenceConnection
  var now: UInt64
  var handle: Handle?
  var listener: Handle?
  /// How many connections had timed out before time passed.
  var timedOutCount: UInt64 = 0
  /// What has left since the step began.
  var tally = ReferenceDepartures()
  /// What was reported to the user since the last look.
  var heard = EventSet.none
  /// The peer's initial sequence number for its next SYN, and its clock.
  var peerInitial: UInt32
  /// Whether the oldest octets must leave again now.
  var mustSendAgain = false
  /// Whether something that the peer has not reported must leave again now.
  var mustRepair = false
  /// Whether what was late has put a time-out off since a segment came.
  var hasRepaired = false
  /// The time-out that runs, where options have made the next one shorter.
  var runningTimeout: UInt64 = 0
  /// How many tail loss probes have left.
  var tailProbes: UInt64 = 0
  /// What the pace allows, and the handshake it began with.
  var pace = ReferencePace()
  var paceHandshakes = 0
  /// Called for every datagram, and for every step, where somebody wants to see.
  let observer: ConnectionObserver?

  init(
    variant: UInt8, control: CongestionControlAlgorithm, ecn: ECNPolicy, userTimeout: UserTimeoutPolicy,
    samplesDeliveryRate: Bool, observer: ConnectionObserver?
  ) {
    shared = unsafe ConnectionFixtures.shared
    ringClass = samplesDeliveryRate ? 1 : 0
    let size = Int(variant & 7)
    fixture = shared.fixture(size + (variant & 0x10 != 0 ? 8 : 0))
    fixture.reset()
    self.observer = observer
    let isNearWrap = variant & 0x08 != 0
    now = isNearWrap ? fixture.wrapTime : ConnectionFixture.beginning
    peerInitial = isNearWrap ? UInt32.max - 40 : 300
    let ringClass = fixture.configuration.ringClass(0)
    var settings = ReferenceConnection.Settings()
    settings.sendCapacity = ringClass.sendCapacity
    settings.receiveCapacity = ringClass.receiveCapacity
    settings.rangeCapacity = ringClass.ranges
    settings.transmissionCapacity = ringClass.transmissions
    settings.isIPv4 = fixture.isIPv4
    settings.mtu = fixture.isIPv4 ? 1_500 : 1_280
    settings.maximumSegmentLifetime = fixture.configuration.maximumSegmentLifetime.microseconds
    settings.halfOpenLifetime = fixture.configuration.halfOpenLifetime.microseconds
    settings.challengeLimit = Int(fixture.configuration.challengeLimit)
    settings.challengeInterval = fixture.configuration.challengeInterval.microseconds
    settings.initialAtZero = fixture.initialAtZero
    model = unsafe ReferenceConnection(
      settings, ConnectionRun.options(variant, control, ecn, userTimeout), content: shared.content,
      early: shared.early)
  }

  /// What the connections of a variant begin with.
  static func options(
    _ variant: UInt8, _ control: CongestionControlAlgorithm, _ ecn: ECNPolicy,
    _ userTimeout: UserTimeoutPolicy
  ) -> ConnectionOptions {
    var options = ConnectionOptions()
    options.congestionControl = control
    options.ecn = ecn
    options.userTimeoutPolicy = userTimeout
    let offers = variant >> 5
    options.offersTimestamps = offers & 1 == 0
    options.offersSACK = offers & 2 == 0
    options.offersWindowScale = offers & 2 == 0
    if offers & 4 != 0 {
      options.isNagleEnabled = false
      options.acknowledgmentDelay = .milliseconds(0)
    }
    return options
  }

  var instant: Instant { Instant(microseconds: now) }
  var local: Endpoint { ConnectionFixture.local(isIPv4: fixture.isIPv4) }
  var peer: Endpoint { ConnectionFixture.peer(isIPv4: fixture.isIPv4) }

  // MARK: The wire

  /// A segment of the peer's arrives.
  mutating func arrive(_ segment: ReferenceSegment, isDamaged: Bool = false) {
    var header = SegmentHeader(
      sourcePort: peer.port, destinationPort: local.port, sequence: SequenceNumber(segment.sequence),
      acknowledgment: SequenceNumber(segment.acknowledgment), flags: segment.flags,
      window: UInt16(truncatingIfNeeded: segment.window))
    header.urgentPointer = segment.urgentPointer
    header.options.timestamps = segment.timestamps
    header.options.maximumSegmentSize = segment.maximumSegmentSize
    header.options.windowScale = segment.windowScale
    header.options.isSACKPermitted = segment.isSACKPermitted
    header.options.sack = segment.sack
    header.options.userTimeout = UserTimeout(rawValue: segment.userTimeout)
    guard let bytes = unsafe MutableBytes(shared.datagram) else { return }
    // A SYN begins the stream, and takes a number of its own.
    let offset = model.state == .synSent ? -1 : distance(segment.sequence, model.expected)
    let anchor = model.received + offset + (segment.has(.syn) ? 1 : 0)
    let tuple = FourTuple(local: peer, remote: local)
    let style = DatagramOptions(codepoint: segment.isMarked ? .experienced : .notCapable)
    let count = header.emitDatagram(tuple, textCount: segment.count, style, into: bytes) { room in
      precondition(segment.count <= room.count)
      // In bounds: checked on the line above.
      unsafe ReferenceConnection.peerText(anchor, segment.count, isOther: segment.isOther).copy(to: room.base)
      var sum = InternetChecksum()
      sum.add(room, count: segment.count)
      return sum
    }
    // The octets were written above, and the view does not outlive the call.
    if isDamaged { unsafe shared.datagram[count - 1] ^= 0x41 }
    let whole = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(shared.datagram)[..<count])
    unsafe observer?.arrived(whole.bytes, instant)
    mustSendAgain = false
    mustRepair = false
    hasRepaired = false
    EventPairs.note(.segment, model.state == .closed && model.isListening ? .listen : model.state)
    let undone = fixture.host.counters.reductionsUndone
    model.mayUndo = false
    model.ecn.hasEcho = false
    model.path.isLostAlone = false
    let recoveries = fixture.host.counters.fastRetransmits
    let ecnReductions = fixture.host.counters.ecnReductions
    let outcome = unsafe fixture.host.arrive(whole.bytes, at: instant)
    if isDamaged {
      require("a wrong checksum is seen", outcome == .badChecksum, "\(outcome)")
    } else {
      let (old, unacknowledged) = (model.handshakes, model.unacknowledged)
      model.arrive(segment, at: now)
      if model.unacknowledged != unacknowledged { runningTimeout = 0 }
      if fixture.host.counters.reductionsUndone != undone { model.undo() }
      noteReduction(since: ecnReductions)
      lookAtPath()
      require(
        "the loss of a probe is no sign of congestion",
        !model.path.isLostAlone || fixture.host.counters.fastRetransmits == recoveries)
      // A pair that is used again leaves the old handle behind.
      if model.handshakes != old { letGo() }
    }
  }

  /// What counters say of probes, and STATUS of the path MTU, where somebody may ask.
  mutating func lookAtPath() {
    // Also where the segment that shows the loss has ended the connection: with text for one that was
    // released, for instance.
    model.lookAtLostProbes(fixture.host.counters.pathProbesLost)
    guard model.isSynchronized, model.state != .closed, model.state != .timeWait else { return }
    guard !model.isReleased, let status = askStatus(), status.state == model.state else { return }
    model.lookAtPath(mtu: status.pathMTU, isSearching: status.isSearchingPathMTU, at: now)
  }

  /// The user gives up a handle whose connection is over.
  mutating func letGo() {
    guard let old = handle else { return }
    handle = nil
    heard = .none
    do throws(CallError) {
      let status = try fixture.host.status(old)
      require("what was replaced is over", status.state == .closed, "\(status.state)")
      try fixture.host.release(old, at: instant)
    } catch {
      violated("the handle of what is over can be released", "\(error)")
    }
  }

  /// Everything that leaves now is judged.
  ///
  /// - Parameter limit: how many datagrams, where fewer than all are to leave.
  mutating func transmit(limit: Int = Int.max) {
    for turn in 0..<min(limit, 2_000) {
      lookAtPace()  // what has left may have changed BBR's rate
      guard let departure = unsafe fixture.host.transmit(into: shared.datagram, at: instant) else {
        model.checkNothingOwed(at: now)
        require(
          "text that nothing holds back leaves", !isTextHeldBack || isWaitingForPace,
          "\(pace) \(String(describing: fixture.host.deadline)) at \(now)")
        require(
          "what was not acknowledged in time leaves again",
          !mustSendAgain || model.flight == 0 || model.state == .closed)
        require(
          "a hole is filled at the third duplicate, and at each partial acknowledgment",
          !model.mustSendAgain || model.state == .closed || model.window == 0)
        require(
          "what was only late is lost by now, and leaves again",
          !mustRepair || model.againAt == now || model.flight == 0 || model.state == .closed)
        mustSendAgain = false
        mustRepair = false
        model.mustSendAgain = false
        return
      }
      judge(departure.count)
      if tally.hasSentAgain || tally.hasSynchronized {
        mustSendAgain = false
        model.mustSendAgain = false
      }
      require("transmit comes to an end", turn < 1_999)
    }
  }

  private mutating func judge(_ count: Int) {
    // The octets belong to the shared fixtures, and the views do not outlive the call.
    let whole = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(shared.datagram)[..<count])
    unsafe observer?.departed(whole.bytes, instant)
    do {
      let outer = unsafe try Datagram(parsing: whole.bytes)
      require(
        "a datagram goes to the peer", outer.destination == peer.address && outer.source == local.address)
      let end = outer.payloadOffset + outer.payloadCount
      require("a datagram has no octets behind its end", end == count && outer.protocolNumber == 6)
      let inner = unsafe UnsafeRawBufferPointer(rebasing: whole[outer.payloadOffset..<end])
      let segment = unsafe try SegmentHeader(parsing: inner.bytes)
      require(
        "a segment has the pair's ports",
        segment.sourcePort == local.port && segment.destinationPort == peer.port)
      let text = unsafe UnsafeRawBufferPointer(
        rebasing: inner[(outer.payloadCount - segment.payloadCount)...])
      model.checkECN(
        segment, outer.codepoint, reductions: reductionCount, probes: fixture.host.counters.tailLossProbes)
      let isAgain = model.flight > 0 && distance(model.next, segment.sequence.rawValue) > 0
      let first = model.unacknowledged
      model.isTailProbed = fixture.host.counters.tailLossProbes > tailProbes
      unsafe model.departed(segment, text.bytes, &tally, at: now)
      if model.isTailProbed {
        tailProbes = fixture.host.counters.tailLossProbes
        runningTimeout = 0
        model.tailRepairEnd = isAgain ? model.next : nil
        model.isTailRepairSure = true
        model.estimator.probed(model.options, at: now)
      }
      if segment.payloadCount > 0 && model.isSynchronized {
        checkPace(segment.payloadCount, resentFrom: isAgain ? first : nil)
      }
    } catch {
      violated("what leaves is a segment", "\(error)")
    }
  }
}

/// Somebody who watches an input script: for traces.
package protocol ConnectionObserver: AnyObject {
  func arrived(_ bytes: RawSpan, _ now: Instant)
  func departed(_ bytes: RawSpan, _ now: Instant)
  func stepped(_ description: String)
}
