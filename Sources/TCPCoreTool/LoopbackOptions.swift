import TCPCore
import TCPLoopback

/// The options of `tcpcore loopback`.
package struct LoopbackOptions {
  package private(set) var file: String?
  package private(set) var size = 1_048_576
  package private(set) var isBothWays = false
  package private(set) var configuration = LoopbackConfiguration()
  /// What each ring holds.
  package private(set) var buffer = 65_536
  package private(set) var isPaced = true
  package private(set) var offersECN = false
  /// Who decides about the congestion window: of each flow in turn, where there are several.
  package private(set) var controls: [CongestionControlAlgorithm] = [.cubic]
  /// How many connections share the link; 0 for one transfer that ends.
  package private(set) var flowCount = 0
  /// How long they send.
  package private(set) var flowSeconds = 10
  /// What a segment carries at most; 0 for no limit.
  package private(set) var segmentLimit = 0
  package private(set) var isTrace = false
  package private(set) var isLadder = false
  package private(set) var isJSON = false
  /// R2 in seconds, which each side advertises (RFC 5482); 0 for the usual one, which is not advertised.
  package private(set) var userTimeout = 0
  /// Whether the transfer is not made: how long an ideal sender would take is printed instead.
  package private(set) var isIdeal = false
  package private(set) var capture: String?
  package private(set) var plot: String?

  package init(_ words: [String]) throws(ToolError) {
    var arguments = Arguments(words)
    var impairments = Impairments()
    var segmentsPerAcknowledgment = 0
    var hasSeconds = false
    var isRightwardOnly = false
    while let word = arguments.next() {
      if try impairments.take(word, &arguments) { continue }
      switch word {
      case "--file": file = try arguments.value(of: word, "the path of a file")
      case "--bytes": size = try arguments.size(of: word, 0...(1 << 40))
      case "--both": isBothWays = true
      case "--ipv6": configuration.isIPv6 = true
      case "--mtu": configuration.mtu = try arguments.integer(of: word, 68...65_535)
      case "--buffer": buffer = try arguments.size(of: word, 1...(1 << 30))
      case "--no-pacing": isPaced = false
      case "--ecn": offersECN = true
      case "--control": controls = try arguments.controls(of: word)
      case "--flows": flowCount = try arguments.integer(of: word, 1...64)
      case "--seconds":
        flowSeconds = try arguments.integer(of: word, 1...86_400)
        hasSeconds = true
      case "--segment": segmentLimit = try arguments.integer(of: word, 64...65_535)
      case "--user-timeout": userTimeout = try arguments.integer(of: word, 1...4_000_000)
      case "--seed": configuration.seed = try arguments.seed(of: word)
      case "--trace": isTrace = true
      case "--ladder": isLadder = true
      case "--ack-every": segmentsPerAcknowledgment = try arguments.integer(of: word, 2...1_000)
      case "--spike":
        let (at, length) = try arguments.moment(of: word)
        impairments.spike = DelaySpike(start: configuration.start + at, length: length)
      case "--capture": capture = try arguments.value(of: word, "the path of a file to write")
      case "--plot": plot = try arguments.value(of: word, "the path of a file to write")
      case "--json": isJSON = true
      case "--rightward": isRightwardOnly = true
      case "--ideal": isIdeal = true
      default: throw .usage("loopback does not know '\(word)'")
      }
    }
    if isTrace && isLadder { throw .usage("loopback takes --trace or --ladder, not both") }
    if flowCount == 0 && (hasSeconds || controls.count > 1) {
      throw .usage("--seconds, and more than one name for --control, need --flows")
    }
    if isIdeal && (flowCount > 0 || isBothWays || file != nil) {
      throw .usage("--ideal takes no --flows, --both or --file")
    }
    if isIdeal && !controls.allSatisfy({ $0 == .cubic || $0 == .newReno }) {
      throw .usage("--ideal expected cubic or newreno for --control")
    }
    if isIdeal && impairments.loss > 0.5 { throw .usage("--ideal expected --loss of at most 0.5") }
    let isWatched = isTrace || isLadder || capture != nil || plot != nil
    if flowCount > 0 && (isWatched || isBothWays || file != nil || segmentsPerAcknowledgment > 0) {
      throw .usage("--flows takes no --file, --both, --ack-every, --trace, --ladder, --capture or --plot")
    }
    if configuration.isIPv6 && configuration.mtu < 1_280 {
      throw .usage("--mtu expected at least 1280 with --ipv6, not '\(configuration.mtu)'")
    }
    configuration.host = HostConfiguration(
      connections: max(flowCount, 1), sendCapacity: buffer, receiveCapacity: buffer)
    configuration.host.halfOpenCapacity = max(flowCount, configuration.host.halfOpenCapacity)
    var rings = configuration.host.ringClass(0)
    rings.samplesDeliveryRate = controls.contains(.bbr)
    configuration.host.setRingClass(0, rings)
    if flowCount > 0 { configuration.linkCapacity = 1 << 16 }
    configuration.setImpairments(impairments)
    if isRightwardOnly { configuration.leftward = impairments.withoutFaults }
    // Only the right side acknowledges seldom. A full segment has headers of IP and TCP, and time stamps.
    let text = configuration.mtu - (configuration.isIPv6 ? 40 : 20) - 20 - 12
    configuration.leftward.acknowledgmentStep = segmentsPerAcknowledgment * max(text, 1)
  }
}
