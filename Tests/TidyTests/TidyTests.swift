import RequirementTrace
import Testing

/// The habits of the repository, kept by reading the source tree.
@Suite struct TidyTests {
  static let core = Repository.files(below: "Sources/TCPCore")
  static let sources = Repository.files(below: "Sources", endings: ["swift", "c", "h"])
  static let fuzz = Repository.files(below: "Fuzz")
  static let tests = Repository.files(below: "Tests", endings: ["swift", "c", "h"])

  static func expectNone(_ complaints: [String]) {
    for complaint in complaints { Issue.record("\(complaint)") }
  }

  @Test("The tree is found") func treeIsFound() {
    #expect(Self.core.contains { $0.path == "Sources/TCPCore/Wire/SequenceNumber.swift" })
    #expect(Self.tests.contains { $0.path == "Tests/TidyTests/TidyTests.swift" })
  }

  @Test("The core imports nothing") func imports() { Self.expectNone(TidyChecks.imports(in: Self.core)) }

  @Test("No file of the core names a type from a layer above or beside its own") func layers() {
    Self.expectNone(TidyChecks.layers(of: Self.core))
  }

  @Test("Files and functions stay short") func lengths() {
    Self.expectNone(TidyChecks.fileLengths(of: Self.sources, under: 400))
    Self.expectNone(TidyChecks.fileLengths(of: Self.fuzz, under: 400))
    Self.expectNone(TidyChecks.fileLengths(of: Self.tests, under: 400))
    Self.expectNone(
      TidyChecks.functionLengths(
        of: Self.sources.filter { $0.path.hasSuffix(".swift") } + Self.fuzz, under: 75))
  }

  @Test("No line with a comment is wider than the formatter makes lines of code") func commentWidths() {
    let files = Self.sources + Self.tests + Repository.files(below: "Fuzz", endings: ["swift", "c", "h"])
    Self.expectNone(TidyChecks.commentWidths(of: files, limit: 110))
  }

  @Test("What a comment names in back quotes is in the code") func commentNames() {
    let fuzz = Repository.files(below: "Fuzz", endings: ["swift", "c", "h"])
    var known: Set<String> = []
    for file in Self.sources + Self.tests + fuzz { known.formUnion(CommentNames.words(of: file)) }
    for folder in ["Sources", "Tests", "Fuzz", "Corpus", ".ci"] {
      for path in Repository.paths(below: folder) { known.formUnion(splitWords(in: path)) }
    }
    #expect(known.count > 8_000 && !known.contains("noSuchName" + "InTheCode"))
    Self.expectNone(CommentNames.missing(in: Self.sources + Self.tests + fuzz, known: known))
  }

  @Test("unsafe is used in few files, and each use has a reason") func unsafeUses() {
    Self.expectNone(TidyChecks.unsafeUses(in: Self.core))
  }

  @Test("What is forced into its callers, or kept out of them, has its reason") func inlining() {
    let files = Self.core + Repository.files(below: "Sources/TCPCoreC")
    Self.expectNone(TidyChecks.inlining(in: files, under: 12))
  }

  @Test("No note to oneself is left") func leftovers() {
    Self.expectNone(TidyChecks.leftovers(in: Self.sources + Self.fuzz + Self.tests))
  }

  @Test("Only the sender arms and stops its timer") func senderTimer() {
    Self.expectNone(TidyChecks.senderTimer(in: Self.core))
  }

  @Test("No query copies a connection or its sender") func copyingQueries() {
    Self.expectNone(TidyChecks.copyingQueries(in: Self.core))
  }

  @Test("The top level of the repository is the one on the map") func topLevel() {
    guard let tracked = Repository.trackedPaths() else { return }
    Self.expectNone(TidyChecks.topLevel(of: tracked))
  }

  @Test("Architecture.md names every folder of Sources and of the core") func map() throws {
    let article = try #require(Repository.text("Sources/TCPCore/TCPCore.docc/Architecture.md"))
    let folders = Repository.folders(of: "Sources") + Repository.folders(of: "Sources/TCPCore")
    #expect(folders.contains("TCPCore") && folders.contains("Wire"))
    Self.expectNone(TidyChecks.map(article, names: folders.map { $0.hasSuffix(".docc") ? "docc" : $0 }))
  }
}

/// Every requirement that is done is cited where it is carried out and where it is tested.
@Suite struct RequirementTests {
  static let tables = ["event_processing.tsv", "requirements.tsv"]
  /// What went wrong elsewhere: such a case needs a test, and no line of code of its own.
  static let cases = "robustness_cases.tsv"

  static func table(_ name: String) throws -> Table {
    Table(try #require(Repository.text("Tests/ConformanceTests/\(name)"), "\(name) is missing"))
  }

  static func citations(in files: [SourceFile]) -> Set<String> {
    files.reduce(into: []) { $0.formUnion(RequirementTrace.citations(in: $1.lines.joined(separator: "\n"))) }
  }

  static let inCode = citations(in: TidyTests.core)
  /// The tests of this folder cite ids only to try the citations.
  static let inTests = citations(
    in: TidyTests.tests.filter { $0.path.hasSuffix(".swift") && !$0.path.hasPrefix("Tests/TidyTests/") })

  @Test("Every row has a decision", arguments: tables + [cases]) func decisions(name: String) throws {
    let mayBeLater = name != "event_processing.tsv"
    TidyTests.expectNone(
      RequirementTrace.faults(of: try Self.table(name), named: name, mayBeLater: mayBeLater))
  }

  @Test("Every row that is done has code and a test", arguments: tables) func trace(name: String) throws {
    let done = RequirementTrace.ids(of: try Self.table(name)).done
    #expect(!done.isEmpty)
    TidyTests.expectNone(RequirementTrace.untraced(done, code: Self.inCode, tests: Self.inTests))
  }

  @Test("Every case that is done has a test") func casesAreTested() throws {
    let done = RequirementTrace.ids(of: try Self.table(Self.cases)).done
    #expect(!done.isEmpty)
    TidyTests.expectNone(RequirementTrace.untraced(done, code: Set(done), tests: Self.inTests))
  }

  @Test("Every citation names a row") func citationsExist() throws {
    let all = try (Self.tables + [Self.cases]).flatMap { RequirementTrace.ids(of: try Self.table($0)).all }
    let unknown = RequirementTrace.unknown(Self.inCode.union(Self.inTests), all: all)
    #expect(unknown.isEmpty, "no such row: \(unknown.joined(separator: " "))")
  }
}
