import TCPCapture

/// The file that a plot goes into. It is opened before anything runs, so that a wrong path is found at once.
struct PlotFile {
  private let sink: FileSink

  init(path: String) throws(ToolError) {
    do throws(CaptureFileError) {
      sink = try FileSink(path: path)
    } catch {
      throw .failure(error.description)
    }
  }

  func write(_ plot: ConnectionPlot) throws(ToolError) {
    do throws(CaptureFileError) {
      try sink.append(Array(plot.svg.utf8))
      try sink.close()
    } catch {
      throw .failure(error.description)
    }
  }

  /// The words of a command as a line, for a plot's title.
  static func title(_ command: String, _ words: [String]) -> String {
    let quoted = words.map { $0.isEmpty || $0.contains(" ") ? "'\($0)'" : $0 }
    return (["tcpcore", command] + quoted).joined(separator: " ")
  }
}
