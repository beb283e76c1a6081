import TCPCore
import TCPOracle

/// One loopback input script on its way: two hosts, the link between them, and the hand that plays adversary
/// and users.
///
/// Every octet of the input script has a meaning, and the same input script always does the same.
@safe
struct LoopbackRun {
  let shared: LoopbackFixtures
  let fixture: LoopbackFixture
  let wire: LoopbackWire
  var now: UInt64
  private(set) var options: ConnectionOptions
  let choice: LoopbackChoice
  /// Whether both sides connect to each other.
  let isSimultaneous: Bool
  /// Whether something forged was taken: from then on either side may believe anything.
  var isTainted = false
  /// When the adversary stopped.
  var drainStart = UInt64.max
  /// The last segment that left each side, for forgery.
  var seen: InlineArray<2, SegmentHeader?>
  /// For each side, what it knows of a strict peer on the other.
  var peers: InlineArray<2, StrictPeer>
  /// What each side can know of its path, where it samples delivery rates.
  var paths: InlineArray<2, ReferencePath>
  var bounds: InlineArray<2, PathBounds>
  /// The user time-outs that each side has advertised.
  var times: InlineArray<2, AdvertisedTimes>
  /// Called for every datagram, and for every step, where somebody wants to see.
  let observer: LoopbackObserver?

  init(variant: UInt8, choice: LoopbackChoice, observer: LoopbackObserver?) {
    self.choice = choice
    shared = unsafe LoopbackFixtures.shared
    fixture = shared.fixture(Int(variant & 7) + (variant & 0x10 != 0 ? 8 : 0))
    wire = shared.wire
    self.observer = observer
    now = variant & 0x08 != 0 ? fixture.wrapTime : LoopbackFixture.beginning
    var options = ConnectionOptions()
    options.offersTimestamps = variant & 0x20 == 0
    options.offersSACK = variant & 0x40 == 0
    options.offersWindowScale = variant & 0x40 == 0
    options.congestionControl = choice.control
    options.ecn = choice.ecn
    options.userTimeoutPolicy = choice.userTimeout
    self.options = options
    isSimultaneous = variant & 0x80 != 0
    seen = InlineArray(repeating: nil)
    peers = InlineArray(repeating: StrictPeer())
    paths = InlineArray(repeating: ReferencePath())
    bounds = InlineArray(repeating: PathBounds())
    times = InlineArray(repeating: AdvertisedTimes())
  }

  var instant: Instant { Instant(microseconds: now) }

  /// Both hosts as new; the right side listens, or connects as the left one does.
  mutating func begin() {
    wire.reset()
    fixture.left.reset()
    fixture.right.reset()
    checkControl()
    do throws(CallError) {
      fixture.left.user.handle = try fixture.left.host.connect(
        to: fixture.right.local, from: fixture.left.local, ringClass: choice.ringClass, options: options,
        at: instant)
      if isSimultaneous {
        fixture.right.user.handle = try fixture.right.host.connect(
          to: fixture.left.local, from: fixture.right.local, ringClass: choice.ringClass, options: options,
          at: instant)
      } else {
        fixture.right.user.listener = try fixture.right.host.listen(
          fixture.right.local, ringClass: choice.ringClass, options: options)
      }
    } catch {
      violated("connections can begin", "\(error)")
    }
    for side in 0..<2 {
      look(side)
      fixture.end(side).user.debt = 1
      pump(side)
    }
  }

  /// BBR is refused where nothing samples delivery rates; both sides use CUBIC then.
  private mutating func checkControl() {
    guard options.congestionControl == .bbr, !choice.samplesDeliveryRate else { return }
    let before = fixture.left.host.digest
    var error: CallError?
    do throws(CallError) {
      _ = try fixture.left.host.connect(
        to: fixture.right.local, from: fixture.left.local, options: options, at: instant)
    } catch let thrown { error = thrown }
    require("BBR needs delivery rates", error == .notSupported && fixture.left.host.digest == before)
    options.congestionControl = .cubic
  }

  /// Carries a step out.
  mutating func take(_ step: LoopbackStep) {
    let octets = step.octets
    let side = step.side
    switch step.kind {
    case .deliver: deliver(Int(octets[1]), 1 + Int(octets[2] & 7), to: side, isHeld: step.isHeld)
    case .exchange: exchange(1 + Int(octets[1] & 7), reads: octets[2] & 1 != 0)
    case .drop: drop(Int(octets[1]), 1 + Int(octets[2] & 15), to: side, marks: octets[2] & 0x80 != 0)
    case .double: double(Int(octets[1]), to: side)
    case .reorder: reorder(Int(octets[1]), to: side, isFirst: octets[2] & 1 != 0)
    case .corrupt: corrupt(step)
    case .forge: forge(step)
    case .write: write(side, count: step.word(1) % 9_001, how: octets[3])
    case .read: read(side, count: step.word(1), isInPlace: octets[3] & 1 != 0)
    case .call: call(side, octets[1])
    case .options: setOptions(side, octets[1])
    case .time: pass(step)
    case .move: fixture.end(side).move()
    case .interface: changeInterface(side, octets[1])
    case .icmp: complain(step)
    case .transmit: pump(side, limit: 1 + Int(octets[1] & 7))
    }
    if step.isHeld {
      fixture.end(side).user.debt += 1
    } else {
      pump(side)
    }
  }

  // MARK: The wire

  /// What a host owes leaves, and waits on the wire.
  @_silgen_name("__sanitizer_loopback_pump")
  mutating func pump(_ side: Int, limit: Int = Int.max) {
    let end = fixture.end(side)
    notePath(side)
    for turn in 0..<min(limit, 5_000) {
      // Nothing is posted before what was written there.
      let room = unsafe wire.room
      let probes = LoopbackRun.probes(end.host.counters)
      guard let departure = unsafe end.host.transmit(into: room, at: instant) else {
        end.user.debt = 0
        return
      }
      // What was just written, for as long as nothing else is.
      let whole = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<departure.count])
      let isProbe = probes != LoopbackRun.probes(end.host.counters)
      unsafe judge(whole.bytes, from: side, isProbe: isProbe)
      unsafe observer?.departed(side, whole.bytes, instant)
      // Every path of IPv6 takes 1,280 octets (RFC 8200 section 5).
      let longest = fixture.isIPv4 ? choice.blackHole : max(1_280, choice.blackHole)
      if departure.count <= longest { wire.post(departure.count, to: 1 - side, at: now) }
      require("transmit comes to an end", turn < 4_999)
    }
  }

  /// What leaves is a segment of the pair, and empty ones do not leave for nothing.
  ///
  /// - Parameter isProbe: whether the host has counted a probe.
  @_silgen_name("__sanitizer_loopback_judge")
  private mutating func judge(_ bytes: RawSpan, from side: Int, isProbe: Bool) {
    let end = fixture.end(side)
    do {
      let outer = try Datagram(parsing: bytes)
      require(
        "a datagram goes to the peer",
        outer.source == end.local.address && outer.destination == fixture.end(1 - side).local.address)
      require(
        "a datagram has no octets behind its end",
        outer.payloadOffset + outer.payloadCount == bytes.byteCount && outer.protocolNumber == 6)
      let segment = try SegmentHeader(parsing: bytes.extracting(outer.payloadOffset..<bytes.byteCount))
      require(
        "a segment has the pair's ports",
        segment.sourcePort == end.local.port && segment.destinationPort == fixture.end(1 - side).local.port)
      seen[side] = segment
      if let fault = peers[side].judge(segment, isProbe: isProbe) { violated(fault.rule, fault.detail) }
      if segment.options.userTimeout.exists { times[side].note(segment.options.userTimeout) }
      if choice.samplesDeliveryRate {
        let first = paths[side].repetition(segment)
        paths[side].depart(segment, at: now)
        checkPace(side, segment, resentFrom: first)
      }
      guard segment.length == 0 else { return }
      end.user.debt -= 1
      require("one thing that happens brings one empty segment at most", end.user.debt >= 0)
    } catch {
      violated("what leaves is a segment", "\(error)")
    }
  }

  /// A datagram arrives.
  @_silgen_name("__sanitizer_loopback_arrive")
  @discardableResult
  mutating func arrive(_ bytes: RawSpan, at side: Int, isForged: Bool = false) -> ArrivalOutcome {
    let end = fixture.end(side)
    let before = isForged ? LoopbackRun.changes(end.host.counters) : 0
    let isInvited = end.host.occupancy.halfOpen > 0
    paths[side].expect()
    let outcome = end.host.arrive(bytes, at: instant)
    if outcome == .processed || outcome == .textAfterRelease { hear(bytes, at: side, isInvited: isInvited) }
    if isForged {
      // More than an acknowledgment has come of it.
      let isChanged = before != LoopbackRun.changes(end.host.counters)
      if isChanged || !LoopbackRun.isHarmless(outcome) { isTainted = true }
    }
    observer?.arrived(side, bytes, outcome, instant)
    end.user.debt += 1
    if outcome == .textAfterRelease { end.user.isReleased = true }
    accept(side)
    look(side)
    if outcome == .processed {
      notePath(side)
      checkPath(side)
    }
    return outcome
  }

  /// What a segment says that the end has processed, for the strict peer. ICMP errors say nothing of the
  /// peer.
  @_silgen_name("__sanitizer_loopback_hear_word")
  private mutating func hear(_ bytes: RawSpan, at side: Int, isInvited: Bool) {
    guard let outer = try? Datagram(parsing: bytes), outer.protocolNumber == 6 else { return }
    let octets = bytes.extracting(outer.payloadOffset..<outer.payloadOffset + outer.payloadCount)
    guard let segment = try? SegmentHeader(parsing: octets) else {
      violated("what is processed is a segment")
    }
    peers[side].hear(segment, isInvited: isInvited)
    if choice.samplesDeliveryRate { paths[side].hear(segment, at: now) }
  }

  /// What counts when a probe of the window or of the peer leaves.
  private static func probes(_ counters: Counters) -> UInt64 {
    counters.windowProbes &+ counters.keepAliveProbes
  }

  /// The n-th waiting datagram arrives.
  mutating func deliver(_ index: Int, to side: Int) {
    guard wire.waiting[side] > 0 else { return }
    let place = index % wire.waiting[side]
    // The slot keeps its octets until something is posted, which the arrival does not do.
    let octets = unsafe UnsafeRawBufferPointer(wire.octets(place, to: side))
    wire.remove(place, to: side)
    unsafe arrive(octets.bytes, at: side)
  }

  private mutating func deliver(_ index: Int, _ count: Int, to side: Int, isHeld: Bool) {
    for turn in 0..<count {
      deliver(index, to: side)
      if !isHeld && turn < count - 1 { pump(side) }
    }
  }

  /// Everything that waits arrives, in order, and what it causes, a millisecond later each time.
  @_silgen_name("__sanitizer_loopback_exchange")
  private mutating func exchange(_ rounds: Int, reads: Bool) {
    for round in 0..<rounds {
      guard wire.waiting[0] + wire.waiting[1] > 0 else { break }
      if choice.samplesDeliveryRate {
        passTurns(until: now + choice.delay)
      } else {
        now += 1_000
        if round & 3 == 3 { wait(until: now) }
      }
      for side in 0..<2 {
        for _ in 0..<wire.waiting[side] { deliver(0, to: side) }
        if reads && fixture.end(side).user.handle != nil { read(side, count: 0xFFFF, isInPlace: false) }
        pump(side)
      }
    }
    // What has fallen due meanwhile.
    wait(until: now)
    for side in 0..<2 { pump(side) }
  }

  /// - Parameter marks: whether a router marks what bears it instead (RFC 3168 section 5).
  private func drop(_ index: Int, _ count: Int, to side: Int, marks: Bool) {
    var place = index
    for _ in 0..<count where wire.waiting[side] > 0 {
      place %= wire.waiting[side]
      if marks && wire.mark(place, to: side) {
        place += 1
      } else {
        wire.remove(place, to: side)
      }
    }
  }

  private mutating func double(_ index: Int, to side: Int) {
    guard wire.waiting[side] > 0 else { return }
    // As with a delivery.
    let octets = unsafe UnsafeRawBufferPointer(wire.octets(index % wire.waiting[side], to: side))
    unsafe arrive(octets.bytes, at: side)
  }

  private func reorder(_ index: Int, to side: Int, isFirst: Bool) {
    guard wire.waiting[side] > 0 else { return }
    wire.move(index % wire.waiting[side], to: side, isFirst: isFirst)
  }

  // MARK: Time

  /// Time passes for both hosts, with nothing due on the way.
  @_silgen_name("__sanitizer_loopback_wait")
  mutating func wait(until moment: UInt64) {
    now = max(now, moment)
    for side in 0..<2 { expire(side) }
    // A datagram lives for less than the maximum segment lifetime of two minutes.
    if now > 110_000_000 { wire.forget(before: now - 110_000_000) }
  }

  @_silgen_name("__sanitizer_loopback_expire")
  private mutating func expire(_ side: Int) {
    let end = fixture.end(side)
    for turn in 0..<100 {
      guard end.host.expire(at: instant) else { break }
      require("expire comes to an end", turn < 99)
    }
    end.user.debt += 2
    look(side)
    let timeouts = end.host.counters.timeouts
    if timeouts != bounds[side].timeouts { paths[side].timeOut() }
    bounds[side].timeouts = timeouts
  }

  /// The earlier of the two hosts' deadlines, on a tick of the core's clock.
  var nextDeadline: UInt64? {
    let first = fixture.left.host.deadline?.microseconds ?? UInt64.max
    let second = fixture.right.host.deadline?.microseconds ?? UInt64.max
    let earlier = min(first, second)
    return earlier == UInt64.max ? nil : max(now, earlier)
  }

  /// From deadline to deadline, so that what is paced leaves in its turn.
  private mutating func passTurns(until target: UInt64) {
    for _ in 0..<64 {
      guard let deadline = nextDeadline, deadline < target else { break }
      wait(until: deadline)
      for side in 0..<2 { pump(side) }
    }
    wait(until: target)
  }

  private mutating func pass(_ step: LoopbackStep) {
    let code = Int(step.octets[1] & 15)
    var target = now + LoopbackTable.pauses[code]
    if code == 0 { target = nextDeadline ?? now }
    if step.octets[1] & 0x10 != 0 {
      // From deadline to deadline.
      for _ in 0..<16 {
        for side in 0..<2 { pump(side) }
        guard let deadline = nextDeadline, deadline < target else { break }
        wait(until: deadline)
      }
    }
    wait(until: target)
    if !step.isHeld { for side in 0..<2 { pump(side) } }
  }
}
