#if os(Linux)
  import TCPCore
  import TCPLinux
  import Testing

  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// A loop with a peer worked by hand, and a connection between them.
  private final class PeeredLoop {
    let wire: SocketWire
    let loop: EventLoop
    let peer: WirePeer
    let handle: Handle

    init(datagrams: Bool = false, port: UInt16 = 7) throws {
      wire = SocketWire(datagrams: datagrams)
      peer = try WirePeer(wire)
      loop = try EventLoop(
        HostConfiguration(connections: 2, sendCapacity: 65_536, receiveCapacity: 65_536),
        device: try TUNDevice(descriptor: wire.left))
      try loop.host.addAddress(Address(10, 7, 0, 2), prefix: 24)
      _ = try peer.host.listen(Endpoint(.anyIPv4, 7))
      handle = try loop.host.connect(to: Endpoint(WirePeer.address, port), at: MonotonicClock.now)
    }

    func state(_ host: borrowing TCPHost) -> ConnectionState? { (try? host.status(handle))?.state }

    /// Runs until the connection is established, and leaves.
    func establish() throws {
      let user = StepUser { host, now in
        self.peer.answer(at: now)
        return self.state(host) == .established ? .leave : nil
      }
      #expect(try loop.run(user) == .left)
      #expect(state(loop.host) == .established)
      peer.answer(at: MonotonicClock.now)
    }
  }

  @Suite("The event loop: how it ends")
  struct EventLoopEndTests {
    @Test("A peer that never answers again does not hold up the end: it is aborted, and that is reported")
    func silentPeer()
      throws
    {
      let pair = try PeeredLoop()
      try pair.establish()
      let user = StepUser { _, _ in .stop(grace: .milliseconds(30)) }
      #expect(try pair.loop.run(user) == .aborted(1))
      #expect(pair.state(pair.loop.host) == .closed)
      // A FIN first, a reset at the end.
      let flags = pair.wire.takeAll().map { $0[33] & 0x05 }
      #expect(flags.first == 1 && flags.last == 4)
    }

    @Test("A connection whose handle was given up counts as well") func releasedHandle() throws {
      let pair = try PeeredLoop()
      try pair.establish()
      try pair.loop.host.release(pair.handle, at: MonotonicClock.now)
      #expect(pair.loop.host.occupancy.connections == 1)
      #expect(try pair.loop.run(StepUser { _, _ in .stop(grace: .milliseconds(30)) }) == .aborted(1))
    }

    @Test("A peer that answers makes it an orderly end, long before the time is over") func politePeer()
      throws
    {
      let pair = try PeeredLoop()
      try pair.establish()
      let accepted = pair.peer.host.nextEvent()
      let other = try #require(accepted).handle
      let user = StepUser { _, now in
        pair.peer.answer(at: now)
        try? pair.peer.host.close(other, at: now)
        pair.peer.answer(at: now)
        return .stop(grace: .seconds(60))
      }
      #expect(try pair.loop.run(user) == .closed)
      #expect(pair.loop.host.occupancy.timeWait == 1 && pair.loop.host.occupancy.listeners == 0)
    }

    @Test("The first word about the time counts, and asking again changes nothing") func graceOnce() throws {
      let pair = try PeeredLoop()
      try pair.establish()
      var isFirst = true
      let user = StepUser { _, _ in
        defer { isFirst = false }
        return .stop(grace: isFirst ? .milliseconds(20) : .seconds(3_600))
      }
      #expect(try pair.loop.run(user) == .aborted(1))
    }

    @Test("No time at all is time for a reset") func noGrace() throws {
      let pair = try PeeredLoop()
      try pair.establish()
      #expect(try pair.loop.run(StepUser { _, _ in .stop(grace: .seconds(0)) }) == .aborted(1))
      #expect(pair.wire.takeAll().last.map { $0[33] & 4 } == 4)
    }

    @Test("A device that takes nothing does not hold up the end either") func fullDevice() throws {
      let pair = try PeeredLoop(datagrams: true)
      try pair.establish()
      pair.wire.fillFromLeft()
      #expect(try pair.loop.run(StepUser { _, _ in .stop(grace: .milliseconds(30)) }) == .aborted(1))
      #expect(pair.loop.counters.waits == 1)
    }

    @Test(
      "A device that goes away during the end is an error, and the host can still be asked",
      arguments: [true, false])
    func goneWhileEnding(datagrams: Bool) throws {
      let pair = try PeeredLoop(datagrams: datagrams)
      try pair.establish()
      let user = StepUser { _, _ in
        pair.wire.closeRight()
        return .stop(grace: .seconds(60))
      }
      let error = #expect(throws: SystemError.self) { try pair.loop.run(user) }
      #expect(error?.description.contains("the other end is closed") == true)
      #expect(pair.state(pair.loop.host) == .finWait1)
    }

    @Test("Text that came before the device went away can still be read") func textBeforeEnd() throws {
      let pair = try PeeredLoop()
      try pair.establish()
      let accepted = pair.peer.host.nextEvent()
      let other = try #require(accepted).handle
      let text: [UInt8] = [1, 2, 3]
      // The array's octets, lent for the call.
      let bytes = unsafe text.span.bytes
      _ = try pair.peer.host.write(other, bytes, at: MonotonicClock.now)
      pair.peer.answer(at: MonotonicClock.now)
      pair.wire.closeRight()
      #expect(throws: SystemError.self) { try pair.loop.run(StepUser { _, _ in nil }) }
      #expect(try pair.loop.host.status(pair.handle).unread == 3)
    }

    @Test("A loop that was left goes on where it was") func again() throws {
      let pair = try PeeredLoop()
      try pair.establish()
      for round in 1...3 {
        let user = StepUser { _, _ in .leave }
        #expect(try pair.loop.run(user) == .left)
        #expect(user.turns == 1 && pair.state(pair.loop.host) == .established, "round \(round)")
      }
      let user = StepUser { host, now in
        try? host.abort(pair.handle, at: now)
        return .leave
      }
      #expect(try pair.loop.run(user) == .left)
      // What was asked for in the last turn has left.
      #expect(pair.wire.takeAll().last.map { $0[33] & 4 } == 4)
      #expect(try pair.loop.run(StepUser { _, _ in .stop(grace: .seconds(60)) }) == .closed)
    }

    @Test("A refused connection is reported to the user, and nothing is left to wait for") func refused()
      throws
    {
      let pair = try PeeredLoop(port: 8)
      let user = StepUser { host, now in
        pair.peer.answer(at: now)
        return pair.state(host) == .closed ? .stop(grace: .seconds(60)) : nil
      }
      #expect(try pair.loop.run(user) == .closed)
      #expect(user.events.contains { $0.handle == pair.handle && $0.kinds.contains(.ended) })
      #expect(try pair.loop.host.status(pair.handle).endReason == .refused)
    }
  }
#endif
