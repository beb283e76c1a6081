import CBenchmarkSupport
import TCPCore

/// The internet checksum of some octets, alone or while they are copied.
final class SumTrial: Trial {
  let operations = 500
  /// With fewer octets the calls are most of it, and they are none of the lower bound's.
  let hasLowerBound: Bool
  private let from: DatagramBuffer
  private let to: DatagramBuffer
  private let isCopying: Bool

  init(_ count: Int, isCopying: Bool) {
    from = DatagramBuffer(capacity: 16_384, count: count)
    to = DatagramBuffer(capacity: 16_384, count: count)
    self.isCopying = isCopying
    hasLowerBound = count > 1_000
  }

  func run() {
    for _ in 0..<operations {
      let octets = from.octets
      if isCopying {
        _ = tcpcore_opaque(
          InternetChecksum.copyAndSum(
            from: octets.baseAddress.unsafelyUnwrapped, to: to.room.baseAddress.unsafelyUnwrapped,
            count: octets.count))
      } else {
        _ = tcpcore_opaque(InternetChecksum.sum(octets.baseAddress, octets.count))
      }
    }
  }

  func runLowerBound(_ way: LowerBoundMethod) {
    for _ in 0..<operations {
      let octets = from.octets
      if isCopying {
        way.copySum(to.room.baseAddress, octets.baseAddress, octets.count)
      } else {
        _ = tcpcore_opaque(tcpcore_lower_bound_sum(octets.baseAddress, octets.count))
      }
    }
  }
}

/// Copying with a sum into a ring, in the ways between which `InternetChecksum.copyAndSum` chooses, and in
/// another.
final class CopyWayTrial: Trial {
  enum Way: String, CaseIterable {
    case unaligned
    case aligned
    /// A sum, then the C library's memcpy.
    case apart
  }

  let operations = 500
  private let count: Int
  private let way: Way
  private let text = DatagramBuffer(capacity: 2 * Pair.ring)
  @exclusivity(unchecked) private var place = 0
  @exclusivity(unchecked) private var ring = RingWalk(capacity: Pair.ring)

  init(_ count: Int, _ way: Way) {
    self.count = count
    self.way = way
  }

  func run() {
    let base = text.room.baseAddress.unsafelyUnwrapped
    for _ in 0..<operations {
      // From memory as large as a ring, too, and at any distance from a line's beginning.
      let from = base + place
      ring.next(count) { copy($0, from + $1, $2) }
      place = (place + count) % Pair.ring
    }
  }

  @inline(__always)
  private func copy(_ to: UnsafeMutableRawPointer, _ from: UnsafeRawPointer, _ count: Int) {
    let sum: UInt64
    switch way {
    case .unaligned: sum = InternetChecksum.copyAndSum(from: from, to: to, count: count, alignedFrom: .max)
    case .aligned: sum = InternetChecksum.copyAndSum(from: from, to: to, count: count, alignedFrom: 0)
    case .apart:
      sum = InternetChecksum.sum(from, count)
      to.copyMemory(from: from, byteCount: count)
    }
    _ = tcpcore_opaque(sum)
  }
}
