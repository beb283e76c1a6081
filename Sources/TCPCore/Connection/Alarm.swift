/// When a connection asks to be woken: never later than its `deadline`, perhaps earlier.
///
/// Whatever arms a timer sets this, too, so that nobody need compare all timers after each segment. A timer that moves
/// away, or stops, does not: the connection is woken early then, and asks anew.
package struct Alarm: BitwiseCopyable {
  /// The moment's microseconds, a bit further up, and in the low bit whether the host has yet to hear of it: there are
  /// many connections, and an octet more of each would be eight. To the microsecond: who is woken before a timer is due,
  /// and asks for the same moment again, would be woken for ever while the clock stands.
  private var bits = UInt64.max &- 1

  package init() {}

  /// An alarm that the host has heard of.
  package init(filed moment: Instant) { bits = moment.microseconds &<< 1 }

  @inline(__always)
  package var moment: Instant { Instant(microseconds: bits &>> 1) }

  /// Whether the host has yet to hear of it.
  @inline(__always)
  package var isNews: Bool { bits & 1 != 0 }

  /// Asks to be woken at a moment, unless that has been asked for, or an earlier one.
  @inline(__always)
  package mutating func set(_ moment: Instant) {
    let shifted = moment.microseconds &<< 1
    if shifted < bits & ~1 { bits = shifted | 1 }
  }

  /// The host has heard.
  @inline(__always)
  package mutating func filed() { bits &= ~1 }
}

extension Connection {
  /// Compares all timers: after anything that may have armed one without saying so. What is over already is due from now
  /// on: nobody has called too late for it.
  package mutating func reviseAlarm(at now: Instant) {
    let due = deadline
    alarm.set(due < now ? now : due)
  }
}
