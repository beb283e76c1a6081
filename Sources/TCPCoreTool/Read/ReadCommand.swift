import TCPCapture

/// `tcpcore read FILE`: a capture as lines, as ladders, in sums, or as a picture.
package struct ReadCommand {
  private var path: String?
  private var isLadder = false
  private var isSummary = false
  private var numbers = SequenceNotation.relative
  private var plot: String?
  private var conversation: Int?
  private let words: [String]

  package init(_ words: [String]) throws(ToolError) {
    self.words = words
    var arguments = Arguments(words)
    while let word = arguments.next() {
      switch word {
      case "--ladder": isLadder = true
      case "--summary": isSummary = true
      case "--absolute": numbers = .absolute
      case "--plot": plot = try arguments.value(of: word, "the path of a file to write")
      case "--conversation": conversation = try arguments.integer(of: word, 1...1_000_000)
      case _ where word.hasPrefix("-") && word != "-":
        throw .usage("read does not know '\(word)'; expected --ladder, --absolute, --summary or --plot")
      case _ where path == nil: path = word
      default: throw .usage("read takes one file, not also '\(word)'")
      }
    }
    if plot != nil && (isLadder || isSummary) {
      throw .usage("read takes --plot alone, without --ladder and --summary")
    }
    if conversation != nil && plot == nil { throw .usage("--conversation belongs to --plot") }
    if path == nil { throw .usage("read needs the name of a pcap or pcapng file") }
  }

  package func run() throws(ToolError) -> Int32 {
    guard let path else { return 2 }
    let capture: Capture
    do throws(CaptureError) {
      capture = try Capture(path: path)
    } catch {
      throw .failure("\(path): \(error.description)")
    }
    if let plot {
      try draw(capture, plot)
    } else if isSummary {
      Console.print(capture.summary.description)
    } else if isLadder {
      Console.print(capture.ladders(numbers: numbers).joined(separator: "\n\n"))
    } else {
      for line in capture.lines(numbers: numbers) { Console.print(line) }
    }
    // What could be read was printed; then comes what could not.
    if let problem = capture.problem { throw .failure("\(path): \(problem.description)") }
    return 0
  }

  private func draw(_ capture: Capture, _ plot: String) throws(ToolError) {
    let drawn = try CapturePlot(capture, conversation: conversation)
    let title = PlotFile.title("read", words)
    try PlotFile(path: plot).write(ConnectionPlot(drawn.sequence, title: title, subtitle: drawn.subtitle))
  }
}
