import TCPCore

/// One host's input script on its way: the host, and the hand that plays all peers and the user.
///
/// Every octet of the input script has a meaning, and the same input script always does the same.
@safe
struct HostRun {
  let shared: HostFixtures
  let fixture: HostFixture
  var now = HostFixture.beginning
  /// Pairs that peers know of: first those that connect to us, then those that we connect to.
  var flows: InlineArray<24, HostFlow>
  var nextFlow = 16
  /// Handles that the user was given.
  var records: InlineArray<10, HostRecord>
  var listeners: InlineArray<2, HostListener>
  /// Handshakes, oldest first.
  var handshakes: InlineArray<4, HostHandshake>
  var handshakeCount = 0
  /// Which of our addresses are set.
  var hasAddress: InlineArray<4, Bool>
  /// What the interfaces are set to.
  var mtus: InlineArray<2, Int> = [1_500, 1_500]
  var offloads: InlineArray<2, ChecksumOffload>
  /// How many copies of the memory may still be damaged: that is slow.
  var damages = 4_096
  /// How many datagrams have arrived, and how many empty segments the host may send for what has happened.
  var arrivals: UInt64 = 0
  /// How long the last of them was.
  var lastCount = 0
  var debt = 0
  /// Connections whose handle was given up before they were over.
  var lingering = 0
  /// Those of them whose handle the user held; unless they were more than there is room for.
  var released: InlineArray<8, HostReleased>
  var releasedCount = 0
  var areReleasedKnown = true
  /// The port that the host chose last while all were free, and how often in a row.
  var lastDraw: UInt16 = 0
  var draws = 0
  /// Whether a listener has served destinations that are not ours, now or before.
  var hasServedForeign = false
  /// Whether a listener lets routers cut what its connections send, now or before, and the identification of
  /// the last such datagram.
  var mayFragment = false
  var lastIdentification: UInt16?
  let choice: HostChoice
  /// Cookies that wait to leave: there is room for two replies.
  var owedCookies: InlineArray<2, HostCookie>
  var owedCookieCount = 0
  /// The cookies that were accepted last.
  var accepted: InlineArray<16, UInt32?> = InlineArray(repeating: nil)
  var nextAccepted = 0
  /// Resets that must leave because released connections gave way.
  var owedAborts = 0
  /// Called for every datagram, and for every step, where somebody wants to see.
  let observer: ConnectionObserver?

  init(variant: UInt8, choice: HostChoice, observer: ConnectionObserver?) {
    shared = unsafe HostFixtures.shared
    fixture = shared.fixtures[choice.firstFixture + Int(variant & 3)]
    self.choice = choice
    self.observer = observer
    let empty = FourTuple(local: Endpoint(.anyIPv6, 0), remote: Endpoint(.anyIPv6, 0))
    flows = InlineArray(repeating: HostFlow(tuple: empty))
    for index in 0..<16 {
      flows[index].tuple = HostTable.tuples[index]
      flows[index].interface = HostTable.addresses[index & 3].interface
      flows[index].isUsed = true
      // For some of them close to the wrap.
      flows[index].peerInitial = variant & 4 != 0 ? UInt32.max - UInt32(index) : UInt32(1_000 * index)
    }
    let nobody = Handle(rawValue: 0)
    records = InlineArray(repeating: HostRecord(handle: nobody))
    listeners = InlineArray(
      repeating: HostListener(handle: nobody, address: .anyIPv6, port: 0, family: .both, backlog: 0))
    handshakes = InlineArray(
      repeating: HostHandshake(tuple: empty, interface: 0, peerInitial: 0, expiresAt: 0, listener: 0))
    owedCookies = InlineArray(
      repeating: HostCookie(
        tuple: empty, interface: 0, sequence: 0, madeAt: 0, isSACKPermitted: false, usesECN: false))
    released = InlineArray(repeating: HostReleased(tuple: empty, ringClass: 0, at: 0, quietSince: 0))
    hasAddress = InlineArray(repeating: true)
    offloads = InlineArray(repeating: ChecksumOffload())
    fixture.reset()
    if variant & 8 == 0 { listen(address: .anyIPv6, port: 80, .both, backlog: 2, ringClass: 0) }
  }

  var instant: Instant { Instant(microseconds: now) }

  /// Carries a step out.
  mutating func take(_ step: HostStep) {
    let octets = step.octets
    switch step.kind {
    case .address, .interface, .options, .error, .write, .read, .end: stirReleased()
    default: break
    }
    switch step.kind {
    case .peer: send(octets)
    case .handshake: shake(octets)
    case .flood: flood(octets)
    case .listen:
      let index = Int(octets[1] & 7)
      let address =
        index < 4 ? HostTable.addresses[index].address : index == 7 ? Address(192, 0, 2, 200) : .anyIPv6
      let families: [3 of ListenerFamily] = [.both, .ipv4, .ipv6]
      let port: UInt16 = octets[1] & 8 == 0 ? 80 : 81
      listen(
        address: address,
        port: octets[5] == 0 ? port : HostFixture.ports.lowerBound + UInt16(octets[5] % 6),
        families[Int(octets[2]) % 3],
        backlog: Int(octets[3] & 3), ringClass: Int(octets[4] % 3),
        leastTimeout: HostTable.leastTimeouts[Int(octets[6] & 3)],
        timestamps: octets[6] & 4 != 0 ? .off : octets[6] & 8 != 0 ? .strict : .offered,
        traitsCode: octets[7])
    case .connect: connect(octets)
    case .accept: accept(octets)
    case .write: write(record(octets[1]), count: Int(octets[2]) * 4)
    case .read: read(record(octets[1]), count: Int(octets[2]) * 8)
    case .end: end(octets)
    case .closeListener: closeListener(Int(octets[1] & 1), isAborted: octets[1] & 2 != 0)
    case .stale: askStale(octets)
    case .address: changeAddress(octets)
    case .interface: changeInterface(octets)
    case .time: pass(octets)
    case .move: fixture.move()
    case .noise: makeNoise(octets)
    case .damage: damage(octets)
    case .configure: configure(octets)
    case .options: setOptions(octets)
    case .ask: ask(octets)
    case .malformed: sendMalformed(octets)
    case .error: processICMPError(octets)
    }
    if step.isHeld { debt += 1 } else { pump() }
  }

  /// A record of a number.
  func record(_ number: UInt8) -> Int { Int(number) % 10 }

  // MARK: The wire

  /// Octets arrive, and have exactly one outcome.
  @discardableResult
  mutating func arrive(_ count: Int, on interface: Int) -> ArrivalOutcome {
    // The octets were written by the caller; the views do not outlive the call.
    let whole = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(shared.arrival)[..<count])
    unsafe observer?.arrived(whole.bytes, instant)
    let outcome = unsafe fixture.host.arrive(whole.bytes, on: interface, at: instant)
    observer?.stepped("  \(outcome)")
    arrivals += 1
    lastCount = count
    debt += 1
    return outcome
  }

  /// Everything that is owed leaves.
  @_silgen_name("__sanitizer_host_pump")
  mutating func pump(answering reset: Bool = false) {
    for turn in 0..<2_000 {
      guard let departure = unsafe fixture.host.transmit(into: shared.departure, at: instant) else {
        debt = 0
        return checkAnswers()
      }
      // What was just written, for as long as nothing else is.
      let whole = unsafe UnsafeRawBufferPointer(
        rebasing: UnsafeRawBufferPointer(shared.departure)[..<departure.count])
      unsafe observer?.departed(whole.bytes, instant)
      unsafe judge(whole.bytes, on: departure.interface, answering: reset)
      require("transmit comes to an end", turn < 1_999)
    }
  }

  /// What leaves comes from us, goes to somebody, and does not leave for nothing.
  @_silgen_name("__sanitizer_host_judge")
  private mutating func judge(_ bytes: RawSpan, on interface: Int, answering reset: Bool) {
    do {
      let outer = try Datagram(parsing: bytes)
      let payload = bytes.extracting(outer.payloadOffset..<bytes.byteCount)
      let segment = try SegmentHeader(parsing: payload)
      var sum = outer.pseudoHeaderSum()
      let isPartial = offloads[interface].fillsDeparting
      if isPartial {
        require("a device finds the pseudo header's sum", payload.uint16(at: 16) == ~sum.field)
      }
      sum.add(payload)
      require("what leaves has a right checksum", isPartial || sum.isValid)
      require(
        "a datagram goes to a host",
        outer.destination.isValidUnicast && outer.source.isValidUnicast && segment.destinationPort != 0)
      if outer.source.isIPv4 { judgeIdentification(bytes) }
      require("a reset does not answer a reset", !reset || !segment.flags.contains(.rst))
      let tuple = FourTuple(
        local: Endpoint(outer.source, segment.sourcePort),
        remote: Endpoint(outer.destination, segment.destinationPort),
        scope: outer.destination.isLinkLocal ? UInt8(interface + 1) : 0)
      if segment.length == 0 || segment.flags.contains(.syn) && segment.flags.contains(.ack) {
        debt -= 1
        require("one thing that happens brings one answer at most", debt >= 0)
      }
      guard !segment.flags.contains(.rst) else { return noteAbort(segment, of: tuple) }
      let isCookie = segment.flags.contains(.syn | .ack) && takeCookie(segment, of: tuple)
      if segment.flags.contains(.syn | .ack) && !isCookie { noteAnswer(of: tuple) }
      require("only an address of ours is a source", hasSource(outer.source, on: interface))
      note(segment, of: tuple, on: interface, isCookie: isCookie)
    } catch {
      violated("what leaves is a segment", "\(error)")
    }
  }

  /// RFC 6864: a datagram that may be fragmented has an identification of its own; any other has none.
  private mutating func judgeIdentification(_ bytes: RawSpan) {
    let identification = bytes.uint16(at: 4)
    guard bytes.uint8(at: 6) & 0x40 == 0 else {
      return require("what may not be fragmented has no identification", identification == 0)
    }
    require(
      "a datagram that may be fragmented has an identification of its own",
      mayFragment && identification != lastIdentification)
    lastIdentification = identification
  }

  private func hasSource(_ address: Address, on interface: Int) -> Bool {
    for index in 0..<4 where HostTable.addresses[index].address == address && hasAddress[index] {
      return HostTable.addresses[index].interface == interface
    }
    return hasServedForeign
  }

  /// The peer of a pair learns what the host has sent.
  private mutating func note(
    _ segment: SegmentHeader, of tuple: FourTuple, on interface: Int, isCookie: Bool
  ) {
    let index = flow(of: tuple, at: segment.sequence, on: interface)
    if let timestamps = segment.options.timestamps { flows[index].timestamp = timestamps.value }
    if segment.flags.contains(.syn) {
      // R2 of 100 s, for a half-open entry, a cookie and a connection.
      require(
        "a SYN tells our user time-out",
        segment.options.userTimeout.rawValue == (choice.exchangesTimes ? 100 : 0))
      if isCookie { flows[index].hasCookie = true } else { checkInitial(segment.sequence, of: tuple, index) }
      flows[index].initial = segment.sequence.rawValue
      flows[index].next = segment.sequence.rawValue &+ 1
      flows[index].hasSynchronized = true
      flows[index].segmentSize = segment.options.maximumSegmentSize
    }
    let end = segment.sequence + segment.length
    if end > SequenceNumber(flows[index].next) { flows[index].next = end.rawValue }
    if segment.flags.contains(.ack) { flows[index].expected = segment.acknowledgment.rawValue }
  }

  /// The flow of a pair; a new one for a pair that the host has chosen, or that a flood has pushed out, from
  /// this number on.
  private mutating func flow(of tuple: FourTuple, at sequence: SequenceNumber, on interface: Int) -> Int {
    for index in 0..<24 where flows[index].isUsed && flows[index].tuple == tuple { return index }
    let index = nextFlow
    nextFlow = nextFlow == 23 ? 16 : nextFlow + 1
    flows[index] = HostFlow(tuple: tuple)
    flows[index].isUsed = true
    flows[index].next = sequence.rawValue
    flows[index].peerInitial = 7_000 * UInt32(index)
    flows[index].interface = interface
    return index
  }

  /// An initial sequence number follows the clock (RFC 6528 section 3), unless it had to lie beyond an old
  /// one.
  private func checkInitial(_ sequence: SequenceNumber, of tuple: FourTuple, _ index: Int) {
    let current = fixture.host.initialSequenceNumber(tuple, at: instant)
    let age = current - sequence
    let most = Int(truncatingIfNeeded: (now - HostFixture.beginning) / 4)
    // The number of a cookie may be anywhere, and so what lies beyond it; also for another SYN, while that of
    // the handshake before has not been acknowledged.
    let isBeyondCookie =
      sequence - SequenceNumber(flows[index].next) == 65_536 || sequence.rawValue == flows[index].initial
    let isAhead =
      flows[index].hasSynchronized && age < 0 && age >= -(1 << 30)
      || flows[index].hasCookie && isBeyondCookie
    require(
      // Those that begin within one tick follow each other.
      "initial sequence numbers follow the clock",
      age >= -10_000 && age <= most || isAhead || most >= 1 << 31,
      "\(age) behind")
  }
}
