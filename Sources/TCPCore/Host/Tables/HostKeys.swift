/// Independent keys derived from one secret, one for each purpose, so that outputs of one purpose reveal
/// nothing about another (RFC6528-2, ROB-008, ROB-335).
package struct HostKeys: BitwiseCopyable {
  /// For initial sequence numbers.
  let sequence: Secret
  /// For timestamp offsets.
  let timestamp: Secret
  /// For the stream that ports are drawn from.
  let stream: Secret
  /// For SYN cookies.
  let cookie: Secret
  /// For identifications of datagrams that may be fragmented.
  let fragment: Secret
  /// For the tuple index.
  let index: [6 of UInt64]

  package init(_ secret: Secret) {
    sequence = HostKeys.deriveKey(secret, 1)
    timestamp = HostKeys.deriveKey(secret, 2)
    stream = HostKeys.deriveKey(secret, 3)
    cookie = HostKeys.deriveKey(secret, 7)
    fragment = HostKeys.deriveKey(secret, 8)
    var words = [6 of UInt64](repeating: 0)
    for position in 0..<3 {
      let pair = HostKeys.deriveKey(secret, UInt64(count: 4 &+ position))
      words[2 &* position] = pair.first
      words[2 &* position &+ 1] = pair.second
    }
    index = words
  }

  /// The key for the purpose with this number.
  private static func deriveKey(_ secret: Secret, _ number: UInt64) -> Secret {
    var first = SipHash(secret.first, secret.second)
    var second = SipHash(secret.first, secret.second)
    // survives `number &- 1`: equivalent: the numbers under which keys are drawn need only differ
    return Secret(first.finish(2 &* number), second.finish(2 &* number &+ 1))
  }

  /// F(tuple, secret) of RFC 6528 section 3.
  @inline(never)  // several uses
  private static func hash(_ tuple: FourTuple, _ key: Secret) -> UInt64 {
    var hash = SipHash(key.first, key.second)
    let ports = UInt64(wide: UInt32(tuple.localPort) &<< 16 | UInt32(tuple.remotePort))
    HostKeys.addAddresses(of: tuple, to: &hash)
    return hash.finish((tuple.isIPv4 ? 12 : 36) &<< 56 | ports)
  }

  /// Both addresses, those of IPv4 in one word; the length at the end tells the families apart.
  static func addAddresses(of tuple: FourTuple, to hash: inout SipHash) {
    if tuple.isIPv4 {
      hash.add(UInt64(wide: tuple.localAddress.ipv4Bits) &<< 32 | UInt64(wide: tuple.remoteAddress.ipv4Bits))
      return
    }
    hash.add(tuple.localAddress.high)
    hash.add(tuple.localAddress.low)
    hash.add(tuple.remoteAddress.high)
    hash.add(tuple.remoteAddress.low)
  }

  /// An initial sequence number: a clock of 4 microseconds plus a keyed hash of the tuple (MUST-8, MUST-9,
  /// SHLD-1, RFC6528-1, CVE-16).
  package func initialSequenceNumber(_ tuple: FourTuple, tick: UInt64) -> SequenceNumber {
    SequenceNumber(
      // survives `tick) &- UInt32`: as good: minus a keyed hash is a keyed hash (RFC6528-1)
      UInt32(truncatingIfNeeded: tick) &+ UInt32(truncatingIfNeeded: HostKeys.hash(tuple, sequence)))
  }

  /// Our share of the timestamp clock for a tuple (RFC7323-PAWS-11); the same for every incarnation, so that
  /// timestamps go on rising (RFC 6191).
  package func timestampOffset(_ tuple: FourTuple) -> UInt32 {
    UInt32(truncatingIfNeeded: HostKeys.hash(tuple, timestamp))
  }

  /// The `count`th number of an unpredictable stream.
  func random(_ count: UInt64) -> UInt64 {
    var hash = SipHash(stream.first, stream.second)
    return hash.finish(count)
  }

  /// The identification of the `count`th datagram that may be fragmented (RFC 6864 section 4.3): a keyed
  /// permutation of 16 bits, in four rounds of Feistel's. Of 65,536 in a row no two are equal, and none tells
  /// how many left in between (RFC 7739).
  package func identification(_ count: UInt64) -> UInt16 {
    var left = UInt32(truncatingIfNeeded: count &>> 8) & 0xFF
    var right = UInt32(truncatingIfNeeded: count) & 0xFF
    for round in 0..<(4 as UInt32) {
      var hash = SipHash(fragment.first, fragment.second)
      let mixed = UInt32(truncatingIfNeeded: hash.finish(UInt64(wide: round &<< 8 | right)))
      (left, right) = (right, left ^ mixed & 0xFF)
    }
    return UInt16(truncatingIfNeeded: left &<< 8 | right)
  }

  /// The keyed hash under which a tuple is indexed: pairs of 32-bit words multiplied with secret offsets (the
  /// NH family of UMAC, RFC 4418 section 5.2), so that no peer can choose tuples that collide.
  @inline(__always)  // on a segment's way
  package func tupleHash(_ tuple: FourTuple) -> UInt32 {
    let ports = UInt64(wide: UInt32(tuple.localPort) &<< 16 | UInt32(tuple.remotePort))
    var sum = HostKeys.product(tuple.remoteAddress.low, index[0])
    sum = sum &+ HostKeys.product(tuple.localAddress.low, index[1])
    sum = sum &+ HostKeys.product(ports &<< 32 | UInt64(wide: UInt32(tuple.scope)), index[2])
    if tuple.remoteAddress.high | tuple.localAddress.high != 0 {
      sum = sum &+ HostKeys.product(tuple.remoteAddress.high, index[3])
      sum = sum &+ HostKeys.product(tuple.localAddress.high, index[4])
    }
    // Tuples that follow each other have sums that do: without the fold some keys would heap them up in a few
    // buckets.
    sum = sum ^ (sum &>> 32)
    return UInt32(truncatingIfNeeded: (sum &* (index[5] | 1)) &>> 32)
  }

  @inline(__always)
  private static func product(_ word: UInt64, _ key: UInt64) -> UInt64 {
    let high = UInt32(truncatingIfNeeded: word &>> 32) &+ UInt32(truncatingIfNeeded: key &>> 32)
    let low = UInt32(truncatingIfNeeded: word) &+ UInt32(truncatingIfNeeded: key)
    return UInt64(wide: high) &* UInt64(wide: low)
  }
}
