#if !FUZZING
  import Foundation

  /// The files among these paths and below them, sorted.
  package func files(at paths: [String]) -> [String] {
    paths.flatMap { path in
      let below = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String }.sorted() ?? []
      return (below.isEmpty ? [path] : below.map { "\(path)/\($0)" }).filter(isFile)
    }
  }

  private func isFile(_ path: String) -> Bool {
    let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    return kind == .typeRegular
  }

  /// Checks one file.
  package func replay(file path: String, _ check: (RawSpan) -> Void) {
    guard let data = FileManager.default.contents(atPath: path) else { violated("files can be read", path) }
    let octets = [UInt8](data)
    unsafe replayedFile = path
    unsafe check(octets.span.bytes)
    unsafe replayedFile = nil
  }

  /// Checks the files given to the program, or those in folders given to it, and says how many they were.
  package func replay(_ arguments: [String], _ check: (RawSpan) -> Void) {
    let paths = files(at: Array(arguments.dropFirst()))
    for path in paths { replay(file: path, check) }
    print("\(paths.count) inputs, no violation")
  }
#endif
