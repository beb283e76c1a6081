/// SipHash-2-4: a keyed function whose outputs tell nothing about other outputs (Aumasson and Bernstein, 2012).
package struct SipHash: BitwiseCopyable {
  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64

  package init(_ key: Secret) {
    v0 = key.first ^ 0x736f_6d65_7073_6575
    v1 = key.second ^ 0x646f_7261_6e64_6f6d
    v2 = key.first ^ 0x6c79_6765_6e65_7261
    v3 = key.second ^ 0x7465_6462_7974_6573
  }

  private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
    value &<< count | value &>> (64 &- count)
  }

  private mutating func round() {
    v0 = v0 &+ v1
    v1 = SipHash.rotate(v1, 13) ^ v0
    v0 = SipHash.rotate(v0, 32)
    v2 = v2 &+ v3
    v3 = SipHash.rotate(v3, 16) ^ v2
    v0 = v0 &+ v3
    v3 = SipHash.rotate(v3, 21) ^ v0
    v2 = v2 &+ v1
    v1 = SipHash.rotate(v1, 17) ^ v2
    v2 = SipHash.rotate(v2, 32)
  }

  /// Takes in eight octets, as a little-endian number.
  package mutating func add(_ word: UInt64) {
    v3 ^= word
    for _ in 0..<2 { round() }
    v0 ^= word
  }

  /// The hash of what was taken in, where the last word holds the rest and the length in its highest octet.
  package mutating func finish(_ last: UInt64) -> UInt64 {
    add(last)
    v2 ^= 0xFF
    for _ in 0..<4 { round() }
    return v0 ^ v1 ^ v2 ^ v3
  }
}

/// The keys that one secret is drawn out to, each for one use, so that what one use shows says nothing about
/// another (RFC6528-2, ROB-008, ROB-335).
package struct HostKeys: BitwiseCopyable {
  /// For initial sequence numbers.
  let sequence: Secret
  /// For timestamp offsets.
  let timestamp: Secret
  /// For the stream that ports are drawn from.
  let stream: Secret
  /// For the tuple index.
  let index: [6 of UInt64]

  package init(_ secret: Secret) {
    sequence = HostKeys.pair(secret, 1)
    timestamp = HostKeys.pair(secret, 2)
    stream = HostKeys.pair(secret, 3)
    var words = [6 of UInt64](repeating: 0)
    for position in 0..<3 {
      let pair = HostKeys.pair(secret, UInt64(count: 4 &+ position))
      words[2 &* position] = pair.first
      words[2 &* position &+ 1] = pair.second
    }
    index = words
  }

  /// The `number`th pair of words drawn from the secret.
  private static func pair(_ secret: Secret, _ number: UInt64) -> Secret {
    var first = SipHash(secret)
    var second = SipHash(secret)
    // survives `number &- 1`: equivalent: the numbers under which keys are drawn need only differ
    return Secret(first.finish(2 &* number), second.finish(2 &* number &+ 1))
  }

  /// F(tuple, secret) of RFC 6528 section 3.
  @inline(never)
  private static func hash(_ tuple: FourTuple, _ key: Secret) -> UInt64 {
    var hash = SipHash(key)
    let ports = UInt64(wide: UInt32(tuple.localPort) &<< 16 | UInt32(tuple.remotePort))
    if tuple.isIPv4 {  // both addresses in one word; the length tells the families apart
      hash.add(UInt64(wide: tuple.localAddress.ipv4Bits) &<< 32 | UInt64(wide: tuple.remoteAddress.ipv4Bits))
      return hash.finish(12 &<< 56 | ports)
    }
    hash.add(tuple.localAddress.high)
    hash.add(tuple.localAddress.low)
    hash.add(tuple.remoteAddress.high)
    hash.add(tuple.remoteAddress.low)
    return hash.finish(36 &<< 56 | ports)
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
    var hash = SipHash(stream)
    return hash.finish(count)
  }

  /// The keyed hash under which a tuple is filed: pairs of 32-bit words multiplied with secret offsets (the NH
  /// family of UMAC, RFC 4418 section 5.2), so that no peer can choose tuples that collide.
  @inline(__always)
  package mutating func tupleHash(_ tuple: FourTuple) -> UInt32 {
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

extension Host {
  /// The initial sequence number that a connection of this host would get at a moment. For tests that want numbers
  /// near the wrap.
  package func initialSequenceNumber(_ tuple: FourTuple, at moment: Instant) -> SequenceNumber {
    state[0].keys.initialSequenceNumber(tuple, tick: moment.microseconds &>> 2)
  }

  /// The initial sequence number of a connection that begins now.
  ///
  /// The clock moves on with each, so that a pair which begins anew within one tick does not get the same number: the peer's
  /// segments for the former connection would be taken for ones of the new.
  func nextInitialSequenceNumber(_ tuple: FourTuple) -> SequenceNumber {
    let reading = state[0].now.microseconds &>> 2
    let next = state[0].sequenceTick &+ 1
    state[0].sequenceTick = reading > next ? reading : next
    return state[0].keys.initialSequenceNumber(tuple, tick: state[0].sequenceTick)
  }
}
