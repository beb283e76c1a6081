import TCPCore

/// How a figure is played: our initial sequence number as the figure spells it, sizes, addresses and options.
package struct FigureSettings {
  /// The number that the figure uses for our ISS; the host's real one is translated to it.
  package var iss: UInt32 = 100
  /// Whether the real numbers of both sides begin right below 2^32, so that they wrap in the figure.
  package var isNearWrap = false
  /// Whether datagrams are IPv6.
  package var isIPv6 = false
  /// MTU of the only interface in octets.
  package var mtu = 1_500
  /// Octets of the send ring.
  package var sendCapacity = 65_535
  /// Octets of the receive ring.
  package var receiveCapacity = 65_535
  /// Our port, for `open` and `listen`.
  package var localPort: UInt16 = 80
  /// The peer's port.
  package var peerPort: UInt16 = 49_152
  /// How many handshakes and unaccepted connections a listener takes.
  package var backlog = 4
  /// The options of every connection.
  package var options = ConnectionOptions()
  /// Changes the configuration of the host before it is made.
  package var configure: (inout HostConfiguration) -> Void = { _ in }

  /// The usual: IPv4, an MTU of 1500, rings of 65,535 octets, numbers far from the wrap.
  package init() {}

  /// Our address and port: documentation addresses of either family.
  var local: Endpoint {
    Endpoint(isIPv6 ? Address(high: 0x2001_0db8_0000_0000, low: 1) : Address(192, 0, 2, 1), localPort)
  }

  /// The peer's address and port.
  var peer: Endpoint {
    Endpoint(isIPv6 ? Address(high: 0x2001_0db8_0000_0000, low: 2) : Address(192, 0, 2, 2), peerPort)
  }

  /// The configuration of the host.
  var configuration: HostConfiguration {
    var configuration = HostConfiguration(
      connections: 4, sendCapacity: sendCapacity, receiveCapacity: receiveCapacity)
    configure(&configuration)
    return configuration
  }

  /// When the figure begins. Always a whole millisecond, since timers count these.
  func startTime(probing stage: (Instant) -> UInt32?) -> Instant {
    let early = Instant(microseconds: 1_000_000_000)
    guard isNearWrap, let initial = stage(early) else { return early }
    // The initial sequence number grows by one each 4 microseconds, so by 250 each millisecond (RFC 6528). Two
    // octets at least remain below the wrap.
    let milliseconds = (UInt32.max - 2 - initial) / 250
    return early + .milliseconds(Int(milliseconds))
  }
}

/// What a figure showed to be different.
package struct FigureFailure: Error, CustomStringConvertible {
  /// The line of the figure, from 0.
  package var line: Int
  /// What was written there, and what happened instead.
  package var message: String
  /// The figure as far as it went.
  package var transcript: String

  /// The message with the figure so far.
  package var description: String { "\(message)\n\(transcript)" }
}

/// Why a line of a figure does not hold, or cannot be understood.
struct FigureProblem: Error {
  var text: String

  init(_ text: String) { self.text = text }
}

/// The text of either stream: an octet for each position, such that a shifted or swapped piece shows.
enum FigureText {
  /// The octet at a position of a stream.
  static func octet(_ position: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (UInt32(truncatingIfNeeded: position) &* 2_654_435_761) >> 24)
  }

  /// `count` octets from a position on.
  static func octets(_ count: Int, from position: Int) -> [UInt8] {
    (position..<(position + count)).map(octet)
  }
}
