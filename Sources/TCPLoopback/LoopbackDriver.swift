import TCPCore

/// One of the two hosts.
public enum Side: Sendable {
  /// The host that usually connects.
  case left
  /// The host that usually listens.
  case right

  /// The other one.
  public var other: Side { self == .left ? .right : .left }
}

/// Something that happened to a datagram, for traces and captures.
public enum DatagramEvent: Sendable, Equatable {
  /// A host has sent it, and this became of it.
  case departed(LinkDisposition)
  /// A host has received it; this is what became of it.
  case arrived(ArrivalOutcome, isCorrupted: Bool)
}

/// How the two hosts and the link between them are made.
public struct LoopbackConfiguration: Sendable {
  /// Both hosts' sizes.
  public var host = HostConfiguration(connections: 2, sendCapacity: 65_536, receiveCapacity: 65_536)
  /// The right host's sizes, where they differ.
  public var rightHost: HostConfiguration?
  /// MTU of both interfaces.
  public var mtu = 1_500
  /// Whether the hosts speak IPv6.
  public var isIPv6 = false
  /// What happens to datagrams from left to right.
  public var rightward = Impairments()
  /// What happens to datagrams from right to left.
  public var leftward = Impairments()
  /// Everything random follows from this.
  public var seed: UInt64 = 1
  /// When virtual time begins.
  public var start = Instant(microseconds: 1_000_000)
  /// How many datagrams may be on their way in each direction.
  public var linkCapacity = 4_096
  /// How many arrivals a host takes before it is asked to transmit (SHLD-19 wants few, MUST-59 allows many).
  public var arrivalsPerTransmit = 1
  /// Whether checksums are left to the device on both sides.
  public var isChecksumOffloaded = false

  /// Two small hosts and a perfect link.
  public init() {}

  /// Sets the same impairments for both directions.
  public mutating func setImpairments(_ impairments: Impairments) {
    rightward = impairments
    leftward = impairments
  }
}

/// Two hosts in one process, a link between them, and virtual time that jumps from one event to the next.
///
/// Everything that happens follows from the configuration and the calls made: the same calls give the same
/// octets.
@safe
public final class LoopbackDriver {
  // The hosts are behind pointers of their own, so that reaching them costs no run-time check.
  private let leftHost: UnsafeMutablePointer<TCPHost>
  private let rightHost: UnsafeMutablePointer<TCPHost>
  /// The link from left to right.
  public let rightward: LoopbackLink
  /// The link from right to left.
  public let leftward: LoopbackLink
  /// Virtual time.
  public private(set) var now: Instant
  /// Called for each datagram that leaves or arrives, with its octets. It may look at the hosts.
  public var observer: ((DatagramEvent, Side, RawSpan) -> Void)?
  private let isIPv6: Bool
  private let arrivalsPerTransmit: Int
  private var leftMemory: UnsafeMutableRawBufferPointer
  private var rightMemory: UnsafeMutableRawBufferPointer
  private let buffer: UnsafeMutableRawBufferPointer

  /// The host that usually connects.
  public var left: TCPHost {
    // The pointees live as long as the driver.
    unsafeAddress { unsafe UnsafePointer(leftHost) }
    unsafeMutableAddress { unsafe leftHost }
  }

  /// The host that usually listens.
  public var right: TCPHost {
    unsafeAddress { unsafe UnsafePointer(rightHost) }
    unsafeMutableAddress { unsafe rightHost }
  }

  /// The address of a side.
  public func address(_ side: Side) -> Address { LoopbackDriver.address(side, isIPv6: isIPv6) }

  private static func address(_ side: Side, isIPv6: Bool) -> Address {
    let number: UInt64 = side == .left ? 1 : 2
    return isIPv6
      ? Address(high: 0xFD00_0000_0000_0000, low: number)
      : Address(ipv4: 0x0A00_0000 | UInt32(number))
  }

  /// Makes hosts and link.
  ///
  /// - Throws: `ConfigurationError` from the hosts, or `CallError` from their interfaces.
  public init(_ configuration: LoopbackConfiguration) throws {
    isIPv6 = configuration.isIPv6
    arrivalsPerTransmit = configuration.arrivalsPerTransmit
    let other = configuration.rightHost ?? configuration.host
    var seeds = SplitMix64(seed: configuration.seed)
    unsafe leftMemory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: try TCPHost.byteCount(for: configuration.host), alignment: 64)
    unsafe rightMemory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: try TCPHost.byteCount(for: other), alignment: 64)
    unsafe buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 64)
    unsafe leftHost = .allocate(capacity: 1)
    unsafe rightHost = .allocate(capacity: 1)
    unsafe leftHost.initialize(
      to: try TCPHost(
        configuration.host, secret: Secret(seeds.next(), seeds.next()), memory: leftMemory,
        at: configuration.start))
    unsafe rightHost.initialize(
      to: try TCPHost(
        other, secret: Secret(seeds.next(), seeds.next()), memory: rightMemory,
        at: configuration.start))
    rightward = LoopbackLink(
      impairments: configuration.rightward, seed: seeds.next(), capacity: configuration.linkCapacity,
      largestDatagram: configuration.mtu)
    leftward = LoopbackLink(
      impairments: configuration.leftward, seed: seeds.next(), capacity: configuration.linkCapacity,
      largestDatagram: configuration.mtu)
    now = configuration.start
    let offload = ChecksumOffload(
      verifiesArriving: configuration.isChecksumOffloaded,
      fillsDeparting: configuration.isChecksumOffloaded)
    let prefix = configuration.isIPv6 ? 64 : 24
    try left.setInterface(0, mtu: configuration.mtu, offload: offload)
    try left.addAddress(LoopbackDriver.address(.left, isIPv6: configuration.isIPv6), prefix: prefix)
    try right.setInterface(0, mtu: configuration.mtu, offload: offload)
    try right.addAddress(LoopbackDriver.address(.right, isIPv6: configuration.isIPv6), prefix: prefix)
  }

  deinit {
    unsafe leftHost.deinitialize(count: 1).deallocate()
    unsafe rightHost.deinitialize(count: 1).deallocate()
    unsafe leftMemory.deallocate()
    unsafe rightMemory.deallocate()
    unsafe buffer.deallocate()
  }

  /// The memory of a host: a copy of it is a snapshot.
  public func memory(_ side: Side) -> UnsafeMutableRawBufferPointer {
    unsafe side == .left ? leftMemory : rightMemory
  }

  /// Lets a host go on from a copy of its memory somewhere else, as after a restart: the old memory is wiped
  /// first.
  ///
  /// - Throws: `ConfigurationError.badSnapshot` if the copy is not taken for what it is.
  public func moveToCopy(_ side: Side) throws(ConfigurationError) {
    let old = unsafe memory(side)
    let new = UnsafeMutableRawBufferPointer.allocate(byteCount: old.count, alignment: 64)
    unsafe new.copyMemory(from: UnsafeRawBufferPointer(old))
    for index in 0..<old.count { unsafe old[index] = 0xA5 }
    unsafe old.deallocate()
    if side == .left {
      unsafe leftMemory = new
      left = unsafe try TCPHost(restoring: new)
    } else {
      unsafe rightMemory = new
      right = unsafe try TCPHost(restoring: new)
    }
  }

  /// Asks both hosts for datagrams until they owe none.
  public func pump() {
    // What one host sends reaches the other by way of the link, never at once.
    while transmit(.left) {}
    while transmit(.right) {}
  }

  private func transmit(_ side: Side) -> Bool {
    let departure =
      side == .left
      ? unsafe left.transmit(into: buffer, at: now) : unsafe right.transmit(into: buffer, at: now)
    guard let departure else { return false }
    let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer[0..<departure.count])
    let disposition = unsafe side == .left ? rightward.send(bytes, at: now) : leftward.send(bytes, at: now)
    if let observer { unsafe observer(.departed(disposition), side, bytes.bytes) }
    if disposition == .tooBig {
      let mtu = side == .left ? rightward.impairments.mtu : leftward.impairments.mtu
      reportTooBig(bytes.count, to: side, mtu: mtu)
    }
    return true
  }

  /// A router that cannot carry a datagram says so.
  private func reportTooBig(_ count: Int, to side: Side, mtu: Int) {
    let datagram = unsafe Array(buffer[0..<count])
    inject(
      ICMPMessage.error(
        about: datagram, from: address(side.other), type: isIPv6 ? 2 : 3, code: isIPv6 ? 0 : 4, mtu: mtu),
      to: side)
  }

  /// Gives a host a datagram from nowhere, at once.
  @discardableResult
  public func inject(_ datagram: [UInt8], to side: Side) -> ArrivalOutcome {
    unsafe datagram.withUnsafeBytes { bytes in unsafe arrive(bytes, at: side, isCorrupted: false) }
  }

  private func arrive(
    _ bytes: UnsafeRawBufferPointer, at side: Side, isCorrupted: Bool
  ) -> ArrivalOutcome {
    let outcome =
      side == .left
      ? unsafe left.arrive(bytes.bytes, at: now) : unsafe right.arrive(bytes.bytes, at: now)
    if let observer { unsafe observer(.arrived(outcome, isCorrupted: isCorrupted), side, bytes.bytes) }
    return outcome
  }

  /// Delivers what has arrived on one side, at most so many datagrams as a host takes before it transmits.
  private func deliver(to side: Side) -> Bool {
    var delivered = false
    for _ in 0..<arrivalsPerTransmit {
      let found =
        side == .left
        ? unsafe leftward.deliver(at: now) { unsafe _ = arrive($0, at: .left, isCorrupted: $1) }
        : unsafe rightward.deliver(at: now) { unsafe _ = arrive($0, at: .right, isCorrupted: $1) }
      if !found { break }
      delivered = true
    }
    return delivered
  }

  /// The next moment at which anything happens, if nobody calls.
  public var nextEvent: Instant? {
    var next = Instant.never
    if let moment = left.deadline, moment < next { next = moment }
    if let moment = right.deadline, moment < next { next = moment }
    if let moment = rightward.nextArrival, moment < next { next = moment }
    if let moment = leftward.nextArrival, moment < next { next = moment }
    return next == .never ? nil : next
  }

  /// Does what is to be done now; if that is nothing, jumps to the next event and does that.
  ///
  /// - Parameter limit: time does not pass this moment.
  /// - Returns: `false` when nothing is left to do before `limit`.
  @discardableResult
  public func step(until limit: Instant = .never) -> Bool {
    pump()
    let atRight = deliver(to: .right)
    let atLeft = deliver(to: .left)
    if atRight || atLeft { return true }
    guard let next = nextEvent, next <= limit else {
      if limit != .never && now < limit { now = limit }
      return false
    }
    if now < next { now = next }
    left.expire(at: now)
    right.expire(at: now)
    return true
  }

  /// Lets `interval` of virtual time pass.
  public func run(for interval: Interval) {
    let end = now + interval
    while step(until: end) {}
  }

  /// Lets virtual time pass until nothing is on its way and no timer is due within `interval`.
  public func runUntilQuiet(within interval: Interval = .milliseconds(0)) {
    while step(until: now + interval) {}
  }
}
