import TCPCore

/// A segment as a line of a figure shows it. What is not written is `nil`.
struct FigureSegment {
  /// Whether we send it.
  var isOurs: Bool
  /// The state behind it in the RFC's spelling, unless the line does not care.
  var state: String?
  /// How many of them follow each other, the sequence numbers adding up.
  var repetitions = 1
  var sequence: UInt32?
  var acknowledgment: UInt32?
  var flags: SegmentFlags?
  var namesPush = false
  var length = 0
  var window: UInt16?
  var urgentPointer: UInt16?
  var maximumSegmentSize: UInt16?
  var windowScale: UInt8?
  var isSACKPermitted: Bool?
  var hasTimestamps: Bool?
  var timestampValue: UInt32?
  var timestampEcho: UInt32?
  var sack: [(left: UInt32, right: UInt32)]?
  var userTimeout: UserTimeout?
  /// Option octets that no emitter would write.
  var rawOptions: [UInt8] = []
  /// Options that must not be there: MSS, WS, SACKOK, TS, SACK, UTO.
  var absent: [String] = []
  /// Differentiated services code point and hop limit of the IP header.
  var dscp: UInt8?
  var hopLimit: UInt8?
  /// The congestion notification field of the IP header.
  var codepoint: CongestionCodepoint?
  /// Whether the checksum is wrong.
  var isSpoiled = false

  /// Reads a line such as `SYN-SENT --> <SEQ=100><CTL=SYN>`.
  ///
  /// - Parameter line: without time and comment; holds an arrow.
  init(parsing line: Substring) throws(FigureProblem) {
    var words = line.split(separator: " ")
    guard let arrow = words.firstIndex(where: { $0 == "-->" || $0 == "<--" }), arrow <= 1 else {
      throw FigureProblem("a segment reads: STATE --> <field=value>...")
    }
    isOurs = words[arrow] == "-->"
    if arrow == 1, words[0] != "..." { state = String(words[0]) }
    words.removeFirst(arrow + 1)
    if let first = words.first, first.hasPrefix("x"), let count = Int(first.dropFirst()) {
      repetitions = count
      words.removeFirst()
    }
    for field in words.joined().split(separator: ">") {
      guard field.hasPrefix("<") else { throw FigureProblem("a field begins with <: \(field)") }
      let parts = field.dropFirst().split(separator: "=", maxSplits: 1).map(String.init)
      guard let name = parts.first else { throw FigureProblem("an empty field") }
      try take(name, parts.count > 1 ? parts[1] : "")
    }
    guard flags != nil else { throw FigureProblem("<CTL=...> is missing") }
  }

  private mutating func take(_ name: String, _ value: String) throws(FigureProblem) {
    switch name {
    case "SEQ": sequence = try FigureSegment.sequenceNumber(value)
    case "ACK": acknowledgment = try FigureSegment.sequenceNumber(value)
    case "CTL": try takeFlags(value)
    case "LEN": length = try FigureSegment.number(value)
    case "WND": window = UInt16(truncatingIfNeeded: try FigureSegment.number(value))
    case "UP": urgentPointer = UInt16(truncatingIfNeeded: try FigureSegment.number(value))
    case "MSS": maximumSegmentSize = UInt16(truncatingIfNeeded: try FigureSegment.number(value))
    case "WS": windowScale = UInt8(truncatingIfNeeded: try FigureSegment.number(value))
    case "SACKOK": isSACKPermitted = true
    case "TS": try takeTimestamps(value)
    case "SACK": try takeSACK(value)
    case "UTO": try takeUserTimeout(value)
    case "NOMSS", "NOWS", "NOSACKOK", "NOTS", "NOSACK", "NOUTO": absent.append(String(name.dropFirst(2)))
    case "BADSUM": isSpoiled = true
    case "DSCP": dscp = UInt8(truncatingIfNeeded: try FigureSegment.number(value))
    case "ECN": try takeCodepoint(value)
    case "TTL": hopLimit = UInt8(truncatingIfNeeded: try FigureSegment.number(value))
    case "RAW":
      let digits = value.compactMap(\.hexDigitValue)
      guard digits.count == value.count, digits.count % 8 == 0 else {
        throw FigureProblem("<RAW=...> takes whole words of hexadecimal digits")
      }
      rawOptions = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    default: throw FigureProblem("no such field: \(name)")
    }
  }

  /// The names of the control bits, in the order in which they are printed.
  static let flagNames: [(name: String, flag: SegmentFlags)] = [
    ("SYN", .syn), ("FIN", .fin), ("RST", .rst), ("PSH", .psh), ("ACK", .ack), ("URG", .urg), ("ECE", .ece),
    ("CWR", .cwr),
  ]

  private mutating func takeFlags(_ value: String) throws(FigureProblem) {
    var result = SegmentFlags.none
    for name in value.split(separator: ",") where name != "NONE" {
      guard let known = FigureSegment.flagNames.first(where: { $0.name == name }) else {
        throw FigureProblem("no such control bit: \(name)")
      }
      result = result | known.flag
    }
    namesPush = result.contains(.psh)
    flags = result
  }

  private mutating func takeCodepoint(_ value: String) throws(FigureProblem) {
    switch value {
    case "NONE": codepoint = .notCapable
    case "ECT0": codepoint = .capable0
    case "ECT1": codepoint = .capable1
    case "CE": codepoint = .experienced
    default: throw FigureProblem("<ECN=...> is NONE, ECT0, ECT1 or CE")
    }
  }

  private mutating func takeTimestamps(_ value: String) throws(FigureProblem) {
    hasTimestamps = true
    let parts = value.split(separator: ",")
    if let first = parts.first, first != "*" { timestampValue = try FigureSegment.sequenceNumber(first) }
    if parts.count > 1, parts[1] != "*" { timestampEcho = try FigureSegment.sequenceNumber(parts[1]) }
  }

  private mutating func takeUserTimeout(_ value: String) throws(FigureProblem) {
    let isMinutes = value.hasSuffix("min")
    guard isMinutes || value.hasSuffix("s") else { throw FigureProblem("<UTO=...> is 5s or 5min") }
    let count = try FigureSegment.number(value.dropLast(isMinutes ? 3 : 1))
    userTimeout = UserTimeout(rawValue: UInt16(truncatingIfNeeded: count) | (isMinutes ? 0x8000 : 0))
  }

  private mutating func takeSACK(_ value: String) throws(FigureProblem) {
    var blocks: [(left: UInt32, right: UInt32)] = []
    for block in value.split(separator: ",") {
      let ends = block.split(separator: ":")
      guard ends.count == 2 else { throw FigureProblem("a SACK block reads left:right") }
      blocks.append((try FigureSegment.sequenceNumber(ends[0]), try FigureSegment.sequenceNumber(ends[1])))
    }
    sack = blocks
  }

  /// A number, or a sum of products such as `101+3*1460`.
  static func number(_ text: some StringProtocol) throws(FigureProblem) -> Int {
    var sum = 0
    for (index, difference) in text.split(separator: "+").enumerated() {
      for (place, product) in difference.split(separator: "-").enumerated() {
        var term = 1
        for factor in product.split(separator: "*") {
          guard let value = Int(factor) else { throw FigureProblem("no number: \(text)") }
          term *= value
        }
        sum += place == 0 ? term : -term
      }
      if index == 0 && difference.isEmpty { throw FigureProblem("no number: \(text)") }
    }
    return sum
  }

  private static func sequenceNumber(_ text: some StringProtocol) throws(FigureProblem) -> UInt32 {
    UInt32(truncatingIfNeeded: try number(text))
  }
}
