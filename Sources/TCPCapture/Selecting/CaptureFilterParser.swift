import TCPCore

/// Turns the text of a filter into steps.
///
/// Parentheses are kept on a stack, so that a text with any number of them is read in bounded depth.
struct CaptureFilterParser {
  private var words: [String]
  private var position = 0
  private var steps: [CaptureFilter.Step] = []
  /// Operators that wait for their right side, and parentheses that are open.
  private var waiting: [Waiting] = []
  /// What a value without a keyword means: the words before the last value.
  private var last: (CaptureFilter.Direction, Keyword)?

  private enum Waiting {
    case operation(CaptureFilter.Step)
    case parenthesis
  }

  private enum Keyword: String {
    case host
    case net
    case port
    case portrange
  }

  init(_ text: String) {
    var spaced = ""
    for character in text {
      switch character {
      case "(", ")", "!": spaced += " \(character) "
      default: spaced.append(character)
      }
    }
    words = spaced.replacing("&&", with: " and ").replacing("||", with: " or ")
      .split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
  }

  mutating func parse() throws(CaptureFilterError) -> [CaptureFilter.Step] {
    if words.isEmpty { return [] }
    while true {  // every turn takes at least one word
      try operand()
      while peek == ")" {
        position += 1
        try closeParenthesis()
      }
      guard let word = next() else { break }
      switch word {
      case "and": waiting.append(.operation(.and))
      case "or": waiting.append(.operation(.or))
      default: throw error("expected 'and' or 'or', not '\(word)'")
      }
    }
    guard waiting.isEmpty else { throw error("a '(' is not closed") }
    return steps
  }

  private var peek: String? { position < words.count ? words[position] : nil }

  private mutating func next() -> String? {
    defer { position += 1 }
    return peek
  }

  private func error(_ text: String) -> CaptureFilterError {
    CaptureFilterError(description: "filter: \(text)")
  }

  /// Any number of `not` and `(`, then a condition.
  private mutating func operand() throws(CaptureFilterError) {
    while let word = peek {
      if word == "not" || word == "!" {
        waiting.append(.operation(.not))
      } else if word == "(" {
        waiting.append(.parenthesis)
      } else {
        break
      }
      position += 1
    }
    try condition()
    apply()
  }

  /// Takes the operators that now have both of their sides.
  private mutating func apply() {
    while case .operation(let step)? = waiting.last {
      steps.append(step)
      waiting.removeLast()
    }
  }

  private mutating func closeParenthesis() throws(CaptureFilterError) {
    guard case .parenthesis? = waiting.popLast() else { throw error("a ')' without a '('") }
    apply()
  }

  private mutating func condition() throws(CaptureFilterError) {
    guard let word = next() else { throw error("expected a condition at the end") }
    if let flag = CaptureFilterParser.flags[word] {
      steps.append(.condition(.flag(flag)))
      return
    }
    switch word {
    case "tcp", "ip", "ip6":
      steps.append(.condition(word == "tcp" ? .tcp : word == "ip" ? .ipv4 : .ipv6))
      // "tcp port 80" is "tcp and port 80".
      if let follower = peek, follower == "src" || follower == "dst" || Keyword(rawValue: follower) != nil {
        try condition()
        steps.append(.and)
      }
    case "src", "dst": try value(behind: word == "src" ? .source : .destination)
    case _ where Keyword(rawValue: word) != nil:
      position -= 1
      try value(behind: .either)
    default:
      guard let (direction, keyword) = last else {
        throw error(
          "expected host, net, port, portrange, src, dst, tcp, ip, ip6, a flag or '(', not '\(word)'")
      }
      try add(direction, keyword, word)
    }
  }

  /// What is behind `src` and `dst`: a keyword and its value, or a host.
  private mutating func value(behind direction: CaptureFilter.Direction) throws(CaptureFilterError) {
    var keyword = Keyword.host
    if let named = peek.flatMap({ Keyword(rawValue: $0) }) {
      keyword = named
      position += 1
    }
    guard let word = next() else { throw error("\(keyword.rawValue) needs a value") }
    last = (direction, keyword)
    try add(direction, keyword, word)
  }

  private mutating func add(
    _ direction: CaptureFilter.Direction, _ keyword: Keyword, _ word: String
  ) throws(CaptureFilterError) {
    switch keyword {
    case .host:
      guard let address = Notation.address(word) else {
        throw error("host expected an address, not '\(word)'")
      }
      steps.append(.condition(.host(direction, address)))
    case .net:
      let (address, prefix) = try net(word)
      steps.append(.condition(.net(direction, address, prefix: prefix)))
    case .port:
      guard let port = Notation.number(word, below: 65_536) else {
        throw error("port expected a number from 0 to 65535, not '\(word)'")
      }
      steps.append(.condition(.ports(direction, UInt16(port)...UInt16(port))))
    case .portrange:
      let ends = word.split(separator: "-", omittingEmptySubsequences: false)
        .map { Notation.number($0, below: 65_536) }
      guard ends.count == 2, let low = ends[0], let high = ends[1], low <= high else {
        throw error("portrange expected two ports like 80-90, not '\(word)'")
      }
      steps.append(.condition(.ports(direction, UInt16(low)...UInt16(high))))
    }
  }

  /// An address with its prefix, or the first octets of an IPv4 one: `10.1` is 10.1.0.0/16.
  private func net(_ word: String) throws(CaptureFilterError) -> (Address, Int) {
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 1, let (bits, count) = Notation.octets(parts[0], 1...4) {
      return (Address(ipv4: bits), 8 * count)
    }
    guard parts.count <= 2, let address = Notation.address(parts[0]),
      let prefix = parts.count == 1 ? 128 : Notation.number(parts[1], below: address.isIPv4 ? 33 : 129)
    else { throw error("net expected an address and a prefix like 10.0.0.0/8, not '\(word)'") }
    guard CaptureFilterParser.isNetwork(address, prefix) else {
      throw error("net '\(word)' has bits behind its prefix")
    }
    return (address, prefix)
  }

  /// Whether all bits behind the prefix are zero.
  private static func isNetwork(_ address: Address, _ prefix: Int) -> Bool {
    if address.isIPv4 { return prefix >= 32 || address.ipv4Bits << UInt32(prefix) == 0 }
    let low = prefix >= 128 ? 0 : prefix <= 64 ? address.low : address.low << UInt64(prefix - 64)
    return low == 0 && (prefix >= 64 || address.high << UInt64(prefix) == 0)
  }

  private static let flags: [String: SegmentFlags] = [
    "fin": .fin, "syn": .syn, "rst": .rst, "psh": .psh, "push": .psh, "ack": .ack, "urg": .urg, "ece": .ece,
    "cwr": .cwr,
  ]
}
