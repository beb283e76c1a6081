import Foundation

/// The source tree that these tests were compiled from.
enum Repository {
  /// The folder of Package.swift.
  static let root: URL = {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    for _ in 0..<8
    where !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
      folder.deleteLastPathComponent()
    }
    return folder
  }()

  static func text(_ path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: root.appendingPathComponent(path).path) else {
      return nil
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// The files below a folder with one of the endings, sorted by path.
  static func files(below folder: String, endings: Set<String> = ["swift"]) -> [SourceFile] {
    let start = root.appendingPathComponent(folder).path
    let paths = FileManager.default.enumerator(atPath: start)?.compactMap { $0 as? String } ?? []
    return paths.filter { endings.contains(URL(fileURLWithPath: $0).pathExtension) }.sorted()
      .compactMap { path in text("\(folder)/\(path)").map { SourceFile(path: "\(folder)/\(path)", text: $0) }
      }
  }

  /// The paths of all files below a folder, sorted; without caches of Python.
  static func paths(below folder: String) -> [String] {
    let start = root.appendingPathComponent(folder).path
    let paths = FileManager.default.enumerator(atPath: start)?.compactMap { $0 as? String } ?? []
    return paths.filter { !$0.contains("__pycache__") }.sorted().map { "\(folder)/\($0)" }
  }

  /// The folders directly below a folder.
  static func folders(of folder: String) -> [String] {
    let start = root.appendingPathComponent(folder)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: start.path)) ?? []
    return names.sorted().filter { name in
      var isFolder: ObjCBool = false
      let exists = unsafe FileManager.default.fileExists(
        atPath: start.appendingPathComponent(name).path, isDirectory: &isFolder)
      return exists && isFolder.boolValue
    }
  }

  /// The paths that git knows; `nil` where there is no git or no repository, as in an unpacked archive.
  static func trackedPaths() -> [String]? {
    guard FileManager.default.fileExists(atPath: root.appendingPathComponent(".git").path) else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // The tree may belong to another user, as in a container.
    process.arguments = ["git", "-c", "safe.directory=*", "-C", root.path, "ls-files", "-z"]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).split(separator: "\0").map(String.init)
  }
}
