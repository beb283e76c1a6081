import CBenchmarkSupport
import Foundation

/// `tcpcore-bench`: measures the stages of a segment's way, whole transfers, and what many connections cost.
@main enum BenchmarkTool {
  static let usage = """
    usage: tcpcore-bench [--filter NAME] [--list] [--json] [--save FILE] [--baseline FILE] [--instructions]
                         [--plot FILE.svg] [--quick] [--archive PROGRAM]

      --filter NAME     only the benchmark of this name, and those that begin with it and a dot
      --list            only their names
      --json            an array of objects instead of a table
      --save FILE       saves the numbers and the machine they belong to, for --baseline
      --baseline FILE   compares with saved numbers
      --plot FILE.svg   draws what was measured: cost over connections, stages over their lower bounds
      --instructions    counts instructions, too (with valgrind)
      --quick           only a few batches each: times are rough
      --archive PROGRAM what Sources/TCPCoreBenchmarks/Archive/build made: measures the C archive instead

    """

  static func main() {
    do {
      let arguments = try BenchmarkArguments(Array(CommandLine.arguments.dropFirst()))
      try run(arguments)
    } catch let error as CannotMeasure {
      say("tcpcore-bench: \(error)\n")
      exit(2)
    } catch {
      say("tcpcore-bench: \(error)\n")
      exit(1)
    }
  }

  private static func run(_ arguments: BenchmarkArguments) throws {
    let chosen = try arguments.chosen()
    if arguments.isCounted { return try InstructionCounter.runCounted(chosen) }
    if arguments.isListing { return chosen.forEach { print($0.name) } }
    let baseline = try arguments.baseline.map(read)
    if arguments.plot != nil, Plot(chosen.map { Plot.Entry(name: $0.name, nanoseconds: 0) }).isEmpty {
      throw CannotMeasure(description: "nothing of it can be drawn: neither a stage nor many connections")
    }
    let fitting = chosen.filter { fits($0) }
    let counts = arguments.countsInstructions ? try InstructionCounter.counts(of: fitting) : [:]
    let table = BenchmarkTable(hasInstructions: arguments.countsInstructions)
    if !arguments.isJSON { print(table.head) }
    var records: [Record] = []
    for benchmark in fitting {
      var found = try Measurement.of(benchmark, isQuick: arguments.isQuick)
      found.instructions = counts[found.name]
      if let old = baseline?.records.first(where: { $0.name == found.name }) {
        let change = (found.nanoseconds / old.nanoseconds - 1) * 100
        found.note += (found.note.isEmpty ? "" : "; ") + String(format: "%+.0f %% time", change)
        if let now = found.instructions?.own, let then = old.instructions {
          found.note += String(format: ", %+.1f %% instructions", (now / then - 1) * 100)
        }
      }
      records.append(Record(found))
      if !arguments.isJSON { print(table.line(found)) }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    if arguments.isJSON { print(String(decoding: try encoder.encode(records), as: UTF8.self)) }
    if let file = arguments.plot { try draw(records, to: file) }
    if let file = arguments.save {
      try encoder.encode(Baseline(surroundings: .here, records: records)).write(
        to: URL(fileURLWithPath: file))
    }
  }

  private static func draw(_ records: [Record], to file: String) throws {
    let plot = Plot(
      records.map {
        Plot.Entry(name: $0.name, nanoseconds: $0.nanoseconds, lowerBoundShare: $0.lowerBoundShare)
      })
    do {
      try Data(plot.svg.utf8).write(to: URL(fileURLWithPath: file))
    } catch {
      throw CannotMeasure(description: "\(file) cannot be written: \(error.localizedDescription)")
    }
  }

  /// A baseline that belongs to this machine, toolchain and C library.
  private static func read(_ file: String) throws -> Baseline {
    let baseline: Baseline
    do {
      baseline = try JSONDecoder().decode(Baseline.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
    } catch {
      throw CannotMeasure(description: "\(file) is no baseline: \(error.localizedDescription)")
    }
    let differences = Surroundings.here.differences(from: baseline.surroundings)
    guard differences.isEmpty else {
      throw CannotMeasure(description: "\(file) is from elsewhere: " + differences.joined(separator: "; "))
    }
    return baseline
  }

  /// Whether the machine has the room; says so where it has not.
  private static func fits(_ benchmark: Benchmark) -> Bool {
    let free = MachineMemory.available
    guard benchmark.memory > free else { return true }
    say("\(benchmark.name) is left out: it takes \(benchmark.memory >> 20) MiB, and \(free >> 20) are free\n")
    return false
  }

  static func say(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
