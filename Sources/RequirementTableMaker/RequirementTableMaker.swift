import Foundation
import RequirementTrace

/// Writes what `tcpcore conformance` prints as Swift source: for each requirement its decision, and where the
/// core and the tests cite it.
///
///     RequirementTableMaker ROOT OUTPUT
@main enum RequirementTableMaker {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
      print("usage: RequirementTableMaker ROOT OUTPUT")
      exit(2)
    }
    let root = URL(filePath: arguments[1])
    let code = places(below: "Sources/TCPCore", of: root)
    let tests = places(below: "Tests", of: root)
    var lines: [String] = []
    for row in try requirements(root) + events(root) {
      lines.append(
        (row + [code[row[0]]?.text ?? "", tests[row[0]]?.text ?? ""]).joined(separator: "\t"))
    }
    let text = """
      /// Made from the tables of requirements, the core and the tests by RequirementTableMaker.
      enum RequirementTable {
        static let text = ##\"""
      \(lines.joined(separator: "\n"))
      \"""##
      }

      """
    let output = URL(filePath: arguments[2])
    // A file that stays as it was compiles nothing again.
    if (try? String(contentsOf: output, encoding: .utf8)) == text { return }
    try text.write(to: output, atomically: true, encoding: .utf8)
  }

  /// Id, document, section, level, decision and summary of each row.
  private static func requirements(_ root: URL) throws -> [[String]] {
    try table("requirements.tsv", root).rows.map { [$0[0], $0[1], $0[2], $0[3], $0[10], $0[4]] }
  }

  /// The same of each step of RFC 9293 section 3.10.
  private static func events(_ root: URL) throws -> [[String]] {
    try table("event_processing.tsv", root).rows.map { row in
      [row[0], "RFC 9293", row[6], "step", row[8], "\(row[1]), \(row[2]): \(row[4]): \(row[5])"]
    }
  }

  private static func table(_ name: String, _ root: URL) throws -> Table {
    let path = root.appending(path: "Tests/ConformanceTests/\(name)")
    return Table(try String(contentsOf: path, encoding: .utf8))
  }

  /// Where each id is cited first: file and line, and the test around it.
  private static func places(below folder: String, of root: URL) -> [String: Place] {
    var found: [String: Place] = [:]
    let start = root.appending(path: folder)
    let names = FileManager.default.enumerator(atPath: start.path)?.compactMap { $0 as? String } ?? []
    for name in names.sorted() where name.hasSuffix(".swift") {
      guard let text = try? String(contentsOf: start.appending(path: name), encoding: .utf8) else { continue }
      let lines = splitLines(text)
      for (index, line) in lines.enumerated() {
        for id in RequirementTrace.citations(in: line) where found[id] == nil {
          found[id] = Place(
            file: "\(folder)/\(name)", line: index + 1,
            test: folder == "Tests" ? test(around: index, lines) : nil)
        }
      }
    }
    return found
  }

  /// The name of the test whose documentation or body a line belongs to.
  private static func test(around index: Int, _ lines: [String]) -> String? {
    let isDocumentation = lines[index].drop { $0 == " " }.hasPrefix("///")
    let order = isDocumentation ? Array(index..<min(lines.count, index + 12)) : Array((0...index).reversed())
    for place in order {
      guard let start = lines[place].range(of: "@Test(") else { continue }
      // The name is on this line or on the next one.
      for text in [lines[place][start.upperBound...], place + 1 < lines.count ? lines[place + 1][...] : ""] {
        if let quote = text.firstIndex(of: "\"") {
          return String(text[text.index(after: quote)...].prefix { $0 != "\"" })
        }
      }
      return nil
    }
    return nil
  }
}

/// A place of the source tree.
struct Place {
  let file: String
  let line: Int
  let test: String?

  var text: String { "\(file):\(line)" + (test.map { " \($0)" } ?? "") }
}
