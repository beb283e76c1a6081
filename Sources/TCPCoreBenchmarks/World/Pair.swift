import TCPCore

/// Two hosts and the shortest way between them: what one of them transmits arrives at the other, from the same memory.
final class Pair {
  /// Octets of a ring, if nothing else is said.
  static let ring = 65_536
  let left: Station
  let right: Station
  /// The left side's connection, and the right side's.
  @exclusivity(unchecked) private(set) var client = Handle(rawValue: 0)
  @exclusivity(unchecked) private(set) var server = Handle(rawValue: 0)
  let listener: Handle
  let options: ConnectionOptions
  @exclusivity(unchecked) var now = Station.beginning
  /// Room for one datagram; no optimiser knows what stands there.
  private let room = Page(capacity: 66_000).room
  /// Datagrams with text, and without, that have left either side.
  @exclusivity(unchecked) private(set) var texts = 0
  @exclusivity(unchecked) private(set) var acknowledgments = 0

  /// - Parameters:
  ///   - ring: octets of each ring.
  ///   - isUnchecked: devices verify and fill in the checksums.
  init(
    ring: Int = Pair.ring, mtu: Int = 1_500, hasTimestamps: Bool = true, isUnchecked: Bool = false,
    connections: Int = 2, isOpen: Bool = true
  ) throws {
    var options = ConnectionOptions()
    options.offersTimestamps = hasTimestamps
    var configuration = HostConfiguration(
      connections: connections, sendCapacity: ring, receiveCapacity: ring)
    configuration.timeWaitCapacity = 64
    left = try Station(1, configuration, mtu: mtu, isUnchecked: isUnchecked)
    right = try Station(2, configuration, mtu: mtu, isUnchecked: isUnchecked)
    self.options = options
    listener = try right.host.listen(Endpoint(right.address, 80), options: options)
    if isOpen { try open() }
  }

  /// A new connection, from the left.
  func open() throws {
    client = try left.host.connect(to: Endpoint(right.address, 80), options: options, at: now)
    shuttle()
    server = try right.host.accept(listener)
  }

  /// Until nothing leaves any more: one datagram arrives, and what it brings about leaves, before the next.
  func shuttle() {
    while carry(from: left, to: right) || carry(from: right, to: left) {}
  }

  /// One datagram, and everything that its arrival makes the other side send.
  private func carry(from: Station, to: Station) -> Bool {
    guard pass(from, to) else { return false }
    while pass(to, from) {}
    return true
  }

  /// One datagram.
  @inline(__always)
  func pass(_ from: Station, _ to: Station) -> Bool {
    guard let departure = from.host.transmit(into: room, at: now) else { return false }
    if departure.count > 80 { texts &+= 1 } else { acknowledgments &+= 1 }
    to.host.arrive(UnsafeRawBufferPointer(start: room.baseAddress, count: departure.count).bytes, at: now)
    return true
  }

  /// All that leave, as many as there are places, and only then do they arrive. Returns how many.
  @inline(__always)
  func pass(_ from: Station, _ to: Station, through queue: UnsafeMutableBufferPointer<Page>) -> Int {
    var count = 0
    while count < queue.count, let departure = from.host.transmit(into: queue[count].room, at: now) {
      if departure.count > 80 { texts &+= 1 } else { acknowledgments &+= 1 }
      queue[count].count = departure.count
      count += 1
    }
    for index in 0..<count { to.host.arrive(queue[index].octets.bytes, at: now) }
    return count
  }

  /// Time passes, and what is due is done.
  func wait(_ interval: Interval) {
    now = now + interval
    for station in [left, right] { while station.host.expire(at: now) {} }
    shuttle()
  }

  /// Takes the events that wait: a host tells each once.
  func hear() {
    for station in [left, right] { while station.host.nextEvent() != nil {} }
  }
}
