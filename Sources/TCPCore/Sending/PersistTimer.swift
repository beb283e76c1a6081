/// The persist timer (RFC 9293 section 3.8.6.1), and the override timer of section 3.8.6.2.1: both wait for a
/// window, so both are this one.
package struct PersistTimer: BitwiseCopyable {
  /// When the timer fires; while a probe is due, when it fired; `never` where it is not armed.
  package private(set) var time = Instant.never
  /// How many probes have left since the window shut.
  package private(set) var count: UInt8 = 0
  /// Whether the time has come: the next segment may leave although the window says no.
  package private(set) var isDue = false
  /// Whether the peer has answered since the last probe left; also while none has left.
  package private(set) var isAnswered = true

  package init() {}

  @inline(__always)
  package var isArmed: Bool { time != .never }

  /// When the timer fires.
  @inline(__always)
  package var deadline: Instant { isDue ? .never : time }

  /// SHLD-29: the first probe waits for one time-out; SHLD-30: each later one twice as long as the one
  /// before.
  package mutating func arm(timeout: Interval, limit: Interval, now: Instant) {
    time = now + wait(timeout: timeout, limit: limit)
    isDue = false
  }

  func wait(timeout: Interval, limit: Interval) -> Interval {
    var wait = timeout
    for _ in 0..<(count < 32 ? count : 32) { wait = wait.doubled(limit: limit) }
    return wait
  }

  /// When the pause between probes that ends at `time` began.
  func begin(timeout: Interval, limit: Interval) -> Instant {
    let wait = wait(timeout: timeout, limit: limit).microseconds
    // unreached: a clock in its first seconds
    return Instant(microseconds: time.microseconds < wait ? 0 : time.microseconds &- wait)
  }

  /// The time-out has other bounds now, and with them the pause that runs another length.
  mutating func change(from old: Interval, to new: Interval, now: Instant) {
    let sum = time.microseconds &+ new.microseconds
    // unreached: a pause that began before the clock's zero
    let end = Instant(microseconds: sum < old.microseconds ? 0 : sum &- old.microseconds)
    // unreached: bounds that fall late in a long pause: FixedFigures
    time = end < now ? now : end
  }

  /// The pause ends at `moment` already.
  mutating func bringForward(to moment: Instant) { time = moment }

  /// Text waits only because it is little: it leaves after this long (RFC 9293: 0.1 to 1 s).
  package mutating func armSWSOverride(now: Instant) {
    guard !isArmed else { return }
    time = now + .milliseconds(200)
  }

  /// The time has come.
  package mutating func expire(at now: Instant) {
    time = now
    isDue = true
  }

  /// A probe has left; the next one waits longer.
  package mutating func didSendProbe() {
    isDue = false
    isAnswered = false
    if count < 255 { count &+= 1 }
  }

  /// The peer has spoken: it is there, whatever its window says (MUST-37).
  @inline(__always)
  package mutating func peerResponded() { isAnswered = true }

  /// The window is open, or nothing waits for it (ROB-355).
  @inline(__always)
  package mutating func disarm() {
    guard isArmed || count > 0 else { return }
    time = .never
    isDue = false
    isAnswered = true
    count = 0
  }

  /// Whether every stored Bool, enum and optional tag has a valid bit pattern; `TCPHost(restoring:)` checks
  /// this.
  package mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &isDue) <= 1
      && rawByte(of: &isAnswered) <= 1
  }
}

extension PersistTimer {
  func add(to digest: inout StateDigest) {
    // survives removal: redundant: no two hosts differ in this alone
    digest.add(deadline: deadline)
    digest.add(count)
    digest.add(isDue)
    digest.add(isAnswered)
  }
}
