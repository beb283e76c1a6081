import Foundation
import Testing

/// The table of instruction counts that the benchmark records and guards.
@Suite("Recorded instruction counts") struct RecordedCountTests {
  private let counts: [String: [Int]]

  init() throws {
    let file = URL(filePath: #filePath).appending(path: "../../../Sources/TCPCoreBenchmarks/instructions")
    var counts: [String: [Int]] = [:]
    for line in try String(contentsOf: file.standardized, encoding: .utf8).split(separator: "\n") {
      let fields = line.split(separator: "\t")
      if fields.count == 3 { counts[String(fields[0])] = fields.dropFirst().compactMap { Int($0) } }
    }
    self.counts = counts
  }

  /// ROB-278, PEER-09.
  @Test("A segment costs the same among 100,000 connections as with one, to a hundredth")
  func scale() throws {
    let one = try #require(counts["input.ack"])
    for name in ["scale.ack.10000", "scale.ack.100000"] {
      let many = try #require(counts[name])
      #expect(many.count == one.count && many.count == 2)
      for (few, many) in zip(one, many) { #expect(many * 100 <= few * 101, "\(name): \(many) and \(few)") }
    }
  }
}
