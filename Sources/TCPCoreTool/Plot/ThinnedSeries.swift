/// A value over time as a step line, in bounded memory however many values there are.
///
/// When there are too many, neighbours are merged into groups of which the lowest and the highest value stay,
/// so that a short dip or peak is never lost.
package struct ThinnedLine {
  package struct Point: Equatable {
    /// Microseconds since the start of the plot.
    package var time: UInt64
    package var value: Double

    package init(time: UInt64, value: Double) {
      self.time = time
      self.value = value
    }
  }

  private struct Group {
    var low: Point
    var high: Point

    mutating func merge(_ other: Group) {
      if other.low.value < low.value { low = other.low }
      if other.high.value > high.value { high = other.high }
    }
  }

  private static var limit: Int { 2_048 }

  private var groups: [Group] = []
  /// How many changes of value a full group holds.
  package private(set) var groupSize = 1
  /// How many the last group holds so far.
  private var lastGroupCount = 0
  /// The last value, at the last time it was seen.
  package private(set) var last: Point?

  package init() {}

  /// Whether not every change of value is among the points: of two, both are.
  package var isThinned: Bool { groupSize > 2 }

  /// Takes note of a value; one that is the same as before only makes the line longer.
  package mutating func add(_ value: Double, at time: UInt64) {
    let point = Point(time: time, value: value)
    if let last, last.value == value {
      self.last = point
      return
    }
    last = point
    let group = Group(low: point, high: point)
    if lastGroupCount < groupSize, let end = groups.indices.last {
      groups[end].merge(group)
      lastGroupCount += 1
      return
    }
    if groups.count == ThinnedLine.limit { thin() }
    groups.append(group)
    lastGroupCount = 1
  }

  private mutating func thin() {
    // `limit` is even, so every group has its partner.
    for index in 0..<groups.count / 2 {
      var merged = groups[2 * index]
      merged.merge(groups[2 * index + 1])
      groups[index] = merged
    }
    groups.removeSubrange(groups.count / 2..<groups.count)
    groupSize *= 2
  }

  /// The points to draw, in the order of their times.
  package var points: [Point] {
    var result: [Point] = []
    for group in groups {
      let isLowFirst = group.low.time <= group.high.time
      result.append(isLowFirst ? group.low : group.high)
      if group.low != group.high { result.append(isLowFirst ? group.high : group.low) }
    }
    if let last, result.last != last { result.append(last) }
    return result
  }
}

/// Marks at moments of time, in bounded memory: of too many, every second one goes, again and again.
package struct ThinnedMarks {
  package struct Mark: Equatable {
    /// Microseconds since the start of the plot.
    package var time: UInt64
    /// The lower end of what is marked; the same as `high` for a point.
    package var low: Double
    /// The upper end of what is marked.
    package var high: Double
  }

  private static var limit: Int { 12_000 }

  package private(set) var marks: [Mark] = []
  /// One in so many is kept.
  package private(set) var stride = 1
  /// How many there were.
  package private(set) var total = 0

  package init() {}

  package mutating func add(_ low: Double, _ high: Double, at time: UInt64) {
    defer { total += 1 }
    guard total % stride == 0 else { return }
    marks.append(Mark(time: time, low: low, high: high))
    guard marks.count == ThinnedMarks.limit else { return }
    for index in 0..<marks.count / 2 { marks[index] = marks[2 * index] }
    marks.removeSubrange(marks.count / 2..<marks.count)
    stride *= 2
  }
}
