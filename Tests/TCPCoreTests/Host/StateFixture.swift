import TCPCore
import TCPTestSupport
import Testing

/// A connection of ours in one state, with a peer made by hand. Text is in flight wherever the state allows
/// it.
struct StateFixture {
  let fixture: HostFixture
  let handle: Handle
  var peer: HandPeer
  /// The first octets in flight: the SYN, or text.
  private(set) var flight: Seen
  /// How many numbers are in flight: SYN, text and FIN.
  private(set) var inFlight = 1
  let state: ConnectionState

  static let textCount = 100
  static let states: [ConnectionState] = [
    .synSent, .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck, .timeWait,
    .closed,
  ]
  /// Each state over each family.
  static let all = states.flatMap { state in [true, false].map { (state, $0) } }

  /// A connection from 192.0.2.1 or 2001:db8::1 in that state; it has nothing more to send, and no event is
  /// left.
  init(
    _ state: ConnectionState, isIPv4: Bool,
    _ configuration: HostConfiguration = HostConfiguration(connections: 4),
    options: ConnectionOptions = ConnectionOptions()
  ) throws {
    fixture = try HostFixture.make(1, configuration)
    self.state = state
    let remote: Endpoint = isIPv4 ? .near(2, 80) : .near6(2, 80)
    handle = try fixture.host.connect(to: remote, options: options, at: fixture.now)
    flight = try #require(fixture.drain().first)
    peer = HandPeer(remote, to: flight.from)
    peer.acknowledgment = flight.header.sequence + 1
    try advance(to: state)
    _ = fixture.events()
    #expect(fixture.state(handle) == state)
  }

  private mutating func advance(to state: ConnectionState) throws {
    if state == .synSent { return }
    if state == .synReceived {
      fixture.arrive(peer.segment(.syn))
      peer.sequence = peer.sequence + 1
      flight = try #require(fixture.drain().first)
      return
    }
    fixture.arrive(peer.segment(.syn | .ack) { $0.options.maximumSegmentSize = 1_400 })
    peer.sequence = peer.sequence + 1
    if state == .closeWait || state == .lastAck { finish() }
    _ = try fixture.write(handle, [UInt8](repeating: 3, count: StateFixture.textCount))
    flight = try #require(fixture.drain().first { !$0.text.isEmpty })
    inFlight = StateFixture.textCount
    if state == .established || state == .closeWait { return }
    if state == .closed {
      inFlight = 0
      return try fixture.host.abort(handle, at: fixture.now)  // its reset has not left
    }
    try fixture.host.close(handle, at: fixture.now)
    #expect(fixture.drain().last?.flags.contains(.fin) == true)
    inFlight += 1
    if state == .closing { finish() }
    if state == .finWait2 || state == .timeWait {
      peer.acknowledgment = peer.acknowledgment + inFlight
      inFlight = 0
      fixture.arrive(peer.segment(.ack))
    }
    if state == .timeWait { finish() }
    _ = fixture.drain()
  }

  /// The peer's FIN.
  private mutating func finish() {
    fixture.arrive(peer.segment(.fin | .ack))
    peer.sequence = peer.sequence + 1
  }

  /// A message of a router about our datagram, with another sequence number if an offset is given.
  func error(_ type: UInt8, _ code: UInt8, mtu: UInt32 = 0, offset: Int = 0, source: [UInt8]? = nil)
    -> [UInt8]
  {
    var quoted = flight.bytes
    let place = flight.datagram.payloadOffset + 4
    quoted.replaceSubrange(place..<(place + 4), with: octets((flight.header.sequence + offset).rawValue))
    return routerMessage(type, code, mtu: mtu, quoting: quoted, source: source)
  }
}

/// An ICMP error of either family that quotes a datagram (RFC 792, RFC 4443), to where the datagram came
/// from.
///
/// - Parameter count: how many octets are quoted; `nil` for as many as TCP needs.
func routerMessage(
  _ type: UInt8, _ code: UInt8, mtu: UInt32 = 0, quoting quoted: [UInt8], count: Int? = nil,
  source: [UInt8]? = nil
) -> [UInt8] {
  let isIPv4 = quoted[0] >> 4 == 4
  let from = source ?? (isIPv4 ? [192, 0, 2, 254] : hex("20010db8 00000000 00000000 000000fe"))
  let to = Array(isIPv4 ? quoted[12..<16] : quoted[8..<24])
  var icmp: [UInt8] = [type, code, 0, 0] + octets(mtu) + quoted.prefix(count ?? (isIPv4 ? 28 : 60))
  let pseudo = naivePseudoHeader(source: from, destination: to, protocolNumber: 58, count: icmp.count)
  icmp.replaceSubrange(2..<4, with: octets(naiveChecksum(isIPv4 ? icmp : pseudo + icmp)))
  if isIPv4 { return NaiveIPv4(protocolNumber: 1, source: from, destination: to, payload: icmp).bytes }
  return NaiveIPv6(nextHeader: 58, source: from, destination: to, payload: icmp).bytes
}

/// Whether exactly that was reported, of exactly that connection.
func reported(_ events: [ConnectionEvent], _ handle: Handle, _ expected: EventSet) -> Bool {
  events.map(\.handle) == [handle] && events.map(\.kinds) == [expected]
}
