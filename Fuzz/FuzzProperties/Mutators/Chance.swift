/// What mutators draw their decisions from (SplitMix64): the same seed, the same mutation.
package struct Chance {
  private var state: UInt64

  package init(_ seed: UInt32) { state = UInt64(seed) }

  /// A number from 0 up to, and not with, `end`, which is above 0.
  package mutating func below(_ end: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    value ^= value >> 31
    return Int(value % UInt64(end))
  }

  /// A number of `size` octets: mostly one at which something changes, or a neighbour of the one that is
  /// there.
  package mutating func number(_ size: Int, near value: Int) -> Int {
    let mask = size >= 4 ? 0xFFFF_FFFF : 1 << (8 * size) - 1
    switch below(8) {
    case 0: return (value + 1) & mask
    case 1: return (value - 1) & mask
    case 2: return below(mask + 1)
    default: break
    }
    let edges: [24 of Int] = [
      0, 1, 2, 7, 14, 15, 40, 127, 128, 255, 256, 535, 536, 1220, 1280, 1460, 0x7FFF, 0x8000, 0xFFFF,
      0x3FFF_FFFF, 0x4000_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
    ]
    return edges[below(edges.count)] & mask
  }
}
