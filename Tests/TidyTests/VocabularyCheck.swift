/// Looks for banned words and identifiers in texts.
struct VocabularyCheck {
  let words: [String: String]
  let identifiers: [String: String]
  let exceptions: [Vocabulary.Exception]
  /// Names with hyphens that may be quoted whatever their words.
  let quotable: Set<String>

  /// For most words the first letter and the length show that they are no part of `words`.
  private let isCandidate: [Bool]
  private let isCandidateIdentifier: [Bool]
  private var usedExceptions: Set<Int> = []

  init(
    words: [String: String] = Vocabulary.words, identifiers: [String: String] = Vocabulary.identifiers,
    exceptions: [Vocabulary.Exception] = Vocabulary.exceptions, quotable: Set<String> = []
  ) {
    self.words = words
    self.identifiers = identifiers
    self.exceptions = exceptions
    self.quotable = quotable
    isCandidate = Self.candidates(words.keys.flatMap { $0.split(separator: " ") })
    isCandidateIdentifier = Self.candidates(identifiers.keys.map { Substring($0) })
  }

  private static func candidates(_ forms: [Substring]) -> [Bool] {
    var result = [Bool](repeating: false, count: 256 * 32)
    for form in forms.map({ Array($0.utf8) }) { result[slot(form, 0..<form.count)] = true }
    return result
  }

  private static func slot(_ line: [UInt8], _ range: Range<Int>) -> Int {
    Int(line[range.lowerBound] | 0x20) * 32 + min(range.count, 31)
  }

  /// One complaint for each word on each line.
  mutating func complaints(in text: String, path: String) -> [String] {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    var complaints: [String] = []
    var previous = ""
    for (index, line) in lines.enumerated() {
      let line = Array(line)
      for (found, replacement, range) in banned(in: line, after: &previous) {
        guard !isQuoted(line, range), !isException(found, path) else { continue }
        let complaint = "\(path):\(index + 1): \(found); say: \(replacement)"
        if complaints.last != complaint { complaints.append(complaint) }
      }
    }
    return complaints
  }

  /// The exceptions that no text needed.
  var staleExceptions: [String] {
    exceptions.indices.filter { !usedExceptions.contains($0) }
      .map { "\(exceptions[$0].path): the exception for \(exceptions[$0].word) is not needed" }
  }

  private typealias Hit = (found: String, replacement: String, range: Range<Int>)

  /// - Parameter previous: the word before the line, for forms of two words; then the last one of the line.
  private func banned(in line: [UInt8], after previous: inout String) -> [Hit] {
    var hits: [Hit] = []
    var offset = 0
    while offset < line.count {
      guard isLetter(line[offset]) || line[offset] == UInt8(ascii: "_") else {
        // Between the words of a phrase are spaces and the marks of comments, and nothing else.
        if !" /*#".utf8.contains(line[offset]) { previous = "" }
        offset += 1
        continue
      }
      let start = offset
      while offset < line.count, isPartOfIdentifier(line[offset]) { offset += 1 }
      if isCandidateIdentifier[Self.slot(line, start..<offset)] {
        let identifier = String(decoding: line[start..<offset], as: UTF8.self)
        if let replacement = identifiers[identifier] {
          hits.append((identifier, replacement, start..<offset))
        }
      }
      for range in words(of: line, start..<offset) {
        guard isCandidate[Self.slot(line, range)] else {
          previous = ""
          continue
        }
        let word = String(decoding: line[range].map { $0 | 0x20 }, as: UTF8.self)
        for form in [word, previous + " " + word] {
          if let replacement = words[form] { hits.append((form, replacement, range)) }
        }
        previous = word
      }
    }
    return hits
  }

  /// The words of an identifier: "HTTPServer_is2Open" has "HTTP", "Server", "is" and "Open".
  private func words(of line: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = range.lowerBound
    while start < range.upperBound {
      guard isLetter(line[start]) else {
        start += 1
        continue
      }
      var end = start + 1
      while end < range.upperBound, isCapital(line[end]), isCapital(line[end - 1]) { end += 1 }
      // The last capital of several belongs to the small letters behind it.
      if end - start > 1, end < range.upperBound, isSmall(line[end]) { end -= 1 }
      if end - start == 1 || isSmall(line[start]) {
        while end < range.upperBound, isSmall(line[end]) { end += 1 }
      }
      result.append(start..<end)
      start = end
    }
    return result
  }

  /// Whether the word is a part of a name that may be quoted.
  private func isQuoted(_ line: [UInt8], _ range: Range<Int>) -> Bool {
    func belongs(_ octet: UInt8) -> Bool { isPartOfIdentifier(octet) || octet == UInt8(ascii: "-") }
    var (start, end) = (range.lowerBound, range.upperBound)
    while start > 0, belongs(line[start - 1]) { start -= 1 }
    while end < line.count, belongs(line[end]) { end += 1 }
    return quotable.contains(String(decoding: line[start..<end], as: UTF8.self))
  }

  private mutating func isException(_ form: String, _ path: String) -> Bool {
    // An exception for a word is one for its plural.
    let index = exceptions.firstIndex {
      (form == $0.word || form == $0.word + "s" || form == $0.word + "es")
        && (path == $0.path || $0.path.hasSuffix("/") && path.hasPrefix($0.path))
    }
    guard let index else { return false }
    usedExceptions.insert(index)
    return true
  }
}

private func isSmall(_ octet: UInt8) -> Bool { octet >= UInt8(ascii: "a") && octet <= UInt8(ascii: "z") }

private func isCapital(_ octet: UInt8) -> Bool { octet >= UInt8(ascii: "A") && octet <= UInt8(ascii: "Z") }

private func isLetter(_ octet: UInt8) -> Bool { isSmall(octet | 0x20) }

private func isPartOfIdentifier(_ octet: UInt8) -> Bool {
  isLetter(octet) || octet == UInt8(ascii: "_") || octet >= UInt8(ascii: "0") && octet <= UInt8(ascii: "9")
}
