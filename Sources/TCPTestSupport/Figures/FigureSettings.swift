import Synchronization
import TCPCore

/// Where the numbers of one side begin in a figure, on a circle of 2^32.
package enum NumberPlace: Sendable {
  /// Where the figure or the host has put them.
  case anywhere
  /// So far below 2^31, where a signed number would change its sign.
  case belowHalf(UInt32)
  /// So far below 2^32, where the numbers wrap.
  case belowWrap(UInt32)

  /// The number to begin with, if it matters.
  var number: UInt32? {
    switch self {
    case .anywhere: nil
    case .belowHalf(let distance): 0x8000_0000 &- distance
    case .belowWrap(let distance): 0 &- distance
    }
  }
}

/// How a figure is played: our initial sequence number as the figure spells it, sizes, addresses and options.
package struct FigureSettings {
  /// The number that the figure uses for our ISS; the host's real one is translated to it.
  package var iss: UInt32 = 100
  /// Where our real initial sequence number lies.
  package var ownPlace = NumberPlace.anywhere
  /// Where the peer's does.
  package var peerPlace = NumberPlace.anywhere
  /// Where the timestamp clocks of both sides are at first, in ticks. Not together with `ownPlace`: our
  /// sequence numbers and our timestamps come from one clock.
  package var clockPlace = NumberPlace.anywhere
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

  /// The secret of the host. Its last word is chosen with the numbers.
  func secret(_ choice: UInt64) -> Secret { Secret(0x6669_6775_7265_0001, choice) }

  /// The secret's last word where nothing depends on it.
  static var usualChoice: UInt64 { 0x6669_6775_7265_0002 }

  /// When the figure begins, and the secret's last word. Always a whole millisecond, since timers count
  /// these.
  func start() -> (time: Instant, choice: UInt64) {
    let early = Instant(microseconds: 1_000_000_000)
    let tuple = FourTuple(local: local, remote: peer)
    if let wanted = clockPlace.number {
      let offset = HostKeys(secret(FigureSettings.usualChoice)).timestampOffset(tuple)
      let ticks = wanted &- TimestampClock.value(at: early, offset: offset)
      // A tick is 1,024 us; to a whole millisecond, so it may be the next one.
      let milliseconds = (UInt64(ticks) * 1_024 + 999) / 1_000
      return (early + .milliseconds(Int(milliseconds)), FigureSettings.usualChoice)
    }
    guard let wanted = ownPlace.number else { return (early, FigureSettings.usualChoice) }
    // The initial sequence number grows by one each 4 microseconds, so by 250 each millisecond (RFC 6528); a
    // secret that leaves no rest is soon found, and the same for each figure with these endpoints.
    let choice = PlacedStart(tuple, wanted: wanted).choice {
      distance(to: wanted, $0, tuple, early) % 250 == 0
    }
    return (early + .milliseconds(Int(distance(to: wanted, choice, tuple, early) / 250)), choice)
  }

  /// How far the initial sequence number of a moment lies below the wanted one.
  private func distance(to wanted: UInt32, _ choice: UInt64, _ tuple: FourTuple, _ now: Instant) -> UInt32 {
    let keys = HostKeys(secret(choice))
    return wanted &- keys.initialSequenceNumber(tuple, tick: now.microseconds / 4).rawValue
  }
}

/// What the choice of a secret depends on: the endpoints, and the number that is wanted.
private struct PlacedStart: Hashable {
  private var words: [UInt64]

  init(_ tuple: FourTuple, wanted: UInt32) {
    words = [
      tuple.localAddress.high, tuple.localAddress.low, tuple.remoteAddress.high, tuple.remoteAddress.low,
      UInt64(tuple.localPort), UInt64(tuple.remotePort), UInt64(wanted),
    ]
  }

  private static let known = Mutex<[PlacedStart: UInt64]>([:])

  /// The first choice that suits, looked for once.
  func choice(_ suits: (UInt64) -> Bool) -> UInt64 {
    if let found = PlacedStart.known.withLock({ $0[self] }) { return found }
    var choice = FigureSettings.usualChoice
    while !suits(choice) { choice += 1 }
    PlacedStart.known.withLock { $0[self] = choice }
    return choice
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
