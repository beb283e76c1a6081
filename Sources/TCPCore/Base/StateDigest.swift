/// A hash over a host's connections: live fields and live octets, with times relative to now. Each type adds
/// itself, beside its fields: `add(to:)`.
///
/// Two hosts that are configured alike and have equal digests have the same connections, as far as 64 bits
/// can tell; padding, free room in rings and counters do not count, and `TCPHost.digest` names what else does
/// not.
struct StateDigest {
  // Two ways of mixing that have nothing in common: the words come from a host, and nobody chooses them to
  // make two states look alike.
  private var first: UInt64 = 0x7463_7063_6f72_65
  private var second: UInt64 = 0x6469_6765_7374
  // survives `= 1`: equivalent: digests are compared with one another and nothing else
  private var count: UInt64 = 0
  let now: Instant
  /// What sequence numbers count from: ours, and the peer's.
  var localOrigin: UInt32 = 0
  var remoteOrigin: UInt32 = 0

  init(at now: Instant) { self.now = now }

  mutating func add(_ word: UInt64) {
    first = StateDigest.rotate(first ^ word, 29) &* 0x9E37_79B9_7F4A_7C15
    second = StateDigest.rotate(second &+ word, 41) &* 0xC2B2_AE3D_27D4_EB4F
    count &+= 1
  }

  mutating func add(_ number: Int) { add(UInt64(count: number)) }
  mutating func add(_ number: UInt32) { add(UInt64(wide: number)) }
  mutating func add(_ number: UInt8) { add(UInt64(wide: UInt32(number))) }
  mutating func add(_ flag: Bool) { add(flag ? 1 as UInt8 : 0) }

  /// A deadline: how far ahead it lies.
  mutating func add(deadline: Instant) {
    add(deadline == .never ? UInt64.max : deadline.microseconds &- now.microseconds)
  }

  /// A moment that has passed: how long ago.
  mutating func add(past: Instant) { add(now.microseconds &- past.microseconds) }

  func finish() -> UInt64 { finishWide().0 }

  /// As many bits as it takes to tell many states apart: a hash of 128.
  func finishWide() -> (UInt64, UInt64) {
    var hash = SipHash(first, second)
    return hash.finishWide(count)
  }

  private static func rotate(_ value: UInt64, _ places: UInt64) -> UInt64 {
    value &<< places | value &>> (64 &- places)
  }
}
