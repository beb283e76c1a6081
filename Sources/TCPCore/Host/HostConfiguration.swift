/// How large a host is, and what holds for all of its connections.
public struct HostConfiguration: Sendable, BitwiseCopyable {
  var ringClasses: [4 of RingClass]
  /// How many ring classes there are: 1 to 4.
  public private(set) var ringClassCount = 0
  /// How many handshakes that peers began may be open at once (RFC4987-1). Each costs a small entry, no ring.
  public var halfOpenCapacity = 16
  /// How many connections may be in TIME-WAIT at once. Each costs a small entry, no ring.
  public var timeWaitCapacity = 16
  /// How many listeners there may be.
  public var listenerCapacity = 4
  /// How many replies that belong to no connection may wait.
  public var replyCapacity = 8
  /// How many interfaces there are: 1 to 8.
  public var interfaceCount = 1
  /// MSL: TIME-WAIT lasts twice as long (MUST-13); two minutes by default.
  public var maximumSegmentLifetime = Interval.seconds(120)
  /// How long a half-open entry lives (PEER-05, CVE-20), a day at most; 63 s by default: five transmissions
  /// of the SYN-ACK.
  public var halfOpenLifetime = Interval.seconds(63)
  /// When SYNs are answered with cookies (RFC 4987 section 3.6).
  public var synCookies = SYNCookiePolicy.automatic
  /// How many challenge acknowledgments a connection sends in `challengeInterval` (RFC5961-THR-1).
  public var challengeLimit: UInt8 = 10
  /// See `challengeLimit`; 5 s by default.
  public var challengeInterval = Interval.seconds(5)
  /// The lowest ephemeral port (RFC6056-1).
  public var firstEphemeralPort: UInt16 = 1_024
  /// The highest ephemeral port.
  public var lastEphemeralPort: UInt16 = 65_535
  /// No ICMP error takes the path MTU of an IPv4 connection below this; 296 by default, at least 68
  /// (RFC1191-2).
  public var minimumPathMTU = 296

  /// A host without connections; add a ring class.
  public init() {
    ringClasses = [4 of RingClass](
      // survives `connections: 1`: equivalent: classes beyond ringClassCount are not looked at
      repeating: RingClass(connections: 0, sendCapacity: 0, receiveCapacity: 0))
  }

  /// A host for `connections` connections with rings of one size each way.
  public init(connections: Int, sendCapacity: Int = 16_384, receiveCapacity: Int = 16_384) {
    self.init()
    add(
      RingClass(
        connections: connections, sendCapacity: sendCapacity, receiveCapacity: receiveCapacity))
  }

  /// Adds a ring class; a fifth one makes the configuration invalid.
  public mutating func add(_ ringClass: RingClass) {
    if ringClassCount < 4 { ringClasses[ringClassCount] = ringClass }
    ringClassCount &+= 1
  }

  /// The ring class at a position below `ringClassCount`.
  public func ringClass(_ index: Int) -> RingClass { ringClasses[index] }

  /// Replaces the ring class at a position below `ringClassCount`.
  public mutating func setRingClass(_ index: Int, _ ringClass: RingClass) { ringClasses[index] = ringClass }

  /// How many connections all ring classes have together.
  var connectionCapacity: Int {
    var sum = 0
    for index in 0..<ringClassCount { sum &+= ringClasses[index].connections }
    return sum
  }

  /// How many entries of all kinds there are.
  var entryCapacity: Int {
    connectionCapacity &+ halfOpenCapacity &+ timeWaitCapacity &+ listenerCapacity
  }

  /// Checks every number.
  func validate() throws(ConfigurationError) {
    guard ringClassCount >= 1, ringClassCount <= 4 else { throw .badRingClasses }
    let most = 1 &<< 24
    for index in 0..<ringClassCount {
      let ringClass = ringClasses[index]
      guard ringClass.connections >= 1, ringClass.connections <= most,
        !ringClass.samplesDeliveryRate || SentRecords.canSample
      else { throw .badRingClasses }
      guard ringClass.sendCapacity >= 1, ringClass.sendCapacity <= 1 &<< 30,
        ringClass.receiveCapacity >= 1, ringClass.receiveCapacity <= 1 &<< 30
      else { throw .badRingCapacity }
      guard ringClass.transmissions >= 2, ringClass.transmissions <= 65_535, ringClass.ranges >= 1,
        ringClass.ranges <= 255
      else { throw .badTableSize }
    }
    guard HostConfiguration.isSize(halfOpenCapacity, most),
      HostConfiguration.isSize(timeWaitCapacity, most),
      HostConfiguration.isSize(listenerCapacity, 65_535), HostConfiguration.isSize(replyCapacity, 65_535),
      HostConfiguration.isSize(interfaceCount, 8), entryCapacity <= most
    else { throw .badTableSize }
    guard maximumSegmentLifetime.microseconds > 0, maximumSegmentLifetime <= .seconds(600),
      halfOpenLifetime.microseconds > 0, halfOpenLifetime <= .seconds(86_400)
    else { throw .badLifetime }
    guard firstEphemeralPort > 0, firstEphemeralPort <= lastEphemeralPort else { throw .badPortRange }
  }

  private static func isSize(_ value: Int, _ most: Int) -> Bool { value >= 1 && value <= most }
}
