/// What a command in back quotes is to us. Nothing is run; what it would set may be known.
enum ShellLine {
  /// It prepares a machine as every script of a suite wants it, or says how a device gathers segments.
  case harmless
  /// It sets a value that a host of ours has, too: the name without its path, and the value.
  case setting(name: String, value: String)
  /// A result may hang on it.
  case unknown

  init(_ command: Substring) {
    let words = command.prefix { $0 != "#" }
      .split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ";" || $0 == "\r" })
    guard let first = words.first else {
      self = .harmless
      return
    }
    let name = ShellLine.lastPart(first, "/")
    switch name {
    case "defaults.sh", "ethtool": self = .harmless
    case _ where name.hasPrefix("sysctl_restore"): self = .harmless
    case "sysctl", "set_sysctls.py":
      let assignments = words.dropFirst().filter { !$0.hasPrefix("-") }
      guard assignments.count == 1, let assignment = assignments.first else {
        self = .unknown
        return
      }
      self = ShellLine.assignment(assignment)
    default: self = .unknown
    }
  }

  private static func assignment(_ text: Substring) -> ShellLine {
    let parts = text.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { return .unknown }
    let value = parts[1].filter { $0 != "\"" && $0 != "'" }
    let path = lastPart(parts[0], "/")
    if let known = others[path] { return .setting(name: known, value: value) }
    let name = lastPart(Substring(path), ".")
    switch name {
    case "tcp_min_tso_segs", "tcp_tso_win_divisor", "tcp_tso_rtt_log", "purgenow", "maxsockbuf":
      return .harmless
    // That is so here.
    case "rexmit_initial" where value == "1000": return .harmless
    case "tcp_ecn", "tcp_timestamps", "tcp_sack", "tcp_window_scaling", "tcp_congestion_control":
      return .setting(name: name, value: value)
    default: return .unknown
    }
  }

  /// Settings by the names of FreeBSD; the last three have no other.
  private static let others = [
    "net.inet.tcp.ecn.enable": "tcp_ecn", "net.inet.tcp.sack.enable": "tcp_sack",
    "net.inet.tcp.rfc1323": "tcp_rfc1323", "net.inet.tcp.sendspace": "tcp_sendspace",
    "net.inet.tcp.recvspace": "tcp_recvspace",
  ]

  private static func lastPart(_ text: Substring, _ separator: Character) -> String {
    text.split(separator: separator).last.map(String.init) ?? String(text)
  }
}
