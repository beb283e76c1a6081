import Foundation
import TCPCoreTool
import TCPScript
import Testing

@Suite("tcpcore script") struct ScriptCommandTests {
  static let scripts = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "ConformanceTests/Scripts").path

  @Test("A folder is taken with all its scripts, in order") func folder() throws {
    let report = try ScriptCommand([Self.scripts]).report()
    #expect(report.results.count >= 60 && report.exitCode == 0)
    #expect(report.results.map(\.file) == report.results.map(\.file).sorted())
    #expect(report.summary.hasSuffix("; profile default, nothing ignored"))
  }

  @Test("The summary says how scripts were played") func settings() throws {
    let report = try ScriptCommand(
      ["\(Self.scripts)/handshake/ipv6.pkt", "--profile", "linux", "--ignore", "option-order,psh"]
    ).report()
    #expect(report.results.count == 1)
    #expect(report.summary.hasSuffix("; profile linux, ignored: psh, option-order, segmentation"))
  }

  static let wrong: [([String], String)] = [
    ([], "script needs the name of a script, or of a folder of scripts"),
    (["--profile", "bsd", "x"], "--profile expected default or linux, not 'bsd'"),
    (
      ["--ignore", "everything", "x"],
      "--ignore expected some of psh, window, options, option-order, segmentation, not 'everything'"
    ),
    (["--verbose", "x"], "script does not know '--verbose'; expected --profile, --ignore, --all or --json"),
  ]

  @Test("A wrong command line says what was expected", arguments: wrong)
  func commandLine(words: [String], message: String) {
    let error = #expect(throws: ToolError.self) { try ScriptCommand(words) }
    #expect(error?.message == message && error?.isUsage == true)
  }

  @Test("A file that is not there fails") func missing() {
    let error = #expect(throws: ToolError.self) { try ScriptCommand(["/no/such.pkt"]).report() }
    #expect(error?.message == "/no/such.pkt: there is no such file" && error?.isUsage == false)
  }
}
