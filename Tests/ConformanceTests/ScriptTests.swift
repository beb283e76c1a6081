import Foundation
import TCPScript
import Testing

/// The scripts of this folder, one behaviour each.
@Suite("Scripts") struct ScriptTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scripts")

  /// The paths of all scripts, below the folder.
  static let paths: [String] = {
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".pkt") }.sorted()
  }()

  @Test("There are scripts, in folders by behaviour") func found() {
    #expect(Self.paths.count >= 60)
    #expect(Set(Self.paths.compactMap { $0.split(separator: "/").first }).count >= 8)
  }

  @Test("The script holds", arguments: paths) func plays(path: String) throws {
    let text = try String(contentsOf: Self.folder.appending(path: path), encoding: .utf8)
    let result = ScriptResult(playing: text, file: path)
    if result.outcome != .passed { Issue.record("\(result.text)") }
  }

  @Test("Each script begins with what it shows") func comments() throws {
    for path in Self.paths {
      let text = try String(contentsOf: Self.folder.appending(path: path), encoding: .utf8)
      #expect(text.hasPrefix("// "), "\(path) has no comment")
    }
  }
}
