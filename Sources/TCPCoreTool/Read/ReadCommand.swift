import TCPCapture
import TCPCore

/// `tcpcore read FILE`: a capture as lines, as ladders, in sums, as data, or as a picture.
///
/// Lines, sums and data are made while the file is read, of which a piece is in memory; what comes through a
/// pipe is printed as it comes.
package struct ReadCommand {
  let options: ReadOptions
  let words: [String]

  package init(_ words: [String]) throws(ToolError) {
    self.words = words
    options = try ReadOptions(words)
  }

  package func run() throws(ToolError) -> Int32 { try run(into: .standard()) }

  /// Does the work, and prints into `output`.
  package func run(into output: TextOutput) throws(ToolError) -> Int32 {
    defer { output.flush() }
    switch options.output {
    case .lines: options.isJSON ? try printJSON(output) : try printLines(output)
    case .summary: try printSummary(output)
    case .follow(let conversation): try follow(conversation, output)
    case .ladder: try printLadders(output)
    case .plot(let path): try draw(path)
    }
    return 0
  }

  private func printLines(_ output: TextOutput) throws(ToolError) {
    var notation = SegmentLine(numbers: options.numbers, times: options.times)
    try eachPicked(needsPlaces: false, output) { found, reader in
      output.addLine { text in
        let isDatagram: Void? = reader.withDatagram(of: found.record) {
          notation.write(found.record, found.content, $0, in: found.place, into: &text)
        }
        if isDatagram == nil { notation.write(found.record, found.content, into: &text) }
      }
    }
  }

  private func printJSON(_ output: TextOutput) throws(ToolError) {
    var notation = RecordJSON(times: options.times)
    try eachPicked(needsPlaces: true, output) { found, reader in
      let line =
        reader.withDatagram(of: found.record) {
          notation.line(for: found.record, found.content, in: found.place, $0)
        } ?? notation.line(for: found.record, found.content, in: found.place)
      output.print(line)
    }
  }

  private func printSummary(_ output: TextOutput) throws(ToolError) {
    var summary = CaptureSummary()
    var failure: ToolError?
    do throws(ToolError) {
      try eachPicked(needsPlaces: true, output) { found, _ in
        summary.add(
          found.content, in: found.place, at: found.record.time, interface: found.record.interface)
      }
    } catch {
      if summary.records == 0 { throw error }
      failure = error
    }
    output.print(
      options.isJSON ? summary.json(sortedBy: options.order) : summary.text(sortedBy: options.order))
    // What could be read was printed; then comes what could not.
    if let failure { throw failure }
  }

  private func follow(_ conversation: Int, _ output: TextOutput) throws(ToolError) {
    var follower = StreamFollower()
    var text = FollowText()
    var last = Instant(microseconds: 0)
    func show(_ pieces: [StreamFollower.Piece]) {
      for piece in pieces {
        if options.isJSON { output.print(piece.json) } else { text.lines(piece).forEach(output.print) }
      }
    }
    func finish() {
      show(follower.finish(at: last))
      text.rest().forEach(output.print)
    }
    do throws(ToolError) {
      let selection = CaptureSelection(conversation: conversation)
      try eachPicked(needsPlaces: true, selection: selection, output) { found, reader in
        guard case .segment(let segment) = found.content, let place = found.place else { return }
        let octets = reader.withDatagram(of: found.record) { bytes in
          segment.text.map { bytes.uint8(at: $0) }
        }
        last = found.record.time
        show(follower.add(segment, in: place, text: octets ?? [], at: last))
      }
    } catch {
      finish()
      throw error
    }
    finish()
  }
}
