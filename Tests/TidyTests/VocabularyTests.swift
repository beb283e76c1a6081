import Foundation
import Testing

/// Everything is checked but the table of words itself and the tables of requirements.
@Suite struct VocabularyTests {
  private static let folders = ["Sources", "Tests", "Fuzz", ".ci", ".github"]

  /// The words that the corpus and the known mutants are named with.
  private static let names: Set<String> = {
    let corpus = Repository.paths(below: "Corpus").compactMap {
      $0.split(separator: "/").last.map(String.init)
    }
    let mutants = Repository.paths(below: "Fuzz/KnownMutants").filter { $0.hasSuffix(".patch") }
      .map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent }
    return Set(corpus + mutants)
  }()

  @Test("Nothing says what is said in other words") func words() {
    #expect(Self.names.contains("active-close") && Self.names.contains("80-fin-without-event"))
    var check = VocabularyCheck(quotable: Self.names)
    var count = 0
    let paths = Self.folders.flatMap { Repository.paths(below: $0) } + ["README.md", "Package.swift"]
    for path in paths where path != "Tests/TidyTests/Vocabulary.swift" && !path.hasSuffix(".tsv") {
      guard var text = Repository.text(path), !text.utf8.contains(0) else { continue }
      // The rest of a patch is code from elsewhere.
      if path.hasSuffix(".patch"), let code = text.range(of: "\ndiff ") {
        text = String(text[..<code.lowerBound])
      }
      count += 1
      TidyTests.expectNone(check.complaints(in: text, path: path))
    }
    #expect(count > 700)
    TidyTests.expectNone(check.staleExceptions)
  }

  private func complaints(_ text: String, path: String = "p") -> [String] {
    var check = VocabularyCheck(
      words: Vocabulary.table("tar tars: ink\nfar_out: away"),
      identifiers: Vocabulary.table("oldName olderName: newName"),
      exceptions: [
        Vocabulary.Exception(word: "tar", path: "a.c", reason: "r"),
        Vocabulary.Exception(word: "tar", path: "d/", reason: "r"),
      ], quotable: ["one-tar-two"])
    return check.complaints(in: text, path: path)
  }

  @Test(
    "Words are seen in every place",
    arguments: [
      "// a tar.", "let tar = 1", "\"Tar\"", "TARS", "leftTar", "leftTars2", "left_tar", "TarLeft", "TCPTar",
      "tarTCP",
      "two-tar-one", "one-tar-twos",
    ])
  func seen(text: String) {
    let found = complaints("first\n" + text)
    #expect(found == ["p:2: tar; say: ink"] || found == ["p:2: tars; say: ink"])
  }

  @Test(
    "Other words are let pass",
    arguments: ["start", "tart", "sTart", "one-tar-two", "TARt", "oldNames", "tarred"])
  func passed(text: String) { #expect(complaints(text).isEmpty) }

  @Test("Phrases are seen across lines, identifiers as they are") func phrases() {
    #expect(
      complaints("it is far out, far\n// Out.") == ["p:1: far out; say: away", "p:2: far out; say: away"])
    #expect(complaints("far from out, out far, out of far: out").isEmpty)
    #expect(complaints("a.oldName(olderName)").count == 2)
    #expect(complaints("oldname old_Name").isEmpty)
  }

  @Test("An exception is for a word in a file or folder, and is needed") func exceptions() {
    #expect(complaints("tar tars", path: "a.c").isEmpty && complaints("tar", path: "d/e.c").isEmpty)
    #expect(complaints("tar", path: "a.cc").count == 1 && complaints("far out", path: "a.c").count == 1)
    let exception = Vocabulary.Exception(word: "tar", path: "a.c", reason: "r")
    var check = VocabularyCheck(words: ["tar": "ink"], identifiers: [:], exceptions: [exception])
    #expect(check.staleExceptions == ["a.c: the exception for tar is not needed"])
    _ = check.complaints(in: "tar", path: "a.c")
    #expect(check.staleExceptions.isEmpty)
  }

  @Test("Every word and identifier of the table is seen") func table() {
    for form in Array(Vocabulary.words.keys) + Vocabulary.identifiers.keys {
      var check = VocabularyCheck()
      #expect(!check.complaints(in: "// \(form) here", path: "p").isEmpty, "\(form)")
    }
  }
}
