import TCPCore

/// One host that a peer made by hand talks to.
final class ConnectionFixture: ResettableHost {
  let isIPv4: Bool
  /// The moment at which our initial sequence number is just below the wrap.
  private(set) var wrapTime: UInt64 = 0
  /// What that number was at the clock's zero.
  private(set) var initialAtZero: UInt32 = 0

  static let beginning: UInt64 = 1_000_000
  static let sizes: [(send: Int, receive: Int)] = [
    (300, 300), (1, 1), (16, 40), (64, 16), (2_048, 600), (4_000, 4_000), (1_200, 1_200), (9_000, 70_000),
  ]

  init(size: Int, isIPv4: Bool) {
    self.isIPv4 = isIPv4
    let rings = ConnectionFixture.sizes[size]
    var configuration = HostConfiguration(
      connections: 2, sendCapacity: rings.send, receiveCapacity: rings.receive)
    var sampled = RingClass(connections: 2, sendCapacity: rings.send, receiveCapacity: rings.receive)
    sampled.samplesDeliveryRate = true
    configuration.add(sampled)
    configuration.halfOpenCapacity = 2
    configuration.timeWaitCapacity = 2
    configuration.listenerCapacity = 1
    configuration.challengeLimit = 3
    let local = ConnectionFixture.local(isIPv4: isIPv4)
    super.init(
      configuration, secret: Secret(0x7465_6B6E, 0x636F_7265), at: ConnectionFixture.beginning,
      resetsRings: false
    ) { host in
      try host.setInterface(0, mtu: isIPv4 ? 1_500 : 1_280)
      try host.addAddress(local.address, prefix: isIPv4 ? 24 : 64)
    }
    let start = Instant(microseconds: ConnectionFixture.beginning)
    let tuple = FourTuple(local: local, remote: ConnectionFixture.peer(isIPv4: isIPv4))
    let initial = host.initialSequenceNumber(tuple, at: start).rawValue
    ConnectionFixture.checkInitial(host, tuple, initial, at: start)
    initialAtZero = initial &- UInt32(ConnectionFixture.beginning / 4)
    // It grows by one each 4 microseconds (RFC 6528); whole milliseconds are 250 steps.
    let missing = UInt64(UInt32.max - initial) / 250
    wrapTime = ConnectionFixture.beginning + missing * 1_000
  }

  /// RFC 6528: the number of one pair says nothing about another's.
  private static func checkInitial(
    _ host: borrowing TCPHost, _ tuple: FourTuple, _ initial: UInt32, at now: Instant
  ) {
    var others = [tuple, tuple, tuple, tuple]
    others[0].localPort ^= 1
    others[1].remotePort ^= 1
    others[2].localAddress.low ^= 4
    others[3].remoteAddress.low ^= 4
    for other in others {
      let number = host.initialSequenceNumber(other, at: now).rawValue
      // Two of 2^32 numbers are that close once in a million.
      let isFar = abs(distance(number, initial)) > 1_000
      require("each pair has an initial sequence number of its own", isFar, "\(number) and \(initial)")
    }
  }

  static func local(isIPv4: Bool) -> Endpoint {
    Endpoint(isIPv4 ? Address(192, 0, 2, 1) : Address(high: 0x2001_0DB8_0000_0000, low: 1), 80)
  }

  static func peer(isIPv4: Bool) -> Endpoint {
    Endpoint(isIPv4 ? Address(192, 0, 2, 2) : Address(high: 0x2001_0DB8_0000_0000, low: 2), 49_152)
  }
}

/// What all input scripts share, made once.
@safe
final class ConnectionFixtures {
  nonisolated(unsafe) static let shared = ConnectionFixtures()

  private var fixtures: [ConnectionFixture?] = []
  /// Room for one datagram, for what the user writes or reads, and for what the model expects to be read.
  let datagram = UnsafeMutableRawBufferPointer.allocate(byteCount: 66_000, alignment: 16)
  let text = UnsafeMutableRawBufferPointer.allocate(byteCount: 140_000, alignment: 16)
  let content = UnsafeMutablePointer<UInt8>.allocate(capacity: 70_000)
  let early = ReferenceRanges(capacity: 72)

  private init() {
    fixtures = (0..<16).map { _ in nil }
    unsafe content.initialize(repeating: 0, count: 70_000)
  }

  /// The fixture of a number from 0 to 15; made when it is first asked for.
  func fixture(_ number: Int) -> ConnectionFixture {
    if let known = fixtures[number] { return known }
    let made = ConnectionFixture(size: number & 7, isIPv4: number < 8)
    fixtures[number] = made
    return made
  }
}
