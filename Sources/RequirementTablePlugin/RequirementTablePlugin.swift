import Foundation
import PackagePlugin

/// Makes the table that `tcpcore conformance` prints, whenever the tables of requirements, the core or the
/// tests have changed.
@main struct RequirementTablePlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let root = context.package.directoryURL
    let output = context.pluginWorkDirectoryURL.appending(path: "RequirementTable.swift")
    let sources = ["Sources/TCPCore", "Tests"].flatMap { files(below: root.appending(path: $0)) }
    return [
      .buildCommand(
        displayName: "Tracing the requirements",
        executable: try context.tool(named: "RequirementTableMaker").url,
        arguments: [root.path, output.path], inputFiles: sources, outputFiles: [output])
    ]
  }

  private func files(below folder: URL) -> [URL] {
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".swift") || $0.hasSuffix(".tsv") }.sorted()
      .map { folder.appending(path: $0) }
  }
}
