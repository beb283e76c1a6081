import TCPCore

/// The words behind a command, taken one after another.
package struct Arguments {
  private var words: [String]

  package init(_ words: [String]) { self.words = words.reversed() }

  /// The next word.
  package mutating func next() -> String? { words.popLast() }

  /// The value that an option needs.
  package mutating func value(of option: String, _ expected: String) throws(ToolError) -> String {
    guard let word = words.popLast() else { throw .usage("\(option) needs \(expected)") }
    return word
  }

  package mutating func probability(of option: String) throws(ToolError) -> Double {
    let word = try value(of: option, "a probability from 0 to 1")
    guard let number = Double(word), number >= 0, number <= 1 else {
      throw .usage("\(option) expected a probability from 0 to 1, not '\(word)'")
    }
    return number
  }

  package mutating func integer(of option: String, _ range: ClosedRange<Int>) throws(ToolError) -> Int {
    let expected = "a number from \(range.lowerBound) to \(range.upperBound)"
    let word = try value(of: option, expected)
    guard let number = Int(word), range.contains(number) else {
      throw .usage("\(option) expected \(expected), not '\(word)'")
    }
    return number
  }

  package mutating func seed(of option: String) throws(ToolError) -> UInt64 {
    let word = try value(of: option, "a number")
    guard let number = UInt64(word) else { throw .usage("\(option) expected a number, not '\(word)'") }
    return number
  }

  /// A number with a unit, in the unit's base.
  private mutating func quantity(
    of option: String, _ expected: String, _ units: [(String, Double)]
  ) throws(ToolError) -> Double {
    let word = try value(of: option, expected)
    let digits = word.prefix { $0.isNumber || $0 == "." }
    let unit = word.dropFirst(digits.count).lowercased()
    guard let number = Double(digits), let factor = units.first(where: { $0.0 == unit })?.1,
      number * factor < 1e15
    else { throw .usage("\(option) expected \(expected), not '\(word)'") }
    return number * factor
  }

  package mutating func size(of option: String, _ range: ClosedRange<Int>) throws(ToolError) -> Int {
    let size = try quantity(
      of: option, "a size like 1500, 64KiB or 50MB",
      [
        ("", 1), ("b", 1), ("k", 1_024), ("kib", 1_024), ("kb", 1_000), ("m", 1_048_576),
        ("mib", 1_048_576), ("mb", 1_000_000), ("g", 1_073_741_824), ("gib", 1_073_741_824),
        ("gb", 1_000_000_000),
      ])
    guard range.contains(Int(size)) else {
      throw .usage("\(option) expected a size from \(range.lowerBound) to \(range.upperBound) octets")
    }
    return Int(size)
  }

  /// One name, or several with commas between them.
  package mutating func controls(of option: String) throws(ToolError) -> [CongestionControlAlgorithm] {
    let words = try value(of: option, "cubic, newreno or bbr").split(
      separator: ",", omittingEmptySubsequences: false)
    var controls: [CongestionControlAlgorithm] = []
    for word in words {
      switch word {
      case "cubic": controls.append(.cubic)
      case "newreno": controls.append(.newReno)
      case "bbr": controls.append(.bbr)
      default: throw .usage("\(option) expected cubic, newreno or bbr, not '\(word)'")
      }
    }
    return controls
  }

  package mutating func interval(of option: String) throws(ToolError) -> Interval {
    let time = try quantity(
      of: option, "a time like 5ms, 250us or 1s", [("us", 1), ("ms", 1_000), ("s", 1_000_000)])
    return Interval(microseconds: UInt64(time))
  }

  /// Two times with a comma between them: when something begins, and how long it lasts.
  package mutating func moment(of option: String) throws(ToolError) -> (at: Interval, length: Interval) {
    let expected = "a moment and a length like 2s,3s"
    let word = try value(of: option, expected)
    let parts = word.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { throw .usage("\(option) expected \(expected), not '\(word)'") }
    var times = Arguments(parts)
    let at = try times.interval(of: option)
    return (at, try times.interval(of: option))
  }

  package mutating func rate(of option: String) throws(ToolError) -> UInt64 {
    let rate = try quantity(
      of: option, "a rate like 10Mbit or 64kbit",
      [
        ("bit", 1), ("kbit", 1_000), ("mbit", 1_000_000), ("gbit", 1_000_000_000),
      ])
    guard rate >= 1 else { throw .usage("\(option) expected at least 1bit") }
    return UInt64(rate)
  }
}
