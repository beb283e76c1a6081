import Foundation
import TCPCore

/// A state and an event of RFC 9293 section 3.10.
struct EventPair: Hashable, Comparable, CustomStringConvertible, Sendable {
  /// The RFC's name of the state.
  var state: String
  /// The RFC's name of the event.
  var event: String

  var description: String { "\(state) \(event)" }

  static func < (left: EventPair, right: EventPair) -> Bool { left.description < right.description }
}

/// The rows of event_processing.tsv, which drive the tests of this folder.
enum EventRows {
  /// One row, as far as a test needs it.
  struct Row: Sendable {
    var id: String
    var pair: EventPair
    var condition: String
    var isDone: Bool
  }

  /// All rows, from the source tree that the tests were compiled from; empty if it is not there.
  static let all: [Row] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    guard
      let data = FileManager.default.contents(
        atPath: folder.appendingPathComponent("event_processing.tsv").path)
    else { return [] }
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
    return lines.dropFirst().compactMap { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count >= 5, let decision = fields.last else { return nil }
      return Row(
        id: fields[0], pair: EventPair(state: fields[1], event: fields[2]), condition: fields[4],
        isDone: decision == "done")
    }
  }()

  /// The ids that a short spelling means: `EV-SEND-{CLOSING,LAST-ACK}-1`.
  static func ids(_ notation: String) -> [String] {
    guard let open = notation.firstIndex(of: "{"), let close = notation.firstIndex(of: "}") else {
      return [notation]
    }
    let choices = notation[notation.index(after: open)..<close].split(separator: ",")
    return choices.map { String(notation[..<open] + $0 + notation[notation.index(after: close)...]) }
  }

  private static let byCondition: [EventPair: [String: String]] = all.reduce(into: [:]) {
    $0[$1.pair, default: [:]][$1.condition] = $1.id
  }

  /// The row of SEGMENT ARRIVES in a state that has this condition.
  static func segmentRow(_ state: String, _ condition: String) -> String? {
    byCondition[EventPair(state: state, event: "SEGMENT ARRIVES")]?[condition]
  }
}

/// What a part of the table showed.
struct EventReport: Sendable {
  /// How many cases were tried.
  var count = 0
  /// What differed from the expectation; the first few.
  var failures: [String] = []
  /// How many cases differed.
  var failureCount = 0
  /// The ids that a case named and that held.
  var rows: Set<String> = []
  /// The pairs that a case exercised.
  var pairs: Set<EventPair> = []

  /// Notes one case.
  ///
  /// - Parameters:
  ///   - ids: the rows that it shows.
  ///   - problems: what was not as expected; nothing if it held.
  mutating func note(_ pair: EventPair, _ ids: [String], _ problems: [String], _ name: () -> String) {
    count += 1
    pairs.insert(pair)
    if problems.isEmpty {
      rows.formUnion(ids)
    } else {
      failureCount += 1
      if failures.count < 12 { failures.append("\(name()): \(problems.joined(separator: "; "))") }
    }
  }

  /// Adds what another part showed.
  mutating func merge(_ other: EventReport) {
    count += other.count
    failures += other.failures
    failureCount += other.failureCount
    rows.formUnion(other.rows)
    pairs.formUnion(other.pairs)
  }
}
