#if os(Linux)
  import TCPCore
  import TCPLinux
  import TCPLoopback
  import TCPServices
  import TCPTestSupport
  import Testing

  /// Serves echo until the other side is done and then stops in order.
  private final class EchoUser: EventLoopDelegate {
    var server = Server(EchoSession(), connections: 2)
    var endsAt = MonotonicClock.now + .seconds(20)
    var isOver: () -> Bool = { false }

    func handle(_ event: ConnectionEvent, _ host: inout TCPHost, at now: Instant) {
      server.handle(event, &host, at: now)
    }

    func prepare(
      _ host: inout TCPHost, _ pollSet: inout PollSet, at now: Instant
    ) -> EventLoopDirective {
      if isOver() || now >= endsAt { return .stop(grace: .seconds(2)) }
      return .proceed(until: now + .milliseconds(5))
    }
  }

  /// Writes a megabyte, closes, and compares what comes back.
  private final class ClientUser: EventLoopDelegate {
    let text = StreamPattern.octets(1_048_576)
    var handle: Handle?
    var received: [UInt8] = []
    var sent = 0
    var hasEnded = false
    var failure: CallError?
    private let endsAt = MonotonicClock.now + .seconds(20)

    func handle(_ event: ConnectionEvent, _ host: inout TCPHost, at now: Instant) {}

    func prepare(
      _ host: inout TCPHost, _ pollSet: inout PollSet, at now: Instant
    ) -> EventLoopDirective {
      guard let handle, now < endsAt else { return .leave }
      do throws(CallError) {
        try write(handle, &host, at: now)
        while true {
          _ = unsafe try host.withReadable(handle, at: now) { first, second in
            unsafe received.append(contentsOf: first)
            unsafe received.append(contentsOf: second)
            return first.count + second.count
          }
        }
      } catch {
        if error == .endOfStream { hasEnded = true } else if error != .wouldBlock { failure = error }
      }
      return hasEnded || failure != nil ? .leave : .proceed(until: .never)
    }

    private func write(_ handle: Handle, _ host: inout TCPHost, at now: Instant) throws(CallError) {
      guard sent < text.count else { return }
      let octets = text
      let start = sent
      let count = unsafe try host.withWritable(handle, at: now) { first, second -> Int in
        let count = min(first.count, octets.count - start)
        unsafe UnsafeMutableRawBufferPointer(rebasing: first[..<count]).copyBytes(
          from: octets[start..<(start + count)])
        return count
      }
      sent += count
      if sent == text.count { try host.close(handle, at: now) }
    }
  }

  @Suite("The event loop")
  struct EventLoopTests {
    private func makeLoop(_ descriptor: Int32, _ last: UInt8, offload: Bool = false) throws -> EventLoop {
      let loop = try EventLoop(
        HostConfiguration(connections: 2, sendCapacity: 65_536, receiveCapacity: 65_536),
        device: try TUNDevice(descriptor: descriptor, hasOffloadHeader: offload))
      try loop.host.addAddress(Address(10, 7, 0, last), prefix: 24)
      return loop
    }

    @Test(
      "Two hosts over a pair of sockets: a megabyte there and back, and an orderly end",
      arguments: [true, false], [true, false])
    func echo(datagrams: Bool, offload: Bool) throws {
      let wire = SocketWire(datagrams: datagrams)
      let serverLoop = try makeLoop(wire.left, 2, offload: offload)
      let clientLoop = try makeLoop(wire.right, 1, offload: offload)
      _ = try serverLoop.host.listen(Endpoint(.anyIPv4, 7))
      let user = EchoUser()
      let client = ClientUser()
      client.handle = try clientLoop.host.connect(
        to: Endpoint(Address(10, 7, 0, 2), 7), at: MonotonicClock.now)
      let pair = Shared((loop: clientLoop, user: client))
      let isDone = Shared(false)
      user.isOver = { isDone.value }
      let clientEnding = Shared<EventLoop.Ending?>(nil)
      let other = OwnThread {
        clientEnding.value = try? pair.value.loop.run(pair.value.user)
        isDone.value = true
      }
      let ending = try serverLoop.run(user)
      other.join()
      #expect(clientEnding.value == .left)
      #expect(ending == .closed)
      #expect(client.failure == nil && client.hasEnded)
      #expect(client.received == client.text)
      #expect(user.server.accepted == 1)
      #expect(serverLoop.host.occupancy.listeners == 0)
      #expect(serverLoop.counters.arrivals > 100 && serverLoop.counters.refused == 0)
    }

    @Test("A device that goes away ends the run with its error, and the host can still be asked") func gone()
      throws
    {
      let wire = SocketWire()
      let loop = try makeLoop(wire.left, 2)
      let handle = try loop.host.connect(
        to: Endpoint(Address(10, 7, 0, 1), 7), at: MonotonicClock.now)
      wire.closeRight()
      #expect(throws: SystemError.self) { try loop.run(EchoUser()) }
      #expect(try loop.host.status(handle).state == .synSent)
    }

    @Test("Stopping aborts what does not end in time") func abort() throws {
      let wire = SocketWire()
      let loop = try makeLoop(wire.left, 2)
      _ = try loop.host.connect(to: Endpoint(Address(10, 7, 0, 1), 7), at: MonotonicClock.now)
      let user = EchoUser()
      user.endsAt = MonotonicClock.now + .milliseconds(50)
      // Closing an attempt to connect ends it at once (RFC 9293 section 3.10.4).
      #expect(try loop.run(user) == .closed)
      #expect(wire.take()?.count == 60)
    }
  }
#endif
