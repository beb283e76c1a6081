import TCPCore

/// What one user knows of their connection.
struct LoopbackUser {
  var handle: Handle?
  var listener: Handle?
  /// Whether the handle was given up.
  var isReleased = false
  /// Octets that the host has taken, and how many of them were acknowledged when it was last asked.
  var written = 0
  var acknowledged = 0
  /// Octets that were read, and how many had come in order when the host was last asked.
  var consumed = 0
  var received = 0
  /// Whether the user has closed.
  var hasClosed = false
  /// Whether the peer's FIN has come.
  var hasFIN = false
  /// What STATUS said last.
  var state = ConnectionState.closed
  var endReason = EndReason.none
  /// Whether the connection has been in TIME-WAIT.
  var wasInTimeWait = false
  /// Whether the end was reported.
  var isEndReported = false
  /// How much text was reported, and whether the FIN was.
  var receivedReported = 0
  var isFINReported = false
  /// Where urgent text ends, and what was reported of that.
  var urgentEnd = 0
  var urgentEndReported = 0
  /// Whether a write found no room, and no event has reported room since.
  var wantsSendSpace = false
  /// How many empty segments may leave: one for each thing that has happened.
  var debt = 0
}

/// One host and its user.
final class LoopbackEnd: ResettableHost {
  let sendCapacity: Int
  let receiveCapacity: Int
  let local: Endpoint
  var user = LoopbackUser()

  init(rings: (send: Int, receive: Int), local: Endpoint, secret: Secret) {
    self.local = local
    sendCapacity = rings.send
    receiveCapacity = rings.receive
    var configuration = HostConfiguration(
      connections: 2, sendCapacity: rings.send, receiveCapacity: rings.receive)
    var sampled = RingClass(connections: 2, sendCapacity: rings.send, receiveCapacity: rings.receive)
    // As many as the wire holds: small segments too fill a window.
    sampled.transmissions = LoopbackWire.slotCount
    sampled.samplesDeliveryRate = true
    configuration.add(sampled)
    configuration.halfOpenCapacity = 2
    configuration.timeWaitCapacity = 2
    configuration.listenerCapacity = 1
    configuration.replyCapacity = 4
    super.init(configuration, secret: secret, at: LoopbackFixture.beginning, resetsRings: false) { host in
      try host.setInterface(0, mtu: 1_500)
      try host.addAddress(local.address, prefix: local.address.isIPv4 ? 24 : 64)
    }
  }

  override func reset() {
    super.reset()
    user = LoopbackUser()
  }
}

/// Two ends of one family with rings of one choice.
final class LoopbackFixture {
  let isIPv4: Bool
  let left: LoopbackEnd
  let right: LoopbackEnd
  /// The moment at which a first sequence number is just below the wrap: the left one's for IPv4, otherwise
  /// the right one's.
  let wrapTime: UInt64

  static let beginning: UInt64 = 1_000_000

  init(size: Int, isIPv4: Bool) {
    self.isIPv4 = isIPv4
    let rings = LoopbackTable.rings[size]
    left = LoopbackEnd(
      rings: rings.left, local: LoopbackFixture.endpoint(LoopbackStep.left, isIPv4: isIPv4),
      secret: Secret(0x6C65_6674, UInt64(size)))
    right = LoopbackEnd(
      rings: rings.right, local: LoopbackFixture.endpoint(LoopbackStep.right, isIPv4: isIPv4),
      secret: Secret(0x7269_6768_74, UInt64(size)))
    let chosen = isIPv4 ? left : right
    let tuple = FourTuple(local: chosen.local, remote: isIPv4 ? right.local : left.local)
    let start = Instant(microseconds: LoopbackFixture.beginning)
    let initial = chosen.host.initialSequenceNumber(tuple, at: start).rawValue
    // It grows by one each 4 microseconds (RFC 6528); whole milliseconds are 250 steps.
    wrapTime = LoopbackFixture.beginning + UInt64(UInt32.max - initial) / 250 * 1_000
  }

  func end(_ side: Int) -> LoopbackEnd { side == LoopbackStep.left ? left : right }

  static func endpoint(_ side: Int, isIPv4: Bool) -> Endpoint {
    let number = UInt8(side + 1)
    let address =
      isIPv4 ? Address(192, 0, 2, number) : Address(high: 0x2001_0DB8_0000_0000, low: UInt64(number))
    return Endpoint(address, side == LoopbackStep.left ? 49_152 : 80)
  }
}

/// What all input scripts share, made once.
@safe
final class LoopbackFixtures {
  // One input script runs at a time: a process that replays or fuzzes has one thread that does.
  nonisolated(unsafe) static let shared = LoopbackFixtures()

  private var fixtures: [LoopbackFixture?] = []
  let wire = LoopbackWire()
  let text = PatternText.shared
  /// Room for what a user reads, for as long as the program runs.
  let page = UnsafeMutableRawBufferPointer.allocate(byteCount: 150_000, alignment: 16)

  private init() { fixtures = (0..<16).map { _ in nil } }

  /// The fixture of a number from 0 to 15; made when it is first asked for.
  func fixture(_ number: Int) -> LoopbackFixture {
    if let known = fixtures[number] { return known }
    let made = LoopbackFixture(size: number & 7, isIPv4: number < 8)
    fixtures[number] = made
    return made
  }
}
