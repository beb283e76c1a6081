#if os(Linux)
  import TCPCore
  import TCPLinux

  /// A host at the right end of a wire, which does something only when it is asked to: on the loop's own
  /// thread, so that nothing depends on who is faster.
  @safe
  final class WirePeer {
    var host: TCPHost
    private(set) var taken: [[UInt8]] = []
    private(set) var given: [[UInt8]] = []
    private let memory: UnsafeMutableRawBufferPointer
    private let buffer: UnsafeMutableRawBufferPointer
    private let wire: SocketWire
    static var address: Address { Address(10, 7, 0, 1) }

    init(_ wire: SocketWire, mtu: Int = 1_500) throws {
      self.wire = wire
      let configuration = HostConfiguration(connections: 2, sendCapacity: 65_536, receiveCapacity: 65_536)
      unsafe memory = .allocate(byteCount: try TCPHost.byteCount(for: configuration), alignment: 64)
      unsafe buffer = .allocate(byteCount: 65_535, alignment: 64)
      // The memory lives as long as this object, and nobody else writes to it.
      host = unsafe try TCPHost(configuration, secret: Secret(1, 2), memory: memory, at: MonotonicClock.now)
      try host.setInterface(0, mtu: mtu)
      try host.addAddress(WirePeer.address, prefix: 24)
    }

    deinit {
      unsafe memory.deallocate()
      unsafe buffer.deallocate()
    }

    /// The next datagram that the host owes.
    func next(at now: Instant) -> [UInt8]? {
      guard let departure = unsafe host.transmit(into: buffer, at: now) else { return nil }
      return unsafe Array(buffer[..<departure.count])
    }

    /// Takes what waits on the wire, and puts what is owed on it.
    func answer(at now: Instant) {
      while let octets = wire.take() {
        taken.append(octets)
        // The array's octets, lent for the call.
        unsafe octets.withUnsafeBytes { unsafe _ = host.arrive($0.bytes, at: now) }
      }
      _ = host.expire(at: now)
      while let octets = next(at: now), wire.put(octets) { given.append(octets) }
    }
  }

  /// Does what a closure says, at most so many turns.
  final class StepUser: EventLoopDelegate {
    typealias Step = (inout TCPHost, Instant) -> EventLoopDirective?
    private(set) var events: [ConnectionEvent] = []
    private(set) var turns = 0
    private let step: Step

    /// - Parameter step: `nil` to be asked again a millisecond later.
    init(_ step: @escaping Step) { self.step = step }

    func handle(_ event: ConnectionEvent, _ host: inout TCPHost, at now: Instant) { events.append(event) }

    func prepare(
      _ host: inout TCPHost, _ pollSet: inout PollSet, at now: Instant
    ) -> EventLoopDirective {
      turns += 1
      if turns > 20_000 { return .leave }
      return step(&host, now) ?? .proceed(until: now + .milliseconds(1))
    }
  }
#endif
