import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite("SYN cookies that are refused, and what is dropped") struct SYNCookieRefusalTests {
  private func make(
    _ policy: SYNCookiePolicy = .always, connections: Int = 4, backlog: Int = 4
  ) throws -> (fixture: HostFixture, listener: Handle) {
    var configuration = HostConfiguration(connections: connections)
    configuration.synCookies = policy
    let fixture = try HostFixture.make(1, configuration)
    try fixture.host.addAddress(Address(192, 0, 2, 50), prefix: 24)
    return (fixture, try fixture.host.listen(Endpoint(.anyIPv6, 80), backlog: backlog))
  }

  private func peer(_ port: UInt16 = 6_000) -> HandPeer { HandPeer(.near(2, port), to: .near(1, 80)) }

  private func answer(_ peer: inout HandPeer, _ fixture: HostFixture) throws {
    #expect(fixture.arrive(peer.segment(.syn)) == .processed)
    peer.acknowledgment = try #require(fixture.drain().first).header.sequence + 1
    peer.sequence = peer.sequence + 1
  }

  /// Periods are 2^26 microseconds long, and begin with the clock's zero.
  private static let period = Interval(microseconds: 1 << 26)

  @Test("The peer's SYN again gets the same cookie in a period, another one in the next, and both are good")
  func again() throws {
    for usesFirst in [true, false] {
      let (fixture, _) = try make()
      let one = peer()
      var cookies: [SequenceNumber] = []
      for seconds in [0, 1, 3, 67] {
        fixture.now = Instant(microseconds: 1_000_000) + .seconds(seconds)
        fixture.arrive(one.segment(.syn))
        cookies.append(try #require(fixture.drain().first).header.sequence)
      }
      #expect(cookies[0] == cookies[1] && cookies[0] == cookies[2] && cookies[0] != cookies[3])
      let last = one.segment(.ack, sequence: one.sequence + 1, acknowledgment: cookies[usesFirst ? 0 : 3] + 1)
      #expect(fixture.arrive(last) == .processed && fixture.host.occupancy.connections == 1)
    }
  }

  @Test("A cookie is good for its period and the next, by the host's clock") func life() throws {
    let start = Instant(microseconds: 10 << 26)
    for (begin, end) in [(0, 2), ((1 << 26) - 1, 2)] {
      for isLate in [false, true] {
        let (fixture, _) = try make()
        var one = peer()
        fixture.now = start + .microseconds(begin)
        try answer(&one, fixture)
        // Others get cookies all the time.
        var other = peer(7_000)
        fixture.now = start + .microseconds((end << 26) - 1)
        try answer(&other, fixture)
        if isLate { fixture.now = fixture.now + .microseconds(1) }
        #expect(fixture.arrive(one.segment(.ack)) == (isLate ? .badCookie : .processed))
        #expect(fixture.arrive(other.segment(.ack)) == .processed)
      }
    }
  }

  @Test("A listener that has sent none for two periods accepts none, and resets") func quiet() throws {
    let (fixture, _) = try make()
    let stranger = peer(9_000)
    #expect(fixture.arrive(stranger.segment(.ack)) == .acknowledgmentForListener)
    #expect(fixture.drain().map(\.flags) == [.rst])
    var one = peer()
    try answer(&one, fixture)
    fixture.now = Instant(microseconds: (2 << 26) - 1)
    #expect(fixture.arrive(stranger.segment(.ack)) == .badCookie && fixture.drain().isEmpty)
    fixture.now = Instant(microseconds: 2 << 26)
    for late in [stranger, one] {
      #expect(fixture.arrive(late.segment(.ack)) == .acknowledgmentForListener)
      #expect(fixture.drain().map(\.flags) == [.rst])
    }
    #expect(fixture.host.occupancy.connections == 0)
  }

  @Test("From another address or port, for another one, or with another number, it is none") func elsewhere()
    throws
  {
    let (fixture, _) = try make()
    var one = peer()
    try answer(&one, fixture)
    var thieves = [one, one, one, one, one]
    thieves[0].own = .near(2, 6_001)
    thieves[1].own = .near(3, 6_000)
    thieves[2].other = .near(50, 80)
    thieves[3].sequence = one.sequence + 1
    thieves[4].acknowledgment = one.acknowledgment + 1
    for thief in thieves { #expect(fixture.arrive(thief.segment(.ack)) == .badCookie) }
    #expect(fixture.host.occupancy.connections == 0 && fixture.drain().isEmpty)
    #expect(fixture.host.counters[.badCookie] == 5)
    #expect(fixture.arrive(one.segment(.ack)) == .processed)
  }

  /// `SYNCookieValueTests` has them by the million; here they are on the wire.
  @Test("Guesses of a blind attacker") func guesses() throws {
    let (fixture, _) = try make()
    var one = peer()
    try answer(&one, fixture)
    var random = SplitMix64(seed: 7)
    for number in 0..<20_000 {
      let acknowledgment = SequenceNumber(random.any())
      try demand(
        fixture.arrive(one.segment(.ack, acknowledgment: acknowledgment)) == .badCookie, "guess \(number)")
    }
    #expect(fixture.host.counters[.badCookie] == 20_000 && fixture.host.counters.cookiesAccepted == 0)
    #expect(fixture.drain().isEmpty && fixture.host.occupancy == (0, 0, 0, 1))
  }

  /// The segment before it was lost: a reset would end a connection that the peer takes for established.
  @Test("Text behind a segment that was lost is dropped without a reset, and comes again") func laterText()
    throws
  {
    let (fixture, listener) = try make()
    var one = peer()
    try answer(&one, fixture)
    #expect(fixture.arrive(one.segment(.ack, sequence: one.sequence + 3, text: [4, 5])) == .badCookie)
    #expect(fixture.arrive(one.segment(.ack | .fin, sequence: one.sequence + 5)) == .badCookie)
    #expect(fixture.drain().isEmpty)
    #expect(fixture.arrive(one.segment(.ack, text: [1, 2, 3])) == .processed)
    #expect(fixture.arrive(one.segment(.ack, sequence: one.sequence + 3, text: [4, 5])) == .processed)
    #expect(try fixture.read(try fixture.host.accept(listener)) == [1, 2, 3, 4, 5])
  }

  @Test("What has SYN or RST is judged as ever") func flags() throws {
    let (fixture, _) = try make()
    var one = peer()
    try answer(&one, fixture)
    #expect(fixture.arrive(one.segment(.rst | .ack)) == .ignoredByListener)
    #expect(fixture.arrive(one.segment(.rst)) == .ignoredByListener)
    #expect(fixture.arrive(one.segment(.fin)) == .ignoredByListener)
    #expect(fixture.drain().isEmpty)
    #expect(fixture.arrive(one.segment(.syn | .ack)) == .acknowledgmentForListener)
    #expect(fixture.drain().map(\.flags) == [.rst])
    #expect(fixture.host.occupancy.connections == 0)
  }

  @Test("Where the accept queue or the connection table is full, it is dropped, and good when it comes again")
  func noRoom() throws {
    for isQueue in [true, false] {
      let (fixture, listener) = try make(connections: isQueue ? 4 : 1, backlog: isQueue ? 1 : 4)
      var peers = [peer(6_000), peer(7_000)]
      for index in peers.indices { try answer(&peers[index], fixture) }
      #expect(fixture.arrive(peers[0].segment(.ack)) == .processed)
      let full: ArrivalOutcome = isQueue ? .backlogFull : .connectionTableFull
      #expect(fixture.arrive(peers[1].segment(.ack, text: [7])) == full)
      #expect(fixture.drain().isEmpty && fixture.host.counters.cookiesAccepted == 1)
      let first = try fixture.host.accept(listener)
      try fixture.host.abort(first, at: fixture.now)
      try fixture.host.release(first, at: fixture.now)
      _ = fixture.drain()
      #expect(fixture.arrive(peers[1].segment(.ack, text: [7])) == .processed)
      #expect(try fixture.read(try fixture.host.accept(listener)) == [7])
    }
  }

  // MARK: Again

  @Test("While its connection lives, and in TIME-WAIT, a copy is for that") func copies() throws {
    let (fixture, listener) = try make()
    var one = peer()
    try answer(&one, fixture)
    let copy = one.segment(.ack, text: [1])
    #expect(fixture.arrive(copy) == .processed && fixture.arrive(copy) == .outsideWindow)
    let handle = try fixture.host.accept(listener)
    #expect(try fixture.read(handle) == [1])
    try fixture.host.close(handle, at: fixture.now)
    _ = fixture.drain()
    let end = one.segment(
      .ack | .fin, sequence: one.sequence + 1, acknowledgment: one.acknowledgment + 1)
    #expect(fixture.arrive(end) == .processed)
    try fixture.host.release(handle, at: fixture.now)
    _ = fixture.drain()
    #expect(fixture.host.occupancy == (0, 0, 1, 1))
    fixture.arrive(copy)
    #expect(fixture.host.occupancy == (0, 0, 1, 1) && fixture.host.counters.cookiesAccepted == 1)
  }

  /// The text of a request must not be read twice.
  @Test("When its connection is over, a copy is reset, like what belongs to no connection") func replay()
    throws
  {
    let (fixture, listener) = try make(connections: 2)
    func use(_ port: UInt16) throws -> [UInt8] {
      var one = peer(port)
      try answer(&one, fixture)
      let segment = one.segment(.ack, text: [1])
      #expect(fixture.arrive(segment) == .processed)
      let handle = try fixture.host.accept(listener)
      try fixture.host.abort(handle, at: fixture.now)
      try fixture.host.release(handle, at: fixture.now)
      _ = fixture.drain()
      return segment
    }
    let first = try use(6_000)
    for port in UInt16(1)...15 { _ = try use(port) }
    #expect(fixture.arrive(first) == .acknowledgmentForListener)
    #expect(fixture.drain().map(\.flags) == [.rst] && fixture.host.occupancy.connections == 0)
    // It remembers the last sixteen, and no cookie beyond its life.
    _ = try use(16)
    fixture.now = Instant(microseconds: 2 << 26)
    _ = try use(17)
    #expect(fixture.arrive(first) == .badCookie && fixture.host.occupancy.connections == 0)
  }

  @Test("A peer that begins again with the same numbers gets another cookie, and its old one is used up")
  func sameNumbers() throws {
    let (fixture, listener) = try make()
    var cookies: Set<UInt32> = []
    for size: UInt16 in [1_220, 536, 64] {
      var one = peer()
      #expect(fixture.arrive(one.segment(.syn) { $0.options.maximumSegmentSize = 1_220 }) == .processed)
      one.acknowledgment = try #require(fixture.drain().first).header.sequence + 1
      one.sequence = one.sequence + 1
      cookies.insert(one.acknowledgment.rawValue)
      #expect(fixture.arrive(one.segment(.ack)) == .processed)
      let handle = try fixture.host.accept(listener)
      #expect(try fixture.host.status(handle).segmentSize == Int(size))
      try fixture.host.abort(handle, at: fixture.now)
      try fixture.host.release(handle, at: fixture.now)
      _ = fixture.drain()
    }
    #expect(cookies.count == 3)
    for cookie in cookies {
      let old = peer().segment(.ack, sequence: SequenceNumber(1_001), acknowledgment: SequenceNumber(cookie))
      #expect(fixture.arrive(old) == .acknowledgmentForListener)
    }
  }

  @Test("Cookies end with their listener") func closedListener() throws {
    let (fixture, listener) = try make()
    var one = peer()
    try answer(&one, fixture)
    try fixture.host.close(listener, at: fixture.now)
    #expect(fixture.arrive(one.segment(.ack)) == .forNobody)
    #expect(fixture.drain().map(\.flags) == [.rst])
    let next = try fixture.host.listen(.near(1, 80))
    #expect(fixture.arrive(one.segment(.ack)) == .acknowledgmentForListener)
    #expect(fixture.drain().map(\.flags) == [.rst])
    // Also where the next one sends cookies of its own.
    var other = peer(7_000)
    try answer(&other, fixture)
    #expect(fixture.arrive(one.segment(.ack)) == .badCookie)
    #expect(fixture.arrive(other.segment(.ack)) == .processed)
    #expect(try fixture.host.status(next).acceptQueueCount == 1)
  }

  // MARK: Beside entries

  /// The SYN came again when there was room for an entry, and the answer to the cookie came after it.
  @Test("A half-open entry of the pair gives its place to a good cookie") func besideEntry() throws {
    for text in [[], [1, 2]] as [[UInt8]] {
      let (fixture, listener) = try make(.automatic, connections: 4, backlog: 1)
      var first = peer(6_000)
      try answer(&first, fixture)
      var one = peer(7_000)
      try answer(&one, fixture)
      #expect(fixture.host.occupancy.halfOpen == 1 && fixture.host.counters.cookiesSent == 1)
      #expect(fixture.arrive(first.segment(.rst)) == .processed)
      let syn = one.segment(.syn, sequence: one.sequence - 1)
      #expect(fixture.arrive(syn) == .processed && fixture.host.occupancy.halfOpen == 1)
      let other = try #require(fixture.drain().first).header.sequence
      #expect(other + 1 != one.acknowledgment)
      // Text behind it first: no reset.
      #expect(fixture.arrive(one.segment(.ack, sequence: one.sequence + 2, text: [3])) == .badCookie)
      #expect(fixture.drain().isEmpty)
      #expect(fixture.arrive(one.segment(.ack, text: text)) == .processed)
      #expect(fixture.host.occupancy == (1, 0, 0, 1))
      let handle = try fixture.host.accept(listener)
      if !text.isEmpty { #expect(try fixture.read(handle) == text) }
      #expect(fixture.host.brokenInvariant() == nil && fixture.restores())
    }
  }

  @Test("A full connection table leaves the entry as it is") func besideEntryFull() throws {
    let (fixture, _) = try make(.automatic, connections: 1, backlog: 1)
    var first = peer(6_000)
    try answer(&first, fixture)
    var one = peer(7_000)
    try answer(&one, fixture)
    fixture.arrive(first.segment(.rst))
    fixture.arrive(one.segment(.syn, sequence: one.sequence - 1))
    _ = fixture.drain()
    _ = try fixture.host.connect(to: .near(9, 9), at: fixture.now)
    _ = fixture.drain()
    #expect(fixture.arrive(one.segment(.ack)) == .connectionTableFull)
    #expect(fixture.host.occupancy == (1, 1, 0, 1) && fixture.drain().isEmpty && fixture.restores())
  }

  /// No number of ours can be chosen in a cookie, and the new one must lie beyond the old one.
  @Test("A pair in TIME-WAIT gets an entry, whatever the choice") func timeWait() throws {
    for policy in [SYNCookiePolicy.automatic, .always] {
      let (fixture, listener) = try make(policy, backlog: 1)
      var one = peer()
      try answer(&one, fixture)
      #expect(fixture.arrive(one.segment(.ack)) == .processed)
      let handle = try fixture.host.accept(listener)
      try fixture.host.close(handle, at: fixture.now)
      _ = fixture.drain()
      fixture.arrive(one.segment(.ack | .fin, acknowledgment: one.acknowledgment + 1))
      try fixture.host.release(handle, at: fixture.now)
      _ = fixture.drain()
      let sent = fixture.host.counters.cookiesSent
      #expect(fixture.arrive(one.segment(.syn, sequence: one.sequence + 100)) == .processed)
      #expect(fixture.host.occupancy == (0, 1, 0, 1) && fixture.host.counters.cookiesSent == sent)
      let answer = try #require(fixture.drain().first)
      #expect(answer.header.sequence > one.acknowledgment)
    }
  }

  // MARK: Snapshots

  @Test("A host that goes on from its memory knows its cookies, and which were used") func snapshot() throws {
    let (fixture, listener) = try make()
    var used = peer(6_000)
    var open = peer(7_000)
    try answer(&used, fixture)
    let none = fixture.host.digest
    try answer(&open, fixture)
    #expect(fixture.host.digest == none, "it is the same period")
    let copy = used.segment(.ack)
    #expect(fixture.arrive(copy) == .processed)
    let handle = try fixture.host.accept(listener)
    try fixture.host.abort(handle, at: fixture.now)
    try fixture.host.release(handle, at: fixture.now)
    _ = fixture.drain()
    try fixture.moveToCopy()
    #expect(fixture.arrive(copy) == .acknowledgmentForListener)
    #expect(fixture.arrive(open.segment(.ack)) == .processed)
  }

  @Test("That a cookie was sent, or accepted, is another digest; when it is good no more, the same again")
  func digest() throws {
    let (fixture, _) = try make()
    let before = fixture.host.digest
    var one = peer()
    try answer(&one, fixture)
    #expect(fixture.host.digest != before)
    fixture.now = Instant(microseconds: 2 << 26)
    fixture.host.expire(at: fixture.now)
    #expect(fixture.host.digest == before)
  }

  /// Two answers that differ in one option, and have not left yet.
  @Test("A waiting SYN-ACK with another option is another digest") func waiting() throws {
    var digests: Set<UInt64> = []
    let changes: [(inout SegmentHeader) -> Void] = [
      { _ in }, { $0.options.isSACKPermitted = true }, { $0.options.windowScale = 0 },
    ]
    for change in changes {
      let (fixture, _) = try make()
      let syn = peer().segment(.syn) {
        $0.options.timestamps = Timestamps(value: 1, echo: 0)
        change(&$0)
      }
      fixture.arrive(syn)
      digests.insert(fixture.host.digest)
    }
    #expect(digests.count == changes.count)
  }
}
