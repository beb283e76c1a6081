import TCPCore

/// How times are shown.
public enum TimeNotation: String, Sendable, CaseIterable {
  /// Seconds since the first record.
  case relative
  /// Date and time in UTC, as RFC 3339 writes them.
  case absolute
  /// Seconds since the line before.
  case delta
}

/// Writes the times of one line after the other: microseconds, or nanoseconds where a time stamp has them.
struct TimeText: Sendable {
  let notation: TimeNotation
  /// What zero is, in nanoseconds; the first time, or the one before.
  private var zero: UInt128?

  init(_ notation: TimeNotation, start: Instant?) {
    self.notation = notation
    if notation != .delta { zero = start.map { UInt128($0.microseconds) * 1_000 } }
  }

  /// The text of a time, which then is the one before.
  mutating func text(_ time: Instant, nanoseconds: Int?) -> String {
    let now = UInt128(time.microseconds) * 1_000 + UInt128(nanoseconds ?? 0)
    let digits = nanoseconds == nil ? 6 : 9
    let from = zero ?? now
    switch notation {
    case .relative: zero = from
    case .delta: zero = now
    case .absolute: return TimeText.date(now, digits: digits)
    }
    return now < from
      ? "-" + TimeText.seconds(from - now, digits: digits) : TimeText.seconds(now - from, digits: digits)
  }

  /// Nanoseconds as seconds with 6 or 9 decimals.
  static func seconds(_ nanoseconds: UInt128, digits: Int) -> String {
    let whole = UInt64(truncatingIfNeeded: nanoseconds / 1_000_000_000)
    var fraction = UInt64(truncatingIfNeeded: nanoseconds % 1_000_000_000)
    if digits == 6 { fraction /= 1_000 }
    return "\(whole)." + padded(fraction, digits)
  }

  /// Nanoseconds since 1970 as `2026-11-28T18:20:00.000000Z`.
  static func date(_ nanoseconds: UInt128, digits: Int) -> String {
    let text = seconds(nanoseconds, digits: digits)
    let total = UInt64(truncatingIfNeeded: nanoseconds / 1_000_000_000)
    let (year, month, day) = civil(total / 86_400)
    let clock = total % 86_400
    let parts = [clock / 3_600, clock / 60 % 60, clock % 60].map { padded($0, 2) }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(parts.joined(separator: ":"))"
      + text[(text.firstIndex(of: ".") ?? text.endIndex)...] + "Z"
  }

  /// The date so many days after 1970-01-01, counted in eras of 400 years that begin in March.
  private static func civil(_ days: UInt64) -> (year: UInt64, month: UInt64, day: UInt64) {
    let shifted = days + 719_468
    let ofEra = shifted % 146_097
    let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * ofYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = shifted / 146_097 * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    return (year, month, ofYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  private static func padded(_ number: UInt64, _ digits: Int) -> String {
    let text = String(number)
    return text.count >= digits ? text : String(repeating: "0", count: digits - text.count) + text
  }
}
