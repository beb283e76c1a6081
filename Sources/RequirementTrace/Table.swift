/// A table of tab-separated fields with a header line.
package struct Table: Equatable {
  package var header: [String]
  package var rows: [[String]]

  package init(_ text: String) {
    let lines = splitLines(text).map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    header = lines.first ?? []
    rows = Array(lines.dropFirst())
  }
}

/// Lines without their ends. A last line end opens no further line.
package func splitLines(_ text: String) -> [String] {
  var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  if lines.last == "" { lines.removeLast() }
  return lines
}
