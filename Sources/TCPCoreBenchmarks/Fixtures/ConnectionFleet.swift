import TCPCore

/// A host with many established connections. The peers are sequence numbers in arrays.
final class ConnectionFleet {
  let benchHost: BenchHost
  let count: Int
  @exclusivity(unchecked) private(set) var handles: [Handle] = []
  /// What each peer expects next; it has sent `sent` octets.
  @exclusivity(unchecked) private(set) var expected: [UInt32] = []
  @exclusivity(unchecked) private(set) var sent: [UInt32] = []
  let now = BenchHost.beginning
  @exclusivity(unchecked) private var buffer = DatagramBuffer(capacity: 2_048)
  private let listener: Handle

  // One thread measures.
  nonisolated(unsafe) private static var last: ConnectionFleet?

  /// A fleet of the given size; the last one is kept, since large ones take time.
  static func shared(_ count: Int) throws -> ConnectionFleet {
    if let last, last.count == count { return last }
    last = nil
    let made = try ConnectionFleet(count)
    try made.open()
    last = made
    return made
  }

  static func configuration(_ count: Int) -> HostConfiguration {
    var ringClass = RingClass(connections: count, sendCapacity: 64, receiveCapacity: 64)
    ringClass.transmissions = 4
    ringClass.ranges = 2
    var configuration = HostConfiguration()
    configuration.add(ringClass)
    return configuration
  }

  /// - Parameter spare: free connections beyond `count`.
  init(_ count: Int, spare: Int = 0) throws {
    self.count = count
    benchHost = try BenchHost(1, ConnectionFleet.configuration(count + spare))
    listener = try benchHost.host.listen(Endpoint(benchHost.address, 80), options: ConnectionFleet.options)
    handles.reserveCapacity(count)
    expected.reserveCapacity(count)
    sent.reserveCapacity(count)
  }

  private static var options: ConnectionOptions {
    var options = ConnectionOptions()
    options.offersTimestamps = false
    return options
  }

  /// Each peer opens its connection.
  func open() throws {
    for index in handles.count..<count {
      expected.append(0)
      sent.append(0)
      arrive(index, .syn, sequence: 0)
      guard let departure = benchHost.host.transmit(into: buffer.room, at: now) else {
        throw CannotMeasure(description: "a SYN is not answered")
      }
      buffer.count = departure.count
      let answer = try SegmentHeader(parsing: buffer.octets.bytes.extracting(20..<departure.count))
      expected[index] = answer.sequence.rawValue &+ 1
      sent[index] = 1
      arrive(index, .ack, sequence: 1)
      handles.append(try benchHost.host.accept(listener))
      if index % 4_096 == 0 { takeEvents() }
    }
    takeEvents()
  }

  /// Records an exchange: one octet arrived, and one was sent.
  func advance(_ index: Int) {
    expected[index] &+= 1
    sent[index] &+= 1
  }

  func takeEvents() { while benchHost.host.nextEvent() != nil {} }

  /// Writes a peer's next segment.
  func write(
    _ index: Int, _ flags: SegmentFlags, sequence: UInt32, textCount: Int = 0, into bytes: MutableBytes
  ) -> Int {
    let remote = Endpoint(
      Address(ipv4: 0x0A01_0000 | UInt32(truncatingIfNeeded: index >> 5)), UInt16(1_024 + index & 31))
    let header = SegmentHeader(
      sourcePort: remote.port, destinationPort: 80, sequence: SequenceNumber(sequence),
      acknowledgment: SequenceNumber(flags.contains(.ack) ? expected[index] : 0), flags: flags, window: 64)
    return header.emitDatagram(
      FourTuple(local: remote, remote: Endpoint(benchHost.address, 80)), textCount: textCount,
      DatagramOptions(),
      into: bytes
    ) { room in
      var sum = InternetChecksum()
      for place in 0..<textCount { room.store(0x2A as UInt8, at: place) }
      sum.add(room, count: textCount)
      return sum
    }
  }

  private func arrive(_ index: Int, _ flags: SegmentFlags, sequence: UInt32) {
    buffer.count = write(index, flags, sequence: sequence, into: buffer.writable)
    benchHost.host.arrive(buffer.octets.bytes, at: now)
  }
}

/// The numbers from 0 up, each once, in an order that caches cannot predict, or in ascending order.
package struct Order {
  private let count: Int
  private let step: Int
  private var place = 0

  package init(_ count: Int, isRandom: Bool) {
    self.count = count
    var step = 1
    if isRandom && count > 2 {
      // Near the golden section, and without a common divisor.
      step = Int(Double(count) * 0.618_033_988) | 1
      while Order.divisor(step, count) != 1 { step += 2 }
    }
    self.step = step
  }

  @inline(__always)
  package mutating func next() -> Int {
    place += step
    if place >= count { place -= count }
    return place
  }

  private static func divisor(_ left: Int, _ right: Int) -> Int {
    right == 0 ? left : divisor(right, left % right)
  }
}
