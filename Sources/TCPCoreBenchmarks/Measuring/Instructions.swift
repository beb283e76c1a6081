import CBenchmarkSupport
import Foundation

/// Instructions of one operation.
package struct InstructionCount {
  /// Without the C library's memcpy, memmove and memset: which variant of those runs depends on the
  /// processor.
  package var own: Double
  /// With them, as a processor without a fast instruction for whole blocks has them.
  package var copying: Double
}

/// Counts instructions: the program that measures runs once more, under valgrind's callgrind.
enum InstructionCounter {
  /// For the program under valgrind: runs each benchmark's batches and has the counts written down.
  static func runCounted(_ benchmarks: [Benchmark]) throws {
    for benchmark in benchmarks {
      let trial = try benchmark.make()
      trial.prepare()
      trial.run()
      let batches = max(1, min(20, 1_000 / trial.operations))
      for _ in 0..<batches {
        trial.prepare()
        tcpcore_toggle_counting()
        trial.run()
        tcpcore_toggle_counting()
      }
      "\(benchmark.name) \(batches * trial.operations)".withCString { tcpcore_dump_counts($0) }
    }
  }

  /// Counts for each of the benchmarks, by name.
  static func counts(of benchmarks: [Benchmark]) throws -> [String: InstructionCount] {
    guard let first = benchmarks.first else { return [:] }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tcpcore-bench-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Without the lines of the source, which valgrind cannot read in the form in which they come.
    let executable =
      first.program ?? (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
    let program = folder.appendingPathComponent("tcpcore-bench").path
    try Command.run(["strip", "--strip-debug", "-o", program, executable])
    try Command.run(
      [
        // Valgrind takes the instruction that moves octets in a row for as many instructions as it moves
        // octets.
        "GLIBC_TUNABLES=glibc.cpu.x86_rep_movsb_threshold=1000000000", "valgrind", "--quiet",
        "--tool=callgrind", "--collect-atstart=no",
        "--callgrind-out-file=\(folder.path)/counts", program, "--counted",
      ] + benchmarks.map(\.name))
    var counts: [String: InstructionCount] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      guard file.hasPrefix("counts") else { continue }
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      if let (name, count) = CallgrindFile.read(text) { counts[name] = count }
    }
    return counts
  }
}

/// What callgrind writes: lines that name a function, and lines of costs, of which those behind `calls=`
/// belong to the function that is called and are counted there (callgrind's manual, "Callgrind Format
/// Specification").
package enum CallgrindFile {
  /// The benchmark that the counts belong to, and the counts of one operation; `nil` for a file of something
  /// else.
  package static func read(_ text: String) -> (name: String, count: InstructionCount)? {
    var title: Substring?
    var names: [Substring: Substring] = [:]
    var isCopy = false
    var isCallee = false
    var own = 0
    var copying = 0
    for line in text.split(separator: "\n") {
      if line.hasPrefix("desc: Trigger: Client Request: ") {
        title = line.dropFirst("desc: Trigger: Client Request: ".count)
      } else if line.hasPrefix("fn=") || line.hasPrefix("cfn=") {
        let name = name(line, &names)
        if line.hasPrefix("fn=") { isCopy = isCopying(name) }
      } else if line.hasPrefix("calls=") {
        isCallee = true
      } else if let first = line.first, first.isNumber || first == "+" || first == "-" || first == "*" {
        if !isCallee, let cost = line.split(separator: " ").last.flatMap({ Int($0) }) {
          copying += cost
          if !isCopy { own += cost }
        }
        isCallee = false
      }
    }
    guard let words = title?.split(separator: " "), words.count == 2, let operations = Double(words[1]) else {
      return nil
    }
    return (
      String(words[0]), InstructionCount(own: Double(own) / operations, copying: Double(copying) / operations)
    )
  }

  /// `fn=(12) name` names a function, `fn=(12)` names it again.
  private static func name(_ line: Substring, _ names: inout [Substring: Substring]) -> Substring {
    guard let open = line.firstIndex(of: "("), let close = line.firstIndex(of: ")") else { return line }
    let key = line[open...close]
    let rest = line[line.index(after: close)...].drop { $0 == " " }
    if !rest.isEmpty { names[key] = rest }
    return names[key] ?? rest
  }

  private static func isCopying(_ name: Substring) -> Bool {
    ["memcpy", "memmove", "memset"].contains { name.contains($0) } && !name.hasPrefix("$s")
  }
}
