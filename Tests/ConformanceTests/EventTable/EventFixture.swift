import TCPCore
import TCPLoopback
import TCPTestSupport

/// In which surroundings the table is gone through.
struct EventVariant: Hashable, Sendable, CustomStringConvertible {
  /// How much of the receive window is open when the event comes.
  enum Window: String, Sendable {
    /// 4096 octets.
    case open
    /// 50 octets: less than the text that comes.
    case narrow
    /// Full of text that nobody has read.
    case shut
  }

  /// Which number the numbers of both sides begin right below: two below it sequence numbers, and one below
  /// it the peer's timestamps.
  enum Edge: UInt32, Sendable {
    /// 2^31, where a signed number would change its sign.
    case half = 0x8000_0000
    /// 2^32.
    case wrap = 0
  }

  static let edges: [Edge] = [.half, .wrap]

  var window = Window.open
  var edge: Edge?
  /// Whether both sides use timestamps.
  var usesTimestamps = false

  var description: String {
    "window \(window.rawValue)" + (edge.map { $0 == .wrap ? ", near the wrap" : ", near 2^31" } ?? "")
      + (usesTimestamps ? ", timestamps" : "")
  }

  /// Octets of the receive ring.
  var receiveCapacity: Int {
    switch window {
    case .open: 4_096
    case .narrow: 50
    case .shut: 100
    }
  }
}

/// The sequence space as it can be read off the wire, from our side (RFC 9293 section 3.3.1).
struct WireNumbers: Sendable {
  /// ISS, SND.UNA and SND.NXT.
  var initial: UInt32 = 0
  var unacknowledged: UInt32 = 0
  var next: UInt32 = 0
  /// SND.WND, MAX.SND.WND, SND.WL1 and SND.WL2.
  var window = 0
  var maximumWindow = 0
  var updateSequence: UInt32 = 0
  var updateAcknowledgment: UInt32 = 0
  /// IRS and RCV.NXT.
  var peerInitial: UInt32 = 0
  var expected: UInt32 = 0
  /// RCV.NXT + RCV.WND: the furthest edge that we have advertised.
  var rightEdge: UInt32 = 0
  /// The window field of our SYN.
  var synWindow = 0

  /// How far `left` lies behind `right`: from -2^31 to 2^31 - 1.
  static func distance(_ left: UInt32, _ right: UInt32) -> Int { Int(Int32(bitPattern: left &- right)) }

  /// A segment of ours has left.
  mutating func departed(_ header: SegmentHeader) {
    guard !header.flags.contains(.rst) else { return }
    let sequence = header.sequence.rawValue
    if header.flags.contains(.syn) {
      initial = sequence
      unacknowledged = sequence
      next = sequence
      synWindow = Int(header.window)
    }
    let end = sequence &+ UInt32(header.length)
    if WireNumbers.distance(end, next) > 0 { next = end }
    guard header.flags.contains(.ack) else { return }
    expected = header.acknowledgment.rawValue
    let edge = expected &+ UInt32(header.window)
    if WireNumbers.distance(edge, rightEdge) > 0 { rightEdge = edge }
  }

  /// A segment of the peer's that is in order has arrived.
  mutating func arrived(_ header: SegmentHeader) {
    let sequence = header.sequence.rawValue
    if header.flags.contains(.syn) {
      peerInitial = sequence
      expected = sequence &+ 1
      rightEdge = expected &+ UInt32(synWindow)
    }
    if header.flags.contains(.ack) { unacknowledged = header.acknowledgment.rawValue }
    window = Int(header.window)
    maximumWindow = max(maximumWindow, window)
    updateSequence = sequence
    updateAcknowledgment = header.acknowledgment.rawValue
  }
}

/// A segment of ours, taken apart.
struct EventDeparture: Sendable {
  var header: SegmentHeader
  var text: [UInt8]
}

/// A host on one side of the wire, and the hand that plays the peer on the other.
///
/// The host can be saved and gone back to: so each event meets the same state.
final class EventFixture: HostFixture {
  let variant: EventVariant
  var numbers = WireNumbers()
  var handle: Handle?
  var listener: Handle?
  /// The peer's timestamp clock.
  var stamp: UInt32
  private var savedNumbers = WireNumbers()

  static let local = Endpoint(Address(192, 0, 2, 1), 80)
  static let peer = Endpoint(Address(192, 0, 2, 2), 49_152)
  /// The window of each segment of the peer's while a state is being reached.
  static let peerWindow: UInt16 = 5_000

  /// A host in which nothing has happened yet.
  ///
  /// - Parameter connections: how many connections it has room for.
  init(_ variant: EventVariant, connections: Int = 2) throws {
    self.variant = variant
    stamp = variant.edge.map { $0.rawValue &- 1 } ?? 1_000
    var configuration = HostConfiguration(
      connections: connections, sendCapacity: 1_024, receiveCapacity: variant.receiveCapacity)
    configuration.halfOpenCapacity = 2
    configuration.timeWaitCapacity = 2
    configuration.listenerCapacity = 1
    // The sweeps check the invariants themselves, once an event.
    try super.init(
      configuration, secret: Secret(0x6576, 0x656E_7473), at: try EventFixture.start(variant), onBroken: nil)
    try host.setInterface(0, mtu: 1_500)
    try host.addAddress(EventFixture.local.address, prefix: 24)
    numbers.peerInitial = variant.edge.map { $0.rawValue &- 2 } ?? 300
    numbers.expected = numbers.peerInitial &+ 1
    numbers.initial = 5_000
    numbers.unacknowledged = 5_001
    numbers.next = 5_001
    numbers.rightEdge = numbers.expected &+ UInt32(variant.receiveCapacity)
  }

  /// When to begin, so that our initial sequence number is two below an edge where that is wanted: it grows
  /// by one each 4 microseconds (RFC 6528).
  private static func start(_ variant: EventVariant) throws -> Instant {
    let early = Instant(microseconds: 1_000_000_000)
    guard let edge = variant.edge else { return early }
    let probe = try EventFixture(EventVariant())
    _ = try probe.host.connect(to: EventFixture.peer, from: EventFixture.local, at: early)
    let initial = probe.drain().first?.header.sequence.rawValue ?? 0
    return early + Interval(microseconds: UInt64(edge.rawValue &- 2 &- initial) * 4)
  }

  /// What every connection begins with: acknowledgments are not delayed, so that each reply leaves at once,
  /// and small segments do not wait.
  var options: ConnectionOptions {
    var options = ConnectionOptions()
    options.acknowledgmentDelay = .milliseconds(0)
    options.isNagleEnabled = false
    options.offersWindowScale = false
    options.offersTimestamps = variant.usesTimestamps
    options.userTimeout = .seconds(30)
    return options
  }

  override func save() throws(ConfigurationError) {
    try super.save()
    savedNumbers = numbers
  }

  override func restore() {
    super.restore()
    numbers = savedNumbers
  }

  // MARK: The wire

  /// The header of a segment of the peer's; options are up to the caller.
  func header(
    _ flags: SegmentFlags, _ sequence: UInt32, _ acknowledgment: UInt32,
    window: UInt16 = EventFixture.peerWindow
  ) -> SegmentHeader {
    SegmentHeader(
      sourcePort: EventFixture.peer.port, destinationPort: EventFixture.local.port,
      sequence: SequenceNumber(sequence), acknowledgment: SequenceNumber(acknowledgment), flags: flags,
      window: window)
  }

  /// A segment arrives. Its text is that of the peer's stream, by its position.
  @discardableResult
  func arrive(_ header: SegmentHeader, textCount: Int, position: Int) -> ArrivalOutcome {
    arrive(header, from: EventFixture.peer, to: EventFixture.local, textCount: textCount) {
      StreamPattern.octet(position + $0)
    }
  }

  /// A segment of the peer's that is in order, on the way into a state.
  func send(_ flags: SegmentFlags, textCount: Int = 0) {
    let isFirst = flags.contains(.syn)
    let sequence = isFirst ? numbers.peerInitial : numbers.expected
    var header = header(flags, sequence, flags.contains(.ack) ? numbers.next : 0)
    if variant.usesTimestamps { header.options.timestamps = Timestamps(value: stamp, echo: 0) }
    if isFirst { header.options.maximumSegmentSize = 1_460 }
    let position = WireNumbers.distance(sequence, numbers.peerInitial &+ 1)
    arrive(header, textCount: textCount, position: isFirst ? 0 : position)
    numbers.arrived(header)
  }

  /// The same without anything about what has arrived: its ACK is SND.UNA.
  func sendOld(_ flags: SegmentFlags, textCount: Int = 0, _ change: (inout SegmentHeader) -> Void = { _ in })
  {
    var header = header(flags | .ack, numbers.expected, numbers.unacknowledged)
    if variant.usesTimestamps { header.options.timestamps = Timestamps(value: stamp, echo: 0) }
    change(&header)
    arrive(
      header, textCount: textCount,
      position: WireNumbers.distance(numbers.expected, numbers.peerInitial &+ 1))
    numbers.arrived(header)
  }

  /// The next segment that leaves.
  func transmitSegment() -> EventDeparture? {
    guard let (bytes, _) = transmit(), let internet = try? unsafe Datagram(parsing: bytes.span.bytes) else {
      return nil
    }
    let segment = unsafe bytes.span.bytes.extracting(internet.payloadOffset..<bytes.count)
    guard let header = try? SegmentHeader(parsing: segment) else { return nil }
    return EventDeparture(header: header, text: Array(bytes.suffix(header.payloadCount)))
  }

  /// Everything that leaves now.
  @discardableResult
  func drain() -> [EventDeparture] {
    var result: [EventDeparture] = []
    while result.count < 100, let departure = transmitSegment() {
      numbers.departed(departure.header)
      result.append(departure)
    }
    return result
  }

  /// Time passes; what is due on the way is done and sent, each at its time.
  func pass(_ interval: Interval) -> [(at: Instant, departure: EventDeparture)] {
    var result: [(at: Instant, departure: EventDeparture)] = []
    pass(interval) { result += drain().map { (now, $0) } }
    return result
  }

  func write(_ count: Int, isUrgent: Bool = false) throws(CallError) -> Int {
    let text = [UInt8](repeating: 7, count: count)
    return try write(handle ?? listener ?? Handle(rawValue: 0), text, isUrgent: isUrgent)
  }
}
