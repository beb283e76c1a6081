import Foundation
import RequirementTrace
import Testing

/// The version has one place in Swift, one in C and one in the change log, and they agree.
@Suite struct VersionTests {
  /// What is between two texts on the first line that has both.
  static func value(in path: String, after front: String, before back: String = "\"") throws -> String {
    let text = try #require(Repository.text(path), "\(path) is missing")
    for line in splitLines(text) {
      guard let start = line.range(of: front)?.upperBound else { continue }
      let rest = line[start...]
      if back.isEmpty { return String(rest) }
      if let end = rest.range(of: back)?.lowerBound { return String(rest[..<end]) }
    }
    Issue.record("\(path) has no line with \(front)")
    return ""
  }

  @Test("Swift, C and the change log name the same version") func agreement() throws {
    let files = Repository.files(below: "Sources/TCPCore").filter { $0.path.hasSuffix("+Version.swift") }
    #expect(files.count == 1)
    let path = try #require(files.first).path
    let version = try Self.value(in: path, after: "var version: StaticString { \"")
    #expect(version.split(separator: ".").count == 3)
    let header = "Sources/TCPCoreC/include/tcpcore.h"
    #expect(try Self.value(in: header, after: "#define TCPCORE_VERSION \"") == version)
    #expect(try Self.value(in: ".github/CHANGELOG.md", after: "## ", before: "") == version)
  }

  @Test("What is built takes the version from there") func derived() throws {
    let build = try #require(Repository.text("Sources/TCPCoreC/build-library"))
    #expect(build.contains("Version: $version"))
    let tool = try #require(Repository.text("Sources/TCPCoreTool/Tool.swift"))
    #expect(tool.contains(".version)\""))
  }
}
