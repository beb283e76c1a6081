import Foundation
import Testing

/// Documents say nothing of files and folders that do not exist.
@Suite struct DocumentTests {
  static let coreFiles = Set(
    TidyTests.core.compactMap { $0.path.split(separator: "/").last.map(String.init) })

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: Repository.root.appendingPathComponent(path).path)
  }

  @Test("Articles and guides name only files and folders that exist") func articles() throws {
    let folders = ["Sources/TCPCore/TCPCore.docc", ".github"]
    let documents = folders.flatMap { Repository.files(below: $0, endings: ["md"]) }
    let texts =
      [("README.md", try #require(Repository.text("README.md")))]
      + documents.map { ($0.path, $0.lines.joined(separator: "\n")) }
    #expect(texts.count >= 10)
    for (path, text) in texts {
      TidyTests.expectNone(
        DocumentNames.missing(
          DocumentNames.paths(in: text), in: path, exists: Self.exists, files: Self.coreFiles))
    }
    let architecture = try #require(texts.first { $0.0.hasSuffix("Architecture.md") })
    #expect(DocumentNames.paths(in: architecture.1).count > 60)
  }

  @Test("Pictures name only files that exist") func pictures() {
    let pictures = Repository.files(below: "Sources/TCPCore/TCPCore.docc", endings: ["svg"])
    #expect(pictures.count >= 4)
    for picture in pictures {
      TidyTests.expectNone(
        DocumentNames.missing(
          DocumentNames.names(inPicture: picture.lines.joined(separator: "\n")), in: picture.path,
          exists: Self.exists, files: Self.coreFiles))
    }
  }

  @Test("Paths are found where they are named") func parsing() {
    let text = "`Sources/A/`, `B+C.swift`, `a.b` and Fuzz/plain; [here](.ci/run)\n```\n.ci/x --y\n```"
    #expect(DocumentNames.paths(in: text) == ["Sources/A", "B+C.swift", ".ci/run", ".ci/x"])
    let picture = "<text class=\"file\">A+B.swift, Wire/</text><text class=\"file\">C</text>"
    #expect(DocumentNames.names(inPicture: picture) == ["A+B.swift", "Wire", "C.swift"])
    let complaints = DocumentNames.missing(
      ["A.swift", "B.swift", "Sources/X"], in: "d", exists: { $0 == "Sources/X" }, files: ["A.swift"])
    #expect(complaints == ["d: there is no B.swift"])
  }
}
