import TCPCapture
import TCPCore

/// Writes segments as scripts do.
enum SegmentText {
  /// What left, in the numbers of its flow.
  static func text(_ segment: LeftSegment, _ flow: Flow) -> String {
    let header = segment.header
    var parts = [">"]
    if segment.datagram.codepoint != .notCapable { parts.append("[\(name(segment.datagram.codepoint))]") }
    parts.append(flags(header.flags, header.reserved & 1 != 0))
    let number = flow.script(header.sequence.rawValue, header.flags)
    let isPlain = header.flags.contains(.rst) && header.sequence.rawValue == 0
    parts.append(sequence(isPlain ? 0 : number, segment.text.count))
    if header.flags.contains(.ack) {
      parts.append("ack \(flow.peerScript(header.acknowledgment.rawValue, header.flags))")
    }
    parts.append("win \(header.window)")
    if header.flags.contains(.urg) { parts.append("urg \(header.urgentPointer)") }
    if !segment.options.isEmpty { parts.append(options(segment.options(in: flow), flow)) }
    return parts.joined(separator: " ")
  }

  /// What a script writes.
  static func text(_ pattern: SegmentPattern, isArriving: Bool) -> String {
    var parts = [isArriving ? "<" : ">"]
    switch pattern.codepoint {
    case .exactly(let codepoint)?: parts.append("[\(name(codepoint))]")
    case .capable?: parts.append("[ect01]")
    case nil: break
    }
    if let trafficClass = pattern.trafficClass { parts.append("[tos 0x\(String(trafficClass, radix: 16))]") }
    if let hopLimit = pattern.hopLimit { parts.append("[ttl \(hopLimit)]") }
    if let ports = pattern.ports { parts.append("\(ports.source) > \(ports.destination)") }
    parts.append(flags(pattern.flags, pattern.isAccurateECN))
    parts.append(sequence(pattern.sequence, pattern.length))
    if let acknowledgment = pattern.acknowledgment { parts.append("ack \(acknowledgment)") }
    if let window = pattern.window { parts.append("win \(window)") }
    if let pointer = pattern.urgentPointer { parts.append("urg \(pointer)") }
    if let options = pattern.options {
      if !options.isEmpty { parts.append(self.options(options, nil)) }
    } else {
      parts.append("<...>")
    }
    return parts.joined(separator: " ")
  }

  static func flags(_ flags: SegmentFlags, _ isAccurate: Bool) -> String {
    let letters = Notation.letters(flags)
    let names = letters == "none" ? "" : letters
    let text = names.filter { $0 != "." } + (isAccurate ? "A" : "") + (names.contains(".") ? "." : "")
    return text.isEmpty ? "-" : text
  }

  static func sequence(_ start: UInt32, _ length: Int) -> String {
    "\(start):\(start &+ UInt32(truncatingIfNeeded: length))(\(length))"
  }

  static func name(_ codepoint: CongestionCodepoint) -> String {
    switch codepoint {
    case .notCapable: "noecn"
    case .capable0: "ect0"
    case .capable1: "ect1"
    case .experienced: "ce"
    }
  }

  /// - Parameter flow: whose timestamps are translated, if they are those of the wire.
  static func options(_ options: [OptionPattern], _ flow: Flow?) -> String {
    options.isEmpty ? "none" : "<" + options.map { option($0, flow) }.joined(separator: ",") + ">"
  }

  static func option(_ option: OptionPattern, _ flow: Flow?) -> String {
    switch option {
    case .noOperation: "nop"
    case .endOfList: "eol"
    case .maximumSegmentSize(let size): "mss \(size)"
    case .windowScale(let shift): "wscale \(shift)"
    case .sackPermitted: "sackOK"
    case .sack(let ranges): "sack " + ranges.map { "\($0.left):\($0.right)" }.joined(separator: " ")
    case .timestamps(let value, let echo): "TS val \(flow?.scriptTimestamp(value) ?? value) ecr \(echo)"
    case .other(34, let content): content.isEmpty ? "FO" : "FO \(digits(content))"
    case .other(let kind, let content): "option \(kind) \(digits(content))"
    }
  }

  private static func digits(_ octets: [UInt8]) -> String {
    octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// A moment of a script in seconds.
  static func seconds(_ microseconds: UInt64) -> String {
    Notation.seconds(Interval(microseconds: microseconds))
  }
}
