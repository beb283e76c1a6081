import TCPCore
import TCPLoopback
import TCPTestSupport

/// A conversation of two hosts over a bad link, all of it from one seed: handshake, text both ways, close,
/// with losses, copies, datagrams that overtake, strangers, forgers and ICMP errors. What arrives may be
/// wrapped on its way.
final class NeutralConversation {
  /// Something that was done, and the state of both hosts then.
  struct Step: Equatable {
    var what: String
    var at: Instant
    /// The datagram that left.
    var bytes: [UInt8] = []
    var digests: [UInt64] = []
    var status: [UInt64] = []
  }

  private(set) var steps: [Step] = []
  private(set) var outcomes: [ArrivalOutcome] = []
  /// What each side has read.
  private(set) var texts: [[UInt8]] = [[], []]
  private(set) var retransmissions = 0
  /// What each side writes.
  let goals: [[UInt8]]
  private let fixtures: [HostFixture]
  private let isIPv6: Bool
  private let mayDamage: Bool
  private let neutral: Neutral?
  private var random: SplitMix64
  /// Apart from the other, so that the same happens whatever is wrapped.
  private var wrappingRandom: SplitMix64
  private var link: [(at: Instant, side: Int, bytes: [UInt8])] = []
  private var handles: [Handle?] = [nil, nil]
  private var written = [0, 0]
  private var isClosed = [false, false]
  private var isReleased = [false, false]

  /// - Parameters:
  ///   - isVerified: the devices verify what arrives, and deliver nothing that is damaged.
  ///   - mayDamage: the link damages some, if the devices do not verify.
  ///   - neutral: what is around each datagram.
  init(
    seed: UInt64, isIPv6: Bool, isVerified: Bool, mayDamage: Bool = true, _ neutral: Neutral? = nil
  ) throws {
    var configuration = HostConfiguration(connections: 4, sendCapacity: 8_192, receiveCapacity: 6_000)
    configuration.replyCapacity = 3
    fixtures = try [
      HostFixture.make(1, configuration), HostFixture.make(2, configuration, secret: Secret(seed, 99)),
    ]
    for fixture in fixtures {
      try fixture.host.setInterface(0, mtu: 1_500, offload: ChecksumOffload(verifiesArriving: isVerified))
    }
    self.isIPv6 = isIPv6
    self.mayDamage = mayDamage && !isVerified
    self.neutral = neutral
    random = SplitMix64(seed: seed)
    wrappingRandom = SplitMix64(seed: ~seed)
    goals = [random.octets(random.within(8_000...20_000)), random.octets(random.within(8_000...20_000))]
  }

  private func endpoint(_ number: UInt8, _ port: UInt16) -> Endpoint {
    isIPv6 ? .near6(UInt64(number), port) : .near(number, port)
  }

  /// Plays it to its end, when both hosts are empty but for the listener.
  func play() throws {
    let listener = try fixtures[1].host.listen(endpoint(2, 80))
    handles[0] = try fixtures[0].host.connect(
      to: endpoint(2, 80), from: endpoint(1, 5_000), at: fixtures[0].now)
    note("open")
    var idleRounds = 50
    for _ in 0..<20_000 where idleRounds > 0 {
      for side in 0...1 {
        try serve(side)
        // Sometimes more arrives before a host may answer.
        if random.within(0...3) > 0 { depart(side) }
      }
      if !proceed() { idleRounds -= 1 }
    }
    try fixtures[1].host.release(listener, at: fixtures[1].now)
    note("end")
  }

  /// Both hosts have no entry left, and nothing is on its way.
  var isOver: Bool {
    link.isEmpty && isReleased == [true, true]
      && fixtures.allSatisfy { $0.host.occupancy == (0, 0, 0, 0) && $0.host.deadline == nil }
  }

  /// The next datagram arrives, or the next timer is due; `false` when nothing is left to do.
  private func proceed() -> Bool {
    let due = fixtures.compactMap { $0.host.deadline }.min() ?? .never
    let next = link.indices.min { link[$0].at < link[$1].at }
    if let next, link[next].at <= due {
      let (at, side, bytes) = link.remove(at: next)
      move(to: at)
      let outcome = fixtures[side].arrive(neutral.map { $0.wrap(bytes, &wrappingRandom) } ?? bytes)
      outcomes.append(outcome)
      note("arrival on \(side): \(outcome)")
      return true
    }
    guard due < .never else { return false }
    move(to: due)
    for fixture in fixtures { while fixture.host.expire(at: fixture.now) {} }
    note("expiry")
    return true
  }

  private func move(to moment: Instant) {
    for fixture in fixtures where fixture.now < moment { fixture.now = moment }
  }

  /// What the users do.
  private func serve(_ side: Int) throws {
    let fixture = fixtures[side]
    for event in fixture.events() {
      if event.kinds.contains(.accepted), handles[side] == nil { handles[side] = event.handle }
      note("event on \(side): \(event.handle.rawValue) \(event.kinds.rawValue)")
    }
    guard let handle = handles[side], !isReleased[side] else { return }
    var isEnded = false
    if random.within(0...2) > 0 {
      do throws(CallError) {
        texts[side] += try fixture.read(handle, atMost: random.within(1...4_000))
      } catch { isEnded = error == .endOfStream }
      note("read on \(side): \(texts[side].count)")
    }
    if written[side] < goals[side].count, random.within(0...2) == 0, fixture.state(handle) != .synSent {
      let piece = goals[side][written[side]...].prefix(random.within(1...3_000))
      if let count = try? fixture.write(handle, Array(piece)) { written[side] += count }
      note("write on \(side): \(written[side])")
    }
    if written[side] == goals[side].count, !isClosed[side] {
      try fixture.host.close(handle, at: fixture.now)
      isClosed[side] = true
      note("close on \(side)")
    }
    if isEnded, isClosed[side], [.closed, .timeWait].contains(fixture.state(handle)) {
      retransmissions += try fixture.host.status(handle).retransmissions
      try fixture.host.release(handle, at: fixture.now)
      isReleased[side] = true
      note("release on \(side)")
    }
  }

  /// What a host owes leaves; some of it is lost, comes twice, or late. What leaves may bring a stranger's.
  private func depart(_ side: Int) {
    for _ in 0..<100 {
      guard let (bytes, _) = fixtures[side].transmit() else { break }
      note("departure on \(side)", bytes)
      let seen = Seen(bytes, on: 0)
      if random.within(0...2) == 0 { intrude(about: seen, from: side) }
      guard seen.to.address == endpoint(UInt8(2 - side), 0).address else { continue }
      let disposition = random.within(0...31)
      if disposition < 4 { continue }
      for _ in 0..<(disposition < 7 ? 2 : 1) {
        let delay = random.within(5_000...8_000) + (random.within(0...9) == 0 ? 12_000 : 0)
        link.append((fixtures[side].now + .microseconds(delay), 1 - side, bytes))
      }
    }
  }

  /// Something arrives that the other host has not sent.
  private func intrude(about seen: Seen, from side: Int) {
    let stranger = HandPeer(endpoint(9, 6_000), to: endpoint(UInt8(1 + side), side == 1 ? 80 : 81))
    var forger = HandPeer(seen.to, to: seen.from)
    forger.sequence = seen.header.acknowledgment
    forger.acknowledgment = seen.header.sequence
    let distance = random.within(1...20_000)
    // A forgery during the handshake may well end it.
    let kind = random.within(seen.flags.contains(.syn) ? 7...11 : 0...11)
    let bytes: [UInt8]
    switch kind {
    case 0: bytes = forger.segment(.rst, sequence: forger.sequence + distance)
    case 1: bytes = forger.segment(.syn)
    case 2: bytes = forger.segment(.ack, sequence: forger.sequence - 1)
    case 3...4: bytes = forger.segment(.ack, sequence: forger.sequence + 40_000, text: random.octets(9))
    case 7: bytes = message(isIPv6 ? 1 : 3, code: isIPv6 ? 0 : 1, about: seen)
    case 8: bytes = message(isIPv6 ? 2 : 3, code: isIPv6 ? 0 : 4, about: seen, mtu: isIPv6 ? 1_280 : 1_000)
    case 9: bytes = stranger.segment(.syn)
    case 10: bytes = stranger.segment(.ack)
    case 11: bytes = stranger.segment(.syn) { $0.options.maximumSegmentSize = 1_000 }
    default:
      guard mayDamage, seen.to.address == endpoint(UInt8(2 - side), 0).address else { return }
      link.append((fixtures[side].now + .milliseconds(6), 1 - side, damaged(seen.bytes)))
      return
    }
    link.append((fixtures[side].now + .microseconds(random.within(1...9_000)), side, bytes))
  }

  private func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    // From the sequence number on, whatever the family.
    bytes[random.within((isIPv6 ? 44 : 24)...(bytes.count - 1))] ^= UInt8(random.within(1...255))
    return bytes
  }

  /// A router's error about a datagram, of which it quotes more than the headers.
  private func message(_ type: UInt8, code: UInt8, about seen: Seen, mtu: UInt32 = 0) -> [UInt8] {
    routerMessage(type, code, mtu: mtu, quoting: seen.bytes, count: 80)
  }

  private func note(_ what: String, _ bytes: [UInt8] = []) {
    var step = Step(what: what, at: fixtures[0].now, bytes: bytes)
    for (side, fixture) in fixtures.enumerated() {
      step.digests.append(fixture.host.digest)
      guard let handle = handles[side], let status = try? fixture.host.status(handle) else { continue }
      let sizes = [
        status.unread, status.unacknowledged, status.unsent, status.bytesInFlight, status.sendSpace,
        status.sendWindow, status.receiveWindow, status.congestionWindow, status.slowStartThreshold,
        status.retransmissions, status.segmentSize, status.urgent, status.outOfOrderRanges,
        Int(status.softError.rawValue), Int(status.state.rawValue), Int(status.endReason.rawValue),
      ]
      step.status += sizes.map { UInt64($0) }
      step.status += [status.smoothedRoundTrip, status.retransmissionTimeout].map(\.microseconds)
      step.status.append((status.deadline ?? .never).microseconds)
    }
    steps.append(step)
  }
}
