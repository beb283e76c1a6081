/// What the command line asks for.
package struct BenchmarkArguments {
  package private(set) var filter: String?
  var isListing = false
  var isJSON = false
  var save: String?
  var baseline: String?
  var plot: String?
  var countsInstructions = false
  /// A program that measures the C archive, to be asked in this one's place.
  var archive: String?
  /// Looks only whether everything runs.
  var isQuick = false
  /// Under valgrind, with the names of what is to be counted.
  var isCounted = false
  var names: [String] = []

  package init(_ words: [String]) throws(CannotMeasure) {
    var words = words[...]
    func value(_ option: String) throws(CannotMeasure) -> String {
      guard let value = words.popFirst() else { throw CannotMeasure(description: "\(option) needs a value") }
      return value
    }
    while let word = words.popFirst() {
      switch word {
      case "--filter": filter = try value(word)
      case "--list": isListing = true
      case "--json": isJSON = true
      case "--save": save = try value(word)
      case "--plot": plot = try value(word)
      case "--archive": archive = try value(word)
      case "--baseline": baseline = try value(word)
      case "--instructions": countsInstructions = true
      case "--quick": isQuick = true
      case "--counted":
        isCounted = true
        names = Array(words)
        words = []
      default: throw CannotMeasure(description: "unknown argument \(word)\n" + BenchmarkTool.usage)
      }
    }
  }

  /// The names of what is meant.
  package func chosenNames() throws(CannotMeasure) -> [String] { try chosen().map(\.name) }

  /// The benchmarks that are meant, in the list's order.
  func chosen() throws(CannotMeasure) -> [Benchmark] {
    let all = if let archive { try ArchiveProgram.benchmarks(of: archive) } else { BenchmarkList.all }
    let chosen = all.filter { benchmark in
      if isCounted { return names.contains(benchmark.name) }
      guard let filter else { return true }
      // Whole words: "scale.ack.100" is not "scale.ack.1000000".
      return benchmark.name == filter || benchmark.name.hasPrefix(filter + ".")
    }
    guard chosen.isEmpty else { return chosen }
    let known = all.map { "  " + $0.name }.joined(separator: "\n")
    throw CannotMeasure(description: "no benchmark is named \(filter ?? "so"); there are\n\(known)")
  }
}
