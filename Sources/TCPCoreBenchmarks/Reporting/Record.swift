import CBenchmarkSupport
import Foundation

/// A measurement as `--json` prints it, and as a baseline keeps it.
struct Record: Codable {
  var name: String
  /// For one operation, in the median.
  var nanoseconds: Double
  /// Operations that were measured.
  var operations: Int
  /// Octets of text that one operation carries.
  var bytes: Int
  /// In all operations.
  var allocations: UInt64
  /// The lower bound's time over this one's.
  var lowerBoundShare: Double?
  /// Instructions of one operation, the C library's copies not among them.
  var instructions: Double?

  private enum CodingKeys: String, CodingKey {
    case name, nanoseconds, operations, bytes, allocations, instructions
    case lowerBoundShare = "lower_bound_share"
  }

  init(_ found: Measurement) {
    name = found.name
    nanoseconds = found.nanoseconds
    operations = found.operations
    bytes = found.bytes
    allocations = found.allocations
    lowerBoundShare = found.lowerBoundShare
    instructions = found.instructions?.own
  }
}

/// The machine, toolchain and C library of a measurement. Only measurements with equal ones are comparable.
package struct Surroundings: Codable, Equatable {
  package var machine: String
  package var toolchain: String
  package var library: String

  package static var here: Surroundings {
    Surroundings(machine: machine, toolchain: toolchain, library: String(cString: tcpcore_c_library()))
  }

  /// What differs, in words; empty where nothing does.
  package func differences(from other: Surroundings) -> [String] {
    [
      ("machine", machine, other.machine), ("toolchain", toolchain, other.toolchain),
      ("C library", library, other.library),
    ]
    .filter { $0.1 != $0.2 }.map { "\($0.0): \($0.2) there, \($0.1) here" }
  }

  private static var machine: String {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
    let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last ?? "unknown processor"
    return model.trimmingCharacters(in: .whitespaces)
  }

  private static var toolchain: String {
    #if swift(>=6.4)
      "Swift 6.4 or later"
    #elseif swift(>=6.3)
      "Swift 6.3"
    #else
      "Swift before 6.3"
    #endif
  }
}

/// A file of measurements: `--json` prints the records alone, `--save` writes them with their surroundings.
struct Baseline: Codable {
  var surroundings: Surroundings
  var records: [Record]
}
