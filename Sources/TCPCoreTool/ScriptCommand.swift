import Foundation
import TCPScript

/// `tcpcore script FILE...`: packetdrill scripts against a host in virtual time.
package struct ScriptCommand {
  private var paths: [String] = []
  private var settings = ScriptSettings()
  private var isJSON = false
  private var isVerbose = false

  package init(_ words: [String]) throws(ToolError) {
    var arguments = Arguments(words)
    while let word = arguments.next() {
      switch word {
      case "--json": isJSON = true
      case "--all": isVerbose = true
      case "--profile":
        let name = try arguments.value(of: word, "default or linux")
        guard let profile = ScriptProfile(rawValue: name) else {
          throw .usage("--profile expected default or linux, not '\(name)'")
        }
        settings.profile = profile
      case "--ignore": try ignore(try arguments.value(of: word, ScriptCommand.leniencies))
      case _ where word.hasPrefix("-") && word != "-":
        throw .usage("script does not know '\(word)'; expected --profile, --ignore, --all or --json")
      default: paths.append(word)
      }
    }
    if paths.isEmpty { throw .usage("script needs the name of a script, or of a folder of scripts") }
  }

  private static var leniencies: String { Leniency.allCases.map(\.rawValue).joined(separator: ", ") }

  private mutating func ignore(_ names: String) throws(ToolError) {
    for name in names.split(separator: ",") {
      guard let leniency = Leniency(rawValue: String(name)) else {
        throw .usage("--ignore expected some of \(ScriptCommand.leniencies), not '\(name)'")
      }
      settings.ignored.insert(leniency)
    }
  }

  func run() throws(ToolError) -> Int32 {
    let report = try self.report()
    if isJSON {
      Console.print(report.json)
    } else {
      for result in report.results where isVerbose || result.outcome != .passed { Console.print(result.text) }
      Console.print(report.summary)
    }
    return report.exitCode
  }

  /// Plays every script.
  package func report() throws(ToolError) -> ScriptReport {
    var report = ScriptReport(settings)
    for path in try files() {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw .failure("\(path): cannot be read")
      }
      report.results.append(
        ScriptResult(playing: String(decoding: data, as: UTF8.self), file: path, settings))
    }
    return report
  }

  /// The files that were named, and the scripts in the folders that were.
  private func files() throws(ToolError) -> [String] {
    var files: [String] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw .failure("\(path): there is no such file")
      }
      guard isFolder.boolValue else {
        files.append(path)
        continue
      }
      let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
      let scripts = names.filter { $0.hasSuffix(".pkt") }.sorted()
      if scripts.isEmpty { throw .failure("\(path): there is no script (*.pkt) in this folder") }
      files += scripts.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
    }
    return files
  }
}
