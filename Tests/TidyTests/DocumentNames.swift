import Foundation
import RequirementTrace

/// What documents say of files and folders.
enum DocumentNames {
  private static let roots = ["Sources/", "Tests/", "Fuzz/", "Corpus/", ".ci/", ".github/"]

  /// The paths that a text in Markdown names, in code spans and in code blocks: those that begin with a
  /// folder of the top level, and names of Swift files.
  static func paths(in text: String) -> [String] {
    var isBlock = false
    var result: [String] = []
    for line in splitLines(text) {
      if line.hasPrefix("```") {
        isBlock.toggle()
        continue
      }
      let spans = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      // Every second part of a line is within backticks.
      for (index, span) in spans where isBlock || !index.isMultiple(of: 2) {
        result += span.split(separator: " ").map { trimmed(String($0)) }.filter(isPath)
      }
      if !isBlock { result += links(in: line) }
    }
    return result
  }

  /// Where links of a line lead to within the repository.
  private static func links(in line: String) -> [String] {
    line.components(separatedBy: "](").dropFirst().compactMap { part in
      let target = String(part.prefix { $0 != ")" })
      return isPath(target) ? target : nil
    }
  }

  private static func isPath(_ word: String) -> Bool {
    roots.contains(where: word.hasPrefix) || word.hasSuffix(".swift") && word.count > 6
  }

  private static func trimmed(_ word: String) -> String {
    var word = word
    while let last = word.last, "/,;:".contains(last) { word.removeLast() }
    return word
  }

  /// The file names that a picture shows.
  static func names(inPicture svg: String) -> [String] {
    svg.components(separatedBy: "class=\"file\">").dropFirst().flatMap { part in
      part.prefix { $0 != "<" }.split(separator: ",").map {
        let name = trimmed($0.trimmingCharacters(in: .whitespaces))
        return name.hasSuffix(".swift") || $0.hasSuffix("/") ? name : name + ".swift"
      }
    }
  }

  /// The names that are neither a path from the root, nor one from the core, nor a file of the core.
  static func missing(
    _ names: [String], in path: String, exists: (String) -> Bool, files: Set<String>
  ) -> [String] {
    names.filter { !exists($0) && !exists("Sources/TCPCore/\($0)") && !files.contains($0) }
      .map { "\(path): there is no \($0)" }
  }
}
