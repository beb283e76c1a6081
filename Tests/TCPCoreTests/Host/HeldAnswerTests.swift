import TCPCore
import TCPTestSupport
import Testing

@Suite("SYNs that wait for the program")
struct HeldAnswerTests {
  private func make(
    halfOpen: Int = 4, backlog: Int = 4, cookies: SYNCookiePolicy = .automatic
  ) throws -> (fixture: HostFixture, listener: Handle) {
    var configuration = HostConfiguration(connections: 4)
    configuration.halfOpenCapacity = halfOpen
    configuration.synCookies = cookies
    let fixture = try HostFixture.make(1, configuration)
    return (
      fixture, try fixture.host.listen(Endpoint(.anyIPv6, 80), backlog: backlog, traits: .holdsAnswers)
    )
  }

  private func peer(_ port: UInt16 = 6_000) -> HandPeer { HandPeer(.near(2, port), to: .near(1, 80)) }

  private func asked(_ fixture: HostFixture) throws -> Handle {
    let next = fixture.host.nextEvent()
    let event = try #require(next)
    #expect(event.kinds == .requested)
    return event.handle
  }

  private func isStale(_ fixture: HostFixture, _ handle: Handle) -> Bool {
    let errors = [
      fixture.error { host throws(CallError) in _ = try host.request(handle) },
      fixture.error { host throws(CallError) in try host.answer(handle, at: fixture.now) },
      fixture.error { host throws(CallError) in try host.refuse(handle, at: fixture.now) },
    ]
    return errors.allSatisfy { $0 == .staleHandle }
  }

  @Test("Nothing leaves until the program answers; then the handshake goes on")
  func answered() throws {
    let (fixture, listener) = try make()
    var one = peer()
    #expect(fixture.arrive(one.segment(.syn)) == .processed)
    #expect(fixture.host.occupancy == (0, 1, 0, 1) && fixture.drain().isEmpty)
    let request = try asked(fixture)
    let what = try fixture.host.request(request)
    #expect(what.listener == listener && what.tuple.local == .near(1, 80))
    #expect(what.tuple.remote == .near(2, 6_000) && what.interface == 0)
    #expect(what.deadline == fixture.now + .seconds(63))
    #expect(fixture.pass(.seconds(20)).isEmpty)
    // Its SYN comes again meanwhile: nobody is asked twice.
    #expect(fixture.arrive(one.segment(.syn)) == .processed)
    #expect(fixture.events().isEmpty && fixture.drain().isEmpty)
    try fixture.host.answer(request, at: fixture.now)
    #expect(isStale(fixture, request))
    let answer = try #require(fixture.drain().first)
    #expect(answer.flags == .syn | .ack && answer.header.acknowledgment == one.sequence + 1)
    one.sequence = one.sequence + 1
    one.acknowledgment = answer.header.sequence + 1
    fixture.now = fixture.now + .milliseconds(30)
    #expect(fixture.arrive(one.segment(.ack)) == .processed)
    let made = try fixture.host.accept(listener)
    #expect(fixture.state(made) == .established && fixture.host.occupancy == (1, 0, 0, 1))
    // The round trip begins when the answer has left.
    #expect(try fixture.host.status(made).smoothedRoundTrip == .milliseconds(30))
  }

  @Test("An answered handshake has its whole time, and the SYN-ACK its time-outs")
  func wholeTime() throws {
    let (fixture, _) = try make()
    fixture.arrive(peer().segment(.syn))
    let request = try asked(fixture)
    _ = fixture.pass(.seconds(60))
    try fixture.host.answer(request, at: fixture.now)
    let begin = fixture.now
    let sent = fixture.pass(.seconds(200))
    #expect(
      sent.map { Int(($0.at - begin).microseconds / 1_000_000) } == [0, 1, 3, 7, 15, 31])
    #expect(fixture.host.occupancy.halfOpen == 0 && fixture.host.counters.halfOpenExpired == 1)
  }

  @Test("Refused: the reset of a closed port, or silence", arguments: [false, true])
  func refused(isSilent: Bool) throws {
    let (fixture, _) = try make()
    let one = peer()
    fixture.arrive(one.segment(.syn))
    let request = try asked(fixture)
    try fixture.host.refuse(request, isSilent: isSilent, at: fixture.now)
    #expect(isStale(fixture, request) && fixture.host.occupancy.halfOpen == 0)
    let sent = fixture.drain()
    #expect(sent.count == (isSilent ? 0 : 1))
    if let reset = sent.first {
      #expect(reset.flags == .rst | .ack && reset.header.sequence == SequenceNumber(0))
      #expect(reset.header.acknowledgment == one.sequence + 1)
    }
    // The next SYN asks again.
    fixture.arrive(one.segment(.syn))
    #expect(try asked(fixture) != request)
  }

  @Test("Nobody decides: the host gives it up, with no event for what was not fetched")
  func timedOut() throws {
    let (fixture, listener) = try make()
    fixture.arrive(peer(1).segment(.syn))
    let request = try asked(fixture)
    fixture.arrive(peer(2).segment(.syn))
    #expect(fixture.pass(.seconds(62)).isEmpty && fixture.host.occupancy.halfOpen == 2)
    #expect(fixture.pass(.seconds(2)).isEmpty)
    #expect(fixture.host.occupancy == (0, 0, 0, 1) && fixture.events().isEmpty && isStale(fixture, request))
    #expect(fixture.host.deadline == nil && fixture.state(listener) == .listen)
  }

  /// To the peer we are in LISTEN: nothing tells that its SYN has come.
  @Test("What else arrives meanwhile")
  func meanwhile() throws {
    let (fixture, _) = try make()
    let one = peer()
    fixture.arrive(one.segment(.syn))
    let request = try asked(fixture)
    let next = one.sequence + 1
    #expect(fixture.arrive(one.segment(.syn, sequence: one.sequence + 1_000)) == .outsideWindow)
    #expect(fixture.arrive(one.segment(.fin, sequence: next)) == .missingAcknowledgment)
    #expect(fixture.arrive(one.segment(.rst, sequence: next + 1)) == .resetOutsideWindow)
    #expect(fixture.drain().isEmpty && fixture.host.occupancy.halfOpen == 1)
    var forged = one
    forged.acknowledgment = SequenceNumber(77)
    #expect(fixture.arrive(forged.segment(.ack, sequence: next)) == .badHandshakeAcknowledgment)
    #expect(fixture.drain().map(\.flags) == [.rst])
    #expect(try fixture.host.request(request).tuple.remotePort == 6_000)
    // The peer takes it back.
    #expect(fixture.arrive(one.segment(.rst, sequence: next)) == .processed)
    #expect(isStale(fixture, request) && fixture.host.occupancy.halfOpen == 0)
  }

  @Test(
    "Full tables: no cookie is ever sent; old ones give way", arguments: [SYNCookiePolicy.automatic, .always])
  func full(cookies: SYNCookiePolicy) throws {
    let (fixture, _) = try make(halfOpen: 2, cookies: cookies)
    fixture.arrive(peer(1).segment(.syn))
    fixture.arrive(peer(2).segment(.syn))
    let first = try asked(fixture)
    #expect(fixture.arrive(peer(3).segment(.syn)) == .backlogFull)
    fixture.now = fixture.now + .seconds(2)
    #expect(fixture.arrive(peer(3).segment(.syn)) == .processed)
    #expect(isStale(fixture, first) && fixture.host.counters.halfOpenRecycled == 1)
    #expect(fixture.host.counters.cookiesSent == 0 && fixture.drain().isEmpty)
    // The second gives way before anybody has heard of it, and then nobody does.
    fixture.now = fixture.now + .seconds(2)
    #expect(fixture.arrive(peer(4).segment(.syn)) == .processed)
    let ports = fixture.events().compactMap { try? fixture.host.request($0.handle).tuple.remotePort }
    #expect(ports == [3, 4] && fixture.host.brokenInvariant() == nil)
  }

  @Test("One that was answered is the youngest")
  func youngest() throws {
    let (fixture, _) = try make(halfOpen: 2)
    fixture.arrive(peer(1).segment(.syn))
    fixture.arrive(peer(2).segment(.syn))
    let first = try asked(fixture)
    let second = try asked(fixture)
    fixture.now = fixture.now + .seconds(3)
    try fixture.host.answer(first, at: fixture.now)
    fixture.arrive(peer(3).segment(.syn))
    #expect(isStale(fixture, second) && fixture.drain().map(\.flags) == [.syn | .ack])
  }

  @Test("Its listener closes, its address goes, or the host moves")
  func gone() throws {
    let (fixture, listener) = try make()
    fixture.arrive(peer(1).segment(.syn))
    fixture.arrive(peer(2).segment(.syn))
    let digest = fixture.host.digest
    try fixture.moveToCopy()
    #expect(fixture.host.digest == digest)
    let first = try asked(fixture)
    #expect(fixture.host.digest != digest)
    try fixture.host.removeAddress(Address(192, 0, 2, 1), at: fixture.now)
    #expect(isStale(fixture, first) && fixture.events().isEmpty && fixture.host.occupancy.halfOpen == 0)
    try fixture.host.addAddress(Address(192, 0, 2, 1), prefix: 24)
    fixture.arrive(peer(3).segment(.syn))
    try fixture.host.close(listener, at: fixture.now)
    #expect(fixture.events().isEmpty && fixture.host.occupancy == (0, 0, 0, 0))
    #expect(fixture.host.deadline == nil && fixture.drain().isEmpty)
  }

  @Test("The link is back: what waits for the program goes on waiting")
  func linkUp() throws {
    let (fixture, _) = try make()
    fixture.arrive(peer(1).segment(.syn))
    fixture.now = fixture.now + .seconds(5)
    try fixture.host.noteLinkUp(0, at: fixture.now)
    #expect(fixture.drain().isEmpty)
    let request = try asked(fixture)
    #expect(try fixture.host.request(request).tuple.remotePort == 1)
  }

  @Test("Handles of other things are stale for these calls, and this one for others")
  func otherHandles() throws {
    let (fixture, listener) = try make()
    let made = try fixture.host.connect(to: .near(2, 9), at: fixture.now)
    _ = fixture.drain()
    fixture.arrive(peer(1).segment(.syn))
    let request = try asked(fixture)
    for other in [listener, made, Handle(rawValue: 0), Handle(rawValue: request.rawValue &+ 1 << 32)] {
      #expect(isStale(fixture, other))
    }
    let now = fixture.now
    let errors = [
      fixture.error { host throws(CallError) in try host.close(request, at: now) },
      fixture.error { host throws(CallError) in try host.abort(request, at: now) },
      fixture.error { host throws(CallError) in try host.release(request, at: now) },
      fixture.error { host throws(CallError) in _ = try host.status(request) },
    ]
    #expect(errors.allSatisfy { $0 == .staleHandle })
    #expect(try fixture.host.request(request).listener == listener)
  }
}
