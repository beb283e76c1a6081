import TCPCore

/// How addresses, times and reasons are written.
public enum Notation {
  /// An address: `192.0.2.1`, or an IPv6 address in the form of RFC 5952.
  public static func text(_ address: Address) -> String {
    if address.isIPv4 {
      let bits = address.ipv4Bits
      return "\(bits >> 24).\(bits >> 16 & 0xFF).\(bits >> 8 & 0xFF).\(bits & 0xFF)"
    }
    var groups: [UInt16] = []
    for half in [address.high, address.low] {
      for shift in [48, 32, 16, 0] as [UInt64] { groups.append(UInt16(truncatingIfNeeded: half >> shift)) }
    }
    let zeros = longestZeros(groups)
    guard zeros.count >= 2 else { return joined(groups[...]) }
    return joined(groups[..<zeros.lowerBound]) + "::" + joined(groups[zeros.upperBound...])
  }

  /// An endpoint: `192.0.2.1:80` or `[2001:db8::1]:80`.
  public static func text(_ endpoint: Endpoint) -> String {
    let address = text(endpoint.address)
    return endpoint.address.isIPv4 ? "\(address):\(endpoint.port)" : "[\(address)]:\(endpoint.port)"
  }

  /// A time relative to `start` in seconds with six decimals; negative if it is earlier.
  public static func seconds(_ time: Instant, since start: Instant) -> String {
    time < start ? "-" + seconds(start - time) : seconds(time - start)
  }

  /// A length of time in seconds with six decimals.
  public static func seconds(_ interval: Interval) -> String {
    let fraction = String(interval.microseconds % 1_000_000)
    return "\(interval.microseconds / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count)
      + fraction
  }

  /// Flags as tcpdump writes them, without brackets: `S.`, `FP.`, `none`.
  public static func letters(_ flags: SegmentFlags) -> String {
    let letters: [(SegmentFlags, String)] = [
      (.fin, "F"), (.syn, "S"), (.rst, "R"), (.psh, "P"), (.ack, "."), (.urg, "U"), (.ece, "E"), (.cwr, "W"),
    ]
    let text = letters.map { flags.contains($0.0) ? $0.1 : "" }.joined()
    return text.isEmpty ? "none" : text
  }

  /// Flags as RFC 9293's figures write them: `SYN,ACK`.
  public static func names(_ flags: SegmentFlags) -> String {
    let names: [(SegmentFlags, String)] = [
      (.syn, "SYN"), (.fin, "FIN"), (.rst, "RST"), (.psh, "PSH"), (.ack, "ACK"), (.urg, "URG"), (.ece, "ECE"),
      (.cwr, "CWR"),
    ]
    return names.filter { flags.contains($0.0) }.map { $0.1 }.joined(separator: ",")
  }

  /// Text in quotes if it is short and printable, otherwise `nil`.
  public static func quoted(_ text: some Collection<UInt8>, limit: Int = 32) -> String? {
    guard !text.isEmpty, text.count <= limit else { return nil }
    var result = ""
    for octet in text {  // at most `limit`
      switch octet {
      case 0x0A: result += "\\n"
      case 0x0D: result += "\\r"
      case 0x09: result += "\\t"
      case 0x20...0x7E: result.unicodeScalars.append(Unicode.Scalar(octet))
      default: return nil
      }
    }
    return "\"\(result)\""
  }

  /// A foreign text without control characters, which could play tricks on a terminal.
  static func printable(_ text: String) -> String {
    let question = Unicode.Scalar(UInt8(ascii: "?"))
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: result.append(question)
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// A number as `0x` and all its digits.
  static func hex<Number: FixedWidthInteger>(_ number: Number) -> String {
    let digits = String(number, radix: 16)
    return "0x" + String(repeating: "0", count: Number.bitWidth / 4 - digits.count) + digits
  }

  /// Why octets are not a segment.
  static func text(_ error: SegmentError) -> String {
    switch error {
    case .tooShort: "shorter than a TCP header"
    case .dataOffsetTooSmall: "data offset too small"
    case .dataOffsetBeyondSegment: "data offset beyond the segment"
    }
  }

  /// What an ICMP error means.
  static func text(_ kind: ICMPErrorKind) -> String {
    switch kind {
    case .unreachable: "unreachable"
    case .refused: "port or protocol unreachable"
    case .tooBig: "too big"
    case .timeExceeded: "time exceeded"
    case .parameterProblem: "parameter problem"
    case .sourceQuench: "source quench"
    }
  }

  /// A congestion mark, or `nil` where there is none.
  static func text(_ codepoint: CongestionCodepoint) -> String? {
    switch codepoint {
    case .notCapable: nil
    case .capable0: "ECT(0)"
    case .capable1: "ECT(1)"
    case .experienced: "CE"
    }
  }

  private static func joined(_ groups: ArraySlice<UInt16>) -> String {
    groups.map { String($0, radix: 16) }.joined(separator: ":")
  }

  /// The first of the longest runs of zero groups.
  private static func longestZeros(_ groups: [UInt16]) -> Range<Int> {
    var best = 0..<0
    var start = 0
    for (index, group) in groups.enumerated() {
      if group != 0 {
        start = index + 1
      } else if index + 1 - start > best.count {
        best = start..<index + 1
      }
    }
    return best
  }
}
