import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// RFC4987-6.
@Suite("SYN cookies: what they say, and who can make one") struct SYNCookieValueTests {
  private static let keys = HostKeys(Secret(1, 2))

  private func subject(
    _ port: UInt16 = 5_000, from address: Address = Address(192, 0, 2, 2), _ initial: UInt32 = 7,
    hasTimestamps: Bool = false, listener: UInt64 = 1, scope: UInt8 = 0, local: UInt16 = 80
  ) -> SYNCookieSubject {
    let own = address.isIPv4 ? Address(192, 0, 2, 1) : Address(high: 0x2001_0DB8_0000_0000, low: 1)
    return SYNCookieSubject(
      tuple: FourTuple(local: Endpoint(own, local), remote: Endpoint(address, port), scope: scope),
      peerInitial: SequenceNumber(initial), hasTimestamps: hasTimestamps, listener: listener)
  }

  @Test("The size that comes back is the largest that is no larger than the peer's MSS")
  func sizes() throws {
    let sizes: [UInt16] = [64, 536, 1_220, 1_360, 1_400, 1_440, 1_460, 8_940]
    func size(_ peer: UInt16, isIPv4: Bool) -> UInt16 {
      let index = SYNCookie.sizeIndex(peer, isIPv4: isIPv4)
      return SYNCookie.segmentSize(
        of: SYNCookieValueTests.keys.cookie(subject(), sizeIndex: index, period: 3))
    }
    for peer in UInt16(1)...UInt16.max {
      let expected = sizes.last { $0 <= peer } ?? 64
      try demand(
        SYNCookie.segmentSize(of: SequenceNumber(SYNCookie.sizeIndex(peer, isIPv4: true))) == expected,
        "\(peer)")
    }
    for peer in sizes { #expect(size(peer, isIPv4: true) == peer && size(peer, isIPv4: false) == peer) }
    #expect(size(0, isIPv4: true) == 536 && size(0, isIPv4: false) == 1_220)
  }

  @Test("A timestamp says what was agreed on, is never ahead of the clock, and 63 ticks behind it at most")
  func timestamps() throws {
    for marks in 0..<64 {
      var previous = UInt32.max - 200
      for clock in (UInt32.max - 100)...UInt32.max { try check(clock, marks, &previous) }
      for clock in UInt32(0)...200 { try check(clock, marks, &previous) }
    }
  }

  /// - Parameter marks: the shift, 15 for none, and SACK and ECN above it.
  private func check(_ clock: UInt32, _ marks: Int, _ previous: inout UInt32) throws {
    let shift = marks & 15 == 15 ? nil : UInt8(marks & 15)
    let value = SYNCookie.timestamp(
      clock, peerShift: shift, usesSACK: marks & 16 != 0, usesECN: marks & 32 != 0)
    try demand(clock &- value < 64, "\(clock): \(value)")
    try demand(Int32(bitPattern: value &- previous) >= 0, "\(clock): back")
    previous = value
    let echoed = Timestamps(value: 77, echo: value)
    let options = SYNCookie.options(of: SequenceNumber(6), by: echoed)
    try demand(options.windowScale == shift, "shift of \(clock)")
    try demand(options.isSACKPermitted == (marks & 16 != 0), "SACK of \(clock)")
    try demand(SYNCookie.usesECN(echoed) == (marks & 32 != 0), "ECN of \(clock)")
    try demand(options.timestamps == echoed && options.maximumSegmentSize == 1_460, "rest of \(clock)")
  }

  @Test("A cookie is good for what it was made for, in its period and the next")
  func binding() {
    let keys = SYNCookieValueTests.keys
    let family = Address(high: 0x2001_0DB8_0000_0000, low: 2)
    for mine in [subject(), subject(from: family)] {
      let isIPv4 = mine.tuple.isIPv4
      let address = isIPv4 ? Address(192, 0, 2, 2) : family
      let other = isIPv4 ? Address(192, 0, 2, 3) : Address(high: family.high, low: 3)
      for index in UInt32(0)..<8 {
        let cookie = keys.cookie(mine, sizeIndex: index, period: 9)
        #expect(cookie.rawValue & 7 == index)
        #expect(
          [8, 9, 10, 11].map { keys.isCookie(cookie, of: mine, period: $0) } == [false, true, true, false])
        let others = [
          subject(5_001, from: address), subject(from: other), subject(from: address, 8),
          subject(from: address, hasTimestamps: true), subject(from: address, listener: 2),
          subject(from: address, scope: 1), subject(from: address, local: 81),
        ]
        for one in others { #expect(!keys.isCookie(cookie, of: one, period: 9)) }
        for bit in 0..<32 {
          #expect(!keys.isCookie(SequenceNumber(cookie.rawValue ^ 1 << bit), of: mine, period: 9))
        }
        #expect(!HostKeys(Secret(1, 3)).isCookie(cookie, of: mine, period: 9))
      }
    }
  }

  /// The probability that any of these is good is 10^7 / 2^28, or 0.037; that none is follows from the keys.
  @Test("A million guesses under each of ten keys: none is good", arguments: 1...10)
  func guesses(key: Int) throws {
    var random = SplitMix64(seed: UInt64(key))
    let keys = HostKeys(Secret(random.next(), random.next()))
    let mine = subject()
    for _ in 0..<1_000_000 {
      let guess = SequenceNumber(random.any())
      guard keys.isCookie(guess, of: mine, period: 9) else { continue }
      Issue.record("\(guess) is good")
    }
  }
}
