import TCPCapture

/// The data of a conversation as lines: `-> ` is before those of the end that opened it, `<- ` before the
/// other's.
///
/// What is not printable is written as a backslash, an x and two hexadecimal digits, so that nothing plays
/// tricks on a terminal. A line is also ended where the other side begins to speak.
package struct FollowText {
  private var line = ""
  private var isFromInitiator = true
  private var isOpen = false
  /// A carriage return, which is not shown before a line feed.
  private var hasReturn = false

  package init() {}

  /// The lines that a piece completes.
  package mutating func lines(_ piece: StreamFollower.Piece) -> [String] {
    var lines: [String] = []
    if isOpen, piece.isFromInitiator != isFromInitiator || piece.missing > 0 { lines.append(end()) }
    isFromInitiator = piece.isFromInitiator
    if piece.missing > 0 {
      lines.append("\(arrow)[\(piece.missing) octets are missing]")
    }
    for octet in piece.bytes {
      if octet == UInt8(ascii: "\n") {
        hasReturn = false
        isOpen = true
        lines.append(end())
        continue
      }
      add(octet)
      if line.utf8.count >= 4_096 { lines.append(end()) }
    }
    return lines
  }

  /// The last line, if there is one.
  package mutating func rest() -> [String] { isOpen ? [end()] : [] }

  private var arrow: String { isFromInitiator ? "-> " : "<- " }

  private mutating func add(_ octet: UInt8) {
    isOpen = true
    if hasReturn { line += "\\r" }
    hasReturn = octet == UInt8(ascii: "\r")
    switch octet {
    case UInt8(ascii: "\r"): break
    case UInt8(ascii: "\t"): line += "\\t"
    case UInt8(ascii: "\\"): line += "\\\\"
    case 0x20...0x7E: line.unicodeScalars.append(Unicode.Scalar(octet))
    default: line += octet < 16 ? "\\x0\(String(octet, radix: 16))" : "\\x\(String(octet, radix: 16))"
    }
  }

  private mutating func end() -> String {
    let result = arrow + line + (hasReturn ? "\\r" : "")
    line = ""
    hasReturn = false
    isOpen = false
    return result
  }
}

extension StreamFollower.Piece {
  /// The piece as a JSON object.
  package var json: String {
    let hex = bytes.map { $0 < 16 ? "0\(String($0, radix: 16))" : String($0, radix: 16) }.joined()
    return "{\"side\": \"\(isFromInitiator ? "initiator" : "responder")\", \"offset\": \(offset), "
      + "\"missing\": \(missing), \"octets\": \(bytes.count), \"microseconds\": \(time.microseconds), "
      + "\"hex\": \"\(hex)\"}"
  }
}
