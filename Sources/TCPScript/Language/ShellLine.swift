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
    var name = lastPart(parts[0], "/")
    let value = parts[1].filter { $0 != "\"" && $0 != "'" }
    if let known = others[name] { name = known }
    name = lastPart(Substring(name), ".")
    switch name {
    case "tcp_min_tso_segs", "tcp_tso_win_divisor", "tcp_tso_rtt_log", "purgenow": return .harmless
    case "tcp_ecn", "tcp_timestamps", "tcp_sack", "tcp_window_scaling", "tcp_congestion_control":
      return .setting(name: name, value: value)
    default: return .unknown
    }
  }

  /// The same settings by the names of FreeBSD.
  private static let others = ["net.inet.tcp.ecn.enable": "tcp_ecn", "net.inet.tcp.sack.enable": "tcp_sack"]

  private static func lastPart(_ text: Substring, _ separator: Character) -> String {
    text.split(separator: separator).last.map(String.init) ?? String(text)
  }
}
