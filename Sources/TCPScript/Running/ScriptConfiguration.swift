import TCPCore

/// What the settings at the start of a script make of a host.
struct ScriptConfiguration {
  var isIPv6 = false
  var tolerance: UInt64 = 4_000
  var mtu = 1_500
  /// The port that `bind` takes where the script does not say.
  var localPort: UInt16 = 8_080
  /// The port that `connect` goes to where the script does not say.
  var remotePort: UInt16 = 8_080
  /// How many microseconds a tick of our timestamps is in the script's numbers; 0 where nothing is judged.
  var timestampTick = 0
  var options: ConnectionOptions
  /// Octets of the rings, where the script says so.
  var sendCapacity: Int?
  var receiveCapacity: Int?
  /// What the script calls our address, and the peer's.
  var localName: String?
  var remoteName: String?

  init(_ script: Script, _ profile: ScriptProfile) throws(ScriptProblem) {
    options = profile.options
    for option in script.options { try take(option) }
  }

  private mutating func take(_ option: ScriptOption) throws(ScriptProblem) {
    switch option.name {
    case "ip_version":
      switch option.value {
      case "ipv4", "ipv4-mapped-ipv6": isIPv6 = false
      case "ipv6": isIPv6 = true
      default: throw .syntax(option.position, "--ip_version is ipv4 or ipv6")
      }
    case "tolerance_usecs": tolerance = UInt64(try number(option, 0...60_000_000))
    case "mtu": mtu = try number(option, (isIPv6 ? 1_280 : 68)...65_535)
    // It names no MSS of a host: that follows from the MTU, or from TCP_MAXSEG.
    case "mss": _ = try number(option, 1...65_535)
    case "bind_port": localPort = UInt16(try number(option, 1...65_535))
    case "connect_port": remotePort = UInt16(try number(option, 1...65_535))
    case "tcp_ts_tick_usecs": timestampTick = try number(option, 0...1_000_000)
    // Addresses are the runner's; what the script calls them counts in the addresses of calls.
    case "local_ip": localName = ScriptConfiguration.unquoted(option.value)
    case "remote_ip": remoteName = ScriptConfiguration.unquoted(option.value)
    case "gateway_ip", "netmask_ip", "local_linklayer", "verbose", "debug", "dry_run": break
    case _ where option.name.hasPrefix("tcp_"): try takeSystemSetting(option)
    default: throw .unsupported(option.position, "the setting --\(option.name) is not supported")
    }
  }

  /// What a shell line would have set for the whole machine.
  private mutating func takeSystemSetting(_ option: ScriptOption) throws(ScriptProblem) {
    switch (option.name, option.value) {
    case ("tcp_ecn", "0"): options.ecn = .off
    case ("tcp_ecn", "1"): options.ecn = .offer
    case ("tcp_ecn", "2"): options.ecn = .answer
    case ("tcp_timestamps", "0"): options.offersTimestamps = false
    case ("tcp_timestamps", "1"): options.offersTimestamps = true
    case ("tcp_sack", "0"): options.offersSACK = false
    case ("tcp_sack", "1"): options.offersSACK = true
    case ("tcp_window_scaling", "0"): options.offersWindowScale = false
    case ("tcp_window_scaling", "1"): options.offersWindowScale = true
    case ("tcp_rfc1323", "0"), ("tcp_rfc1323", "1"):
      options.offersTimestamps = option.value == "1"
      options.offersWindowScale = option.value == "1"
    case ("tcp_sendspace", _): sendCapacity = try number(option, 1...16_777_216)
    case ("tcp_recvspace", _): receiveCapacity = try number(option, 1...16_777_216)
    case ("tcp_congestion_control", "cubic"): options.congestionControl = .cubic
    case ("tcp_congestion_control", "reno"): options.congestionControl = .newReno
    default:
      throw .unsupported(option.position, "\(option.name)=\(option.value ?? "") is not supported")
    }
  }

  private static func unquoted(_ text: String?) -> String? { text.map { $0.filter { $0 != "\"" } } }

  private func number(_ option: ScriptOption, _ range: ClosedRange<Int>) throws(ScriptProblem) -> Int {
    guard let text = option.value, let value = Int(text), range.contains(value) else {
      throw .syntax(
        option.position, "--\(option.name) is a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// Our address: a documentation address of either family.
  var local: Address { isIPv6 ? Address(high: 0x2001_0db8_0000_0000, low: 1) : Address(192, 0, 2, 1) }

  /// The peer's.
  var remote: Address { isIPv6 ? Address(high: 0x2001_0db8_0000_0000, low: 2) : Address(192, 0, 2, 2) }
}
