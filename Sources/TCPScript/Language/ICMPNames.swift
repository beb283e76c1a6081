/// The names of ICMP errors in scripts.
enum ICMPNames {
  /// Type and code by name, for both families; an error for names that neither has.
  static func numbers(
    _ type: String, _ code: String?, _ position: SourcePosition
  ) throws(ScriptProblem) -> (ipv4: (type: UInt8, code: UInt8)?, ipv6: (type: UInt8, code: UInt8)?) {
    switch (type, code) {
    case ("unreachable", let code?):
      if let place = numbered(code, "code_") { return ((3, place), (1, place)) }
      let first = unreachable.firstIndex(of: code).map { (UInt8(3), UInt8($0)) }
      let second = unreachableIPv6.firstIndex(of: code).map { (UInt8(1), UInt8($0)) }
      guard first != nil || second != nil else {
        throw .syntax(
          position,
          "icmp unreachable has no code '\(code)', but \(unreachable[0...4].joined(separator: ", ")) and others"
        )
      }
      return (first, second ?? alike[code].map { (1, $0) })
    case ("unreachable", nil): return ((3, 0), (1, 0))
    case ("packet_too_big", nil): return (nil, (2, 0))
    case ("source_quench", nil): return ((4, 0), nil)
    case ("time_exceeded", nil), ("time_exceeded", "exceeded_ttl"): return ((11, 0), (3, 0))
    case ("parameter_problem", nil): return ((12, 0), (4, 0))
    default:
      if let number = numbered(type, "type_"), let place = numbered(code ?? "code_0", "code_") {
        return ((number, place), (number, place))
      }
      if let number = messages[type], code == nil { return ((number, 0), nil) }
      let name = code.map { "\(type) \($0)" } ?? type
      throw .syntax(
        position,
        "'icmp \(name)' is none of unreachable, packet_too_big, source_quench, time_exceeded,"
          + " parameter_problem"
      )
    }
  }

  /// What is behind "type_" or "code_", as a number.
  private static func numbered(_ word: String, _ prefix: String) -> UInt8? {
    word.hasPrefix(prefix) ? UInt8(word.dropFirst(prefix.count)) : nil
  }

  /// What is no error, and says nothing to a TCP: RFC 792 and RFC 950.
  private static let messages: [String: UInt8] = [
    "echo_reply": 0, "redirect": 5, "echo_request": 8, "timestamp_request": 13, "timestamp_reply": 14,
    "information_request": 15, "information_reply": 16, "address_mask_request": 17,
    "address_mask_reply": 18,
  ]

  /// RFC 792 and RFC 1122, by code.
  private static let unreachable = [
    "net_unreachable", "host_unreachable", "protocol_unreachable", "port_unreachable", "frag_needed",
    "source_route_failed", "net_unknown", "host_unknown", "source_host_isolated", "net_prohibited",
    "host_prohibited", "net_unreachable_for_tos", "host_unreachable_for_tos", "packet_filtered",
    "precedence_violation", "precedence_cutoff",
  ]

  /// RFC 4443, by code.
  private static let unreachableIPv6 = [
    "no_route", "admin_prohibited", "beyond_scope", "addr_unreachable", "port_unreachable",
  ]

  /// What ICMPv6 says instead.
  private static let alike: [String: UInt8] = [
    "net_unreachable": 0, "host_unreachable": 3, "net_unknown": 0, "host_unknown": 3, "packet_filtered": 1,
  ]
}
