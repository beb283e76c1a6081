import TCPCore

/// Two hosts connected directly: what one transmits arrives at the other from the same memory.
final class Pair {
  /// Octets of a ring by default.
  static let ring = 65_536
  let left: BenchHost
  let right: BenchHost
  /// The left side's connection, and the right side's.
  @exclusivity(unchecked) private(set) var client = Handle(rawValue: 0)
  @exclusivity(unchecked) private(set) var server = Handle(rawValue: 0)
  let listener: Handle
  let options: ConnectionOptions
  @exclusivity(unchecked) var now = BenchHost.beginning
  /// Room for one datagram; opaque to the optimiser.
  private let room = DatagramBuffer(capacity: 66_000).room
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
    left = try BenchHost(1, configuration, mtu: mtu, isUnchecked: isUnchecked)
    right = try BenchHost(2, configuration, mtu: mtu, isUnchecked: isUnchecked)
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

  /// Runs until nothing is left to send: each datagram is answered before the next one arrives.
  func shuttle() {
    while carry(from: left, to: right) || carry(from: right, to: left) {}
  }

  /// One datagram, and everything that its arrival makes the other side send.
  private func carry(from: BenchHost, to: BenchHost) -> Bool {
    guard pass(from, to) else { return false }
    while pass(to, from) {}
    return true
  }

  /// One datagram.
  @inline(__always)
  func pass(_ from: BenchHost, _ to: BenchHost) -> Bool {
    guard let departure = from.host.transmit(into: room, at: now) else { return false }
    if departure.count > 80 { texts &+= 1 } else { acknowledgments &+= 1 }
    to.host.arrive(UnsafeRawBufferPointer(start: room.baseAddress, count: departure.count).bytes, at: now)
    return true
  }

  /// All that leave, up to the size of the queue; they arrive after the last has left. Returns how many.
  @inline(__always)
  func pass(_ from: BenchHost, _ to: BenchHost, through queue: UnsafeMutableBufferPointer<DatagramBuffer>)
    -> Int
  {
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
    for benchHost in [left, right] { while benchHost.host.expire(at: now) {} }
    shuttle()
  }

  /// Takes all events.
  func takeEvents() {
    for benchHost in [left, right] { while benchHost.host.nextEvent() != nil {} }
  }
}
