/// A connection as a picture (SVG): its graphs one below the other, over one time axis.
package struct ConnectionPlot {
  private static let width = 1_200.0
  private static let black = "#000"
  // Colours of Okabe and Ito, which people with any kind of colour blindness can tell apart.
  private static let blue = "#0072B2"
  private static let sky = "#56B4E9"
  private static let green = "#009E73"
  private static let vermilion = "#D55E00"
  private static let purple = "#CC79A7"

  private static let thinned =
    "Thinned: \"1 in 4\" is every fourth of them, \"2 in 4\" the lowest and the highest of each four."

  private let title: String
  private let subtitle: String
  private let end: UInt64
  private let panels: [PlotPanel]

  /// The plot of a loopback run's left connection.
  package init(_ sampler: PlotSampler, title: String) {
    self.init(
      title: title, subtitle: "The left side's data, as its own end sees it.", sampler.sequence,
      window: sampler.window, threshold: sampler.threshold, smoothed: sampler.smoothed)
  }

  /// The plot of the data of one side of a conversation in a capture.
  package init(_ sequence: TimeSequence, title: String, subtitle: String) {
    self.init(title: title, subtitle: subtitle, sequence, window: nil, threshold: nil, smoothed: nil)
  }

  private init(
    title: String, subtitle: String, _ sequence: TimeSequence, window: ThinnedLine?, threshold: ThinnedLine?,
    smoothed: ThinnedLine?
  ) {
    self.title = title
    // A capture cannot tell a segment that was sent again from one that was overtaken.
    let again = window == nil ? "sent again or late" : "sent again"
    let octets = Int(sequence.acknowledged.last?.value ?? 0)
    self.subtitle =
      "\(subtitle) \(octets) octets acknowledged; \(sequence.sent.total) segments with data, SYN or FIN sent, "
      + "\(sequence.sentAgain.total) \(again)."
    end = max(sequence.end, window?.last?.time ?? 0)
    var panels = [ConnectionPlot.sequencePanel(sequence, again: again)]
    if let window, let threshold { panels.append(ConnectionPlot.windowPanel(window, threshold)) }
    panels.append(ConnectionPlot.roundTripPanel(sequence.roundTrips, smoothed))
    self.panels = panels
  }

  private static func sequencePanel(_ sequence: TimeSequence, again: String) -> PlotPanel {
    PlotPanel(
      heading: "Time-sequence graph", axisName: "octets of the stream", quantity: .octets, height: 440,
      series: [
        PlotPanel.Series(
          name: "window edge", identifier: "window-edge", colour: green,
          style: .step(width: 1.5, dash: "7 3"),
          line: sequence.windowEdge),
        PlotPanel.Series(
          name: "SACKed", identifier: "sacked", colour: purple, style: .bar(width: 1.5),
          marks: sequence.sacked),
        PlotPanel.Series(
          name: "sent", identifier: "sent", colour: blue, style: .bar(width: 2), marks: sequence.sent),
        PlotPanel.Series(
          name: again, identifier: "sent-again", colour: vermilion, style: .diamond,
          marks: sequence.sentAgain),
        PlotPanel.Series(
          name: "acknowledged", identifier: "acknowledged", colour: black, style: .step(width: 1.5, dash: ""),
          line: sequence.acknowledged),
      ])
  }

  private static func windowPanel(_ window: ThinnedLine, _ threshold: ThinnedLine) -> PlotPanel {
    PlotPanel(
      heading: "Congestion control", axisName: "window", quantity: .octets, height: 190,
      series: [
        PlotPanel.Series(
          name: "ssthresh (at the upper edge: none)", identifier: "ssthresh", colour: vermilion,
          style: .step(width: 1.5, dash: "7 3"), line: threshold),
        PlotPanel.Series(
          name: "cwnd", identifier: "cwnd", colour: blue, style: .step(width: 1.8, dash: ""), line: window),
      ])
  }

  private static func roundTripPanel(_ measured: ThinnedMarks, _ smoothed: ThinnedLine?) -> PlotPanel {
    PlotPanel(
      heading: "Round-trip time", axisName: "time", quantity: .time, height: 170,
      series: [
        PlotPanel.Series(
          name: "from data to its acknowledgment", identifier: "round-trips", colour: sky, style: .dot,
          marks: measured),
        PlotPanel.Series(
          name: "smoothed (SRTT)", identifier: "smoothed", colour: black, style: .step(width: 1.5, dash: ""),
          line: smoothed),
      ])
  }

  /// The whole file.
  package var svg: String {
    let time = PlotAxis(.time, highest: Double(end) * 1.02, tickCount: 10)
    var lines: [String] = []
    let isThinned = panels.contains(where: \.isThinned)
    var top = isThinned ? 124.0 : 104.0
    for panel in panels {
      lines += panel.svg(top: top, time: time)
      top += panel.height + 54
    }
    let bottom = top - 54
    for tick in time.ticks {
      let x = PlotPanel.left + (PlotPanel.right - PlotPanel.left) * tick.value / time.top
      lines.append(SVGText.text(tick.label, x, bottom + 18, "text-anchor=\"middle\""))
    }
    lines.append(
      SVGText.text(
        "time since the start (\(time.unit))", (PlotPanel.left + PlotPanel.right) / 2, bottom + 40,
        "text-anchor=\"middle\""))
    let height = SVGText.number(bottom + 54)
    let width = SVGText.number(ConnectionPlot.width)
    let head = [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
        + "viewBox=\"0 0 \(width) \(height)\" font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\" "
        + "font-size=\"13\" fill=\"#000\">",
      "<title>\(SVGText.escaped(title))</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
      SVGText.text(shortTitle, 20, 30, "font-size=\"16\" font-weight=\"bold\""),
      SVGText.text(subtitle, 20, 54),
      isThinned ? SVGText.text(ConnectionPlot.thinned, 20, 74) : "",
    ]
    return (head + lines + ["</svg>", ""]).joined(separator: "\n")
  }

  /// As much of the title as fits into a line; the file's `title` element has all of it.
  private var shortTitle: String { title.count <= 145 ? title : title.prefix(144) + "…" }
}
