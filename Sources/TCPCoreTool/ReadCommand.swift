import TCPCapture

/// `tcpcore read FILE`: a capture as lines, as ladders, or in sums.
package struct ReadCommand {
  private var path: String?
  private var isLadder = false
  private var isSummary = false
  private var numbers = SequenceNotation.relative

  package init(_ words: [String]) throws(ToolError) {
    var arguments = Arguments(words)
    while let word = arguments.next() {
      switch word {
      case "--ladder": isLadder = true
      case "--summary": isSummary = true
      case "--absolute": numbers = .absolute
      case _ where word.hasPrefix("-") && word != "-":
        throw .usage("read does not know '\(word)'; expected --ladder, --absolute or --summary")
      case _ where path == nil: path = word
      default: throw .usage("read takes one file, not also '\(word)'")
      }
    }
    if path == nil { throw .usage("read needs the name of a pcap or pcapng file") }
  }

  func run() throws(ToolError) -> Int32 {
    guard let path else { return 2 }
    let capture: Capture
    do throws(CaptureError) {
      capture = try Capture(path: path)
    } catch {
      throw .failure("\(path): \(error.description)")
    }
    if isSummary {
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
}
