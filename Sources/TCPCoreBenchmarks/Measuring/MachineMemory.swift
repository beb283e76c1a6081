import Foundation

/// How much memory a program may still take.
enum MachineMemory {
  /// Octets; very many where the system does not say.
  static var available: Int {
    let lines = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8))?.split(separator: "\n") ?? []
    guard let line = lines.first(where: { $0.hasPrefix("MemAvailable:") }),
      let number = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return .max }
    return number * 1_024
  }
}
