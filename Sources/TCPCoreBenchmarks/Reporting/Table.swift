import Foundation

/// Measurements for people: one line each.
struct BenchmarkTable {
  let hasInstructions: Bool

  var head: String {
    var line = "\(left("name", 30))\(right("ns", 11))\(right("quartiles", 23))"
    if hasInstructions { line += right("instructions", 14) + right("and memcpy", 12) }
    return line + right("GB/s", 8) + right("floor ns", 11) + right("share", 7) + right("allocations", 13)
      + "  note"
  }

  func line(_ found: Measurement) -> String {
    var line = left(found.name, 30) + right(figure(found.nanoseconds), 11)
    line += right("\(figure(found.quartiles.0)) - \(figure(found.quartiles.1))", 23)
    if hasInstructions {
      line += right(found.instructions.map { figure($0.own) } ?? "-", 14)
      line += right(found.instructions.map { figure($0.copying) } ?? "-", 12)
    }
    line += right(found.bytes > 2 ? figure(Double(found.bytes) / found.nanoseconds) : "-", 8)
    line += right(found.floorNanoseconds.map(figure) ?? "-", 11)
    line += right(found.floorShare.map { "\(Int(($0 * 100).rounded())) %" } ?? "-", 7)
    return line + right("\(found.allocations)", 13) + (found.note.isEmpty ? "" : "  " + found.note)
  }

  private func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
  private func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
  private func figure(_ value: Double) -> String { String(format: value < 100 ? "%.1f" : "%.0f", value) }
}
