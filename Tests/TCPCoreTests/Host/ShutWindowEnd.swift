import TCPCore
import TCPTestSupport
import Testing

/// When the user of an end begins to read.
enum ReadingTime: CaseIterable, Sendable {
  /// Ten seconds in, when both have probed.
  case early
  /// Two seconds later.
  case late
  /// When its own first, or second, probe is on its way.
  case ownFirst
  case ownSecond
  /// When the first, or second, probe of the peer is about to arrive.
  case peerFirst
  case peerSecond
  /// When all that it has written is acknowledged; only then it looks at answers.
  case whenAcknowledged
}

/// What an end says, and how it leaves.
enum Ending: CaseIterable, Sendable {
  /// More than both rings hold; it closes when it has everything.
  case afterEverything
  /// As much as both rings hold, and it has closed.
  case behindText
  /// As much as the peer's ring holds, and it has closed: only the FIN waits.
  case aloneAtTheEdge

  var count: Int {
    switch self {
    case .afterEverything: 100
    case .behindText: 60
    case .aloneAtTheEdge: 32
    }
  }
}

/// One end of a conversation in which both windows shut.
protocol ShutWindowEnd: AnyObject {
  var got: [UInt8] { get }
  /// Whether the peer has acknowledged everything.
  var isAcknowledged: Bool { get }
  /// Whether nothing more is owed either way.
  var isOver: Bool { get }
  var deadline: Instant? { get }

  /// The user writes, reads where they may, and closes where they have said everything.
  func act(mayRead: Bool, at now: Instant)
  /// The next datagram that leaves, and whether it probes.
  func transmit(at now: Instant) -> (bytes: [UInt8], isProbe: Bool)?
  func arrive(_ bytes: [UInt8], at now: Instant)
  func expire(at now: Instant)
}

/// One of our hosts as such an end.
final class HostEnd: ShutWindowEnd {
  private let fixture: HostFixture
  private let text: [UInt8]
  private let ending: Ending
  /// How much the peer says.
  private let expected: Int
  private var listener: Handle?
  private var handle: Handle?
  private var written = 0
  private var hasClosed = false
  private(set) var got: [UInt8] = []

  static let window = 32

  init(_ number: UInt8, connects: Bool, saying text: [UInt8], _ ending: Ending, hearing expected: Int) throws
  {
    self.text = text
    self.ending = ending
    self.expected = expected
    let configuration = HostConfiguration(
      connections: 1, sendCapacity: 64, receiveCapacity: HostEnd.window)
    fixture = try HostFixture.make(number, configuration, secret: Secret(77, UInt64(number)))
    if connects {
      handle = try fixture.host.connect(
        to: .near(3 - number, 80), from: .near(number, 5_000), at: fixture.now)
    } else {
      listener = try fixture.host.listen(.near(number, 80))
    }
  }

  var deadline: Instant? { fixture.host.deadline }
  private var status: Status? { handle.flatMap { try? fixture.host.status($0) } }
  var isAcknowledged: Bool { written == text.count && status?.unacknowledged == 0 }
  var isOver: Bool {
    guard let status, hasClosed, got.count == expected else { return false }
    return status.state == .timeWait || status.state == .closed && status.endReason == .finished
  }

  func act(mayRead: Bool, at now: Instant) {
    fixture.now = now
    if handle == nil, let listener { handle = try? fixture.host.accept(listener) }
    guard let handle else { return }
    if mayRead, let found = try? fixture.read(handle) { got += found }
    if written < text.count, let count = try? fixture.write(handle, Array(text[written...])) {
      written += count
    }
    let mayClose = ending != .afterEverything || got.count == expected
    if !hasClosed && written == text.count && mayClose && fixture.state(handle) != .synSent {
      hasClosed = (try? fixture.host.close(handle, at: now)) != nil
    }
  }

  func transmit(at now: Instant) -> (bytes: [UInt8], isProbe: Bool)? {
    fixture.now = now
    let before = fixture.host.counters.windowProbes
    guard let (bytes, _) = fixture.transmit() else { return nil }
    return (bytes, fixture.host.counters.windowProbes != before)
  }

  func arrive(_ bytes: [UInt8], at now: Instant) {
    fixture.now = now
    fixture.arrive(bytes)
  }

  func expire(at now: Instant) {
    fixture.now = now
    fixture.host.expire(at: now)
  }
}

/// Two ends, and a wire that takes ten milliseconds and loses what it is configured to lose.
struct ShutWindowConversation {
  let ends: [any ShutWindowEnd]
  let reading: [ReadingTime]
  /// Which end comes first where both have something at one moment.
  var first = 0
  /// Datagrams that are lost, by their number.
  var lost: Set<Int> = []
  /// For each end, bits that say which of its probes are lost, the first lowest.
  var lostProbes = [0, 0]
  private(set) var count = 0
  private(set) var probes = [0, 0]
  private var arrivedProbes = [0, 0]
  private var isReading = [false, false]
  private var onTheWay: [(at: Instant, to: Int, bytes: [UInt8], isProbe: Bool)] = []

  static let start = Instant(microseconds: 1_000_000)

  init(_ ends: [any ShutWindowEnd], reading: [ReadingTime]) {
    self.ends = ends
    self.reading = reading
  }

  /// Goes on until both ends are over. Returns how long that took; `nil` if it is not so after the limit.
  mutating func play(limit: Interval) -> Interval? {
    var now = ShutWindowConversation.start
    for _ in 0..<20_000 {
      for side in [first, 1 - first] { take(side, at: now) }
      if ends.allSatisfy(\.isOver) { return now - ShutWindowConversation.start }
      let arrival = onTheWay.map(\.at).min()
      let users = [10, 12, 30].map { ShutWindowConversation.start + .seconds($0) }.first { $0 > now }
      let moments = [arrival, ends[0].deadline, ends[1].deadline, users].compactMap { $0 }
      guard let next = moments.min(), next <= ShutWindowConversation.start + limit else { return nil }
      if next > now { now = next }
      for side in [first, 1 - first] {
        deliver(to: side, at: now)
        ends[side].expire(at: now)
      }
    }
    return nil
  }

  private mutating func take(_ side: Int, at now: Instant) {
    updateReading(side, at: now)
    ends[side].act(mayRead: isReading[side], at: now)
    while let (bytes, isProbe) = ends[side].transmit(at: now) {
      var isLost = lost.contains(count)
      count += 1
      if isProbe {
        isLost = isLost || lostProbes[side] >> probes[side] & 1 != 0
        probes[side] += 1
        // A reader may have waited for that.
        updateReading(side, at: now)
        ends[side].act(mayRead: isReading[side], at: now)
      }
      if !isLost { onTheWay.append((now + .milliseconds(10), 1 - side, bytes, isProbe)) }
    }
  }

  private mutating func deliver(to side: Int, at now: Instant) {
    while let index = onTheWay.firstIndex(where: { $0.to == side && $0.at <= now }) {
      let (_, _, bytes, isProbe) = onTheWay.remove(at: index)
      if isProbe {
        arrivedProbes[side] += 1
        updateReading(side, at: now)
        ends[side].act(mayRead: isReading[side], at: now)
      }
      ends[side].arrive(bytes, at: now)
    }
  }

  /// Whatever a user waits for, half a minute is enough, except for who wants to be heard first.
  private mutating func updateReading(_ side: Int, at now: Instant) {
    let passed = now - ShutWindowConversation.start
    let isTime =
      switch reading[side] {
      case .early: passed >= .seconds(10)
      case .late: passed >= .seconds(12)
      case .ownFirst: probes[side] >= 1
      case .ownSecond: probes[side] >= 2
      case .peerFirst: arrivedProbes[side] >= 1
      case .peerSecond: arrivedProbes[side] >= 2
      case .whenAcknowledged: ends[side].isAcknowledged
      }
    let isWaitOver = reading[side] != .whenAcknowledged && passed >= .seconds(30)
    if isTime || isWaitOver { isReading[side] = true }
  }
}
