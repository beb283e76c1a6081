import TCPCore
import TCPTestSupport
import Testing

/// The timers of a host, as far as a segment may meet them.
enum GuardingTimer: Sendable {
  /// RTO of text in flight.
  case retransmission
  /// RTO of a SYN.
  case synchronizeSent
  /// R2 of a SYN.
  case handshakeLimit
  /// The first window probe; the window is shut, and nothing is in flight.
  case persist
  /// The first window probe; the window was shut over text in flight.
  case persistInFlight
  /// Text leaves into a narrow window.
  case override
  /// The delayed acknowledgment of text that has arrived.
  case delayedAcknowledgment
  /// The first keep-alive probe.
  case keepAlive
  /// The end of a connection whose keep-alive probes stay unanswered.
  case keepAliveEnd
  /// The user time-out of text in flight.
  case userTimeout
  /// R2 of text in flight.
  case retransmissionTimeLimit
  /// The user time-out of window probes that stay unanswered.
  case probeTimeout
  /// FIN-WAIT-2 with a user time-out.
  case finWait2
  /// FIN-WAIT-2 of a released handle.
  case finWait2Released
  /// 2 MSL.
  case timeWait
  /// The life of a half-open entry.
  case halfOpenLife
  /// The SYN-ACK of a half-open entry goes again.
  case synchronizeAgain
}

/// What arrives. What is to be rejected names all that would stop or restart a timer if it were believed: an
/// open window and the acknowledgment of everything.
enum ArrivingKind: Sendable {
  /// In order, with text, and the acknowledgment that is known.
  case text
  /// Acceptable text beyond a gap.
  case early
  /// Acknowledges a part of what is in flight.
  case progress
  /// Acknowledges all that is in flight.
  case completion
  /// Opens the window.
  case opening
  /// A FIN in order; in TIME-WAIT the one that is known.
  case finish
  /// Empty, with the acknowledgment and the window that are known.
  case duplicate
  /// Text beyond the window.
  case outside
  /// Empty, at RCV.NXT - 1: the peer's keep-alive.
  case peerProbe
  /// In order, with text and an old timestamp.
  case oldTimestamp
  /// In order, with text and an acknowledgment further back than the largest window.
  case tooOld
  /// In order, with text and an acknowledgment of what was never sent.
  case beyondSent
  /// SYN and ACK in the window.
  case synchronize
  /// The peer's SYN again.
  case repeatedSynchronize
  /// A reset in the window, beyond RCV.NXT.
  case reset
  /// A reset at RCV.NXT.
  case exactReset
  /// In order, with text, and a bad checksum.
  case badChecksum
  /// ICMP: host unreachable.
  case softError
}

/// What a segment does to a timer.
enum TimerEffect: Sendable {
  /// It stays as it was.
  case keeps
  /// It starts again.
  case restarts
  /// It does its work no more.
  case stops
}

/// Does a segment that arrives while a timer is armed restart or stop it?
struct TimerCell: Sendable, CustomTestStringConvertible {
  let timer: GuardingTimer
  let kind: ArrivingKind
  /// What the host says of the segment.
  let outcome: ArrivalOutcome
  let effect: TimerEffect
  /// Who says so.
  let source: String

  init(
    _ timer: GuardingTimer, _ kind: ArrivingKind, _ outcome: ArrivalOutcome, _ effect: TimerEffect,
    _ source: String
  ) {
    self.timer = timer
    self.kind = kind
    self.outcome = outcome
    self.effect = effect
    self.source = source
  }

  var testDescription: String { "\(timer): \(kind) \(effect) (\(source))" }
}

/// A host with one timer armed, and the peer on the other side of the wire.
struct TimerFixture {
  let fixture: HostFixture
  let timer: GuardingTimer
  var peer = HandPeer(.near(2, 6_000), to: .near(1, 80))
  var handle: Handle?
  /// SND.NXT.
  var next = SequenceNumber(0)
  /// The datagram that left last.
  var last: [UInt8] = []
  /// How long until the segment arrives.
  var pause = Interval.seconds(0)
  /// When the timer is due if it is left alone.
  var due = Instant.never
  /// How long the timer lasts from the arrival on if that restarts it.
  var restart = Interval.seconds(0)

  private static let length = Interval.seconds(10)

  /// - Parameter phase: how far the clock is behind a whole millisecond.
  init(_ timer: GuardingTimer, phase: Interval) throws {
    self.timer = timer
    fixture = try HostFixture.make()
    fixture.now = fixture.now + phase
    let listener = try fixture.host.listen(.near(1, 80))
    switch timer {
    case .synchronizeSent, .handshakeLimit: try connect()
    case .halfOpenLife, .synchronizeAgain:
      fixture.arrive(peer.segment(.syn, stamp))
      note(fixture.drain())
      peer.sequence = peer.sequence + 1
      peer.acknowledgment = next
      if timer == .halfOpenLife {
        arm(.seconds(20), for: .seconds(63))
      } else {
        arm(.milliseconds(400), for: .seconds(1))
        restart = .seconds(2)  // it has left twice by then
      }
    default:
      let answer = peer.open(fixture, stamp)
      note([try #require(answer)])
      peer.acknowledgment = next
      let made = try fixture.host.accept(listener)
      handle = made
      try begin(made)
    }
  }

  private mutating func connect() throws {
    peer = HandPeer(.near(2, 80), to: .near(1, 5_000))
    var options = ConnectionOptions()
    options.handshakeLimit = TimerFixture.length
    handle = try fixture.host.connect(
      to: .near(2, 80), from: .near(1, 5_000), options: options, at: fixture.now)
    note(fixture.drain())
    peer.acknowledgment = next - 1
    if timer == .synchronizeSent {
      arm(.milliseconds(400), for: .seconds(1))
    } else {
      arm(.seconds(4), for: TimerFixture.length)
    }
  }

  private mutating func begin(_ made: Handle) throws {
    switch timer {
    case .retransmission: try send(made, arm: .milliseconds(400), for: .seconds(1)) { _ in }
    case .userTimeout:
      try send(made, arm: .seconds(4), for: TimerFixture.length) { $0.userTimeout = TimerFixture.length }
    case .retransmissionTimeLimit:
      try send(made, arm: .seconds(4), for: TimerFixture.length) {
        $0.retransmissionTimeLimit = TimerFixture.length
      }
    case .persist: try shut(made, to: 0, arm: .milliseconds(400), for: .seconds(1))
    case .override: try shut(made, to: 5, arm: .milliseconds(80), for: .milliseconds(200))
    case .persistInFlight:
      try send(made, arm: .milliseconds(400), for: .seconds(1)) { _ in }
      peer.window = 0
      fixture.arrive(peer.segment(.ack, stamp))
    case .probeTimeout:
      // The first probe leaves after a second, and the time-out begins; the third would leave after seven.
      try shut(made, to: 0, arm: .seconds(4), for: .seconds(6))
      restart = .seconds(3 + 5)
    case .delayedAcknowledgment:
      try choose(made) { $0.acknowledgmentDelay = .milliseconds(200) }
      fixture.arrive(peer.segment(.ack, text: [1], stamp))
      peer.sequence = peer.sequence + 1
      arm(.milliseconds(80), for: .milliseconds(200))
    case .keepAlive: try keepAlive(made, arm: .seconds(4), for: TimerFixture.length)
    case .keepAliveEnd: try keepAlive(made, arm: .seconds(17), for: .seconds(20))
    case .finWait2, .finWait2Released, .timeWait: try close(made)
    case .halfOpenLife, .synchronizeAgain, .synchronizeSent, .handshakeLimit: break
    }
  }

  /// Ten octets leave.
  private mutating func send(
    _ made: Handle, arm pause: Interval, for length: Interval, _ change: (inout ConnectionOptions) -> Void
  ) throws {
    try choose(made, change)
    _ = try fixture.write(made, [UInt8](repeating: 7, count: 10))
    note(fixture.drain())
    arm(pause, for: length)
  }

  /// Ten octets wait for a window.
  private mutating func shut(
    _ made: Handle, to window: UInt16, arm pause: Interval, for length: Interval
  ) throws {
    try choose(made) { $0.userTimeout = .seconds(5) }
    // With the numbers of the last window a smaller one is not taken: an octet comes before it.
    fixture.arrive(peer.segment(.ack, text: [1], stamp))
    peer.sequence = peer.sequence + 1
    peer.window = window
    fixture.arrive(peer.segment(.ack, stamp))
    _ = try fixture.write(made, [UInt8](repeating: 7, count: 10))
    #expect(fixture.drain().isEmpty)
    arm(pause, for: length)
  }

  private mutating func keepAlive(_ made: Handle, arm pause: Interval, for length: Interval) throws {
    try choose(made) { options in
      options.isKeepAliveEnabled = true
      options.keepAliveIdle = TimerFixture.length
      options.keepAliveInterval = .seconds(5)
      options.keepAliveProbes = 2
    }
    arm(pause, for: length)
  }

  private mutating func close(_ made: Handle) throws {
    if timer != .timeWait {
      try choose(made) { options in
        options.userTimeout = timer == .finWait2 ? TimerFixture.length : .unlimited
        options.finWait2Limit = timer == .finWait2Released ? TimerFixture.length : .seconds(3)
      }
    }
    try fixture.host.close(made, at: fixture.now)
    note(fixture.drain())
    peer.acknowledgment = next
    fixture.arrive(peer.segment(.ack, stamp))
    if timer == .finWait2Released { try fixture.host.release(made, at: fixture.now) }
    guard timer == .timeWait else { return arm(.seconds(4), for: TimerFixture.length) }
    fixture.arrive(peer.segment(.fin | .ack, stamp))
    peer.sequence = peer.sequence + 1
    note(fixture.drain())
    arm(.seconds(100), for: .seconds(240))
  }

  private func choose(_ made: Handle, _ change: (inout ConnectionOptions) -> Void) throws {
    var options = try fixture.host.options(made)
    change(&options)
    try fixture.host.setOptions(made, options, at: fixture.now)
  }

  private mutating func note(_ seen: [Seen]) {
    guard let seen = seen.last else { return }
    last = seen.bytes
    next = seen.header.sequence + seen.header.length
  }

  private mutating func arm(_ pause: Interval, for length: Interval) {
    self.pause = pause
    due = fixture.now + length
    restart = length
  }

  private func stamp(_ header: inout SegmentHeader) {
    header.options.timestamps = Timestamps(value: 500, echo: 0)
  }

  // What arrives

  func datagram(_ kind: ArrivingKind) -> [UInt8] {
    switch kind {
    case .text: return peer.segment(.ack, text: [1], stamp)
    case .early: return peer.segment(.ack, sequence: peer.sequence + 10, text: [1], stamp)
    case .progress: return peer.segment(.ack, acknowledgment: peer.acknowledgment + 4, stamp)
    case .completion: return peer.segment(.ack, acknowledgment: next, stamp)
    case .opening: return rejected(.ack, 0, text: [])
    case .finish:
      return peer.segment(.fin | .ack, sequence: peer.sequence - (timer == .timeWait ? 1 : 0), stamp)
    case .duplicate: return peer.segment(.ack, stamp)
    case .outside: return rejected(.ack, 100_000)
    case .peerProbe: return rejected(.ack, -1, text: [])
    case .oldTimestamp: return rejected(.ack, 0, value: 400)
    case .tooOld: return rejected(.ack, 0, acknowledgment: next - 70_000)
    case .beyondSent: return rejected(.ack, 0, acknowledgment: next + 5)
    case .synchronize: return rejected(.syn | .ack, 10)
    case .repeatedSynchronize: return peer.segment(.syn, sequence: peer.sequence - 1, stamp)
    case .reset: return rejected(.rst | .ack, 10)
    case .exactReset: return rejected(.rst | .ack, 0)
    case .badChecksum:
      var bytes = rejected(.ack, 0)
      bytes[bytes.count - 1] ^= 1
      return bytes
    case .softError: return routerMessage(3, 1, quoting: last)
    }
  }

  private func rejected(
    _ flags: SegmentFlags, _ offset: Int, acknowledgment: SequenceNumber? = nil, text: [UInt8] = [1],
    value: UInt32 = 500
  ) -> [UInt8] {
    peer.segment(flags, sequence: peer.sequence + offset, acknowledgment: acknowledgment ?? next, text: text)
    {
      $0.options.timestamps = Timestamps(value: value, echo: 0)
      $0.window = 65_535
    }
  }

  // What the timer does

  /// Whether the timer has done its work, where all of this has left.
  func hasFired(_ seen: [Seen]) -> Bool {
    switch timer {
    case .retransmission: return seen.contains { !$0.text.isEmpty }
    case .synchronizeSent: return seen.contains { $0.flags == .syn }
    case .synchronizeAgain: return seen.contains { $0.flags == .syn | .ack }
    case .persist, .persistInFlight:
      // One below SND.UNA, which is four further on where progress was made.
      return seen.contains { seen in
        seen.text.isEmpty && [-1, 3].contains { seen.header.sequence == peer.acknowledgment + $0 }
      }
    case .override: return seen.contains { $0.text.count == 5 }
    case .delayedAcknowledgment: return !seen.isEmpty
    case .keepAlive: return seen.contains { $0.text.isEmpty && $0.header.sequence == next - 1 }
    case .handshakeLimit:
      // It ends with what the network said, if that said anything.
      guard let handle, let reason = try? fixture.host.status(handle).endReason else { return false }
      return [.timedOut, .unreachable].contains(reason)
    case .keepAliveEnd, .userTimeout, .retransmissionTimeLimit, .probeTimeout, .finWait2, .finWait2Released:
      return fixture.host.counters.connectionsTimedOut == 1
    case .timeWait: return fixture.host.occupancy.timeWait == 0
    case .halfOpenLife: return fixture.host.counters.halfOpenExpired == 1
    }
  }
}
