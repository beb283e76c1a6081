/// When a connection asks to be woken: never later than its `deadline`, perhaps earlier.
///
/// Whatever arms a timer sets this, too, so that nobody need compare all timers after each segment. A timer that moves
/// away, or stops, does not: the connection is woken early then, and asks anew.
package struct Alarm: BitwiseCopyable {
  package private(set) var moment = Instant.never
  /// Whether the host has yet to hear of it.
  package private(set) var isNews = false

  package init() {}

  /// An alarm that the host has heard of.
  package init(filed moment: Instant) { self.moment = moment }

  /// Asks to be woken at a moment, unless that has been asked for, or an earlier one.
  @inline(__always)
  package mutating func set(_ moment: Instant) {
    guard moment < self.moment else { return }
    self.moment = moment
    isNews = true
  }

  /// The host has heard.
  @inline(__always)
  package mutating func filed() { isNews = false }

  /// Whether what stands where a truth value stands is one; a restore checks this.
  package mutating func hasKnownCases() -> Bool { storedCase(&isNews) <= 1 }
}

extension Connection {
  /// Compares all timers: after anything that may have armed one without saying so.
  @inline(never)
  package mutating func reviseAlarm() { alarm.set(deadline) }
}
