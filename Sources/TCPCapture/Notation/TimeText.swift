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
  /// What zero is: the first time, or the one before.
  private var zero: Moment?

  /// A time, and what a time stamp says beyond whole microseconds.
  private struct Moment {
    var microseconds: UInt64
    var nanoseconds: UInt64

    static func < (left: Moment, right: Moment) -> Bool {
      (left.microseconds, left.nanoseconds) < (right.microseconds, right.nanoseconds)
    }

    /// The time since an earlier one.
    static func - (left: Moment, right: Moment) -> Moment {
      let borrow: UInt64 = left.nanoseconds < right.nanoseconds ? 1 : 0
      return Moment(
        microseconds: left.microseconds - right.microseconds - borrow,
        nanoseconds: left.nanoseconds + 1_000 * borrow - right.nanoseconds)
    }
  }

  init(_ notation: TimeNotation, start: Instant?) {
    self.notation = notation
    if notation != .delta { zero = start.map { Moment(microseconds: $0.microseconds, nanoseconds: 0) } }
  }

  /// The text of a time, which then is the one before.
  mutating func text(_ time: Instant, nanoseconds: Int?) -> String {
    var builder = TextBuilder()
    add(time, nanoseconds: nanoseconds, to: &builder)
    return builder.text
  }

  /// Adds the text of a time, which then is the one before.
  mutating func add(_ time: Instant, nanoseconds: Int?, to builder: inout TextBuilder) {
    let now = Moment(microseconds: time.microseconds, nanoseconds: UInt64(nanoseconds ?? 0))
    let isFine = nanoseconds != nil
    let from = zero ?? now
    switch notation {
    case .relative: zero = from
    case .delta: zero = now
    case .absolute:
      TimeText.addDate(now, isFine: isFine, to: &builder)
      return
    }
    if now < from { builder.add("-" as Unicode.Scalar) }
    let length = now < from ? from - now : now - from
    builder.add(length.microseconds / 1_000_000)
    TimeText.addFraction(length, isFine: isFine, to: &builder)
  }

  /// A point and six or nine decimals.
  private static func addFraction(_ moment: Moment, isFine: Bool, to builder: inout TextBuilder) {
    builder.add("." as Unicode.Scalar)
    builder.add(moment.microseconds % 1_000_000, digits: 6)
    if isFine { builder.add(moment.nanoseconds, digits: 3) }
  }

  /// As `2026-11-28T18:20:00.000000Z`.
  private static func addDate(_ moment: Moment, isFine: Bool, to builder: inout TextBuilder) {
    let total = moment.microseconds / 1_000_000
    let (year, month, day) = civil(total / 86_400)
    let clock = total % 86_400
    let parts: [(UInt64, Unicode.Scalar)] = [
      (year, "-"), (month, "-"), (day, "T"), (clock / 3_600, ":"), (clock / 60 % 60, ":"),
    ]
    for (index, (number, separator)) in parts.enumerated() {
      builder.add(number, digits: index == 0 ? 4 : 2)
      builder.add(separator)
    }
    builder.add(clock % 60, digits: 2)
    addFraction(moment, isFine: isFine, to: &builder)
    builder.add("Z" as Unicode.Scalar)
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
}
