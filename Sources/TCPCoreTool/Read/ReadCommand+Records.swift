import TCPCapture

// How the records of a file are walked through.
extension ReadCommand {
  /// One record, as the reader found it.
  struct Found {
    var record: CaptureRecord
    var content: CapturedDatagram
    var place: ConversationPlace?
  }

  /// What went wrong with a file, with its name; what unpacks a compressed one is ready to be copied.
  package static func failure(_ error: CaptureError, _ path: String) -> ToolError {
    if case .compressed(let kind, let program) = error, path != "-" {
      return .failure(
        "\(path): this is a \(kind)-compressed file; try: \(program) -dc \(path) | tcpcore read -")
    }
    return .failure("\(path): \(error.description)")
  }

  /// Calls `body` with each record that is picked, as many as are asked for. Before the reader has to wait
  /// for more, what was printed goes out.
  ///
  /// - Parameters:
  ///   - needsPlaces: `body` wants to know to which conversations segments belong.
  ///   - selection: what is picked; that of the command line if `nil`.
  func eachPicked(
    needsPlaces: Bool, selection chosen: CaptureSelection? = nil, _ output: TextOutput,
    _ body: (Found, CaptureReader) -> Void
  ) throws(ToolError) {
    let selection = chosen ?? options.selection
    var catalog = ConversationCatalog(numbers: options.numbers)
    var picked = 0
    do throws(CaptureError) {
      var reader = try CaptureReader(path: options.path)
      while picked < options.limit {
        if !reader.hasRecordInMemory { output.flush() }
        guard let record = try reader.next() else { break }
        var found = Found(record: record, content: reader.decode(record))
        if needsPlaces || selection.needsPlaces, case .segment(let segment) = found.content {
          found.place = catalog.note(segment)
        }
        guard selection.picks(found.content, in: found.place) else { continue }
        picked += 1
        body(found, reader)
      }
    } catch {
      throw ReadCommand.failure(error, options.path)
    }
    if let wanted = options.wantedConversation, wanted > catalog.count, picked < options.limit {
      throw .failure("\(options.path): there are \(catalog.count) conversations, not \(wanted)")
    }
  }

  func printLadders(_ output: TextOutput) throws(ToolError) {
    let capture: Capture
    do throws(CaptureError) {
      capture = try Capture(path: options.path)
    } catch {
      throw ReadCommand.failure(error, options.path)
    }
    let ladders = capture.ladders(
      numbers: options.numbers, selection: options.selection, limit: options.limit)
    output.print(ladders.joined(separator: "\n\n"))
    // What could be read was printed; then comes what could not.
    if let problem = capture.problem { throw ReadCommand.failure(problem, options.path) }
  }

  /// Draws a conversation. What comes through a pipe is kept in memory, because it is read more than once.
  func draw(_ plot: String) throws(ToolError) {
    let path = options.path
    var kept: [UInt8]?
    var problem: CaptureError?
    do throws(CaptureError) {
      if path == "-" { kept = try Capture(path: path).bytes }
      var reader = if let kept { try CaptureReader(kept) } else { try CaptureReader(path: path) }
      do throws(CaptureError) { while try reader.next() != nil {} } catch { problem = error }
    } catch {
      throw ReadCommand.failure(error, path)
    }
    let drawn = try CapturePlot(conversation: options.conversation) { () throws(CaptureError) in
      if let kept { return try CaptureReader(kept) }
      return try CaptureReader(path: path)
    }
    let title = PlotFile.title("read", words)
    try PlotFile(path: plot).write(ConnectionPlot(drawn.sequence, title: title, subtitle: drawn.subtitle))
    if let problem { throw ReadCommand.failure(problem, path) }
  }
}
