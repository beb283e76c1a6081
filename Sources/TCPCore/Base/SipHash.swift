/// SipHash-2-4: a keyed function whose outputs tell nothing about other outputs (Aumasson and Bernstein,
/// 2012).
package struct SipHash: BitwiseCopyable {
  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64

  /// Starts with a key of two words.
  package init(_ first: UInt64, _ second: UInt64) {
    v0 = first ^ 0x736f_6d65_7073_6575
    v1 = second ^ 0x646f_7261_6e64_6f6d
    v2 = first ^ 0x6c79_6765_6e65_7261
    v3 = second ^ 0x7465_6462_7974_6573
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

  /// As `finish`, and 64 bits more, as SipHash's 128-bit output makes them.
  package mutating func finishWide(_ last: UInt64) -> (UInt64, UInt64) {
    let first = finish(last)
    v1 ^= 0xDD
    for _ in 0..<4 { round() }
    return (first, v0 ^ v1 ^ v2 ^ v3)
  }
}
