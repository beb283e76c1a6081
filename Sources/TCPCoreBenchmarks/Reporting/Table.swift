import Foundation

/// Measurements for people: one line each.
struct BenchmarkTable {
  let hasInstructions: Bool

  var head: String {
    var line = "\(left("name", 30))\(right("ns", 11))\(right("quartiles", 23))"
    if hasInstructions { line += right("instructions", 14) + right("and memcpy", 12) }
    return line + right("GB/s", 8) + right("bound ns", 11) + right("share", 7) + right("allocations", 13)
      + "  note"
  }

  func line(_ found: Measurement) -> String {
    var line = left(found.name, 30) + right(number(found.nanoseconds), 11)
    line += right("\(number(found.quartiles.0)) - \(number(found.quartiles.1))", 23)
    if hasInstructions {
      line += right(found.instructions.map { number($0.own) } ?? "-", 14)
      line += right(found.instructions.map { number($0.copying) } ?? "-", 12)
    }
    line += right(found.bytes > 2 ? number(Double(found.bytes) / found.nanoseconds) : "-", 8)
    line += right(found.lowerBoundNanoseconds.map(number) ?? "-", 11)
    line += right(found.lowerBoundShare.map { "\(Int(($0 * 100).rounded())) %" } ?? "-", 7)
    return line + right("\(found.allocations)", 13) + (found.note.isEmpty ? "" : "  " + found.note)
  }

  private func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
  private func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
  private func number(_ value: Double) -> String { String(format: value < 100 ? "%.1f" : "%.0f", value) }
}
