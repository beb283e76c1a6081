import Foundation
import TCPCoreTool
import Testing

@Suite("tcpcore conformance") struct ConformanceCommandTests {
  @Test("Each row that is done names a line of the core and one of the tests") func places() throws {
    let rows = try ConformanceCommand([]).rows()
    #expect(rows.count > 700)
    for row in rows where row.decision == "done" {
      #expect(row.code.hasPrefix("Sources/TCPCore/"), "\(row.id): \(row.code)")
      #expect(row.test.hasPrefix("Tests/"), "\(row.id): \(row.test)")
    }
  }

  @Test("A row names what cites it") func row() throws {
    let rows = try ConformanceCommand(["--rfc", "5681"]).rows()
    #expect(rows.allSatisfy { $0.document == "RFC 5681" })
    let row = try #require(rows.first { $0.id == "RFC5681-19" })
    #expect(row.level == "MUST NOT" && row.decision == "done" && row.section == "3.2")
    #expect(row.code.hasPrefix("Sources/TCPCore/Sending/LossDetection/LossRecovery.swift:"))
    #expect(
      row.test.hasSuffix(
        "Duplicates without a report bring out no new text; the third sends the oldest again"))
  }

  @Test("The counts are those of the rows") func counts() throws {
    let rows = try ConformanceCommand(["--rfc", "6582"]).rows()
    let done = rows.filter { $0.decision == "done" }.count
    #expect(Requirement.counts(rows) == ["RFC 6582: \(done) done, \(rows.count - done) not applicable"])
    let all = Requirement.counts(try ConformanceCommand([]).rows())
    #expect(all.last?.hasPrefix("all: ") == true && all.contains("RFC 2883: 2 done"))
  }

  @Test("The article Requirements has the table that --counts prints; `Fuzz/refresh counts` writes it there")
  func article() throws {
    let rows = try ConformanceCommand([]).rows()
    let table = Requirement.countTable(rows)
    #expect(table.count > 30 && table.last?.hasPrefix("| all | \(rows.count) | ") == true)
    #expect(table.contains { $0.hasPrefix("| RFC 9293, section 3.10 | ") })
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let article = try String(
      contentsOf: root.appending(path: "Sources/TCPCore/TCPCore.docc/Requirements.md"), encoding: .utf8)
    #expect(article.contains("\n\n" + table.joined(separator: "\n") + "\n"))
  }

  @Test("What is asked wrongly is said", arguments: [["--rfc"], ["--rfc", "x"], ["--what"]])
  func wrong(words: [String]) {
    #expect(throws: ToolError.self) { try ConformanceCommand(words) }
  }

  @Test("An RFC without rows is said") func unknown() throws {
    let command = try ConformanceCommand(["--rfc", "1"])
    #expect(throws: ToolError.self) { try command.rows() }
  }
}
