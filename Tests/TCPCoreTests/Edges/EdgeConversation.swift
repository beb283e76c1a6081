// Counters are set from within, which only a build for debugging allows.
#if DEBUG
  @testable import TCPCore
  import TCPLoopback
  import TCPTestSupport

  /// A conversation of two hosts, always the same: handshakes with a loss, text both ways with losses, both
  /// ways to close, a pair that is used again while it is in TIME-WAIT, resets, a half-open entry that nobody
  /// completes, and a month's silence.
  ///
  /// What happens is written down in numbers that begin at the same place in each run, whatever the real ones
  /// are. So two runs whose counters begin elsewhere must print the same.
  final class EdgeConversation {
    let fixtures: [HostFixture]
    /// What has happened.
    private(set) var lines: [String] = []
    private var names: EdgeNames
    private var link: [(at: Instant, side: Int, bytes: [UInt8])] = []
    private var handles: [Handle?] = [nil, nil]
    private var unwritten: [[UInt8]] = [[], []]
    private var texts: [[UInt8]] = [[], []]
    private var departures = [0, 0]
    private var connections = 0
    private let before: [[UInt64]]

    /// By connection: the client's datagrams that are lost, and the server's.
    private static let lost: [Int: [Set<Int>]] = [1: [[6, 12, 13], [1, 8, 12]], 2: [[4], [6]]]

    /// A start that is far from all edges.
    static let usualStart = Instant(microseconds: 7_813 * 128_000)

    static var configuration: HostConfiguration {
      var configuration = HostConfiguration(connections: 2, sendCapacity: 20_000, receiveCapacity: 16_000)
      configuration.halfOpenCapacity = 2
      configuration.timeWaitCapacity = 2
      configuration.listenerCapacity = 1
      configuration.maximumSegmentLifetime = .seconds(1)
      return configuration
    }

    static let client = Endpoint.near(1, 5_000)
    static let server = Endpoint.near(2, 80)
    private static let stranger = Endpoint.near(9, 6_000)

    /// The pair of the first connections, from either side.
    static func tuple(_ side: Int) -> FourTuple {
      FourTuple(local: side == 0 ? client : server, remote: side == 0 ? server : client)
    }

    static func secret(_ side: Int) -> Secret { Secret(UInt64(side), 99) }

    /// - Parameters:
    ///   - start: when the hosts begin: a multiple of 128 ms, so that milliseconds, ticks of the timestamp
    ///     clock and ticks of the sequence number clock begin alike.
    ///   - prepare: sets counters of one side's host, on which nothing has happened yet.
    init(at start: Instant = usualStart, _ prepare: (HostFixture, Int) -> Void = { _, _ in }) throws {
      precondition(start.microseconds % 128_000 == 0)
      fixtures = try (0...1).map { side in
        let fixture = try HostFixture(
          EdgeConversation.configuration, secret: EdgeConversation.secret(side), at: start)
        try fixture.host.setInterface(0, mtu: 1_500)
        try fixture.host.addAddress(Address(192, 0, 2, UInt8(side + 1)), prefix: 24)
        prepare(fixture, side)
        return fixture
      }
      names = EdgeNames(start: start, generations: fixtures.map { $0.host.slots[0].generation })
      before = fixtures.map { $0.host.counterWords }
      try play()
    }

    private var now: Instant { fixtures[0].now }

    private func note(_ line: String) { lines.append("\(names.time(now)) \(line)") }

    // MARK: What the users do

    private func play() throws {
      let listener = try fixtures[1].host.listen(EdgeConversation.server)
      note("listen \(names.handle(listener, 1))")
      try connect(from: EdgeConversation.client)
      try advance(.seconds(3))
      strange()
      try write(0, 15_000)
      try write(1, 12_000)
      try advance(.seconds(12))
      noteStatus()
      // The server is in TIME-WAIT, and the client comes again.
      try close(1)
      try advance(.milliseconds(100))
      try close(0)
      try advance(.milliseconds(100))
      try release()
      precondition(fixtures[1].host.occupancy.timeWait == 1)
      try connect(from: EdgeConversation.client)
      try advance(.seconds(3))
      try write(0, 15_000)
      try advance(.seconds(1))
      try write(1, 12_000)
      try advance(.seconds(25 * 86_400))
      noteStatus()
      try write(1, 2_000)
      try write(0, 1_000)
      try advance(.seconds(5))
      noteStatus()
      // The client stays in TIME-WAIT, to the end.
      try close(0)
      try advance(.milliseconds(100))
      try close(1)
      try advance(.seconds(5))
      noteStatus()
      try release()
      for _ in 0..<4 {
        try connect(from: nil)
        try advance(.milliseconds(200))
        try write(0, 10)
        try advance(.milliseconds(200))
        if let handle = handles[0] { try fixtures[0].host.abort(handle, at: now) }
        try advance(.milliseconds(200))
        try release()
      }
      try advance(.seconds(70))
      for (side, fixture) in fixtures.enumerated() {
        let counted = zip(fixture.host.counterWords, before[side]).map { $0 &- $1 }
        note("\(side) ends with \(fixture.host.occupancy), counted \(counted)")
      }
    }

    private func connect(from local: Endpoint?) throws {
      let handle = try fixtures[0].host.connect(to: EdgeConversation.server, from: local, at: now)
      handles[0] = handle
      connections += 1
      departures = [0, 0]
      note("connect \(names.handle(handle, 0))")
    }

    /// A peer that never completes its handshake.
    private func strange() {
      let peer = HandPeer(EdgeConversation.stranger, to: EdgeConversation.server)
      names.learn(peer.own, EdgeConversation.server, initial: peer.sequence.rawValue)
      note("a stranger: \(fixtures[1].arrive(peer.segment(.syn)))")
    }

    private func write(_ side: Int, _ count: Int) throws {
      unwritten[side] += StreamPattern.octets(count)
      try serve(side)
    }

    private func close(_ side: Int) throws {
      note("close on \(side)")
      if let handle = handles[side] { try fixtures[side].host.close(handle, at: now) }
    }

    private func release() throws {
      for side in 0...1 {
        if let handle = handles[side] { try fixtures[side].host.release(handle, at: now) }
        handles[side] = nil
        // What was read is reported as it was, once.
        note("\(side) has read \(texts[side].count), sum \(texts[side].reduce(0) { ($0 &* 31) &+ Int($1) })")
        texts[side] = []
      }
    }

    private func serve(_ side: Int) throws {
      let fixture = fixtures[side]
      for event in fixture.events() {
        if event.kinds.contains(.accepted) { handles[side] = event.handle }
        note("event on \(side): \(names.handle(event.handle, side)) \(event.kinds.rawValue)")
      }
      guard let handle = handles[side] else { return }
      if let text = try? fixture.read(handle), !text.isEmpty { texts[side] += text }
      if !unwritten[side].isEmpty, let count = try? fixture.write(handle, unwritten[side]) {
        unwritten[side].removeFirst(count)
      }
    }

    private func noteStatus() {
      for (side, fixture) in fixtures.enumerated() {
        guard let handle = handles[side], let status = try? fixture.host.status(handle) else { continue }
        let sizes = [
          status.unread, status.unacknowledged, status.unsent, status.bytesInFlight, status.sendSpace,
          status.sendWindow, status.receiveWindow, status.congestionWindow, status.slowStartThreshold,
          status.retransmissions, status.segmentSize, status.urgent, status.outOfOrderRanges,
        ]
        let times = [status.smoothedRoundTrip, status.retransmissionTimeout].map(\.microseconds)
        let due = status.deadline.map { names.time($0) } ?? "never"
        note("status on \(side): \(status.state) \(status.endReason) \(sizes) \(times) due \(due)")
      }
    }

    // MARK: What time brings

    /// Time passes; datagrams take 5 ms.
    private func advance(_ interval: Interval) throws {
      let end = now + interval
      for _ in 0..<2_000 {
        for side in 0...1 {
          try serve(side)
          depart(side)
        }
        let due = fixtures.compactMap { $0.host.deadline }.min() ?? .never
        let next = min(due, link.map(\.at).min() ?? .never)
        guard next <= end else {
          move(to: end)
          return
        }
        move(to: next)
        // One by one, so that each may be answered.
        if let index = link.firstIndex(where: { $0.at <= now }) {
          let (_, side, bytes) = link.remove(at: index)
          note("arrival on \(side): \(fixtures[side].arrive(bytes))")
        }
      }
      throw Deviation(description: "no end of it at \(names.time(now)): \(lines.suffix(20))")
    }

    private func move(to moment: Instant) {
      for fixture in fixtures {
        if fixture.now < moment { fixture.now = moment }
        for _ in 0..<20 where !fixture.host.expire(at: fixture.now) { break }
      }
    }

    private func depart(_ side: Int) {
      while let (bytes, _) = fixtures[side].transmit() {
        let seen = Seen(bytes, on: 0)
        departures[side] += 1
        let isLost = EdgeConversation.lost[connections]?[side].contains(departures[side]) ?? false
        note("departure on \(side)\(isLost ? ", lost" : ""): \(names.segment(seen, at: now))")
        guard !isLost, seen.to.address != EdgeConversation.stranger.address else { continue }
        link.append((now + .milliseconds(5), 1 - side, bytes))
      }
    }
  }

  extension TCPHost {
    /// All counters, as they lie in memory.
    var counterWords: [UInt64] {
      // Counters are nothing but 64-bit numbers, and the copy lives as long as the closure.
      unsafe withUnsafeBytes(of: counterTable[0]) { unsafe Array($0.bindMemory(to: UInt64.self)) }
    }

    /// Sets every counter.
    func setCounters(_ value: UInt64) {
      // As above; the table's element lives as long as the host.
      unsafe withUnsafeMutableBytes(of: &counterTable[0]) { bytes in
        for index in unsafe bytes.bindMemory(to: UInt64.self).indices {
          unsafe bytes.storeBytes(of: value, toByteOffset: 8 * index, as: UInt64.self)
        }
      }
    }
  }

  /// The numbers of a conversation as differences from where each began.
  struct EdgeNames {
    private let start: Instant
    private let generations: [UInt32]
    /// By sender and receiver: the initial sequence number and the first timestamp.
    private var initials: [[UInt64]: UInt32] = [:]
    private var stamps: [[UInt64]: UInt32] = [:]

    init(start: Instant, generations: [UInt32]) {
      self.start = start
      self.generations = generations
    }

    func time(_ moment: Instant) -> String { "\(moment.microseconds &- start.microseconds)" }

    func handle(_ handle: Handle, _ side: Int) -> String {
      "#\(handle.id.rawValue).\(handle.generation &- generations[side])"
    }

    private func key(_ from: Endpoint, _ to: Endpoint) -> [UInt64] {
      [from.address.low, UInt64(from.port), to.address.low, UInt64(to.port)]
    }

    mutating func learn(_ from: Endpoint, _ to: Endpoint, initial: UInt32) {
      initials[key(from, to)] = initial
    }

    /// A segment without its ports, which may have been drawn.
    mutating func segment(_ seen: Seen, at now: Instant) -> String {
      let header = seen.header
      let own = key(seen.from, seen.to)
      let other = key(seen.to, seen.from)
      if header.flags.contains(.syn) { initials[own] = header.sequence.rawValue }
      let first = initials[own] ?? 0
      let otherFirst = initials[other] ?? 0
      var text = "<SEQ=\(header.sequence.rawValue &- first)>"
      if header.flags.contains(.ack) { text += "<ACK=\(header.acknowledgment.rawValue &- otherFirst)>" }
      text += "<CTL=\(header.flags.rawValue)><WND=\(header.window)><LEN=\(seen.text.count)>"
      for index in 0..<header.options.sack.count {
        let block = header.options.sack[index]
        text += "<SACK=\(block.left.rawValue &- otherFirst):\(block.right.rawValue &- otherFirst)>"
      }
      if let timestamps = header.options.timestamps {
        let begun = stamps[own, default: timestamps.value]
        stamps[own] = begun
        let echo = header.flags.contains(.ack) ? timestamps.echo &- (stamps[other] ?? 0) : timestamps.echo
        text += "<TS=\(timestamps.value &- begun),\(echo)>"
      }
      return text
    }
  }
#endif
