import TCPCore

/// What kind of host a script is played against.
public enum ScriptProfile: String, Sendable, CaseIterable {
  /// This project's defaults: rings of 65,535 octets.
  case `default`
  /// What scripts for a Linux kernel expect: its time-outs, delays and ring sizes.
  case linux

  /// What holds for each connection before a script says anything else.
  var options: ConnectionOptions {
    var options = ConnectionOptions()
    switch self {
    case .default: break
    case .linux:
      options.minimumTimeout = .milliseconds(200)
      // As a kernel begins; `answeringDelay` is what comes later.
      options.acknowledgmentDelay = .milliseconds(0)
      options.isPacingEnabled = false
      options.isPathProbingEnabled = false
    }
    return options
  }

  /// How long acknowledgments may wait once the program answers what it receives, where that is another time
  /// than before: a kernel takes such a connection for a conversation.
  var answeringDelay: Interval? {
    switch self {
    case .default: nil
    case .linux: .milliseconds(40)
    }
  }

  /// How large the host is.
  var configuration: HostConfiguration {
    var configuration: HostConfiguration
    switch self {
    case .default:
      configuration = HostConfiguration(connections: 8, sendCapacity: 65_535, receiveCapacity: 65_535)
    case .linux:
      // 15 MiB, the most that such scripts let a kernel take, make a shift of 8.
      configuration = HostConfiguration(
        connections: 8, sendCapacity: 4_194_304, receiveCapacity: 15_728_640)
      configuration.maximumSegmentLifetime = .seconds(30)
    }
    return configuration
  }

  /// What is not judged in this profile although nobody asked for it.
  var leniencies: Set<Leniency> {
    switch self {
    case .default: []
    case .linux: [.segmentation]
    }
  }
}

/// Something about segments that leave which is not judged.
public enum Leniency: String, Sendable, CaseIterable {
  /// The flag PSH.
  case psh
  /// The window.
  case window
  /// Options where a script writes none.
  case options
  /// The order of options, and the padding between them.
  case optionOrder = "option-order"
  /// One long segment may leave as several shorter ones in a row, at once.
  case segmentation
}

/// How scripts are played.
public struct ScriptSettings: Sendable {
  /// What kind of host.
  public var profile: ScriptProfile
  /// What is not judged, beyond what the profile does not judge.
  public var ignored: Set<Leniency>

  /// Settings.
  public init(profile: ScriptProfile = .default, ignored: Set<Leniency> = []) {
    self.profile = profile
    self.ignored = ignored
  }

  /// All that is not judged.
  public var leniencies: Set<Leniency> { ignored.union(profile.leniencies) }
}
