import CBenchmarkSupport
import TCPCore

/// The internet checksum of some octets, alone or while they are copied.
final class SumTrial: Trial {
  let operations = 500
  /// With fewer octets the calls are most of it, and they are none of the floor's.
  let hasFloor: Bool
  private let from: Page
  private let to: Page
  private let isCopying: Bool

  init(_ count: Int, isCopying: Bool) {
    from = Page(capacity: 16_384, count: count)
    to = Page(capacity: 16_384, count: count)
    self.isCopying = isCopying
    hasFloor = count > 1_000
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

  func runFloor(_ way: FloorWay) {
    for _ in 0..<operations {
      let octets = from.octets
      if isCopying {
        way.copySum(to.room.baseAddress, octets.baseAddress, octets.count)
      } else {
        _ = tcpcore_opaque(tcpcore_floor_sum(octets.baseAddress, octets.count))
      }
    }
  }
}
