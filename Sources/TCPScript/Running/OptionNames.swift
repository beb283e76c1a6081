import TCPCore

/// The options of sockets that this host has, by their names on Linux.
enum OptionNames {
  typealias Change = (inout ConnectionOptions) -> Void

  /// What setting an option does; `nil` where it is not known.
  static func change(_ name: String, to value: Int) -> Change? {
    let small = UInt8(truncatingIfNeeded: value)
    switch name {
    case "TCP_NODELAY": return { $0.isNagleEnabled = value == 0 }
    case "TCP_QUICKACK": return { $0.acknowledgmentDelay = .milliseconds(value == 0 ? 40 : 0) }
    case "TCP_MAXSEG": return { $0.maximumSegmentSize = UInt16(truncatingIfNeeded: value) }
    case "SO_KEEPALIVE": return { $0.isKeepAliveEnabled = value != 0 }
    case "TCP_KEEPIDLE": return { $0.keepAliveIdle = .seconds(value) }
    case "TCP_KEEPINTVL": return { $0.keepAliveInterval = .seconds(value) }
    case "TCP_KEEPCNT": return { $0.keepAliveProbes = small }
    case "TCP_USER_TIMEOUT": return { $0.userTimeout = value == 0 ? .unlimited : .milliseconds(value) }
    case "TCP_LINGER2": return { $0.finWait2Limit = .seconds(value) }
    case "IP_TOS", "IPV6_TCLASS": return { $0.dscp = small >> 2 }
    case "IP_TTL", "IPV6_UNICAST_HOPS": return { $0.hopLimit = small }
    case "IP_MTU_DISCOVER": return { $0.isFragmentationAllowed = value == 0 }
    default: return nil
    }
  }

  /// What asking for it gives; `nil` where it is not known.
  static func value(_ name: String, _ options: ConnectionOptions) -> Int? {
    func seconds(_ interval: Interval) -> Int { Int(interval.microseconds / 1_000_000) }
    switch name {
    case "TCP_NODELAY": return options.isNagleEnabled ? 0 : 1
    case "TCP_QUICKACK": return options.acknowledgmentDelay.microseconds == 0 ? 1 : 0
    case "SO_KEEPALIVE": return options.isKeepAliveEnabled ? 1 : 0
    case "TCP_KEEPIDLE": return seconds(options.keepAliveIdle)
    case "TCP_KEEPINTVL": return seconds(options.keepAliveInterval)
    case "TCP_KEEPCNT": return Int(options.keepAliveProbes)
    case "TCP_USER_TIMEOUT":
      return options.userTimeout == .unlimited ? 0 : Int(options.userTimeout.microseconds / 1_000)
    case "TCP_LINGER2": return seconds(options.finWait2Limit)
    case "IP_TOS", "IPV6_TCLASS": return Int(options.dscp) << 2
    case "IP_TTL", "IPV6_UNICAST_HOPS": return Int(options.hopLimit)
    case "IP_MTU_DISCOVER": return options.isFragmentationAllowed ? 0 : 1
    default: return nil
    }
  }
}
