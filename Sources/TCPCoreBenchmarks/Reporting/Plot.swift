import Foundation

/// A picture of what was measured, as SVG: on the left what a segment costs over the number of connections,
/// on the right the stages of a segment's way, each with the part of it that its lower bound takes.
package struct Plot {
  /// One measurement: a name as `--list` prints it, nanoseconds, and the share of the lower bound if there is
  /// one.
  package struct Entry {
    package var name: String
    package var nanoseconds: Double
    package var lowerBoundShare: Double?

    package init(name: String, nanoseconds: Double, lowerBoundShare: Double? = nil) {
      self.name = name
      self.nanoseconds = nanoseconds
      self.lowerBoundShare = lowerBoundShare
    }
  }

  /// The points of a line on the left: entries whose name ends in a number of connections.
  package struct Series {
    package var name: String
    package var points: [Point]
  }
  package struct Point {
    package var connections: Int
    package var nanoseconds: Double
  }

  package let series: [Series]
  package let stages: [Entry]

  /// Sorts entries into the two halves of the picture; what fits neither is left out.
  package init(_ entries: [Entry]) {
    var series: [Series] = []
    for entry in entries where entry.name.hasPrefix("scale.") {
      let words = entry.name.split(separator: ".")
      guard let connections = words.last.flatMap({ Int($0) }) else { continue }
      let name = words.dropFirst().dropLast().joined(separator: " ")
      let point = Point(connections: connections, nanoseconds: entry.nanoseconds)
      if let place = series.firstIndex(where: { $0.name == name }) {
        series[place].points.append(point)
      } else {
        series.append(Series(name: name, points: [point]))
      }
    }
    self.series = series
    stages = entries.filter { entry in
      ["parse", "emit", "checksum", "copysum", "input", "output", "bulk"].contains {
        entry.name.hasPrefix($0 + ".")
      }
    }
  }

  package var isEmpty: Bool { series.isEmpty && stages.isEmpty }

  private static let width = 1_200.0
  private static let colours = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd"]

  /// The whole file.
  package var svg: String {
    let height = max(420, 80 + 18 * Double(stages.count))
    var lines = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(Plot.width))" height="\(Int(height))" \
      font-family="sans-serif" font-size="12">
      """,
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
    ]
    lines += scaleLines
    lines += stageLines
    return (lines + ["</svg>", ""]).joined(separator: "\n")
  }

  // The left half: 60 to 560 across, 60 to 360 down. Connections are on a logarithmic axis, nanoseconds on a
  // linear one that begins at 0, so that what is flat looks flat.
  private var scaleLines: [String] {
    guard !series.isEmpty else { return [] }
    let most = series.flatMap(\.points).map(\.connections).max() ?? 1
    let highest = Plot.roundedUp(series.flatMap(\.points).map(\.nanoseconds).max() ?? 1)
    let decades = max(1, log10(Double(most)))
    func x(_ connections: Int) -> Double { 60 + 500 * log10(Double(max(1, connections))) / decades }
    func y(_ nanoseconds: Double) -> Double { 360 - 300 * nanoseconds / highest }
    var lines = [Plot.text("nanoseconds for a segment, over established connections", 60, 30, weight: "bold")]
    for step in 0...4 {
      let value = highest * Double(step) / 4
      lines.append(Plot.line(60, y(value), 560, y(value), "#ddd"))
      lines.append(Plot.text(Plot.number(value), 54, y(value) + 4, anchor: "end"))
    }
    for power in 0...Int(decades.rounded(.up)) {
      let count = Int(pow(10, Double(power)))
      guard count <= most else { break }
      lines.append(Plot.line(x(count), 60, x(count), 360, "#eee"))
      lines.append(Plot.text(count.formatted(.number.grouping(.never)), x(count), 378, anchor: "middle"))
    }
    for (number, one) in series.enumerated() {
      let colour = Plot.colours[number % Plot.colours.count]
      let points = one.points.sorted { $0.connections < $1.connections }
      let path = points.map { "\(Plot.number(x($0.connections))),\(Plot.number(y($0.nanoseconds)))" }
      lines.append(
        "<polyline points=\"\(path.joined(separator: " "))\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>"
      )
      for point in points {
        lines.append(
          """
          <circle cx="\(Plot.number(x(point.connections)))" cy="\(Plot.number(y(point.nanoseconds)))" r="3" \
          fill="\(colour)"/>
          """)
      }
      lines.append(Plot.text(Plot.escaped(one.name), 70 + 150 * Double(number), 400, fill: colour))
    }
    return lines
  }

  // The right half: a bar for each stage, dark as far as its lower bound reaches.
  private var stageLines: [String] {
    guard !stages.isEmpty else { return [] }
    let highest = Plot.roundedUp(stages.map(\.nanoseconds).max() ?? 1)
    var lines = [
      Plot.text("nanoseconds of each stage; dark: its lower bound", 620, 30, weight: "bold")
    ]
    for (number, stage) in stages.enumerated() {
      let top = 50 + 18 * Double(number)
      let length = 300 * stage.nanoseconds / highest
      lines.append(Plot.text(Plot.escaped(stage.name), 800, top + 11, anchor: "end"))
      lines.append(Plot.bar(810, top, length, "#9ecae1"))
      if let share = stage.lowerBoundShare {
        lines.append(Plot.bar(810, top, length * min(1, share), "#3182bd"))
      }
      lines.append(Plot.text(Plot.number(stage.nanoseconds), 816 + length, top + 11))
    }
    return lines
  }

  /// The next of 1, 2, 2.5, 5, 10, 20, 25, … that is not below.
  package static func roundedUp(_ value: Double) -> Double {
    let power = pow(10, floor(log10(max(value, 1e-9))))
    return [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= value } ?? 10 * power
  }

  private static func number(_ value: Double) -> String { String(format: "%.1f", value) }

  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
  }

  private static func text(
    _ text: String, _ x: Double, _ y: Double, anchor: String = "start", weight: String = "normal",
    fill: String = "black"
  ) -> String {
    """
    <text x="\(number(x))" y="\(number(y))" text-anchor="\(anchor)" font-weight="\(weight)" fill="\(fill)">\(text)</text>
    """
  }

  private static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String) -> String
  {
    "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" stroke=\"\(colour)\"/>"
  }

  private static func bar(_ x: Double, _ y: Double, _ width: Double, _ colour: String) -> String {
    "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"14\" fill=\"\(colour)\"/>"
  }
}
