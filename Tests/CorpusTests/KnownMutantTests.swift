import Foundation
import Testing

/// The patches of the known mutants apply: a change of the core must update them.
@Suite("Known mutants") struct KnownMutantTests {
  static let names = CorpusFiles.names(in: CorpusFiles.root + "/Fuzz/KnownMutants").filter {
    $0.hasSuffix(".patch")
  }

  @Test("There are many, few of them crash, and each says what it is")
  func headers() throws {
    #expect(KnownMutantTests.names.count >= 40)
    var quiet = 0
    var interleavings = 0
    var explorations = 0
    for name in KnownMutantTests.names {
      let text = try CorpusFiles.text("Fuzz/KnownMutants/\(name)")
      for field in ["Bug: ", "Class: ", "Source: ", "Kind: "] {
        #expect(text.split(separator: "\n").contains { $0.hasPrefix(field) }, "\(name) has no \(field)")
      }
      let isInterleaving = text.contains("Kind: interleaving\n")
      if isInterleaving || text.contains("Kind: semantic\n") { quiet += 1 }
      // What `Fuzz/known-mutants --explore` asks for: a scenario, and how many faults.
      let explored = text.contains(/(?m)^Explore: [a-z-]+ [0-6]$/)
      #expect(explored || !isInterleaving, "\(name): an interleaving says which scenario shows it")
      interleavings += isInterleaving ? 1 : 0
      explorations += explored ? 1 : 0
    }
    #expect(interleavings >= 13)
    #expect(quiet * 4 >= KnownMutantTests.names.count * 3)
    #expect(
      try CorpusFiles.text("Sources/TCPCore/TCPCore.docc/Exploration.md")
        .contains("\(explorations) of \(KnownMutantTests.names.count)"))
    let claim = "\(KnownMutantTests.names.count) known mutants, \(quiet) of them without a crash"
    #expect(try CorpusFiles.text("README.md").contains(claim) == true, "README.md says something else")
  }

  @Test("Where no input shows a bug, the test that its patch names is there")
  func tests() throws {
    let root = CorpusFiles.root + "/Tests"
    let files = (FileManager.default.subpaths(atPath: root) ?? []).filter { $0.hasSuffix(".swift") }
    let sources = try files.map { try CorpusFiles.text("Tests/\($0)") }
    var count = 0
    for name in KnownMutantTests.names {
      for line in try CorpusFiles.text("Fuzz/KnownMutants/\(name)").split(separator: "\n")
      where line.hasPrefix("Test: ") {
        count += 1
        let title = "\"\(line.dropFirst(6))\""
        #expect(sources.contains { $0.contains(title) }, "\(name) names a test that is not there")
      }
    }
    #expect(count >= 10)
  }

  @Test("Each still fits the source", arguments: names)
  func fits(_ name: String) throws {
    var file = ""
    var old: [Substring] = []
    var hunks: [(file: String, old: [Substring])] = []
    func finish() {
      if !old.isEmpty { hunks.append((file, old)) }
      old = []
    }
    for line in try CorpusFiles.text("Fuzz/KnownMutants/\(name)").split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      if line.hasPrefix("+++ b/") {
        finish()
        file = String(line.dropFirst(6))
      } else if line.hasPrefix("@@") {
        finish()
      } else if !file.isEmpty, line.hasPrefix(" ") || line.hasPrefix("-"), !line.hasPrefix("---") {
        old.append(line.dropFirst())
      } else if line.hasPrefix("diff ") || line.hasPrefix("--- ") {
        finish()
      }
    }
    finish()
    #expect(!hunks.isEmpty)
    for hunk in hunks {
      let source = try CorpusFiles.text(hunk.file)
      #expect(
        source.contains(hunk.old.joined(separator: "\n")), "a hunk of \(name) does not fit \(hunk.file)")
    }
  }
}
