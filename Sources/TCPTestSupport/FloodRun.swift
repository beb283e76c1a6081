import TCPCore
import TCPLoopback

/// A `FloodPlan` under way.
final class FloodRun {
  private struct Client {
    var own: Endpoint
    var port: UInt16
    var roundTrip: Interval
    var attempts = 0
    var isAnswered = false
    var isOver = false
  }

  private enum Happening {
    case strangers(Int)
    case newClients
    case attempt(Int)
    case arrival([UInt8])
    case answer(Int, sequence: SequenceNumber)
    case reset(Int)
    case giveUp(Int)
    case exchange
  }

  private struct Entry {
    var at: Instant
    var order: UInt64
    var happening: Happening

    static func < (left: Entry, right: Entry) -> Bool {
      left.at == right.at ? left.order < right.order : left.at < right.at
    }
  }

  private static let beginning = Instant(microseconds: 1_000_000)
  static let address = Address(192, 0, 2, 1)
  private static let timeBudget = Interval.seconds(15)

  private let plan: FloodPlan
  let fixture: HostFixture
  private var listeners: [UInt16: Handle] = [:]
  private var queue: [Entry] = []
  private var order: UInt64 = 0
  private var clients: [Client] = []
  /// Accepted connections of clients, and how much of their text was read.
  private var readers: [(handle: Handle, count: Int)] = []
  private var residents: [FloodResident] = []
  private var report = FloodPlan.Report()
  /// Whether clients are still trying, or may still come.
  private var pending = 0
  private var areMoreToCome = true
  // Of their own, so that the clients are the same whatever the flood.
  private var clientRandom: SplitMix64
  private var strangerRandom: SplitMix64

  init(_ plan: FloodPlan) throws {
    self.plan = plan
    // Accepted connections are over at once: they never run out.
    var configuration = HostConfiguration(connections: 64, sendCapacity: 64, receiveCapacity: 64)
    configuration.halfOpenCapacity = plan.halfOpenCapacity
    configuration.synCookies = plan.synCookies
    fixture = try HostFixture(
      configuration, secret: Secret(plan.seed, ~plan.seed), at: FloodRun.beginning, onBroken: nil)
    clientRandom = SplitMix64(seed: plan.seed)
    strangerRandom = SplitMix64(seed: ~plan.seed)
    try fixture.host.setInterface(0, mtu: 1_500)
    try fixture.host.addAddress(FloodRun.address, prefix: 24)
  }

  func run() throws -> FloodPlan.Report {
    for listener in plan.listeners { try listen(listener.port) }
    for number in 0..<plan.residents {
      residents.append(try FloodResident(number, fixture, listeners[plan.listeners[0].port]))
    }
    if plan.residents > 0 { schedule(FloodRun.beginning, .exchange) }
    for (index, arrivals) in plan.strangers.enumerated() {
      begin(arrivals, .strangers(index), &strangerRandom)
    }
    begin(plan.clients, .newClients, &clientRandom)
    while pending > 0 || areMoreToCome, let next = queue.first {
      // Timers that are due before: SYN-ACKs that are sent again, entries that are given up.
      if let deadline = fixture.host.deadline, deadline < next.at {
        if deadline > fixture.now { fixture.now = deadline }
        while fixture.host.expire(at: fixture.now) {}
        drain()
        continue
      }
      fixture.now = next.at
      pop()
      try handle(next.happening)
      drain()
    }
    return report
  }

  private func handle(_ happening: Happening) throws {
    switch happening {
    case .strangers(let index):
      let arrivals = plan.strangers[index]
      if listeners[arrivals.port] == nil { try listen(arrivals.port) }
      for _ in 0..<arrivals.atOnce { arrive(strangeSynchronize(to: arrivals.port)) }
      if arrivals.closesListener, let listener = listeners.removeValue(forKey: arrivals.port) {
        try fixture.host.close(listener, at: fixture.now)
      }
      _ = goOn(arrivals, happening, &strangerRandom)
    case .newClients:
      for _ in 0..<plan.clients.atOnce { addClient() }
      areMoreToCome = goOn(plan.clients, happening, &clientRandom)
    case .attempt(let index):
      attempt(index)
    case .arrival(let bytes):
      arrive(bytes)
      try acceptAll()
    case .answer(let index, let sequence):
      guard !clients[index].isOver else { return }
      clients[index].isAnswered = true
      let client = clients[index]
      if plan.textCount % 2 == 0 {
        send(segment(.ack, client.own, to: client.port, 1_001, sequence + 1), client.roundTrip)
      }
      for (part, delay) in textParts {
        let first = UInt32(1_001 + part.lowerBound)
        let text = StreamPattern.octets(part.count, from: part.lowerBound)
        let bytes = segment(.ack, client.own, to: client.port, first, sequence + 1, text)
        send(bytes, client.roundTrip, after: delay)
      }
    case .reset(let index):
      if finish(index) { report.reset += 1 }
    case .giveUp(let index):
      _ = finish(index)
    case .exchange:
      for index in residents.indices {
        report.exchanges += 1
        if !residents[index].exchange(fixture) { report.failedExchanges += 1 }
      }
      schedule(fixture.now + .milliseconds(100), .exchange)
    }
  }

  /// The segments of a client's text, and how long after the SYN-ACK they leave.
  private var textParts: [(part: Range<Int>, delay: Interval)] {
    guard plan.textCount > 0 else { return [] }
    let first = 0..<(plan.textCount / 2)
    let second = (plan.textCount / 2)..<plan.textCount
    let none = Interval.seconds(0)
    return plan.textCount % 2 == 0
      ? [(first, none), (second, none)] : [(second, none), (first, none), (second, .seconds(1))]
  }

  /// Notes that a client's try is over; `false` if it has been before.
  private func finish(_ index: Int) -> Bool {
    guard !clients[index].isOver else { return false }
    clients[index].isOver = true
    pending -= 1
    return true
  }

  // MARK: - Who comes

  private func begin(_ arrivals: FloodPlan.Arrivals, _ happening: Happening, _ random: inout SplitMix64) {
    let first = arrivals.isRegular ? Interval.seconds(0) : gap(arrivals, &random)
    schedule(FloodRun.beginning + arrivals.from + first, happening)
  }

  /// Returns whether there is a next time.
  private func goOn(
    _ arrivals: FloodPlan.Arrivals, _ happening: Happening, _ random: inout SplitMix64
  ) -> Bool {
    let next = fixture.now + (arrivals.isRegular ? arrivals.every : gap(arrivals, &random))
    guard next < FloodRun.beginning + arrivals.until else { return false }
    schedule(next, happening)
    return true
  }

  private func gap(_ arrivals: FloodPlan.Arrivals, _ random: inout SplitMix64) -> Interval {
    Interval(microseconds: random.below(2 * arrivals.every.microseconds + 1))
  }

  private func addClient() {
    let number = clients.count
    let roundTrip = plan.roundTrips[Int(clientRandom.below(UInt64(plan.roundTrips.count)))]
    clients.append(
      Client(
        own: Endpoint(Address(203, 0, 113, 1), UInt16(10_000 + number)), port: plan.clients.port,
        roundTrip: roundTrip))
    report.clients += 1
    pending += 1
    schedule(fixture.now + FloodRun.timeBudget, .giveUp(number))
    attempt(number)
  }

  /// A SYN, if none has been answered, and when to send the next.
  private func attempt(_ index: Int) {
    guard !clients[index].isAnswered, !clients[index].isOver else { return }
    let client = clients[index]
    send(segment(.syn, client.own, to: client.port, 1_000, SequenceNumber(0)), client.roundTrip)
    clients[index].attempts += 1
    if client.attempts < 3 { schedule(fixture.now + .seconds(1 << client.attempts), .attempt(index)) }
  }

  private func strangeSynchronize(to port: UInt16) -> [UInt8] {
    let word = strangerRandom.next()
    // The network for tests of devices (RFC 2544).
    let address = Address(198, 18, UInt8(truncatingIfNeeded: word), UInt8(truncatingIfNeeded: word >> 8))
    let own = Endpoint(address, 1_024 + UInt16(truncatingIfNeeded: (word >> 16) % 64_000))
    return segment(.syn, own, to: port, UInt32(truncatingIfNeeded: word >> 32), SequenceNumber(0))
  }

  // MARK: - The host and the wire

  private func listen(_ port: UInt16) throws {
    guard let listener = plan.listeners.first(where: { $0.port == port }) else { return }
    listeners[port] = try fixture.host.listen(Endpoint(FloodRun.address, port), backlog: listener.backlog)
  }

  private func segment(
    _ flags: SegmentFlags, _ own: Endpoint, to port: UInt16, _ sequence: UInt32,
    _ acknowledgment: SequenceNumber, _ text: [UInt8] = []
  ) -> [UInt8] {
    let header = SegmentHeader(
      sourcePort: own.port, destinationPort: port, sequence: SequenceNumber(sequence),
      acknowledgment: acknowledgment, flags: flags, window: 65_535)
    return header.datagram(from: own, to: Endpoint(FloodRun.address, port), text: text)
  }

  /// Half a round trip later it arrives.
  private func send(_ bytes: [UInt8], _ roundTrip: Interval, after delay: Interval = .seconds(0)) {
    schedule(fixture.now + delay + Interval(microseconds: roundTrip.microseconds / 2), .arrival(bytes))
  }

  private func arrive(_ bytes: [UInt8]) { fixture.arrive(bytes) }

  /// Established connections whose text is there are counted and reset, so that their slots are free again.
  private func acceptAll() throws {
    for listener in listeners.values {
      while let handle = try? fixture.host.accept(listener) { readers.append((handle, 0)) }
    }
    for place in readers.indices.reversed() {
      let handle = readers[place].handle
      let text = (try? fixture.read(handle)) ?? []
      guard text == StreamPattern.octets(text.count, from: readers[place].count) else { continue }
      readers[place].count += text.count
      guard readers[place].count == plan.textCount else { continue }
      let tuple = try fixture.host.status(handle).tuple
      let index = Int(tuple.remotePort) - 10_000
      if finish(index) {
        report.succeeded += 1
        if clients[index].attempts == 1 { report.succeededAtFirst += 1 }
      }
      try fixture.host.abort(handle, at: fixture.now)
      try fixture.host.release(handle, at: fixture.now)
      readers.remove(at: place)
    }
  }

  /// Delivers all that leaves now; unknown peers get nothing.
  private func drain() {
    while let (bytes, _) = fixture.transmit() {
      // An IPv4 header and one of TCP.
      guard bytes[16] == 203, bytes[18] == 113 else { continue }
      let index = Int(bytes[22]) << 8 + Int(bytes[23]) - 10_000
      var sequence: UInt32 = 0
      for place in 24..<28 { sequence = sequence << 8 | UInt32(bytes[place]) }
      let flags = SegmentFlags(rawValue: bytes[33])
      let at = fixture.now + Interval(microseconds: clients[index].roundTrip.microseconds / 2)
      if flags.contains(.rst) {
        schedule(at, .reset(index))
      } else if flags.contains(.syn) {
        schedule(at, .answer(index, sequence: SequenceNumber(sequence)))
      }
    }
  }

  // MARK: - The queue, a heap

  private func schedule(_ at: Instant, _ happening: Happening) {
    order += 1
    queue.append(Entry(at: at, order: order, happening: happening))
    var place = queue.count - 1
    while place > 0, queue[place] < queue[(place - 1) / 2] {
      queue.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private func pop() {
    queue.swapAt(0, queue.count - 1)
    queue.removeLast()
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < queue.count && queue[child] < queue[least] {
        least = child
      }
      if least == place { return }
      queue.swapAt(place, least)
      place = least
    }
  }
}
