/// Each check takes what it looks at and returns one complaint per fault, so that it can be tried on small
/// texts.
enum TidyChecks {
  /// The core imports nothing.
  static func imports(in files: [SourceFile]) -> [String] {
    files.flatMap { file in
      file.lines.indices.filter { file.words(ofLine: $0).contains("import") }
        .map { "\(file.path):\($0 + 1): the core imports nothing" }
    }
  }

  /// What each folder of the core may name, besides itself.
  static let layers: [String: Set<String>] = {
    let wire: Set = ["Base", "Wire"]
    let internet = wire.union(["Internet"])
    let storage = internet.union(["Storage"])
    let connection = storage.union(["Receiving", "Sending", "Connection"])
    return [
      "Base": ["Base"], "Wire": wire, "Internet": internet, "Storage": storage,
      "Receiving": storage.union(["Receiving"]), "Sending": storage.union(["Sending"]),
      "Connection": connection, "SegmentArrives": connection.union(["SegmentArrives"]),
      "Host": connection.union(["SegmentArrives", "Host"]),
    ]
  }()

  /// No file names a type that is declared only in folders above or beside its own.
  static func layers(of files: [SourceFile]) -> [String] {
    var homes: [String: Set<String>] = [:]
    for file in files {
      for name in topLevelTypes(in: file.code) { homes[name, default: []].insert(folder(of: file)) }
    }
    var complaints: [String] = []
    for file in files {
      guard let visible = layers[folder(of: file)] else {
        complaints.append("\(file.path): this folder is no layer of the core")
        continue
      }
      for line in file.lines.indices {
        for word in file.words(ofLine: line) {
          guard let home = homes[word], home.isDisjoint(with: visible) else { continue }
          complaints.append(
            "\(file.path):\(line + 1): \(word) belongs to \(home.sorted().joined(separator: ", "))")
        }
      }
    }
    return complaints
  }

  /// The folder of a file of the core, below Sources/TCPCore.
  static func folder(of file: SourceFile) -> String {
    let parts = file.path.split(separator: "/")
    return parts.count >= 4 ? String(parts[2]) : ""
  }

  /// Names of the types and aliases that are declared outside all braces.
  static func topLevelTypes(in code: [String]) -> [String] {
    var depth = 0
    var names: [String] = []
    for line in code {
      let list = splitWords(in: line)
      if depth == 0, let keyword = list.firstIndex(where: typeKeywords.contains), keyword + 1 < list.count {
        names.append(list[keyword + 1])
      }
      for character in line { depth += character == "{" ? 1 : character == "}" ? -1 : 0 }
    }
    return names
  }

  private static let typeKeywords: Set = ["struct", "enum", "protocol", "typealias", "class", "actor"]

  /// Files stay under `limit` lines. The C header does not count: to embed the core one copies one file.
  static func fileLengths(of files: [SourceFile], under limit: Int) -> [String] {
    files.filter { $0.lines.count >= limit && !$0.path.hasSuffix("/include/tcpcore.h") }.map {
      "\($0.path): \($0.lines.count) lines, \(limit - 1) are allowed"
    }
  }

  /// Functions stay under `limit` lines, from the keyword to the closing brace.
  static func functionLengths(of files: [SourceFile], under limit: Int) -> [String] {
    files.flatMap { file in
      members(in: file.code).filter { $0.lineCount >= limit }
        .map {
          "\(file.path):\($0.first + 1): \($0.name) has \($0.lineCount) lines, \(limit - 1) are allowed"
        }
    }
  }

  /// Lines with a comment have at most `limit` columns. The formatter sees to lines of code alone.
  static func commentWidths(of files: [SourceFile], limit: Int) -> [String] {
    files.flatMap { file in
      file.lines.indices.filter { index in
        // Octets first: they are counted faster, and there are no fewer.
        file.hasComment[index] && file.lines[index].utf8.count > limit && file.lines[index].count > limit
      }
      .map { "\(file.path):\($0 + 1): \(file.lines[$0].count) columns, \(limit) are allowed" }
    }
  }

  /// Files outside Storage that may use `unsafe`. A further one belongs here, with a reason.
  static let unsafeFiles: Set = [
    // Loads and stores of fields in network order.
    "Sources/TCPCore/Base/ByteViews.swift",
    // The loops that touch each octet once.
    "Sources/TCPCore/Wire/InternetChecksum.swift",
    // What memory holds that may be damaged, before it is believed.
    "Sources/TCPCore/Base/BitPatterns.swift",
    // Where a host finds its tables and what is in them, in place.
    "Sources/TCPCore/Connection/ConnectionContext.swift",
    "Sources/TCPCore/Host/Tables/Entry.swift",
    "Sources/TCPCore/Host/Tables/TCPHost+Tables.swift",
    // Where callers lend their memory to the host.
    "Sources/TCPCore/Host/TCPHost.swift",
    "Sources/TCPCore/Host/Flow/TCPHost+Transmit.swift",
    "Sources/TCPCore/Host/Calls/TCPHost+Calls.swift",
    "Sources/TCPCore/Host/Snapshot/TCPHost+Snapshot.swift",
  ]

  /// `unsafe` is used only in `allowed` and Storage, and each use has its reason near it.
  static func unsafeUses(in files: [SourceFile], allowed: Set<String> = unsafeFiles) -> [String] {
    files.flatMap { file -> [String] in
      let uses = file.lines.indices.filter { file.words(ofLine: $0).contains("unsafe") }
      if !allowed.contains(file.path) && !file.path.hasPrefix("Sources/TCPCore/Storage/") {
        return uses.map { "\(file.path):\($0 + 1): unsafe in a file that may not use it" }
      }
      let bodies = members(in: file.code)
      return uses.filter { !hasReason(file, line: $0, bodies) }
        .map { "\(file.path):\($0 + 1): unsafe without a reason on the line above" }
    }
  }

  /// Whether there is a comment on the line, above it, above the run of such lines, or in the first three
  /// lines of the body around it.
  private static func hasReason(_ file: SourceFile, line: Int, _ bodies: [Member]) -> Bool {
    var first = line
    while first > 0, file.words(ofLine: first - 1).contains("unsafe") { first -= 1 }
    if (max(first - 1, 0)...line).contains(where: { file.hasComment[$0] }) { return true }
    // Inner bodies come later, and the innermost one counts.
    guard let body = bodies.last(where: { $0.body <= line && line <= $0.last }) else { return false }
    return (body.body...min(body.body + 3, body.last)).contains { file.hasComment[$0] }
  }

  /// How functions are inlined: short ones on a segment's way carry the hint `__always`. What forces or
  /// forbids it, and the hint on more than `limit` lines, has its reason on the attribute's line.
  static func inlining(in files: [SourceFile], under limit: Int) -> [String] {
    files.flatMap { file -> [String] in
      let bodies = members(in: file.code)
      return file.lines.indices.compactMap { line in
        guard let attribute = file.code[line].range(of: "@inline(") else { return nil }
        if file.hasComment[line] { return nil }
        let kind = file.code[line][attribute.upperBound...].prefix { $0 != ")" }
        let length = bodies.first { (line...line + 3).contains($0.first) }?.lineCount ?? 0
        guard kind != "__always" || length > limit else { return nil }
        return "\(file.path):\(line + 1): @inline(\(kind)) without a reason on its line"
      }
    }
  }

  /// No note to oneself is left behind. The words are put together here, so that this file has none.
  static func leftovers(in files: [SourceFile]) -> [String] {
    let marks: Set = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]
    return files.flatMap { file in
      file.lines.indices.filter { !marks.isDisjoint(with: splitWords(in: file.lines[$0])) }
        .map { "\(file.path):\($0 + 1): a note to oneself" }
    }
  }

  /// The sender arms and stops its timer itself; a connection asks it to.
  static func senderTimer(in files: [SourceFile]) -> [String] {
    files.filter { !$0.path.contains("/Sending/") }.flatMap { file in
      file.code.indices.filter { index in
        ["arm", "disarm", "waitForTimeout", "armProbe", "armReordering"]
          .contains { file.code[index].contains("sender.timer.\($0)(") }
      }
      .map { "\(file.path):\($0 + 1): the sender's timer is changed from outside" }
    }
  }

  /// Queries of the large values are mutating: for one that is not, the compiler may copy the whole value.
  static func copyingQueries(in files: [SourceFile]) -> [String] {
    files.flatMap { file -> [String] in
      var isLarge = false
      return file.code.indices.compactMap { index in
        let line = file.code[index]
        if !line.hasPrefix(" "), line.contains("extension ") || line.contains("struct ") {
          let words = line.split { !$0.isLetter && !$0.isNumber }
          isLarge = words.contains("Connection") || words.contains("Sender")
        }
        guard isLarge, line.hasPrefix("  "), !line.hasPrefix("   "), !line.contains("static ") else {
          return nil
        }
        let isFunction = line.contains("func ") && !line.contains("mutating ")
        let body = file.code[index..<min(index + 3, file.code.count)].joined()
        let isGetter = line.contains("var ") && line.contains(" {") && !body.contains("mutating get")
        return isFunction || isGetter ? "\(file.path):\(index + 1): not mutating" : nil
      }
    }
  }

  /// The top level of the repository holds what the map shows, and dot files.
  static func topLevel(of tracked: [String]) -> [String] {
    let allowed: Set = ["Package.swift", "Sources", "Tests", "Fuzz", "Corpus", "README.md"]
    let entries = Set(tracked.compactMap { $0.split(separator: "/").first.map(String.init) })
    return entries.subtracting(allowed).filter { !$0.hasPrefix(".") }.sorted().map { "\($0): not on the map" }
  }

  /// Every folder is named in the map.
  static func map(_ article: String, names folders: [String]) -> [String] {
    let named = Set(splitWords(in: article))
    return folders.filter { !named.contains($0) }.map { "\($0): not named in Architecture.md" }
  }
}
