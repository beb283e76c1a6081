import TCPCore

/// One input script on its way: the host, the model beside it, and the hand that plays the peer and the user.
///
/// Every octet of the input script has a meaning, and the same input script always does the same.
@safe
struct ConnectionRun {
  let world: ConnectionWorld
  let stage: ConnectionStage
  var model: ReferenceConnection
  var now: UInt64
  var handle: Handle?
  var listener: Handle?
  /// How many connections had timed out before time passed.
  var timedOutCount: UInt64 = 0
  /// What has left since the step began.
  var tally = ReferenceDepartures()
  /// What the user was told since the last look.
  var heard = Events.none
  /// The peer's initial sequence number for its next SYN, and its clock.
  var peerInitial: UInt32
  /// Whether the oldest octets must leave again now.
  var mustSendAgain = false
  /// Called for every datagram, and for every step, where somebody wants to see.
  let observer: ConnectionObserver?

  init(variant: UInt8, observer: ConnectionObserver?) {
    stage = unsafe ConnectionStage.shared
    let size = Int(variant & 7)
    world = stage.world(size + (variant & 0x10 != 0 ? 8 : 0))
    world.reset()
    self.observer = observer
    let isNearWrap = variant & 0x08 != 0
    now = isNearWrap ? world.wrapTime : ConnectionWorld.beginning
    peerInitial = isNearWrap ? UInt32.max - 40 : 300
    let ringClass = world.configuration.ringClass(0)
    var settings = ReferenceConnection.Settings()
    settings.sendCapacity = ringClass.sendCapacity
    settings.receiveCapacity = ringClass.receiveCapacity
    settings.rangeCapacity = ringClass.ranges
    settings.transmissionCapacity = ringClass.transmissions
    settings.isIPv4 = world.isIPv4
    settings.mtu = world.isIPv4 ? 1_500 : 1_280
    settings.maximumSegmentLifetime = world.configuration.maximumSegmentLifetime.microseconds
    settings.halfOpenLifetime = world.configuration.halfOpenLifetime.microseconds
    settings.challengeLimit = Int(world.configuration.challengeLimit)
    settings.challengeInterval = world.configuration.challengeInterval.microseconds
    settings.initialAtZero = world.initialAtZero
    model = unsafe ReferenceConnection(
      settings, ConnectionRun.options(variant), content: stage.content, early: stage.early)
  }

  /// What the connections of a variant begin with.
  static func options(_ variant: UInt8) -> ConnectionOptions {
    var options = ConnectionOptions()
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
  var local: Endpoint { ConnectionWorld.local(isIPv4: world.isIPv4) }
  var peer: Endpoint { ConnectionWorld.peer(isIPv4: world.isIPv4) }

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
    guard let bytes = unsafe MutableBytes(stage.datagram) else { return }
    // A SYN begins the stream, and takes a number of its own.
    let offset = model.state == .synSent ? -1 : distance(segment.sequence, model.expected)
    let anchor = model.received + offset + (segment.has(.syn) ? 1 : 0)
    let tuple = FourTuple(local: peer, remote: local)
    let count = header.emitDatagram(tuple, textCount: segment.count, DatagramStyle(), into: bytes) { room in
      precondition(segment.count <= room.count)
      // In bounds: checked on the line above.
      unsafe ReferenceConnection.peerText(anchor, segment.count, isOther: segment.isOther).copy(to: room.base)
      var sum = InternetChecksum()
      sum.add(room, count: segment.count)
      return sum
    }
    // The octets were written above, and the view does not outlive the call.
    if isDamaged { unsafe stage.datagram[count - 1] ^= 0x41 }
    let whole = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(stage.datagram)[..<count])
    unsafe observer?.arrived(whole.bytes, instant)
    mustSendAgain = false
    EventPairs.note(.segment, model.state == .closed && model.isListening ? .listen : model.state)
    let outcome = unsafe world.host.arrive(whole.bytes, at: instant)
    if isDamaged {
      require("a wrong checksum is seen", outcome == .badChecksum, "\(outcome)")
    } else {
      let old = model.handshakes
      model.arrive(segment, at: now)
      // A pair that is used anew leaves the old handle behind.
      if model.handshakes != old { letGo() }
    }
  }

  /// The user gives up a handle whose connection is over.
  mutating func letGo() {
    guard let old = handle else { return }
    handle = nil
    heard = .none
    do throws(CallError) {
      let status = try world.host.status(old)
      require("what was replaced is over", status.state == .closed, "\(status.state)")
      try world.host.release(old, at: instant)
    } catch {
      violated("the handle of what is over can be released", "\(error)")
    }
  }

  /// Everything that leaves now is judged.
  ///
  /// - Parameter limit: how many datagrams, where fewer than all are to leave.
  mutating func transmit(limit: Int = Int.max) {
    for turn in 0..<min(limit, 2_000) {
      guard let departure = unsafe world.host.transmit(into: stage.datagram, at: instant) else {
        model.checkNothingOwed(at: now)
        require("text that nothing holds back leaves", !isTextHeldBack)
        require(
          "what was not acknowledged in time leaves again",
          !mustSendAgain || model.flight == 0 || model.state == .closed)
        require(
          "a hole is filled at the third duplicate, and at each partial acknowledgment",
          !model.mustSendAgain || model.state == .closed || model.window == 0)
        mustSendAgain = false
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
    // The octets live on the stage, and the views do not outlive the call.
    let whole = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(stage.datagram)[..<count])
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
      unsafe model.departed(segment, text.bytes, &tally, at: now)
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
