import TCPCore
import TCPOracle

/// Two hosts, what is on its way between them, and how far their programs are: one state, in one piece of
/// memory that can be copied.
///
/// The hosts lie in the memory as they are; a copy of it is a pair of its own, at any address that is a
/// multiple of 64.
struct HostPair {
  /// What is neither a host nor a datagram.
  struct State: BitwiseCopyable {
    var now: UInt64 = 1_000_000
    /// By program: see `Scenario.program`.
    var users = [4 of UserState](repeating: UserState())
    /// Datagrams on their way to each side: in order first, then late ones.
    var queued = [2 of UInt8](repeating: 0)
    var late = [2 of UInt8](repeating: 0)
    /// The number of the SYN that each side of each connection has sent last; as all that follows by program.
    var initial = [4 of UInt32](repeating: 0)
    /// When it was sent: initial sequence numbers follow a clock.
    var begunAt = [4 of UInt64](repeating: 0)
    /// What each side has sent last: the number behind it, and its acknowledgment.
    var sentEnd = [4 of UInt32](repeating: 0)
    var sentAcknowledgment = [4 of UInt32](repeating: 0)
    /// Hashes of the hosts, as long as nothing happens to them and no time passes.
    var hashes = [4 of UInt64](repeating: 0)
    var hasHash = [2 of Bool](repeating: false)
    /// What each side may believe of a peer that goes by the RFC to the letter. It judges, and is no part of
    /// the state: where two ways lead to one state, the first one's stays.
    var peers = [4 of StrictPeer](repeating: StrictPeer())
    /// Whether no fault has happened so far, and whether none that keeps a datagram from its receiver, or the
    /// clock from waiting. Where two ways lead to one state, the first one's stay.
    var isFaultless = true
    var isLossless = true
    /// Whether something arrived that nobody sent: what is delivered may be wrong then.
    var isCorrupted = false
    /// Whether a datagram found no place: the rest is not explored.
    var hasOverflowed = false
    /// Octets of each host.
    var hostByteCount: Int
  }

  /// A datagram on its way.
  struct Packet: BitwiseCopyable {
    var sentAt: UInt64
    var count: UInt16
    var octets: [118 of UInt8]
  }

  static let queueCapacity = 12
  static let lateCapacity = 4
  private static let packetCount = 2 * (queueCapacity + lateCapacity)
  private static let packetStart = rounded(MemoryLayout<State>.size)
  private static let hostStart = packetStart + packetCount * MemoryLayout<Packet>.stride

  let base: UnsafeMutableRawPointer

  /// Octets of a pair with two hosts of a size.
  static func byteCount(host: Int) -> Int { hostStart + 2 * HostPair.rounded(host) + bufferByteCount }

  /// Where `transmit` writes to: behind the hosts, and no part of the state.
  var buffer: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(
      start: base + HostPair.hostStart + 2 * HostPair.rounded(state.pointee.hostByteCount),
      count: HostPair.bufferByteCount)
  }

  private static let bufferByteCount = 576

  private static func rounded(_ count: Int) -> Int { (count + 63) / 64 * 64 }

  /// What is neither a host nor a datagram.
  var state: UnsafeMutablePointer<State> { base.assumingMemoryBound(to: State.self) }

  /// The memory of a host.
  func hostMemory(_ side: Int) -> UnsafeMutableRawBufferPointer {
    let count = state.pointee.hostByteCount
    return UnsafeMutableRawBufferPointer(
      start: base + HostPair.hostStart + side * HostPair.rounded(count), count: count)
  }

  /// The host of a side.
  func host(_ side: Int) -> TCPHost {
    guard let host = TCPHost(at: hostMemory(side).baseAddress) else {
      preconditionFailure("a pair has two hosts")
    }
    return host
  }

  /// The n-th datagram in order, or late, to a side.
  func packet(to side: Int, _ index: Int, isLate: Bool = false) -> UnsafeMutablePointer<Packet> {
    let place =
      side * (HostPair.queueCapacity + HostPair.lateCapacity) + (isLate ? HostPair.queueCapacity : 0) + index
    return (base + HostPair.packetStart).assumingMemoryBound(to: Packet.self) + place
  }

  var now: Instant { Instant(microseconds: state.pointee.now) }

  /// Makes this memory the same pair as another one.
  func copy(_ other: HostPair) {
    base.copyMemory(from: other.base, byteCount: HostPair.packetStart)
    let stride = MemoryLayout<Packet>.stride
    for side in 0..<2 {
      let queued = Int(other.state.pointee.queued[side]), late = Int(other.state.pointee.late[side])
      if queued > 0 {
        UnsafeMutableRawPointer(packet(to: side, 0)).copyMemory(
          from: other.packet(to: side, 0), byteCount: queued * stride)
      }
      if late > 0 {
        UnsafeMutableRawPointer(packet(to: side, 0, isLate: true)).copyMemory(
          from: other.packet(to: side, 0, isLate: true), byteCount: late * stride)
      }
    }
    let start = HostPair.hostStart
    (base + start).copyMemory(
      from: other.base + start, byteCount: 2 * HostPair.rounded(other.state.pointee.hostByteCount))
  }
}

/// How far a program is, and what it has heard.
struct UserState: BitwiseCopyable, Equatable {
  /// Raw values of handles; 0 for none.
  var handle: UInt64 = 0
  var listener: UInt64 = 0
  /// A connection that came while another one is held, and what was reported of it.
  var waiting: UInt64 = 0
  var waitingKinds: UInt8 = 0
  /// The next call, and how much of it is done.
  var cursor: UInt8 = 0
  var taken: UInt8 = 0
  /// Octets written and read so far, on the connection that is held.
  var written: UInt16 = 0
  var read: UInt16 = 0
  /// What the host has reported and no call has since contradicted.
  var mayRead = false
  var mayWrite = false
  /// Whether the end of the other side's stream was read, and whether the connection is over.
  var hasReadEnd = false
  var isOver = false
  var hasAborted = false
  var endReason = EndReason.none
}

extension HostPair {
  /// The octet at a place of the stream that a program writes.
  static func octet(_ position: Int, from user: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: 1 + position &* 37 &+ user &* 101)
  }

  /// Where the connection of a program is on its own side: the left one's ports tell connections apart.
  static func endpoint(_ user: Int) -> Endpoint {
    Endpoint(Address(192, 0, 2, UInt8(1 + user & 1)), user & 1 == 0 ? firstPort + UInt16(user / 2) : 80)
  }

  private static let firstPort: UInt16 = 1_000

  /// The program of a side whose connection has this port on the left.
  static func user(_ side: Int, leftPort: UInt16) -> Int { side + (leftPort == firstPort ? 0 : 2) }

  /// Fills the memory: two hosts that have done nothing yet.
  ///
  /// - Throws: what is wrong with the settings of the scenario.
  func begin(_ scenario: Scenario) throws(ConfigurationError) {
    let configuration = HostPair.configuration(scenario.settings)
    state.initialize(to: State(hostByteCount: try TCPHost.byteCount(for: configuration)))
    for side in 0..<2 { try makeHost(side, scenario.settings) }
  }

  /// A host that has done nothing yet.
  func makeHost(_ side: Int, _ settings: Settings) throws(ConfigurationError) {
    let memory = hostMemory(side)
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    var host = try TCPHost(
      HostPair.configuration(settings), secret: Secret(0x1234 + UInt64(side), 0x5678), memory: memory, at: now
    )
    do {
      try host.setInterface(0, mtu: 576)
      try host.addAddress(HostPair.endpoint(side).address, prefix: 24, to: 0)
    } catch { preconditionFailure("the interface of a scenario") }
  }

  /// Octets of a pair of a scenario.
  static func byteCount(_ scenario: Scenario) throws(ConfigurationError) -> Int {
    byteCount(host: try TCPHost.byteCount(for: configuration(scenario.settings)))
  }

  private static func configuration(_ settings: Settings) -> HostConfiguration {
    var configuration = HostConfiguration()
    var rings = RingClass(
      connections: settings.connections, sendCapacity: settings.sendCapacity,
      receiveCapacity: settings.receiveCapacity)
    rings.transmissions = 8
    configuration.add(rings)
    configuration.halfOpenCapacity = 2
    configuration.timeWaitCapacity = 2
    configuration.listenerCapacity = 1
    configuration.replyCapacity = 2
    configuration.maximumSegmentLifetime = HostPair.lifetime
    configuration.synCookies = settings.usesCookies ? .always : .never
    return configuration
  }

  /// How long a datagram lives. TIME-WAIT lasts twice as long: longer than the nine seconds in which three
  /// copies of a FIN may leave in vain where a SYN had to be sent again, so that an orderly close finishes
  /// whatever three faults do.
  static let lifetime = Interval.seconds(5)

  /// The options of a scenario's connections.
  static func options(_ settings: Settings) -> ConnectionOptions {
    var options = ConnectionOptions()
    options.minimumTimeout = .seconds(1)
    options.maximumTimeout = .seconds(60)
    options.acknowledgmentDelay = .milliseconds(settings.acknowledgmentDelay)
    options.isNagleEnabled = settings.isNagleEnabled
    options.congestionControl = .newReno
    options.isPacingEnabled = false
    options.isPathProbingEnabled = false
    options.offersTimestamps = false
    options.offersWindowScale = false
    options.offersSACK = settings.offersSACK
    options.ecn = .off
    options.isKeepAliveEnabled = settings.isKeepAliveEnabled
    options.keepAliveIdle = .seconds(10)
    options.keepAliveInterval = .seconds(1)
    return options
  }
}
