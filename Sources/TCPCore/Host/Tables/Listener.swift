/// A passive open: makes connections of its own until it is closed.
struct Listener: BitwiseCopyable {
  /// Where it listens; an unspecified address means any, of the families below.
  var local: Endpoint
  /// Whether IPv4 and IPv6 peers are served.
  var servesIPv4: Bool
  var servesIPv6: Bool
  /// The ring class of its connections.
  var ringClass: UInt8
  /// What it does beyond serving one port of our addresses.
  var traits: ListenerTraits
  /// How many handshakes and connections nobody has accepted it may have at once.
  var backlog: UInt32
  /// How many SYNs were dropped since a handshake was completed, or there was room: each halves
  /// `minimumHalfOpenAge`.
  var recentDrops: UInt8 = 0
  /// When the last cookie that it has sent is good no more. It accepts none from then on, so that nothing can
  /// be guessed while it sends none.
  var cookiesEnd = Instant(microseconds: 0)
  /// What its connections begin with.
  var options: ConnectionOptions
  /// Its half-open entries, oldest first.
  var halfOpenByAge: EntryList
  /// Connections that wait to be accepted, oldest first.
  var acceptQueue: EntryList

  /// Handshakes and unaccepted connections together.
  var pendingCount: UInt32 { halfOpenByAge.count &+ acceptQueue.count }

  /// The youngest age at which a half-open entry may be recycled for a new SYN. A burst that the backlog has
  /// room for is answered within it; under a flood, where no handshake completes, it falls to the round-trip
  /// time of an ordinary path.
  var minimumHalfOpenAge: Interval {
    let halved = 1_000_000 &>> Int(recentDrops)
    return .microseconds(halved > 75_000 ? halved : 75_000)
  }

  /// The tuple under which it is indexed: no remote side, and one wildcard for both families.
  static func key(_ address: Address, _ port: UInt16) -> FourTuple {
    FourTuple(
      local: Endpoint(address.isUnspecified ? .anyIPv6 : address, port), remote: Endpoint(.anyIPv6, 0))
  }

  /// Whether a peer of one family is served.
  func serves(isIPv4: Bool) -> Bool { isIPv4 ? servesIPv4 : servesIPv6 }

  /// Whether every stored Bool, enum and optional tag has a valid bit pattern; `TCPHost(restoring:)` checks
  /// this.
  mutating func hasValidBitPatterns() -> Bool {
    rawByte(of: &servesIPv4) <= 1
      && rawByte(of: &servesIPv6) <= 1
      && traits.allow(local)
      && options.hasValidBitPatterns()
  }
}

extension Listener {
  func add(to digest: inout StateDigest) {
    digest.add(local)
    digest.add(servesIPv4)
    digest.add(servesIPv6)
    digest.add(ringClass)
    digest.add(traits.rawValue)
    digest.add(backlog)
    digest.add(recentDrops)
    digest.add(deadline: cookiesEnd < digest.now ? digest.now : cookiesEnd)
    options.add(to: &digest)
    digest.add(halfOpenByAge.first)
    digest.add(acceptQueue.first)
  }
}
