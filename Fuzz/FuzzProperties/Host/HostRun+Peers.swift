import TCPCore

// What arrives.
extension HostRun {
  /// A segment from a peer: flow, flags, distances of both numbers, octets of text, and what is odd about it.
  mutating func send(_ octets: InlineArray<8, UInt8>) {
    let index = Int(octets[1]) % 24
    guard flows[index].isUsed else { return }
    let flags = octets[2] < 0x80 ? HostTable.flags[Int(octets[2] & 7)] : octets[2] & 0x3F
    send(
      index, SegmentFlags(rawValue: flags), sequence: Step.distance(octets[3]),
      acknowledgment: Step.distance(octets[4]), count: Int(octets[5]), oddity: Int(octets[7]),
      isDamaged: octets[6] & 1 != 0, isElsewhere: octets[6] & 2 != 0)
  }

  /// SYN, its acknowledgment, and text.
  mutating func shake(_ octets: InlineArray<8, UInt8>) {
    let index = Int(octets[1]) % 24
    guard flows[index].isUsed else { return }
    send(index, index < 16 ? .syn : .syn | .ack)
    pump()
    send(index, .ack)
    pump()
    if octets[2] > 0 { send(index, .ack, count: Int(octets[2])) }
  }

  /// SYNs from many ports, without a pause.
  mutating func flood(_ octets: InlineArray<8, UInt8>) {
    let tuple = flows[Int(octets[1] & 15)].tuple
    for number in 0..<(1 + Int(octets[2] & 15)) {
      var other = tuple
      other.remotePort = UInt16(2_000 + number)
      let segment = SegmentHeader(
        sourcePort: other.remotePort, destinationPort: other.localPort, sequence: SequenceNumber(9),
        acknowledgment: SequenceNumber(0), flags: .syn, window: 500)
      arrive(segment, other, count: 0, on: flows[Int(octets[1] & 15)].interface, isDamaged: false)
      if octets[3] & 1 == 0 { pump() }
    }
  }

  private mutating func send(
    _ index: Int, _ flags: SegmentFlags, sequence: Int = 0, acknowledgment: Int = 0, count: Int = 0,
    oddity: Int = 0, isDamaged: Bool = false, isElsewhere: Bool = false
  ) {
    let flow = flows[index]
    let isFirst = flags.contains(.syn)
    var segment = SegmentHeader(
      sourcePort: flow.tuple.remotePort, destinationPort: flow.tuple.localPort,
      sequence: SequenceNumber(isFirst ? flow.peerInitial : flow.expected) + sequence,
      acknowledgment: SequenceNumber(flags.contains(.ack) ? flow.next : 0) + acknowledgment, flags: flags,
      window: 1_000)
    var tuple = flow.tuple
    let isStrange = disguise(&tuple, &segment, oddity)
    let before = isStrange || isDamaged ? fixture.host.digest : 0
    // A listener for what is not ours would take what comes in where its address is not.
    let interface = isElsewhere && !hasServedForeign ? 1 - flow.interface : flow.interface
    let outcome = arrive(segment, tuple, count: count, on: interface, isDamaged: isDamaged)
    // Where the device has looked at the checksum, nobody else does.
    if isDamaged && !offloads[interface].verifiesArriving {
      require("damage is noticed", outcome == .badChecksum, "\(outcome)")
      require("a damaged segment changes nothing", fixture.host.digest == before)
    } else if isStrange {
      let isKnown = outcome == .badSource || outcome == .notUnicast || outcome == .notForUs
      require("nobody answers what is for nobody, or from nobody", isKnown, "\(outcome)")
      require("what is for nobody changes nothing", fixture.host.digest == before)
    }
  }

  /// Makes a segment one that must not be answered. Returns whether it is.
  private func disguise(_ tuple: inout FourTuple, _ segment: inout SegmentHeader, _ oddity: Int) -> Bool {
    let code = oddity >> 4
    switch oddity & 15 {
    case 1:
      let address = tuple.isIPv4 ? HostTable.strangeIPv4[code & 7] : HostTable.strangeIPv6[code & 3]
      tuple.localAddress = address
      // What others may have, a listener may serve; which of them are broadcast addresses, the addresses of
      // the interface tell.
      if hasServedForeign && address.isValidUnicast { return false }
    case 2:
      let address = tuple.isIPv4 ? HostTable.strangeIPv4[code & 7] : HostTable.strangeIPv6[code & 3]
      // Neither is an address that somebody may have.
      if address == Address(192, 0, 2, 77) || address == HostTable.strangeIPv6[2] { return false }
      // Which broadcast addresses there are, the addresses of the interface tell.
      if address == Address(198, 51, 100, 255) || address.ipv4Bits &>> 8 == 0xC0_0002 { return false }
      tuple.remoteAddress = address
    case 3:
      tuple.remotePort = 0
      segment.sourcePort = 0
    case 4:
      segment.urgentPointer = UInt16(code)
      return false
    case 6 where choice.exchangesTimes:
      segment.options.userTimeout = UserTimeout(rawValue: ScriptTable.userTimeouts[code & 7])
      return false
    case 5 where choice.hasTimestamps:
      stamp(&segment, of: tuple, code)
      return false
    case 6 where choice.hasTimestamps:
      stamp(&segment, of: tuple, 7)
      guard segment.flags.contains(.syn) else { return false }
      let size = HostTable.peerSegmentSizes[code & 7].size
      segment.options.maximumSegmentSize = size == 0 ? nil : size
      if code & 8 != 0 { segment.flags = segment.flags | .ece | .cwr }
      return false
    default: return false
    }
    tuple.scope = 0
    return true
  }

  /// The peer has timestamps, and with a SYN perhaps a shift and SACK.
  private func stamp(_ segment: inout SegmentHeader, of tuple: FourTuple, _ code: Int) {
    var echo: UInt32 = 0
    for index in 0..<24 where flows[index].isUsed && flows[index].tuple == tuple {
      echo = flows[index].timestamp
    }
    let isFirst = segment.flags.contains(.syn)
    segment.options.timestamps = Timestamps(
      value: UInt32(truncatingIfNeeded: now >> 10), echo: isFirst ? 0 : echo)
    guard isFirst else { return }
    segment.options.isSACKPermitted = code & 8 != 0
    if code & 7 != 7 { segment.options.windowScale = UInt8(code & 7) * 3 }
  }

  /// A segment arrives, and the tables of the model follow.
  @discardableResult
  private mutating func arrive(
    _ segment: SegmentHeader, _ tuple: FourTuple, count: Int, on interface: Int, isDamaged: Bool
  ) -> ArrivalOutcome {
    guard let bytes = unsafe MutableBytes(shared.arrival) else { return .datagramTooShort }
    let reverse = FourTuple(local: tuple.remote, remote: tuple.local)
    let size = segment.emitDatagram(reverse, textCount: count, DatagramOptions(), into: bytes) { text in
      for index in 0..<count { text.store(UInt8(0x70), at: index) }
      var sum = InternetChecksum()
      sum.add(text, count: count)
      return sum
    }
    // Within what was written above: the checksum field.
    if isDamaged { unsafe shared.arrival[(tuple.isIPv4 ? 20 : 40) + 16] ^= 0x55 }
    var scoped = tuple
    scoped.scope = tuple.remoteAddress.isLinkLocal ? UInt8(interface + 1) : 0
    let isLive = hasConnection(scoped)
    let connections = fixture.host.occupancy.connections
    let recycled = fixture.host.counters.halfOpenRecycled
    let before = fixture.host.counters
    let timeWaitCount = fixture.host.occupancy.timeWait
    let verdict = cookieVerdict(segment, scoped)
    stirReleased(scoped)
    let outcome = arrive(size, on: interface)
    checkCounted(outcome, before)
    if fixture.host.counters.releasedRecycled > before.releasedRecycled {
      noteRecycled(for: scoped, isReplyLost: fixture.host.counters.repliesDropped > before.repliesDropped)
    }
    let after = fixture.host.counters
    let isAccepted = after.cookiesAccepted > before.cookiesAccepted
    follow(segment, scoped, outcome, verdict, isAccepted: isAccepted)
    let cookie = HostCookieEffect(
      isSent: after.cookiesSent > before.cookiesSent, isAccepted: isAccepted,
      isReplyLost: after.repliesDropped > before.repliesDropped,
      hasReused: fixture.host.occupancy.timeWait < timeWaitCount)
    follow(
      segment, scoped, interface, outcome, cookie, isLive: isLive,
      hasBegun: fixture.host.occupancy.connections > connections
        || fixture.host.counters.releasedRecycled > before.releasedRecycled,
      hasRecycled: fixture.host.counters.halfOpenRecycled > recycled)
    let isReset = segment.flags.contains(.rst)
    if isReset && debt == 1 { pump(answering: true) }
    return outcome
  }

  /// Each datagram has one outcome, and that is counted once.
  func checkCounted(_ outcome: ArrivalOutcome, _ before: Counters) {
    let after = fixture.host.counters
    require("an outcome is counted once", after[outcome] == before[outcome] + 1)
    require("a datagram is counted once", after.datagramsArrived == before.datagramsArrived + 1)
  }

  /// Octets that are no segment: they change nothing, and nobody answers.
  mutating func makeNoise(_ octets: InlineArray<8, UInt8>) {
    let count = Int(octets[1]) % 80
    // The page is longer than that.
    for index in 0..<count { unsafe shared.arrival[index] = octets[2 + index % 6] }
    if octets[7] & 1 != 0 && count > 20 {
      // The first octets of a header of one of the versions.
      unsafe shared.arrival[0] = octets[7] & 2 != 0 ? 0x60 : 0x45
    }
    let before = fixture.host.digest
    let counters = fixture.host.counters
    let outcome = arrive(count, on: Int(octets[6] & 3) - 1)
    checkCounted(outcome, counters)
    require("noise has no effect", outcome != .processed && fixture.host.digest == before, "\(outcome)")
  }
}
