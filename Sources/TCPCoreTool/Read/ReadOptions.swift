import TCPCapture

/// The words behind `tcpcore read`.
package struct ReadOptions {
  /// What is made of the capture.
  enum Output: Equatable {
    case lines
    case ladder
    case summary
    case follow(conversation: Int)
    case plot(path: String)
  }

  private(set) var path = ""
  private(set) var output = Output.lines
  private(set) var isJSON = false
  private(set) var numbers = SequenceNotation.relative
  private(set) var times = TimeNotation.relative
  private(set) var order = ConversationOrder.number
  private(set) var conversation: Int?
  private(set) var limit = Int.max
  private(set) var selection = CaptureSelection()

  /// The conversation that was asked for.
  var wantedConversation: Int? {
    if case .follow(let conversation) = output { return conversation }
    return conversation
  }

  /// Options that were given, for the check that they belong together.
  private var given: Set<String> = []
  private static let outputs: Set = ["--ladder", "--summary", "--follow", "--plot"]

  package init(_ words: [String]) throws(ToolError) {
    var arguments = Arguments(words)
    var path: String?
    var filter: [String] = []
    while let word = arguments.next() {
      if word.hasPrefix("-"), word != "-" {
        given.insert(word)
        try read(word, &arguments)
      } else if path == nil {
        path = word
      } else {
        filter.append(word)
      }
    }
    guard let path else { throw .usage("read needs the name of a pcap or pcapng file") }
    self.path = path
    try check(hasFilter: !filter.isEmpty)
    do throws(CaptureFilterError) {
      selection = CaptureSelection(
        filter: filter.isEmpty ? nil : try CaptureFilter(filter.joined(separator: " ")),
        conversation: conversation)
    } catch {
      throw .usage(error.description)
    }
  }

  private mutating func read(_ word: String, _ arguments: inout Arguments) throws(ToolError) {
    switch word {
    case "--ladder": output = .ladder
    case "--summary": output = .summary
    case "--follow": output = .follow(conversation: try arguments.integer(of: word, 1...1_000_000_000))
    case "--plot": output = .plot(path: try arguments.value(of: word, "the path of a file to write"))
    case "--absolute": numbers = .absolute
    case "--json": isJSON = true
    case "--time": times = try ReadOptions.choice(TimeNotation.self, word, &arguments)
    case "--sort": order = try ReadOptions.choice(ConversationOrder.self, word, &arguments)
    case "--conversation": conversation = try arguments.integer(of: word, 1...1_000_000_000)
    case "-c": limit = try arguments.integer(of: word, 1...1_000_000_000)
    default:
      throw .usage(
        "read does not know '\(word)'; expected --ladder, --summary, --follow, --plot, --json, --absolute, --time,"
          + " --sort, --conversation or -c")
    }
  }

  /// One of the names of an enumeration.
  private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ type: Choice.Type, _ option: String, _ arguments: inout Arguments
  ) throws(ToolError) -> Choice {
    let names = type.allCases.map(\.rawValue)
    let expected = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    let word = try arguments.value(of: option, expected)
    guard let choice = Choice(rawValue: word) else {
      throw .usage("\(option) expected \(expected), not '\(word)'")
    }
    return choice
  }

  /// Options that have no meaning together are refused.
  private func check(hasFilter: Bool) throws(ToolError) {
    let outputs = given.intersection(ReadOptions.outputs).sorted()
    guard outputs.count <= 1 else { throw .usage("read takes one of \(outputs.joined(separator: " and "))") }
    let output = outputs.first ?? "lines"
    let allowed: [String: Set<String>] = [
      "lines": ["--absolute", "--json", "--time", "--conversation", "-c"],
      "--ladder": ["--absolute", "--conversation", "-c"],
      "--summary": ["--json", "--sort", "--conversation", "-c"], "--follow": ["--json"],
      "--plot": ["--conversation"],
    ]
    let others = given.subtracting(ReadOptions.outputs).subtracting(allowed[output] ?? [])
    if let other = others.sorted().first { throw .usage("\(other) has no meaning with \(output)") }
    if hasFilter, output == "--follow" || output == "--plot" {
      throw .usage("a filter has no meaning with \(output)")
    }
  }
}
