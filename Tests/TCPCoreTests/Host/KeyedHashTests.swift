import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite("SipHash and the hash of a tuple")
struct KeyedHashTests {
  /// The published vectors for the key 00 01 ... 0f and the input 00 01 ..., for inputs of 0, 8, 16 ...
  /// octets.
  private static let vectors: [UInt64] = [
    0x726f_db47_dd0e_0e31, 0x93f5_f579_9a93_2462, 0x3f2a_cc7f_57c2_9bdb, 0xb8ad_50c6_f649_af94,
    0x7127_512f_72f2_7cce, 0x0e3e_a96b_5304_a7d0, 0xe612_a3cb_9ecb_a951, 0xb78d_bfaf_3a8d_83bd,
  ]

  /// SHLD-1.
  @Test("SipHash-2-4 gives the published results")
  func vectors() {
    let key = Secret(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
    for (words, expected) in KeyedHashTests.vectors.enumerated() {
      var hash = SipHash(key.first, key.second)
      for word in 0..<words {
        var number: UInt64 = 0
        for octet in 0..<8 { number |= UInt64(word * 8 + octet) << UInt64(octet * 8) }
        hash.add(number)
      }
      #expect(hash.finish(UInt64(words * 8) << 56) == expected, "\(words) words")
    }
  }

  private func tuple(_ number: Int) -> FourTuple {
    FourTuple(
      local: .near(1, 80),
      remote: Endpoint(Address(ipv4: 0x0A00_0000 + UInt32(number >> 6)), UInt16(1_024 + number & 63)))
  }

  /// Tuples as honest networks make them: following ports, following addresses, both, networks side by side.
  private static let patterns: [@Sendable (Int) -> (UInt32, UInt16)] = [
    { (0x0A00_0001, UInt16(1_024 + $0)) }, { (0x0A00_0000 + UInt32($0), 5_000) },
    { (0x0A00_0000 + UInt32($0 / 32), UInt16(1_024 + $0 % 32)) }, { (0x0A00_0000 + UInt32($0) << 8, 5_000) },
  ]

  /// A chain that is too long refuses a connection. With a bucket for each tuple the longest of a random
  /// function is seven or eight, whatever the secret.
  @Test("Neighbouring tuples spread over the buckets, under every secret", arguments: 0..<4)
  func spread(pattern: Int) throws {
    for seed in 0..<150 {
      var random = SplitMix64(seed: UInt64(seed))
      let keys = HostKeys(Secret(random.next(), random.next()))
      var buckets = [Int](repeating: 0, count: 1_024)
      for number in 0..<1_024 {
        let (address, port) = KeyedHashTests.patterns[pattern](number)
        let tuple = FourTuple(local: .near(1, 80), remote: Endpoint(Address(ipv4: address), port))
        buckets[Int(keys.tupleHash(tuple) & 1_023)] += 1
      }
      try demand(buckets.max() ?? 0 <= TupleIndex.longestChain / 2, "pattern \(pattern), seed \(seed)")
    }
  }

  /// CVE-21: nobody can look for tuples that collide: another secret sends them elsewhere.
  @Test("What collides under one secret does not under another")
  func keyed() {
    let one = HostKeys(Secret(1, 2))
    let other = HostKeys(Secret(1, 3))
    var first: [UInt32: [Int]] = [:]
    for number in 0..<8_192 { first[one.tupleHash(tuple(number)) & 1_023, default: []].append(number) }
    let overShare = first.values.max { $0.count < $1.count } ?? []
    #expect(overShare.count >= 12)
    #expect(Set(overShare.map { other.tupleHash(tuple($0)) & 1_023 }).count > overShare.count / 2)
  }

  /// MUST-9, RFC6528-1: F(localip, localport, remoteip, remoteport, secret), in both families.
  @Test("Every part of a tuple counts for its initial sequence number", arguments: [true, false])
  func sequenceParts(isIPv4: Bool) {
    let keys = HostKeys(HostFixture.secret)
    let base =
      isIPv4
      ? FourTuple(local: .near(1, 80), remote: .near(2, 81))
      : FourTuple(local: .near6(1, 80), remote: .near6(2, 81))
    var tuples = [base]
    for bit in 0..<(isIPv4 ? 32 : 128) {
      let mask = Address(high: bit < 64 ? 0 : 1 << UInt64(bit - 64), low: bit < 64 ? 1 << UInt64(bit) : 0)
      var tuple = base
      tuple.localAddress = Address(
        high: base.localAddress.high ^ mask.high, low: base.localAddress.low ^ mask.low)
      tuples.append(tuple)
      tuple = base
      tuple.remoteAddress = Address(
        high: base.remoteAddress.high ^ mask.high, low: base.remoteAddress.low ^ mask.low)
      tuples.append(tuple)
    }
    for bit in 0..<16 {
      var tuple = base
      tuple.localPort ^= 1 << UInt16(bit)
      tuples.append(tuple)
      tuple = base
      tuple.remotePort ^= 1 << UInt16(bit)
      tuples.append(tuple)
    }
    let numbers = Set(tuples.map { keys.initialSequenceNumber($0, tick: 9).rawValue })
    #expect(numbers.count == tuples.count)
    #expect(Set(tuples.map { keys.timestampOffset($0) }).count == tuples.count)
  }

  @Test("Every part of a tuple counts, scope included")
  func parts() {
    let keys = HostKeys(HostFixture.secret)
    let base = FourTuple(local: .near6(1, 80), remote: .near6(2, 81))
    var hashes = [keys.tupleHash(base)]
    for bit in 0..<64 {
      var changed = base
      changed.localAddress.high ^= 1 << UInt64(bit)
      hashes.append(keys.tupleHash(changed))
      changed = base
      changed.remoteAddress.low ^= 1 << UInt64(bit)
      hashes.append(keys.tupleHash(changed))
    }
    for bit in 0..<16 {
      var changed = base
      changed.localPort ^= 1 << UInt16(bit)
      hashes.append(keys.tupleHash(changed))
      changed = base
      changed.remotePort ^= 1 << UInt16(bit)
      hashes.append(keys.tupleHash(changed))
    }
    for scope in UInt8(1)...8 {
      var changed = base
      changed.scope = scope
      hashes.append(keys.tupleHash(changed))
    }
    #expect(Set(hashes).count == hashes.count)
  }
}
