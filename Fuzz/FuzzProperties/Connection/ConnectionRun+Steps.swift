import TCPCore

extension ConnectionRun {
  /// Carries a step out, on the host and on the model.
  mutating func take(_ step: Step) {
    let octets = step.octets
    tally = ReferenceDepartures()
    switch step.kind {
    case .segment: arrive(segment(octets))
    case .damagedSegment:
      let before = world.host.digest
      arrive(segment(octets), isDamaged: true)
      mustHold("a damaged segment changes nothing", world.host.digest == before)
    case .answer: answer(octets)
    case .icmp: reportError(octets)
    case .write: write(octets)
    case .read: read(octets)
    case .call: call(octets[1], octets[2])
    case .time: pass(octets)
    case .transmit: transmit(limit: Int(octets[1] & 7) + 1)
    case .move: world.move()
    case .options: setOptions(octets[1])
    }
    accept()
    if !step.isHeld || model.debts.resetCount > 3 { transmit() }
  }

  /// A listener's connection is accepted as soon as there is one.
  private mutating func accept() {
    guard let listener else { return }
    do throws(CallError) {
      let made = try world.host.accept(listener)
      mustHold("a connection is accepted once its handshake is complete", handle == nil)
      handle = made
      heard = heard | .accepted
    } catch {
      mustHold("nothing to accept, and no other error", error == .wouldBlock, "\(error)")
    }
  }

  /// A segment from a step, relative to the connection's own numbers.
  private func segment(_ octets: InlineArray<8, UInt8>) -> ReferenceSegment {
    var segment = ReferenceSegment()
    segment.flags = SegmentFlags(rawValue: octets[1])
    let isNew =
      segment.has(.syn) && !segment.has(.ack) && model.state != .synSent && model.state != .synReceived
    segment.sequence =
      isNew && octets[2] & 15 == 0
      ? peerInitial.moved(Step.distance(octets[3])) : sequence(octets[2] & 15).moved(Step.distance(octets[3]))
    if model.state == .synSent && octets[2] & 15 == 0 {
      segment.sequence = peerInitial.moved(Step.distance(octets[3]))
    }
    if segment.has(.ack) || octets[2] >> 4 != 0 {
      segment.acknowledgment = acknowledgment(octets[2] >> 4).moved(Step.distance(octets[4]))
    }
    segment.count = count(octets[5])
    segment.salt = octets[0] & 0x40 != 0 ? 0x5A : 0
    segment.window = window(octets[6])
    let extras = octets[7]
    segment.timestamps = timestamps(extras & 3, isSynchronizing: segment.has(.syn))
    if segment.has(.syn) {
      if extras & 4 == 0 {
        segment.maximumSegmentSize = [1_460, 536, 100, 0, 65_535, 1_220, 64, 63][Int(octets[6] >> 5)]
      }
      if extras & 8 == 0 { segment.windowScale = [0, 1, 7, 14, 15, 255, 2, 3][Int(octets[6] & 7)] }
      segment.isSACKPermitted = extras & 16 == 0
    } else if extras & 0x10 != 0 {
      addSACK(extras, to: &segment)
    }
    if segment.has(.urg) {
      segment.urgentPointer = [UInt16(truncatingIfNeeded: segment.count), 0, 1, 65_535][Int(extras >> 6)]
    }
    return segment
  }

  private func addSACK(_ extras: UInt8, to segment: inout ReferenceSegment) {
    let base = segment.acknowledgment
    for index in 0..<(extras & 0x20 != 0 ? 3 : 1) {
      let left = SequenceNumber(base.moved(1 + 400 * index))
      segment.sack.append(SACKBlock(left: left, right: left + (extras & 0x40 != 0 ? 200 : -200)))
    }
  }

  private func sequence(_ anchor: UInt8) -> UInt32 {
    switch anchor {
    case 1: model.rightEdge
    case 2: model.peerInitial
    case 3: model.expected &- 1
    case 4:
      model.expected.moved((model.earlyCount > 0 ? model.early[0].left : model.received) - model.received)
    case 5:
      model.expected.moved(
        (model.earlyCount > 0 ? model.early[model.earlyCount - 1].right : model.received) - model.received)
    case 6: model.expected.moved((model.finish ?? model.received) - model.received)
    case 7: model.expected.moved(model.receiveWindow / 2)
    case 8: model.rightEdge &- 1
    case 9: model.expected &+ 1 << 31
    case 10: model.expected &+ (1 << 31 - 1)
    case 11: peerInitial
    case 12: 0
    case 13: model.expected.moved(-model.receiveWindow)
    case 14: model.lastAcknowledgment
    default: model.expected
    }
  }

  private func acknowledgment(_ anchor: UInt8) -> UInt32 {
    switch anchor {
    case 1: model.unacknowledged
    case 2: model.initial
    case 3: model.unacknowledged.moved(-model.maximumWindow)
    case 4: model.next &+ 1
    case 5: model.unacknowledged.moved(model.flight / 2)
    case 6: model.initial &+ 1
    case 7: model.unacknowledged.moved(min(model.flight, model.peerSegmentSize))
    case 8: model.next &+ 1 << 31
    case 9: model.unacknowledged &- 1 << 30
    case 10: 0
    case 11: model.next &- 1
    default: model.next
    }
  }

  private func count(_ code: UInt8) -> Int {
    if code <= 200 { return Int(code) }
    let capacity = model.settings.receiveCapacity
    let most = world.isIPv4 ? 1_400 : 1_160
    let sizes = [
      capacity, capacity - 1, capacity + 1, model.receiveWindow, model.receiveWindow + 1, capacity / 2, 256,
      300, 512,
      536, 700, 1_000, 1_200, 1_400,
    ]
    return min(most, max(0, sizes[Int(code - 201) % sizes.count]))
  }

  private func window(_ code: UInt8) -> Int {
    let sizes = [5_000, 0, 1, 10, 100, 536, 1_460, 65_535]
    return code < 8 ? sizes[Int(code)] : Int(code) * 64
  }

  /// The peer's clock; one of its ticks is a millisecond.
  private func timestamps(_ mode: UInt8, isSynchronizing: Bool) -> Timestamps? {
    let clock = UInt32(truncatingIfNeeded: now / 1_000) &+ 77
    let echo = (model.timestampOffset ?? 0) &+ UInt32(truncatingIfNeeded: now >> 10)
    switch mode {
    case 0: return isSynchronizing || model.usesTimestamps ? Timestamps(value: clock, echo: echo) : nil
    case 1: return nil
    case 2: return Timestamps(value: model.recentTimestamp &- 1, echo: echo &- 1)
    default: return Timestamps(value: clock &+ 1 << 31, echo: 0)
    }
  }

  /// The peer takes everything that was sent; it may take less, or shut its window.
  private mutating func answer(_ octets: InlineArray<8, UInt8>) {
    var segment = ReferenceSegment()
    segment.flags = SegmentFlags(rawValue: SegmentFlags.ack.rawValue | octets[1])
    segment.sequence = model.expected
    segment.acknowledgment = model.next
    segment.window = window(octets[2])
    segment.count = count(octets[3])
    segment.timestamps = timestamps(0, isSynchronizing: false)
    arrive(segment)
  }

  /// Time passes: at once, or from deadline to deadline.
  private mutating func pass(_ octets: InlineArray<8, UInt8>) {
    let lengths: [UInt64] = [
      0, 1, 10, 40, 200, 500, 1_000, 3_000, 10_000, 61_000, 63_000, 120_000, 240_000, 600_000,
      25 * 86_400_000, UInt64(octets[2]),
    ]
    let length = lengths[Int(octets[1] & 15)] * 1_000
    var target = now + length
    if octets[1] & 15 == 0, let deadline = world.host.deadline {
      target = max(now, (min(deadline.microseconds, now + 1 << 40) + 999) / 1_000 * 1_000)
    }
    if octets[1] & 0x10 != 0 {
      transmit()
      for _ in 0..<40 {
        guard let deadline = world.host.deadline?.microseconds, deadline <= target else { break }
        expire(at: max(now, (deadline + 999) / 1_000 * 1_000))
        transmit()
      }
    }
    expire(at: max(now, target))
  }

  private mutating func expire(at moment: UInt64) {
    let before = LossPicture(self)
    let pause = moment - now
    now = moment
    tally = ReferenceDepartures()
    for turn in 0..<200 {
      guard world.host.expire(at: instant) else { break }
      mustHold("expire comes to an end", turn < 199)
    }
    model.expire(at: now)
    noteGivenUp()
    if mustTimeOut(before, pause: pause) && model.state != .closed {
      checkTimeout(from: before)
      mustSendAgain = true
    }
  }

  /// The core may end a connection for its silence; the model only knows from when on, and until when.
  private mutating func noteGivenUp() {
    switch model.state {
    case .closed, .listen, .timeWait: return
    case .synReceived where model.isHalfOpen: return
    case .synSent, .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck: break
    }
    var reason = EndReason.none
    if let handle {
      guard let status = try? world.host.status(handle), status.state == .closed else {
        mustHold("a silent peer is given up", !model.mustGiveUp(at: now))
        return
      }
      reason = status.endReason
    } else {
      guard model.isReleased, world.host.occupancy.connections == 0 else { return }
      reason = .timedOut
    }
    mustHold(
      "no peer is given up before its time",
      model.mayGiveUp(at: now) && (reason == .timedOut || reason == .unreachable && !model.isSynchronized))
    model.end(reason)
  }

  private mutating func setOptions(_ code: UInt8) {
    guard let handle else { return }
    var options = model.options
    switch code & 7 {
    case 0: options.isNagleEnabled.toggle()
    case 1: options.userTimeout = .seconds(5)
    case 2: options.retransmissionLimit = .seconds(3)
    case 3: options.finWait2Limit = .seconds(1)
    case 4:
      options.isKeepAliveEnabled = true
      options.keepAliveIdle = .seconds(20)
      options.keepAliveInterval = .seconds(2)
      options.keepAliveProbes = 2
    case 5: options.acknowledgmentDelay = .milliseconds(code & 8 == 0 ? 0 : 400)
    case 6: options.reportsSoftErrors.toggle()
    default: options.retransmissionLimit = .unlimited
    }
    guard (try? world.host.setOptions(handle, options, at: instant)) != nil else {
      violated("options can be set while the handle is held")
    }
    model.options = options
    model.updateFinWait2(at: now)
  }

  /// An ICMP error that quotes one of our segments, or one we never sent (RFC 5927).
  private mutating func reportError(_ octets: InlineArray<8, UInt8>) {
    let kinds: [(type: UInt8, code: UInt8, kind: ICMPErrorKind)] =
      world.isIPv4
      ? [
        (3, 3, .refused), (3, 1, .unreachable), (3, 4, .tooBig), (11, 0, .timeExceeded),
        (12, 0, .parameterProblem), (4, 0, .sourceQuench),
      ]
      : [
        (1, 4, .refused), (1, 0, .unreachable), (2, 0, .tooBig), (3, 0, .timeExceeded),
        (4, 0, .parameterProblem),
      ]
    let (type, code, kind) = kinds[Int(octets[1]) % kinds.count]
    let sequence = acknowledgment(octets[2] & 15 == 0 ? 1 : octets[2] & 15).moved(Step.distance(octets[3]))
    let mtu = [1_280, 1_400, 576, 296, 68, 0, 65_535, 1_006][Int(octets[4] & 7)]
    let isInFlight = distance(sequence, model.unacknowledged) >= 0 && distance(sequence, model.next) < 0
    let isKnown = model.state != .closed && model.state != .timeWait && !model.isHalfOpen
    let before = world.host.digest
    arriveError(type, code, mtu: mtu, sequence)
    if isKnown && isInFlight && kind != .sourceQuench {
      if kind == .tooBig {
        let told = mtu == 0 && world.isIPv4 ? 1_492 : mtu  // RFC 1191 section 7, for a datagram of 1500
        let size = max(told, world.isIPv4 ? 296 : 1_280)
        model.pathMTU = min(model.pathMTU, size)
      }
      model.report(kind, at: now)
    } else {
      mustHold("an error about what is not in flight changes nothing", world.host.digest == before)
    }
  }
}
