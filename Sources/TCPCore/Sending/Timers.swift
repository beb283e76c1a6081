/// What the loss timer is armed for. One timer with a kind, so that no two can be armed at once (RFC8985-16).
package enum LossTimerKind: UInt8, BitwiseCopyable {
  /// Not armed.
  case none
  /// RTO: the oldest transmission has not been acknowledged in time.
  case retransmission
}

/// The timer that guards what is in flight (RFC 6298 section 5).
package struct LossTimer: BitwiseCopyable {
  package private(set) var deadline = Instant.never
  package private(set) var kind = LossTimerKind.none

  package init() {}

  @inline(__always)
  package var isArmed: Bool { kind != .none }

  @inline(__always)
  package mutating func arm(_ kind: LossTimerKind, at deadline: Instant) {
    self.kind = kind
    self.deadline = deadline
  }

  @inline(__always)
  package mutating func disarm() {
    kind = .none
    deadline = .never
  }

  /// Whether what stands where enumerations, truth values and optionals stand is a value of theirs; a restore checks this.
  package mutating func hasKnownCases() -> Bool {
    storedCase(&kind) <= 1
  }
}

/// The persist timer (RFC 9293 section 3.8.6.1), and the override timer of section 3.8.6.2.1: both wait for a
/// window, so both are this one.
package struct WindowProbe: BitwiseCopyable {
  /// When the timer fires; while a probe is due, when it fired; `never` where it is not armed.
  package private(set) var moment = Instant.never
  /// How many probes have left since the window shut.
  package private(set) var count: UInt8 = 0
  /// Whether the time has come: the next segment may leave although the window says no.
  package private(set) var isDue = false
  /// Whether the peer has answered since the last probe left; also while none has left.
  package private(set) var isAnswered = true

  package init() {}

  @inline(__always)
  package var isArmed: Bool { moment != .never }

  /// When the timer fires.
  @inline(__always)
  package var deadline: Instant { isDue ? .never : moment }

  /// SHLD-29: the first probe waits for one time-out; SHLD-30: each later one twice as long as the one before.
  package mutating func arm(timeout: Interval, limit: Interval, now: Instant) {
    var wait = timeout
    for _ in 0..<(count < 32 ? count : 32) { wait = wait.doubled(limit: limit) }
    moment = now + wait
    isDue = false
  }

  /// Text waits only because it is little: it leaves after this long (RFC 9293: 0.1 to 1 s).
  package mutating func armOverride(now: Instant) {
    guard !isArmed else { return }
    moment = now + .milliseconds(200)
  }

  /// The time has come.
  package mutating func expire(at now: Instant) {
    moment = now
    isDue = true
  }

  /// A probe has left; the next one waits longer.
  package mutating func sent() {
    isDue = false
    isAnswered = false
    if count < 255 { count &+= 1 }
  }

  /// The peer has spoken: it is there, whatever its window says (MUST-37).
  @inline(__always)
  package mutating func answered() { isAnswered = true }

  /// The window is open, or nothing waits for it (ROB-355).
  @inline(__always)
  package mutating func disarm() {
    guard isArmed || count > 0 else { return }
    moment = .never
    isDue = false
    isAnswered = true
    count = 0
  }

  /// Whether what stands where enumerations, truth values and optionals stand is a value of theirs; a restore checks this.
  package mutating func hasKnownCases() -> Bool {
    storedCase(&isDue) <= 1
      && storedCase(&isAnswered) <= 1
  }
}
