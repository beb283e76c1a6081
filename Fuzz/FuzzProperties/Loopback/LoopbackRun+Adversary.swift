import TCPCore

// What nobody sent: damage, forgery, and the words of routers.
extension LoopbackRun {
  /// A waiting datagram arrives with one octet changed. No checksum overlooks that.
  mutating func corrupt(_ step: LoopbackStep) {
    let side = step.side
    guard wire.waiting[side] > 0 else { return }
    let index = Int(step.octets[1]) % wire.waiting[side]
    // The copy lies in the spare place, which nothing else uses meanwhile.
    let octets = unsafe UnsafeRawBufferPointer(wire.octets(index, to: side))
    let copy = unsafe UnsafeMutableRawBufferPointer(rebasing: wire.spare[..<octets.count])
    unsafe copy.copyMemory(from: octets)
    // No sum covers the first octets of an IPv6 header; another length is another matter.
    let first = fixture.isIPv4 ? 0 : 8
    let place = first + step.word(2) % (octets.count - first)
    unsafe copy[place] ^= step.octets[4] == 0 ? 0x41 : step.octets[4]
    let end = fixture.end(side)
    let before = end.host.digest
    let outcome = unsafe arrive(UnsafeRawBufferPointer(copy).bytes, at: side)
    require("damage is noticed", outcome != .processed, "octet \(place): \(outcome)")
    require("a damaged datagram changes nothing", end.host.digest == before, "octet \(place): \(outcome)")
    if step.octets[5] & 1 == 0 { wire.remove(index, to: side) }
  }

  /// A segment made from the last one that was seen, or from the last one of the other side.
  mutating func forge(_ step: LoopbackStep) {
    let side = step.side
    let octets = step.octets
    guard var segment = seen[1 - side] else { return }
    segment.sequence = segment.sequence + segment.length + Step.distance(octets[2])
    segment.acknowledgment = segment.acknowledgment + Step.distance(octets[3])
    segment.flags = octets[1] == 0 ? .rst : SegmentFlags(rawValue: octets[1])
    segment.urgentPointer = octets[6] & 0x20 != 0 ? 100 : 0
    if octets[6] & 0x40 != 0 { segment.window = UInt16(octets[7]) << 8 }
    if octets[6] & 0x80 != 0 {
      segment.options.timestamps = nil
    } else if let timestamps = segment.options.timestamps, octets[4] != 0 {
      let moved = timestamps.value &+ UInt32(truncatingIfNeeded: Step.distance(octets[4]))
      segment.options.timestamps = Timestamps(value: moved, echo: timestamps.echo)
    }
    if octets[6] & 0x10 != 0 {
      let left = segment.acknowledgment + Step.distance(octets[7])
      segment.options.sack.append(SACKBlock(left: left, right: left + 100))
    }
    let count = LoopbackTable.texts[Int(octets[5] & 7)]
    let tuple = FourTuple(local: fixture.end(1 - side).local, remote: fixture.end(side).local)
    guard let room = unsafe MutableBytes(wire.spare) else { return }
    let size = segment.emitDatagram(tuple, textCount: count, DatagramOptions(), into: room) { text in
      var sum = InternetChecksum()
      for index in 0..<count { text.store(UInt8(0xEE), at: index) }
      sum.add(text, count: count)
      return sum
    }
    // The octets were written above; nothing else uses the spare place meanwhile.
    let whole = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(wire.spare)[..<size])
    unsafe arrive(whole.bytes, at: side, isForged: true)
  }

  /// What counts when a connection begins or ends.
  static func changes(_ counters: Counters) -> UInt64 {
    counters.connectionsReset &+ counters.connectionsEstablished
  }

  /// Whether a segment with that outcome has no effect but an acknowledgment (RFC 5961).
  static func isHarmless(_ outcome: ArrivalOutcome) -> Bool {
    switch outcome {
    case .outsideWindow, .oldTimestamp, .missingTimestamp, .resetOutsideWindow, .resetChallenged,
      .synChallenged, .missingAcknowledgment, .acknowledgmentBeyondSent, .acknowledgmentTooOld,
      .ignoredInSynSent, .ignoredInTimeWait, .resetForNobody, .ignoredByListener:
      true
    default:
      false
    }
  }

  /// A router sends an ICMP error about a waiting datagram to its sender (RFC 792, RFC 4443).
  mutating func complain(_ step: LoopbackStep) {
    let octets = step.octets
    let sender = step.side
    guard wire.waiting[1 - sender] > 0 else { return }
    let index = Int(octets[1]) % wire.waiting[1 - sender]
    let quoted = unsafe UnsafeRawBufferPointer(wire.octets(index, to: 1 - sender))
    let kinds = fixture.isIPv4 ? LoopbackTable.errorsIPv4 : LoopbackTable.errorsIPv6
    let (type, code) = kinds[Int(octets[2]) % kinds.count]
    let headerCount = fixture.isIPv4 ? 20 : 40
    let quotedCount = min(quoted.count, headerCount + 8 + Int(octets[4] & 63))
    guard let bytes = unsafe MutableBytes(wire.spare) else { return }
    let outer = Datagram(
      source: fixture.end(1 - sender).local.address, destination: fixture.end(sender).local.address,
      protocolNumber: fixture.isIPv4 ? 1 : 58, payloadCount: 8 + quotedCount)
    outer.emit(into: bytes)
    let message = bytes.dropping(headerCount)
    message.store(UInt16(type) << 8 | UInt16(code), at: 0)
    message.store(UInt16(0), at: 2)
    message.store(UInt32(LoopbackTable.pathSizes[Int(octets[3] & 7)]), at: 4)
    // Within the slot, and within the message: the count is the lesser of both.
    for place in 0..<quotedCount { message.store(unsafe quoted[place], at: 8 + place) }
    var sum = fixture.isIPv4 ? InternetChecksum() : outer.pseudoHeaderSum()
    sum.add(message, count: 8 + quotedCount)
    message.store(sum.field, at: 2)
    let count = headerCount + 8 + quotedCount
    let isRefusal = (type, code) == (fixture.isIPv4 ? (3, 3) : (1, 4))
    // A refusal is believed while connecting, and only then (RFC 5927).
    if isRefusal && fixture.end(sender).user.state == .synSent { isTainted = true }
    // The octets were written above; nothing else uses the spare place meanwhile.
    let whole = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(wire.spare)[..<count])
    unsafe arrive(whole.bytes, at: sender)
    if octets[5] & 1 != 0 { wire.remove(index, to: 1 - sender) }
  }

  /// The interface gets another MTU.
  func changeInterface(_ side: Int, _ code: UInt8) {
    let mtu = LoopbackTable.pathSizes[Int(code & 7)]
    let end = fixture.end(side)
    do throws(CallError) {
      try end.host.setInterface(0, mtu: mtu)
      require("IPv6 needs an MTU of 1280", fixture.isIPv4 || mtu >= 1_280)
    } catch {
      require("an MTU that fits is taken", error == .invalidArgument && !fixture.isIPv4 && mtu < 1_280)
    }
    end.user.debt += 1
  }
}
