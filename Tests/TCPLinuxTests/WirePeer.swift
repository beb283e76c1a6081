#if os(Linux)
  import TCPCore
  import TCPLinux
  import TCPTestSupport
  import Testing

  /// A host at the right end of a wire, which does something only when it is called: on the loop's own
  /// thread, so that nothing depends on who is faster.
  final class WirePeer: HostFixture {
    private(set) var taken: [[UInt8]] = []
    private(set) var given: [[UInt8]] = []
    private let wire: SocketWire
    static var address: Address { Address(10, 7, 0, 1) }

    init(_ wire: SocketWire, mtu: Int = 1_500) throws {
      self.wire = wire
      let configuration = HostConfiguration(connections: 2, sendCapacity: 65_536, receiveCapacity: 65_536)
      try super.init(configuration, secret: Secret(1, 2), at: MonotonicClock.now) { Issue.record("\($0)") }
      try host.setInterface(0, mtu: mtu)
      try host.addAddress(WirePeer.address, prefix: 24)
    }

    /// Takes what waits on the wire, and puts what is owed on it.
    func answer(at now: Instant) {
      while let octets = wire.take() {
        taken.append(octets)
        arrive(octets, at: now)
      }
      _ = host.expire(at: now)
      while let (octets, _) = transmit(at: now), wire.put(octets) { given.append(octets) }
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
