/// Which requirement is cited where.
package enum RequirementTrace {
  /// The ids that a text cites: whole words, `{a,b}` lists of alternatives and `1...7` ranges of the last
  /// number.
  package static func citations(in text: String) -> Set<String> {
    var result: Set<String> = []
    for line in splitLines(text) where mayCite(line) {
      for candidate in candidates(in: Array(line)) { result.formUnion(expand(candidate)) }
    }
    return result
  }

  /// Whether a line may cite anything: a hyphen or a list behind a capital or a digit. Most lines do not, and
  /// this is cheap.
  private static func mayCite(_ line: String) -> Bool {
    var before: UInt8 = 0
    for octet in line.utf8 {
      let isIdentifier = before >= 0x30 && before <= 0x39 || before >= 0x41 && before <= 0x5A
      if octet == 0x2D && isIdentifier { return true }
      before = octet
    }
    return false
  }

  /// Runs of characters that may be an id, with its lists and its range.
  private static func candidates(in line: [Character]) -> [String] {
    var result: [String] = []
    var word = ""
    var index = 0
    while index <= line.count {
      let character: Character = index < line.count ? line[index] : " "
      let isIdentifier = character.isASCII && (character.isLetter || character.isNumber)
      // A list opens within a word; a brace by itself is code.
      let opened = word.lastIndex(of: "{") ?? word.startIndex
      let isInList = word[opened...].hasPrefix("{") && !word[opened...].contains("}")
      let isList = !word.isEmpty && character == "{" || isInList && "},".contains(character)
      if isIdentifier || "-_".contains(character) || isList {
        word.append(character)
      } else if isInList, character == " ", word.hasSuffix(",") {
        // A space behind a comma of the list.
      } else if character == ".", !word.isEmpty, let range = rangeEnd(line, at: index) {
        result.append(word + "..." + range)
        word = ""
        index += 3 + range.count
        continue
      } else {
        if !word.isEmpty { result.append(word) }
        word = ""
      }
      index += 1
    }
    return result
  }

  /// The number behind three dots.
  private static func rangeEnd(_ line: [Character], at index: Int) -> String? {
    guard line[index...].starts(with: "...") else { return nil }
    let digits = line[(index + 3)...].prefix { $0.isASCII && $0.isNumber }
    return digits.isEmpty ? nil : String(digits)
  }

  /// All ids that one notation means; none if it is no id.
  package static func expand(_ notation: String) -> [String] {
    if let open = notation.firstIndex(of: "{") {
      guard let close = notation.firstIndex(of: "}"), open < close else { return [] }
      let front = String(notation[..<open])
      let back = String(notation[notation.index(after: close)...])
      let choices = notation[notation.index(after: open)..<close].split(separator: ",")
      return choices.flatMap { expand(front + String($0) + back) }
    }
    let parts = notation.split(separator: ".", omittingEmptySubsequences: true).map(String.init)
    guard let first = parts.first, isIdentifier(first) else { return [] }
    if parts.count == 1 { return [first] }
    let stem = String(first.reversed().drop { $0.isNumber }.reversed())
    guard let low = Int(first.dropFirst(stem.count)), let high = Int(parts[1]), low <= high, high - low < 100
    else {
      return []
    }
    return (low...high).map { stem + String($0) }
  }

  /// Capitals first, then parts between hyphens, the last of which starts with a digit.
  private static func isIdentifier(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else { return false }
    return first.first?.isUppercase == true && last.first?.isNumber == true && !parts.contains("")
  }

  /// Whether a decision is one that the table may hold.
  package static func isDecision(_ text: String, mayBeLater: Bool) -> Bool {
    text == "done" || text.hasPrefix("superseded") || text.hasPrefix("not applicable")
      || mayBeLater && text.hasPrefix("later")
  }

  /// What is wrong with the table itself.
  package static func faults(of table: Table, named name: String, mayBeLater: Bool) -> [String] {
    guard table.header.first == "id", table.header.last == "decision" else {
      return ["\(name): the first column is id, the last one decision"]
    }
    var complaints: [String] = []
    var seen: Set<String> = []
    for (index, row) in table.rows.enumerated() {
      let place = "\(name):\(index + 2)"
      guard row.count == table.header.count, let id = row.first, let decision = row.last else {
        complaints.append("\(place): \(row.count) fields, the header has \(table.header.count)")
        continue
      }
      if !seen.insert(id).inserted { complaints.append("\(place): \(id) is there twice") }
      if expand(id) != [id] { complaints.append("\(place): \(id) is no id that can be cited") }
      if !isDecision(decision, mayBeLater: mayBeLater) {
        complaints.append("\(place): \(id) has the decision \"\(decision)\"")
      }
    }
    return complaints
  }

  /// The ids of a table, those that are done first and all of them second.
  package static func ids(of table: Table) -> (done: [String], all: [String]) {
    let all = table.rows.compactMap(\.first)
    return (table.rows.filter { $0.last == "done" }.compactMap(\.first), all)
  }

  /// The ids that are done and are not cited in the code, or not in a test.
  package static func untraced(_ done: [String], code: Set<String>, tests: Set<String>) -> [String] {
    let noCode = done.filter { !code.contains($0) }
    let noTest = done.filter { !tests.contains($0) }
    var complaints: [String] = []
    if !noCode.isEmpty { complaints.append("\(noCode.count) without code: " + noCode.joined(separator: " ")) }
    if !noTest.isEmpty { complaints.append("\(noTest.count) without test: " + noTest.joined(separator: " ")) }
    return complaints
  }

  /// Citations that look like an id of these tables and are none: a slip of the pen, or a range too long.
  package static func unknown(_ cited: Set<String>, all: [String]) -> [String] {
    let known = Set(all)
    let families = Set(all.map(family))
    return cited.filter { families.contains(family($0)) && !known.contains($0) }.sorted()
  }

  /// The first part of an id.
  private static func family(_ id: String) -> Substring { id.prefix { $0 != "-" } }
}
