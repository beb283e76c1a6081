/// A passive open: makes connections of its own while it stands.
struct Listener: BitwiseCopyable {
  /// Where it listens; an unspecified address means any, of the families below.
  var local: Endpoint
  /// Whether IPv4 and IPv6 peers are served.
  var servesIPv4: Bool
  var servesIPv6: Bool
  /// The ring class of its connections.
  var ringClass: UInt8
  /// How many handshakes and connections nobody has accepted it may have at once.
  var backlog: UInt32
  /// How many newcomers were dropped since a handshake was completed, or there was room: each halves the time that an entry
  /// is left alone.
  var dropsInVain: UInt8 = 0
  /// Its half-open entries, oldest first.
  var halfOpenByAge = IndexList()
  /// Connections that wait to be accepted, oldest first.
  var waiting = IndexList()
  /// What its connections begin with.
  var options: ConnectionOptions

  /// Handshakes and unaccepted connections together.
  var load: UInt32 { halfOpenByAge.count &+ waiting.count }

  /// For how long a half-open entry does not give way to a newcomer. A burst that the backlog has room for is answered
  /// within it; under a flood, where nobody completes, it falls to what a round trip of an ordinary path takes.
  var undisturbedTime: Interval {
    let halved = 1_000_000 &>> Int(dropsInVain)
    return .microseconds(halved > 75_000 ? halved : 75_000)
  }

  /// The tuple under which it is filed: no remote side, and one wildcard for both families.
  static func key(_ address: Address, _ port: UInt16) -> FourTuple {
    FourTuple(
      local: Endpoint(address.isUnspecified ? .anyIPv6 : address, port), remote: Endpoint(.anyIPv6, 0))
  }

  /// Whether a peer of one family is served.
  func serves(isIPv4: Bool) -> Bool { isIPv4 ? servesIPv4 : servesIPv6 }

  /// Whether what stands where enumerations, truth values and optionals stand is a value of theirs; a restore checks this.
  mutating func hasKnownCases() -> Bool {
    storedCase(&servesIPv4) <= 1
      && storedCase(&servesIPv6) <= 1
      && options.hasKnownCases()
  }
}
