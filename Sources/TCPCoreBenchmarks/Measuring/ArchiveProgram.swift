/// A program that `Archive/build` made: it measures the core as C programs link it.
package enum ArchiveProgram {
  /// What it can measure.
  static func benchmarks(of program: String) throws(CannotMeasure) -> [Benchmark] {
    var benchmarks: [Benchmark] = []
    for line in try Command.output(of: [program, "--list"]).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 2, let bytes = Int(words[1]) else { throw unknown(program, line) }
      let name = String(words[0])
      benchmarks.append(
        Benchmark(name: name, bytes: bytes, timeBudget: 1_000_000_000, program: program) {
          throw CannotMeasure(description: "\(name) is measured by \(program)")
        })
    }
    return benchmarks
  }

  /// Has it measure one of them.
  static func measure(_ benchmark: Benchmark, by program: String, timeBudget: UInt64) throws -> Measurement {
    let line = try Command.output(of: [program, "--measure", benchmark.name, "\(timeBudget)"])
    guard let found = Measurement(benchmark.name, bytes: benchmark.bytes, line: line) else {
      throw unknown(program, line[...])
    }
    return found
  }

  private static func unknown(_ program: String, _ line: Substring) -> CannotMeasure {
    CannotMeasure(description: "\(program) measures no archive: \(line)")
  }
}

extension Measurement {
  /// From what such a program prints: nanoseconds of an operation, in the median and the quartiles,
  /// operations, and datagrams for each of them.
  package init?(_ name: String, bytes: Int, line: String) {
    self.init(name: name, bytes: bytes)
    let numbers = line.split { $0 == " " || $0 == "\n" }.compactMap { Double($0) }
    guard numbers.count == 5, numbers[0] > 0 else { return nil }
    nanoseconds = numbers[0]
    quartiles = (numbers[1], numbers[2])
    operations = Int(numbers[3])
    note = "\(numbers[4]) datagrams"
  }
}
