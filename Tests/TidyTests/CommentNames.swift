/// What comments name in back quotes.
enum CommentNames {
  /// The words of a file outside its comments, those in strings too: what can be named.
  static func words(of file: SourceFile) -> Set<String> {
    var result: Set<String> = []
    for (line, comment) in zip(file.lines, file.comments) {
      // The comments keep their columns, counted in octets.
      let code = zip(line.utf8, comment.utf8).map { $1 == UInt8(ascii: " ") ? $0 : UInt8(ascii: " ") }
      result.formUnion(splitWords(in: String(decoding: code, as: UTF8.self)))
    }
    return result
  }

  /// The words in back quotes, by line. What `unreached:` and `survives` quote is code as a mutant has it.
  static func named(in file: SourceFile) -> [(line: Int, word: String)] {
    var result: [(Int, String)] = []
    for (index, comment) in file.comments.enumerated() where !comment.contains("survives `") {
      let spans = comment.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      for (number, span) in spans where !number.isMultiple(of: 2) {
        result += splitWords(in: String(span)).filter { !($0.first?.isNumber ?? true) }.map {
          (index + 1, $0)
        }
      }
    }
    return result
  }

  /// The names that are nowhere in the code: what was renamed or removed.
  static func missing(in files: [SourceFile], known: Set<String>) -> [String] {
    files.flatMap { file in
      named(in: file).filter { !known.contains($0.word) }
        .map { "\(file.path):\($0.line): there is no \($0.word)" }
    }
  }
}
