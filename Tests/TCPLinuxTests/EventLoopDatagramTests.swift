#if os(Linux)
  import TCPCore
  import TCPLinux
  import Testing

  #if canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  @Suite("The event loop: what becomes of datagrams")
  struct EventLoopDatagramTests {
    private func makeLoop(_ wire: SocketWire, offload: Bool = false, mtu: Int? = nil) throws -> EventLoop {
      let loop = try EventLoop(
        HostConfiguration(connections: 2, sendCapacity: 65_536, receiveCapacity: 65_536),
        device: try TUNDevice(descriptor: wire.left, hasOffloadHeader: offload), mtu: mtu)
      try loop.host.addAddress(Address(10, 7, 0, 2), prefix: 24)
      return loop
    }

    @Test("A departure that the device has no room for is kept, and leaves once") func kept() throws {
      let wire = SocketWire(datagrams: true)
      let loop = try makeLoop(wire)
      var seen = 0
      loop.observer = { direction, _, _ in seen += direction == .departing ? 1 : 0 }
      let filled = wire.fillFromLeft()
      let handle = try loop.host.connect(to: Endpoint(WirePeer.address, 7), at: MonotonicClock.now)
      var arrived: [[UInt8]] = []
      let user = StepUser { _, _ in
        guard loop.counters.turns >= 3 else { return nil }
        arrived += wire.takeAll()
        return arrived.count > filled ? .leave : nil
      }
      #expect(try loop.run(user) == .left)
      #expect(loop.counters.waits == 1 && loop.counters.departures == 1 && loop.counters.refused == 0)
      #expect(arrived.count == filled + 1 && seen == 1)
      // The very same datagram: nothing was sent again.
      #expect(try loop.host.status(handle).retransmissions == 0)
      #expect(arrived.last?.count == 60 && arrived.last?.first == 0x45)
    }

    @Test("A loop whose departure waits still takes what arrives") func waitingTakesArrivals() throws {
      let wire = SocketWire(datagrams: true)
      let loop = try makeLoop(wire)
      wire.fillFromLeft()
      _ = try loop.host.connect(to: Endpoint(WirePeer.address, 7), at: MonotonicClock.now)
      let user = StepUser { _, _ in
        if loop.counters.waits == 1 { _ = wire.put([UInt8](repeating: 0x45, count: 40)) }
        return loop.counters.arrivals > 0 ? .leave : nil
      }
      #expect(try loop.run(user) == .left)
      #expect(loop.counters.arrivals >= 1 && loop.counters.departures == 0)
    }

    @Test("A departure that the device never takes is dropped and counted, and others get through")
    func refused()
      throws
    {
      let wire = SocketWire()
      var limit: Int32 = 1
      // The system reads one number of the given size; it makes of 1 the least that it allows, some 4,600
      // octets.
      _ = unsafe setsockopt(wire.left, SOL_SOCKET, SO_SNDBUF, &limit, socklen_t(MemoryLayout<Int32>.size))
      let loop = try makeLoop(wire, mtu: 60_000)
      let peer = try WirePeer(wire, mtu: 60_000)
      _ = try peer.host.listen(Endpoint(.anyIPv4, 7))
      let handle = try loop.host.connect(to: Endpoint(WirePeer.address, 7), at: MonotonicClock.now)
      let text = [UInt8](repeating: 1, count: 50_000)
      var isWritten = false
      let user = StepUser { host, now in
        peer.answer(at: now)
        if !isWritten, (try? host.status(handle))?.state == .established {
          isWritten = true
          // The array's octets, lent for the call.
          let bytes = unsafe text.span.bytes
          #expect((try? host.write(handle, bytes, at: now)) == 50_000)
        }
        return loop.counters.refused > 0 ? .leave : nil
      }
      #expect(try loop.run(user) == .left)
      #expect(loop.counters.refused == 1 && loop.counters.waits == 0 && loop.counters.departures >= 1)
      #expect(try loop.host.status(handle).unacknowledged == 50_000)
      #expect(try loop.run(StepUser { _, _ in .stop(grace: .milliseconds(20)) }) == .aborted(1))
      #expect(wire.takeAll().last.map { $0[33] & 4 } == 4)
    }

    @Test("What is too short or too long to be a datagram is dropped and counted", arguments: [true, false])
    func lengths(offload: Bool) throws {
      let wire = SocketWire()
      let loop = try makeLoop(wire, offload: offload)
      var seen: [Int] = []
      loop.observer = { _, bytes, _ in seen.append(bytes.byteCount) }
      let header = offload ? 10 : 0
      for count in [1, 19, 20, 65_535, 65_536, 65_600] {
        #expect(wire.put([UInt8](repeating: 0, count: header + count)))
      }
      let user = StepUser { _, _ in loop.counters.tooLong >= 2 ? .leave : nil }
      #expect(try loop.run(user) == .left)
      #expect(loop.counters.tooShort == 2 && loop.counters.tooLong == 2 && loop.counters.arrivals == 2)
      #expect(seen == [20, 65_535])
    }

    @Test("An observer sees each datagram once, both ways, in order") func observer() throws {
      let wire = SocketWire()
      let loop = try makeLoop(wire)
      let peer = try WirePeer(wire)
      _ = try peer.host.listen(Endpoint(.anyIPv4, 7))
      let handle = try loop.host.connect(to: Endpoint(WirePeer.address, 7), at: MonotonicClock.now)
      var arriving: [[UInt8]] = []
      var departing: [[UInt8]] = []
      loop.observer = { direction, bytes, _ in
        let octets = (0..<bytes.byteCount).map { bytes.unsafeLoadOctet($0) }
        if direction == .arriving { arriving.append(octets) } else { departing.append(octets) }
      }
      let user = StepUser { host, now in
        peer.answer(at: now)
        let state = (try? host.status(handle))?.state
        if state == .established { try? host.close(handle, at: now) }
        return state == .finWait2 ? .leave : nil
      }
      #expect(try loop.run(user) == .left)
      peer.answer(at: MonotonicClock.now)
      #expect(departing == peer.taken && departing.count == Int(loop.counters.departures))
      #expect(arriving == Array(peer.given.prefix(arriving.count)))
      #expect(arriving.count == Int(loop.counters.arrivals) && arriving.count >= 2)
    }

    @Test("A bad checksum is let pass exactly where somebody vouches for it, datagram by datagram")
    func trust()
      throws
    {
      let wire = SocketWire()
      let loop = try makeLoop(wire, offload: true)
      _ = try loop.host.listen(Endpoint(.anyIPv4, 7))
      let peer = try WirePeer(wire)
      var datagrams: [[UInt8]] = []
      for _ in 0..<2 {
        _ = try peer.host.connect(to: Endpoint(Address(10, 7, 0, 2), 7), at: MonotonicClock.now)
        var datagram = try #require(peer.transmit(at: MonotonicClock.now)).bytes
        datagram[36] ^= 0x55
        datagrams.append(datagram)
      }
      let zeros = [UInt8](repeating: 0, count: 9)
      // Not vouched for, vouched for, not vouched for.
      #expect(wire.put([0] + zeros + datagrams[0]))
      #expect(wire.put([1] + zeros + datagrams[1]))
      #expect(wire.put([0] + zeros + datagrams[0]))
      let user = StepUser { _, _ in loop.counters.arrivals == 3 && loop.counters.turns > 2 ? .leave : nil }
      #expect(try loop.run(user) == .left)
      let answers = wire.takeAll()
      #expect(answers.count == 1 && loop.host.occupancy.halfOpen == 1)
      // The answer goes to the port that the one in the middle came from.
      #expect(answers.first.map { Array($0[32..<34]) } == Array(datagrams[1][20..<22]))
    }
  }

  extension RawSpan {
    fileprivate func unsafeLoadOctet(_ index: Int) -> UInt8 {
      // In bounds: the callers count to `byteCount`.
      unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }
  }
#endif
