import Foundation
import TCPExplorer
import Testing

/// Paths on which a broken core did something wrong once, or could: no rule is broken on them, or behind
/// them.
@Suite("Kept paths") struct KeptPathTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Paths")

  static let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path()))?.sorted() ?? []

  @Test("Each kept path can be taken to its end, and breaks no rule", arguments: names)
  func play(_ name: String) throws {
    let text = try String(contentsOf: KeptPathTests.folder.appending(path: name), encoding: .utf8)
    #expect(text.hasPrefix("# ") && name.hasSuffix(".path"), "the first line says what happens")
    let file = try PathFile(text)
    let scenario = try #require(Scenario.named(file.scenario))
    let played = try PathPlayer(scenario).play(file.steps)
    #expect(played.problem == nil, "\(played.problem?.message ?? "")")
    #expect(played.count == file.steps.count && file.steps.count > 3)
  }

  @Test("There are kept paths") func some() { #expect(!KeptPathTests.names.isEmpty) }
}
