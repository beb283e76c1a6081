import Foundation

/// Writes the seeds that are made by hand, or says which of them differ from what is there.
///
///     swift run FuzzSeeds Corpus
///     swift run FuzzSeeds --check Corpus
@main enum FuzzSeeds {
  static func main() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    let isChecking = arguments.first == "--check"
    if isChecking { arguments.removeFirst() }
    guard arguments.count == 1, let folder = arguments.first else {
      print("usage: FuzzSeeds [--check] FOLDER")
      exit(2)
    }
    let complaints = try isChecking ? check(folder) : write(to: folder)
    for complaint in complaints { print(complaint) }
    if !complaints.isEmpty { exit(1) }
    let count = SeedList.all.reduce(0) { $0 + $1.seeds.count }
    print("\(count) seeds \(isChecking ? "are as they are made" : "written")")
  }

  /// Writes every seed to its place. Returns what is wrong with the lists themselves.
  private static func write(to folder: String) throws -> [String] {
    for (target, seeds) in SeedList.all {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(target)", withIntermediateDirectories: true)
      for seed in seeds {
        try Data(seed.octets).write(to: URL(fileURLWithPath: "\(folder)/\(target)/\(seed.name)"))
      }
    }
    return badNames
  }

  /// One line for each seed whose file is missing or holds something else.
  private static func check(_ folder: String) throws -> [String] {
    var complaints = badNames
    for (target, seeds) in SeedList.all {
      for seed in seeds {
        let path = "\(folder)/\(target)/\(seed.name)"
        guard let data = FileManager.default.contents(atPath: path) else {
          complaints.append("\(path): missing")
          continue
        }
        if [UInt8](data) != seed.octets { complaints.append("\(path): differs from what is made") }
      }
    }
    return complaints
  }

  /// Names that come twice, or are not in kebab-case.
  private static var badNames: [String] {
    SeedList.all.flatMap { target, seeds in
      var seen: Set<String> = []
      return seeds.compactMap { seed in
        if !seen.insert(seed.name).inserted { return "\(target)/\(seed.name): comes twice" }
        let isKebab = seed.name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
        return isKebab ? nil : "\(target)/\(seed.name): not in kebab-case"
      }
    }
  }
}
