import TCPCore

/// One step of a host's input script: eight octets. The first says what happens; what the others mean depends
/// on it.
///
/// Zero is the natural choice: a SYN arrives from the first peer.
package struct HostStep {
  /// What happens.
  package enum Kind: UInt8, CaseIterable {
    /// A segment arrives from a peer.
    case peer
    /// Three segments that follow each other: SYN, its acknowledgment, and text.
    case handshake
    /// Many SYNs arrive, from many ports.
    case flood
    /// OPEN, passive; the last octet chooses what else the listener does.
    case listen
    /// OPEN, active.
    case connect
    /// A listener's connection is accepted, or a SYN that waits is answered or refused.
    case accept
    /// SEND.
    case write
    /// RECEIVE.
    case read
    /// CLOSE, ABORT, or a release.
    case end
    /// A listener is closed.
    case closeListener
    /// A call with a handle that names nothing.
    case stale
    /// An address is taken away, or given.
    case address
    /// An interface gets another MTU.
    case interface
    /// Time passes.
    case time
    /// The host moves to a copy of its memory.
    case move
    /// Octets arrive that are no datagram of TCP.
    case noise
    /// A copy of the memory is damaged, and somebody tries to go on from it.
    case damage
    /// Somebody tries to make a host of a configuration that cannot be.
    case configure
    /// The user changes a connection's options, and asks for them.
    case options
    /// A call with an argument that is out of its range, or a question about the host itself.
    case ask
    /// A datagram arrives that has one thing wrong.
    case malformed
    /// An ICMP error arrives.
    case error
  }

  /// How many octets one step takes.
  package static var byteCount: Int { 8 }
  /// Steps that are played; what is behind them is not looked at.
  package static var limit: Int { 150 }

  /// The eight octets.
  package var octets: InlineArray<8, UInt8>

  init(_ bytes: RawSpan, at offset: Int) {
    octets = InlineArray { bytes.uint8(at: offset + $0) }
  }

  /// What happens.
  package var kind: Kind { Kind(rawValue: octets[0] & 31) ?? Kind(rawValue: octets[0] & 15) ?? .peer }
  /// Whether nothing leaves after the step.
  package var isHeld: Bool { octets[0] & 0x20 != 0 }
  /// Whether the user does not fetch events after the step.
  package var isUnheard: Bool { octets[0] & 0x40 != 0 }
}

/// What the codes of a host's input script mean. Made once, so that a step allocates nothing.
enum HostTable {
  /// Our addresses, with their prefix and interface.
  static let addresses: [(address: Address, prefix: Int, interface: Int)] = [
    (Address(192, 0, 2, 1), 24, 0), (Address(high: 0x2001_0DB8_0000_0000, low: 1), 64, 0),
    (Address(198, 51, 100, 1), 24, 1), (Address(high: 0xFE80_0000_0000_0000, low: 1), 64, 1),
  ]
  /// Flags of a peer's segment: SYN, ACK, PSH with ACK, FIN, RST, SYN with ACK, RST with ACK, none.
  static let flags: [UInt8] = [0x02, 0x10, 0x18, 0x11, 0x04, 0x12, 0x14, 0x00]
  /// Pauses in microseconds; the first is up to the next deadline.
  static let pauses: [UInt64] = [
    0, 1_000, 40_000, 200_000, 1_000_000, 3_000_000, 10_000_000, 31_000_000, 63_000_000, 64_000_000,
    101_000_000, 180_000_000, 240_000_000, 600_000_000, 7_200_000_000, 2_600_000_000_000,
  ]
  /// The smallest RTO of a listener's connections, in microseconds.
  static let leastTimeouts: [UInt64] = [1_000_000, 200_000, 3_000_000, 1_000_000]
  /// Events that must be reported when they begin to hold.
  static let eventKinds: [EventSet] = [.readable, .ended, .urgent]
  /// MTUs.
  static let pathSizes = [1_500, 1_280, 576, 68, 1_279, 67, 65_535, 65_536]
  /// Limits of our MSS.
  static let segmentSizes: [UInt16] = [0, 536, 64, 63, 1, 65_535, 1_220]
  /// Rings of the first class.
  static let rings: [(send: Int, receive: Int)] = [(64, 64), (1, 1), (500, 300), (20, 2_000)]
  /// What a peer says of its MSS, nothing for 0, and the number of the size that a cookie remembers: the
  /// largest of 64, 536, 1,220, 1,360, 1,400, 1,440, 1,460 and 8,940 that is no larger, if any is.
  static let peerSegmentSizes: [(size: UInt16, index: UInt32)] = [
    (0, 0), (1, 0), (535, 0), (536, 1), (1_219, 1), (1_440, 5), (1_460, 6), (65_535, 7),
  ]
  /// From or to whom nothing is answered: nowhere to, and nowhere from.
  static let strangeIPv4 = [
    Address(192, 0, 2, 255), Address(224, 0, 0, 1), Address(255, 255, 255, 255), Address(192, 0, 2, 77),
    Address(0, 0, 0, 0), Address(198, 51, 100, 255), Address(240, 0, 0, 1), Address(192, 0, 2, 0),
  ]
  static let strangeIPv6 = [
    Address(high: 0xFF02_0000_0000_0000, low: 1), Address(high: 0, low: 0),
    Address(high: 0x2001_0DB8_0000_0000, low: 0x77), Address(high: 0xFF0E_0000_0000_0000, low: 5),
  ]

  /// The pairs of peers that connect to us, as the host sees them: four peers for each address of ours, on
  /// two ports.
  static let tuples: [FourTuple] = (0..<16).map { number in
    let own = addresses[number & 3]
    let peer = UInt8(10 + number >> 2)
    let address =
      number & 1 == 0
      ? (number & 2 == 0 ? Address(192, 0, 2, peer) : Address(198, 51, 100, peer))
      : Address(high: own.address.high, low: UInt64(peer))
    return FourTuple(
      local: Endpoint(own.address, number < 8 ? 80 : 81),
      remote: Endpoint(address, UInt16(1_000 + number)),
      scope: address.isLinkLocal ? UInt8(own.interface + 1) : 0)
  }
}

/// What a peer knows of one pair.
struct HostFlow {
  var tuple: FourTuple
  var interface = 0
  /// The peer's initial sequence number, and the next that the host expects as far as it has said.
  var peerInitial: UInt32 = 0
  var expected: UInt32 = 0
  /// The host's initial sequence number, and the number behind the furthest octet it has sent.
  var initial: UInt32 = 0
  var next: UInt32 = 0
  /// Whether the host has sent a SYN.
  var hasSynchronized = false
  var isUsed = false
  /// Whether a SYN of the host's was a cookie.
  var hasCookie = false
  /// The host's latest timestamp.
  var timestamp: UInt32 = 0
  /// What the host's last SYN said of its MSS.
  var segmentSize: UInt16?
}

/// A handle that the user was given.
struct HostRecord {
  var handle: Handle
  /// Whether it was not given up.
  var isHeld = false
  var ringClass = 0
  /// What held when events were fetched last, and whether the end was reported.
  var readiness = EventSet.none
  var isEndReported = false
}

/// A listener of the user's.
struct HostListener {
  var handle: Handle
  var address: Address
  var port: UInt16
  var family: ListenerFamily
  var backlog: Int
  var ringClass = 0
  /// The smallest RTO of its connections.
  var leastTimeout: UInt64 = 1_000_000
  var traits = ListenerTraits.none
  var usesECN = true
  var timestamps = Timestamps.offered
  var isUsed = false
  /// When the last cookie that it has sent is good no more.
  var cookiesEnd: UInt64 = 0
  /// The pairs of connections that nobody has accepted, in the order in which their handshakes were
  /// completed.
  var waiting: InlineArray<4, FourTuple>
  var waitingCount = 0
  /// How many newcomers were dropped since there was room, or a handshake was completed.
  var recentDrops = 0
  /// SYNs that were challenged by a pair in TIME-WAIT: for want of a place, which counts too, or for their
  /// numbers.
  var unclearDrops = 0

  /// Whether it agrees to timestamps, and whether it insists on them then.
  enum Timestamps {
    case offered, off, strict
  }

  /// For how long an entry does not give way: each newcomer that was dropped halves it.
  var minimumHalfOpenAge: UInt64 { max(75_000, 1_000_000 >> UInt64(recentDrops)) }
  /// The least that this time can be.
  var leastUndisturbedTime: UInt64 { max(75_000, 1_000_000 >> UInt64(min(8, recentDrops + unclearDrops))) }

  init(
    handle: Handle, address: Address, port: UInt16, family: ListenerFamily, backlog: Int, ringClass: Int = 0
  ) {
    self.handle = handle
    self.address = address
    self.port = port
    self.family = family
    self.backlog = backlog
    self.ringClass = ringClass
    waiting = InlineArray(
      repeating: FourTuple(local: Endpoint(.anyIPv6, 0), remote: Endpoint(.anyIPv6, 0)))
  }

  /// Whether it may serve a pair.
  ///
  /// - Parameter isOurs: whether the address is one of the interface's.
  func serves(_ tuple: FourTuple, isOurs: Bool) -> Bool {
    guard isUsed, port == tuple.localPort || traits.contains(.anyPort) else { return false }
    guard isOurs || traits.contains(.foreignDestinations) else { return false }
    if !address.isUnspecified { return address == tuple.localAddress }
    switch family {
    case .both: return true
    case .ipv4: return tuple.isIPv4
    case .ipv6: return !tuple.isIPv4
    }
  }
}

/// A handshake that a peer has begun, as the model knows it.
struct HostHandshake {
  var tuple: FourTuple
  var interface: Int
  var peerInitial: UInt32
  var expiresAt: UInt64
  /// The listener it belongs to, by its handle: 0 once that is closed.
  var listener: UInt64
  /// How long the first SYN-ACK waits for an answer.
  var firstTimeout: UInt64 = 1_000_000
  /// Whether the program has still to decide, and the handle once it was reported.
  var isHeld = false
  var request: Handle?
  /// How many SYN-ACKs have left, whether one must leave, and when the next is due.
  var answers = 0
  var owesAnswer = true
  var answerAgainAt = UInt64.max
  /// When the first has left, and when the latest, to a tick.
  var answeredAt: UInt64 = 0
  var answeredAgainAt: UInt64 = 0
}
