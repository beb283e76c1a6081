import TCPCapture

/// `tcpcore conformance`: what became of each requirement, and where the core and the tests have it.
package struct ConformanceCommand {
  private var isJSON = false
  private var wantsCounts = false
  private var document: String?

  package init(_ words: [String]) throws(ToolError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word {
      case "--json": isJSON = true
      case "--counts": wantsCounts = true
      case "--rfc":
        guard let number = rest.popFirst(), let value = Int(number) else {
          throw .usage("--rfc expects a number, as in --rfc 9293")
        }
        document = "RFC \(value)"
      default: throw .usage("conformance does not know '\(word)'; expected --rfc N, --json or --counts")
      }
    }
  }

  func run() throws(ToolError) -> Int32 {
    let rows = try self.rows()
    if isJSON {
      Console.print("[" + rows.map(\.json).joined(separator: ",\n ") + "]")
      return 0
    }
    if wantsCounts {
      for line in Requirement.countTable(rows) { Console.print(line) }
      return 0
    }
    for row in rows { Console.print(row.text) }
    Console.print("")
    for line in Requirement.counts(rows) { Console.print(line) }
    return 0
  }

  /// The rows that were asked for.
  package func rows() throws(ToolError) -> [Requirement] {
    let all = RequirementTable.text.split(separator: "\n").map { Requirement(String($0)) }
    guard let document else { return all }
    let chosen = all.filter { $0.document == document }
    if chosen.isEmpty { throw .usage("no requirement of \(document) is in the tables") }
    return chosen
  }
}

/// A requirement, what was decided about it, and where it is kept.
package struct Requirement: Sendable, Equatable {
  package var id: String
  package var document: String
  package var section: String
  package var level: String
  package var decision: String
  package var summary: String
  /// The first place of the core that cites it, as file and line; empty for none.
  package var code: String
  /// The first place of the tests, and the name of the test.
  package var test: String

  /// From a line of the table, fields with tabs between them.
  init(_ line: String) {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    id = fields[0]
    document = fields[1]
    section = fields[2]
    level = fields[3]
    decision = fields[4]
    summary = fields[5]
    code = fields[6]
    test = fields[7]
  }

  fileprivate var text: String {
    let head =
      id + String(repeating: " ", count: max(1, 32 - id.count)) + level
      + String(repeating: " ", count: max(1, 11 - level.count)) + decision
    let places = [code, test].filter { !$0.isEmpty }
    return ([head] + places.map { "    " + $0 }).joined(separator: "\n")
  }

  fileprivate var json: String {
    var json = JSONText()
    for (name, text) in [
      ("id", id), ("document", document), ("section", section), ("level", level), ("decision", decision),
      ("summary", summary), ("code", code), ("test", test),
    ] {
      json.add(name, text)
    }
    return json.object
  }

  /// What a decision begins with.
  private static let kinds = ["done", "superseded", "not applicable", "later"]

  private static func count(_ rows: [Requirement], _ kind: String) -> Int {
    rows.filter { $0.decision.hasPrefix(kind) }.count
  }

  /// How many rows of each document were decided how.
  package static func counts(_ rows: [Requirement]) -> [String] {
    var lines: [String] = []
    let documents = Set(rows.map(\.document)).sorted()
    for document in documents + (documents.count > 1 ? ["all"] : []) {
      let own = rows.filter { document == "all" || $0.document == document }
      let parts = kinds.compactMap { kind in
        let count = count(own, kind)
        return count > 0 ? "\(count) \(kind)" : nil
      }
      lines.append("\(document): \(parts.joined(separator: ", "))")
    }
    return lines
  }

  /// The same as a table for the article Requirements; the steps of RFC 9293 have a line of their own. A
  /// decision that no row has is no column.
  package static func countTable(_ rows: [Requirement]) -> [String] {
    let shown = kinds.filter { count(rows, $0) > 0 }
    var groups: [String: [Requirement]] = [:]
    for row in rows {
      groups[row.level == "step" ? "\(row.document), section 3.10" : row.document, default: []].append(row)
    }
    var lines = [
      "| document | rows | " + shown.joined(separator: " | ") + " |",
      String(repeating: "|---", count: shown.count + 2) + "|",
    ]
    for (name, own) in groups.sorted(by: { $0.key < $1.key }) + [("all", rows)] {
      let fields = [own.count] + shown.map { count(own, $0) }
      lines.append("| \(name) | " + fields.map(String.init).joined(separator: " | ") + " |")
    }
    return lines
  }
}
