import TCPCore

// Segments and ICMP errors.
extension Parser {
  /// What is behind `<` or `>`.
  mutating func segment(isArriving: Bool) throws(ScriptProblem) -> ScriptAction {
    advance()
    if token.kind == .mark("["), case .integer = following.kind { return try error(isArriving) }
    var pattern = SegmentPattern()
    try refuseOtherProtocols()
    if token.kind == .mark("[") || token.kind == .mark("(") { try internetHeader(&pattern, isArriving) }
    try refuseOtherProtocols()
    if token.kind == .word("icmp") { return try error(isArriving) }
    try ports(&pattern)
    try flags(&pattern)
    (pattern.sequence, pattern.length) = try sequence()
    if accept(word: "ack") {
      pattern.acknowledgment = UInt32(truncatingIfNeeded: try integer("the acknowledgment", 0...0xFFFF_FFFF))
    }
    if accept(word: "win") { pattern.window = UInt16(try integer("the window", 0...65_535)) }
    if accept(word: "urg") { pattern.urgentPointer = UInt16(try integer("the urgent pointer", 0...65_535)) }
    if token.kind == .mark("<") { pattern.options = try options(isArriving) }
    if token.kind == .mark("{") {
      throw .unsupported(token.position, "segments with altered octets are not supported")
    }
    return isArriving ? .arrival(pattern) : .departure(pattern)
  }

  private func refuseOtherProtocols() throws(ScriptProblem) {
    guard case .word(let word) = token.kind,
      ["udp", "ipv4", "ipv6", "gre", "GREv0", "mpls", "raw"].contains(word)
    else { return }
    throw .unsupported(token.position, "\(word) is not supported: scripts speak of TCP and ICMP here")
  }

  /// `[ect0]`, `[noecn]`, `(tos 0x1)`, `[ttl 64]`, several with commas.
  private mutating func internetHeader(_ pattern: inout SegmentPattern, _ isArriving: Bool)
    throws(ScriptProblem)
  {
    let closing: Character = token.kind == .mark("[") ? "]" : ")"
    advance()
    repeat {
      let position = token.position
      guard case .word(let word) = token.kind else {
        throw .syntax(position, "expected ect0, ect1, ce, noecn, tos or ttl, found \(token.shown)")
      }
      advance()
      switch word {
      case "noecn": pattern.codepoint = .exactly(.notCapable)
      case "ect0": pattern.codepoint = .exactly(.capable0)
      case "ect1": pattern.codepoint = .exactly(.capable1)
      case "ce": pattern.codepoint = .exactly(.experienced)
      case "ect01" where !isArriving: pattern.codepoint = .capable
      case "ect01": throw .syntax(position, "[ect01] is for segments that leave (>) only")
      case "tos": pattern.trafficClass = UInt8(try integer("the type of service", 0...255))
      case "ttl": pattern.hopLimit = UInt8(try integer("the time to live", 0...255))
      case "flowlabel": throw .unsupported(position, "flow labels of IPv6 are not supported")
      default: throw .syntax(position, "expected ect0, ect1, ce, noecn, tos or ttl, found '\(word)'")
      }
    } while accept(",")
    try expect(closing, "behind what the IP header has")
  }

  /// `1234 > 8080`, where a script has several connections.
  private mutating func ports(_ pattern: inout SegmentPattern) throws(ScriptProblem) {
    guard case .integer = token.kind, following.kind == .mark(">") else {
      if case .decimal = token.kind, following.kind == .mark(".") {
        throw .unsupported(
          token.position, "addresses in a segment are not supported, only ports: 1234 > 8080")
      }
      return
    }
    let source = try integer("the sender's port", 1...65_535)
    advance()
    let destination = try integer("the receiver's port", 1...65_535)
    if token.kind == .mark(":") { advance() }
    pattern.ports = PortPattern(source: UInt16(source), destination: UInt16(destination))
  }

  /// `S`, `S.`, `P.`, `.`, `-` and so on.
  private mutating func flags(_ pattern: inout SegmentPattern) throws(ScriptProblem) {
    let position = token.position
    if accept("-") { return }
    var isEmpty = true
    if case .word(let letters) = token.kind {
      for letter in letters { try flag(letter, letters, position, &pattern) }
      isEmpty = false
      advance()
    }
    if case .decimal = token.kind {
      throw .unsupported(token.position, "the counter of Accurate ECN among the flags is not supported")
    }
    if token.kind == .mark("."), isEmpty || token.isAdjacent {
      pattern.flags = pattern.flags | .ack
      isEmpty = false
      advance()
    }
    guard !isEmpty else {
      throw .syntax(
        position,
        "expected the flags of a segment, such as S, S., P. or . (a point is ACK), found \(token.shown)")
    }
  }

  private func flag(
    _ letter: Character, _ letters: String, _ position: SourcePosition, _ pattern: inout SegmentPattern
  ) throws(ScriptProblem) {
    switch letter {
    case "F": pattern.flags = pattern.flags | .fin
    case "S": pattern.flags = pattern.flags | .syn
    case "R": pattern.flags = pattern.flags | .rst
    case "P": pattern.flags = pattern.flags | .psh
    case "U": pattern.flags = pattern.flags | .urg
    case "E": pattern.flags = pattern.flags | .ece
    case "W": pattern.flags = pattern.flags | .cwr
    case "A": pattern.isAccurateECN = true
    case "0"..."9":
      throw .unsupported(position, "the counter of Accurate ECN among the flags is not supported")
    default:
      throw .syntax(
        position,
        "'\(letters)' is no set of flags: F, S, R, P, U, E, W, A (Accurate ECN), and a point for ACK")
    }
  }

  /// `1:1001(1000)`: first octet, the one behind the last, and how many.
  private mutating func sequence() throws(ScriptProblem) -> (UInt32, Int) {
    let position = token.position
    let start = try integer("the sequence numbers, as in 1:1001(1000)", 0...0xFFFF_FFFF)
    try expect(":", "between the sequence numbers, as in 1:1001(1000)")
    let end = try integer("the second sequence number", 0...0xFFFF_FFFF)
    try expect("(", "before the length, as in 1:1001(1000)")
    let length = try integer("the length", 0...65_535)
    try expect(")", "behind the length")
    guard (start + length) & 0xFFFF_FFFF == end else {
      throw .syntax(
        position,
        "\(start):\(end)(\(length)) does not add up: \(start) and \(length) octets are"
          + " \(start):\((start + length) & 0xFFFF_FFFF)(\(length)); SYN and FIN do not count")
    }
    return (UInt32(start), length)
  }
}

// ICMP.
extension Parser {
  /// `icmp unreachable frag_needed mtu 1200 [1:1001(1000)]`; what is quoted may also come first.
  private mutating func error(_ isArriving: Bool) throws(ScriptProblem) -> ScriptAction {
    guard isArriving else { throw .unsupported(token.position, "the host sends no ICMP") }
    var pattern = ErrorPattern()
    if token.kind == .mark("[") { try quoted(&pattern) }
    guard accept(word: "icmp") else { throw .syntax(token.position, "expected icmp, found \(token.shown)") }
    let position = token.position
    guard case .word(let type) = token.kind else {
      throw .syntax(position, "expected the type of the ICMP error, found \(token.shown)")
    }
    advance()
    var code: String?
    if case .word(let word) = token.kind, word != "mtu", word != "id" {
      code = word
      advance()
    }
    (pattern.ipv4, pattern.ipv6) = try ICMPNames.numbers(type, code, position)
    if accept(word: "mtu") { pattern.mtu = try integer("the MTU", 0...65_535) }
    if token.kind == .word("id") { throw .unsupported(token.position, "ICMP echoes are not supported") }
    if token.kind == .mark("[") { try quoted(&pattern) }
    return .error(pattern)
  }

  private mutating func quoted(_ pattern: inout ErrorPattern) throws(ScriptProblem) {
    advance()
    try refuseOtherProtocols()
    (pattern.sequence, pattern.length) = try sequence()
    try expect("]", "behind the quoted segment")
  }
}
