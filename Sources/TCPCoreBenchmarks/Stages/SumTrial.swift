import CBenchmarkSupport
import TCPCore

/// The internet checksum of some octets, alone or while they are copied.
final class SumTrial: Trial {
  let operations = 500
  let hasFloor = true
  private let from: Page
  private let to: Page
  private let isCopying: Bool

  init(_ count: Int, isCopying: Bool) {
    from = Page(capacity: 16_384, count: count)
    to = Page(capacity: 16_384, count: count)
    self.isCopying = isCopying
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

  func runFloor() {
    for _ in 0..<operations {
      let octets = from.octets
      let sum =
        isCopying
        ? tcpcore_floor_copy_sum(to.room.baseAddress, octets.baseAddress, octets.count)
        : tcpcore_floor_sum(octets.baseAddress, octets.count)
      _ = tcpcore_opaque(sum)
    }
  }
}
