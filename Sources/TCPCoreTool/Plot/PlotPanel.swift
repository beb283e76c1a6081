/// One of the graphs of a plot, all of which share the time axis.
struct PlotPanel {
  /// How something is drawn.
  enum Style {
    /// A line that keeps its value until the next point.
    case step(width: Double, dash: String)
    /// An upright bar from the lower to the upper end.
    case bar(width: Double)
    case diamond
    case dot
  }

  /// Something that is drawn, with its name in the legend.
  struct Series {
    var name: String
    /// The element's identifier in the file.
    var identifier: String
    var colour: String
    var style: Style
    var line: ThinnedLine?
    var marks: ThinnedMarks?

    var isEmpty: Bool { line?.last == nil && marks?.marks.isEmpty ?? true }

    /// The name, and how much was left out.
    var legend: String {
      if let marks, marks.stride > 1 { return "\(name), 1 in \(marks.stride)" }
      if let line, line.isThinned { return "\(name), 2 in \(line.groupSize)" }
      return name
    }

    /// Whether not everything is drawn.
    var isThinned: Bool { marks?.stride ?? 1 > 1 || line?.isThinned ?? false }

    /// The highest value that has a place on an axis.
    var highest: Double {
      let lines = line?.points.map(\.value) ?? []
      let tops = marks?.marks.map(\.high) ?? []
      return (lines + tops).reduce(0) { $1.isFinite ? max($0, $1) : $0 }
    }
  }

  static let left = 86.0
  static let right = 1_180.0

  var heading: String
  /// What the upright axis is about, before its unit.
  var axisName: String
  var quantity: PlotAxis.Quantity
  var height: Double
  /// Drawn in this order.
  var series: [Series]

  /// Whether not everything is drawn.
  var isThinned: Bool { series.contains(where: \.isThinned) }

  /// The heading, the legend and the graph, with the graph's upper edge at `top`.
  func svg(top: Double, time: PlotAxis) -> [String] {
    let shown = series.filter { !$0.isEmpty }
    let highest = shown.reduce(0) { max($0, $1.highest) }
    let axis = PlotAxis(quantity, highest: highest * 1.04, tickCount: height > 300 ? 8 : 5)
    let bottom = top + height
    let x = { (moment: Double) in
      PlotPanel.left + (PlotPanel.right - PlotPanel.left) * moment / time.top
    }
    let y = { (value: Double) in bottom - height * max(0, min(value, axis.top)) / axis.top }
    var lines = [SVGText.text(heading, PlotPanel.left, top - 12, "font-weight=\"bold\"")]
    for tick in axis.ticks {
      lines.append(SVGText.line(PlotPanel.left, y(tick.value), PlotPanel.right, y(tick.value), grid))
      lines.append(
        SVGText.text(tick.label, PlotPanel.left - 8, y(tick.value) + 4.5, "text-anchor=\"end\""))
    }
    for tick in time.ticks {
      lines.append(SVGText.line(x(tick.value), top, x(tick.value), bottom, grid))
    }
    let middle = (top + bottom) / 2
    lines.append(
      SVGText.text(
        "\(axisName) (\(axis.unit))", 24, middle,
        "text-anchor=\"middle\" transform=\"rotate(-90 24 \(SVGText.number(middle)))\""))
    for one in shown { lines.append(path(one, x, y)) }
    lines.append(
      "<path d=\"M\(Int(PlotPanel.left)) \(SVGText.number(top))V\(SVGText.number(bottom))"
        + "H\(Int(PlotPanel.right))\" fill=\"none\" stroke=\"#444\"/>")
    return lines + legend(shown, y: top - 12)
  }

  private var grid: String { "stroke=\"#ddd\"" }

  private func legend(_ shown: [Series], y: Double) -> [String] {
    let widths = shown.map { 34 + SVGText.width($0.legend) + 18 }
    var x = PlotPanel.right - widths.reduce(0, +) + 14
    var lines: [String] = []
    for (one, width) in zip(shown, widths) {
      lines.append(PlotPanel.sample(one, x, y - 4.5))
      lines.append(SVGText.text(one.legend, x + 34, y))
      x += width
    }
    return lines
  }

  /// What the legend shows beside a name.
  private static func sample(_ series: Series, _ x: Double, _ y: Double) -> String {
    let style = attributes(series)
    let shape =
      switch series.style {
      case .step: "M\(SVGText.number(x)) \(SVGText.number(y))h28"
      case .bar:
        [8.0, 14, 20].map { "M\(SVGText.number(x + $0)) \(SVGText.number(y + 5))v-10" }.joined()
      case .diamond: diamond(x + 14, y, 5)
      case .dot: [6.0, 14, 22].map { "M\(SVGText.number(x + $0)) \(SVGText.number(y))h0" }.joined()
      }
    return "<path d=\"\(shape)\" \(style)/>"
  }

  private static func attributes(_ series: Series) -> String {
    switch series.style {
    case .step(let width, let dash):
      "fill=\"none\" stroke=\"\(series.colour)\" stroke-width=\"\(SVGText.number(width))\""
        + (dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"")
    case .bar(let width):
      "fill=\"none\" stroke=\"\(series.colour)\" stroke-width=\"\(SVGText.number(width))\""
    case .diamond: "fill=\"\(series.colour)\""
    case .dot:
      "fill=\"none\" stroke=\"\(series.colour)\" stroke-width=\"4\" stroke-linecap=\"round\""
    }
  }

  private static func diamond(_ x: Double, _ y: Double, _ size: Int) -> String {
    "M\(SVGText.number(x)) \(SVGText.number(y - Double(size)))l\(size) \(size)-\(size) \(size)-\(size)-\(size)z"
  }

  private func path(_ series: Series, _ x: (Double) -> Double, _ y: (Double) -> Double) -> String {
    var shape = ""
    for (index, point) in (series.line?.points ?? []).enumerated() {
      let (across, up) = (SVGText.number(x(Double(point.time))), SVGText.number(y(point.value)))
      shape += index == 0 ? "M\(across) \(up)" : "H\(across)V\(up)"
    }
    // Smaller where there are many, so that they do not cover the lines.
    let count = series.marks?.marks.count ?? 0
    let size = count <= 100 ? 5 : count <= 1_000 ? 3 : 2
    for mark in series.marks?.marks ?? [] {
      let across = x(Double(mark.time))
      switch series.style {
      case .diamond: shape += PlotPanel.diamond(across, y((mark.low + mark.high) / 2), size)
      case .dot: shape += "M\(SVGText.number(across)) \(SVGText.number(y(mark.high)))h0"
      case .step, .bar:
        // Never so short that it cannot be seen.
        let low = y(mark.low)
        let high = min(y(mark.high), low - 2)
        shape += "M\(SVGText.number(across)) \(SVGText.number(low))V\(SVGText.number(high))"
      }
    }
    return "<path id=\"\(series.identifier)\" d=\"\(shape)\" \(PlotPanel.attributes(series))/>"
  }
}
