/// The arrow of one segment.
struct LadderArrow {
  /// What is written on it. A tag that begins with a space is apart from the one before it.
  var tags: [String]
  var pointsRight: Bool
  var transit: Ladder.Transit
  /// What is behind the X of a lost segment.
  var end: String

  /// What is before the tags, from the left bar on.
  var head: String {
    switch (transit, pointsRight) {
    case (.whole, true), (.departs, true), (.lost, true): "-- "
    case (.whole, false), (.arrives, false): "<- "
    case (.arrives, true), (.departs, false): "... "
    case (.lost, false): " \(end) X-- "
    }
  }

  /// What is behind the dashes, up to the right bar.
  var tail: String {
    switch (transit, pointsRight) {
    case (.whole, true), (.arrives, true): "->"
    case (.whole, false), (.departs, false), (.lost, false): "--"
    case (.departs, true), (.arrives, false): " ..."
    case (.lost, true): "-X \(end) "
    }
  }
}

/// Where the columns of a ladder are: time, left state, bar, arrow, bar, right state.
struct LadderColumns: Sendable {
  /// Columns between the bars.
  let middle: Int
  let showsStates: Bool

  /// Time and the space behind it.
  private static var timeWidth: Int { 10 }
  /// The longest state, SYN-RECEIVED, has 12 letters.
  private static var stateWidth: Int { 12 }

  init(width: Int, showsStates: Bool) {
    self.showsStates = showsStates
    let outside = LadderColumns.timeWidth + 3 + (showsStates ? 2 * (LadderColumns.stateWidth + 1) : 0)
    middle = width - outside
  }

  func heading(_ left: String, _ right: String) -> String {
    let indent = String(repeating: " ", count: LadderColumns.timeWidth + 1)
    if showsStates {
      let names = LadderColumns.padded(left, LadderColumns.stateWidth + middle + 4)
      return trimmed(indent + names + right)
    }
    return trimmed(indent + spread(left, right, count: middle + 2))
  }

  /// A row. The middle is `middle` columns wide, or more where something did not fit.
  func row(time: String, left: String?, middle: String, right: String?) -> String {
    let indent = max(LadderColumns.timeWidth - time.utf8.count, 0)
    var line = String(repeating: " ", count: indent) + time + " "
    if showsStates { line += LadderColumns.padded(left ?? "", LadderColumns.stateWidth) + " " }
    line += "|\(middle)|"
    if showsStates { line += " " + (right ?? "") }
    return trimmed(line)
  }

  /// The row of a segment; tags that do not fit go on in further lines.
  func rows(time: String, left: String?, right: String?, arrow: LadderArrow) -> String {
    // One column stays for the space before the shaft.
    let capacity = middle - arrow.head.utf8.count - arrow.tail.utf8.count - 1
    var lines = LadderColumns.wrapped(arrow.tags, first: capacity, rest: middle - 4)
    let first = lines.removeFirst()
    let shaft = max(middle - arrow.head.utf8.count - first.utf8.count - 1 - arrow.tail.utf8.count, 0)
    let body = arrow.head + first + " " + String(repeating: "-", count: shaft) + arrow.tail
    var rows = [row(time: time, left: left, middle: body, right: right)]
    for line in lines {
      rows.append(row(time: "", left: nil, middle: LadderColumns.padded("   " + line, middle), right: nil))
    }
    return rows.joined(separator: "\n")
  }

  /// Two texts at both ends of the space between the bars.
  func spread(_ left: String, _ right: String) -> String { spread(left, right, count: middle) }

  private func spread(_ left: String, _ right: String, count: Int) -> String {
    let gap = max(count - left.count - right.count, left.isEmpty || right.isEmpty ? 0 : 1)
    return left + String(repeating: " ", count: gap) + right
  }

  /// Tags in lines of limited width, at least one tag in each.
  private static func wrapped(_ tags: [String], first: Int, rest: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for tag in tags {
      if !line.isEmpty && line.count + tag.count > (lines.isEmpty ? first : rest) {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty && tag.hasPrefix(" ") ? String(tag.dropFirst()) : tag
    }
    return lines + [line]
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 1))
  }

  private func trimmed(_ line: String) -> String {
    var end = line[...]
    while end.last == " " { end.removeLast() }
    return String(end)
  }
}
