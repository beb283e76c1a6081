import TCPCore

// What the octets of a step say about a segment.
extension ConnectionRun {
  /// A segment from a step, relative to the connection's own numbers.
  mutating func segment(_ octets: InlineArray<8, UInt8>) -> ReferenceSegment {
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
    segment.isOther = octets[0] & 0x40 != 0
    segment.isMarked = octets[0] & 0x80 != 0
    segment.window = window(octets[6])
    let extras = octets[7]
    segment.timestamps = timestamps(extras & 3, isSynchronizing: segment.has(.syn))
    // Behind the SYN an echo may be one of 200 ticks ago, of 3,000, or of both.
    let age = segment.has(.syn) ? 0 : UInt32(extras >> 2 & 1) * 200 + UInt32(extras >> 3 & 1) * 3_000
    segment.timestamps?.echo &-= age
    if segment.has(.syn) {
      if extras & 4 == 0 { segment.maximumSegmentSize = ScriptTable.segmentSizes[Int(octets[6] >> 5)] }
      if extras & 8 == 0 { segment.windowScale = ScriptTable.shifts[Int(octets[6] & 7)] }
      segment.isSACKPermitted = extras & 16 == 0
    } else if extras & 0x10 != 0 {
      addSACK(extras, to: &segment)
    }
    // Beside SACK blocks and an urgent pointer the octet is taken.
    if !segment.has(.urg) && (segment.has(.syn) || extras & 0x10 == 0) {
      segment.userTimeout = ScriptTable.userTimeouts[Int(extras >> 5)]
    }
    if segment.has(.urg) {
      let pointer = ScriptTable.urgentPointers[Int(extras >> 6)]
      segment.urgentPointer = pointer ?? UInt16(truncatingIfNeeded: segment.count)
    }
    return segment
  }

  /// Blocks beside our segments, or (0x80) such as a peer sends that has missed the first one of them: of the
  /// next one, of the next three, or of what it had already.
  private mutating func addSACK(_ extras: UInt8, to segment: inout ReferenceSegment) {
    let base = segment.acknowledgment
    if extras & 0x80 != 0 {
      let size = max(1, model.textRoom)
      let left = extras & 0x40 != 0 ? base.moved(size) : base.moved(-size)
      let count = extras & 0x20 != 0 ? 3 : 1
      let right = extras & 0x40 != 0 ? left.moved(count * size) : base
      segment.sack.append(SACKBlock(left: SequenceNumber(left), right: SequenceNumber(right)))
      return
    }
    for index in 0..<(extras & 0x20 != 0 ? 3 : 1) {
      let left = SequenceNumber(base.moved(1 + 400 * index))
      segment.sack.append(SACKBlock(left: left, right: left + (extras & 0x40 != 0 ? 200 : -200)))
    }
  }

  private mutating func sequence(_ anchor: UInt8) -> UInt32 {
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

  mutating func acknowledgment(_ anchor: UInt8) -> UInt32 {
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

  private mutating func count(_ code: UInt8) -> Int {
    if code <= 200 { return Int(code) }
    let capacity = model.settings.receiveCapacity
    let most = fixture.isIPv4 ? 1_400 : 1_160
    let wanted =
      switch code - 201 {
      case 0: capacity
      case 1: capacity - 1
      case 2: capacity + 1
      case 3: model.receiveWindow
      case 4: model.receiveWindow + 1
      case 5: capacity / 2
      default: ScriptTable.counts[Int(code - 201) % ScriptTable.counts.count]
      }
    return min(most, max(0, wanted))
  }

  private mutating func window(_ code: UInt8) -> Int {
    code < 8 ? ScriptTable.windows[Int(code)] : Int(code) * 64
  }

  /// The peer's clock; one of its ticks is a millisecond.
  private mutating func timestamps(_ mode: UInt8, isSynchronizing: Bool) -> Timestamps? {
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
  mutating func answer(_ octets: InlineArray<8, UInt8>) {
    var segment = ReferenceSegment()
    segment.flags = SegmentFlags(rawValue: SegmentFlags.ack.rawValue | octets[1])
    segment.sequence = model.expected
    segment.acknowledgment = model.next
    segment.window = window(octets[2])
    segment.count = count(octets[3])
    segment.timestamps = timestamps(0, isSynchronizing: false)
    segment.isMarked = octets[0] & 0x80 != 0
    arrive(segment)
  }
}
