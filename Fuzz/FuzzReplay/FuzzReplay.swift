import Foundation
import FuzzProperties

/// Replays inputs outside of the fuzzer: the name of the folder that a file lies in says which target takes
/// it.
///
///     swift run FuzzReplay Corpus
///     swift run FuzzReplay --trace Corpus/FuzzConnection/three-duplicates
///     swift run FuzzReplay --as FuzzConnection --trace FILE
///     swift run FuzzReplay --trace Tests/TCPExplorerTests/Paths   # paths of `tcpcore explore`
@main enum FuzzReplay {
  static func main() {
    var arguments = Array(CommandLine.arguments.dropFirst())
    var isTracing = false
    var name: String?
    while let first = arguments.first, first.hasPrefix("--") {
      arguments.removeFirst()
      switch first {
      case "--trace": isTracing = true
      case "--as" where !arguments.isEmpty: name = arguments.removeFirst()
      default: fail("usage: FuzzReplay [--trace] [--as TARGET] PATH...")
      }
    }
    let paths = files(at: arguments)
    if paths.isEmpty { fail("usage: FuzzReplay [--trace] [--as TARGET] PATH...") }
    for path in paths {
      if ExploredPath.isOne(path) {
        if isTracing { Trace.say(path) }
        if let fault = ExploredPath.replay(path, trace: isTracing ? Trace() : nil) {
          fail("\(path): violated: \(fault)", code: 1)
        }
        continue
      }
      let folder = name ?? URL(fileURLWithPath: path).deletingLastPathComponent().lastPathComponent
      guard let target = FuzzTarget(rawValue: folder) else {
        let known = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
        fail("\(path): there is no target \(folder); say --as and one of \(known)")
      }
      if isTracing { Trace.say(path) }
      let trace = isTracing ? Trace() : nil
      replay(file: path) { target.check($0, observer: trace) }
    }
    print("\(paths.count) inputs, no violation")
  }

  private static func fail(_ message: String, code: Int32 = 2) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(code)
  }
}
