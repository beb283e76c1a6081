import CBenchmarkSupport
import TCPCore

/// SYNs from many unknown peers, ready to arrive.
final class Flood {
  let count: Int
  private let room: UnsafeMutableRawBufferPointer
  private let departing = DatagramBuffer(capacity: 2_048)
  private static var size: Int { 40 }

  /// - Parameter benchHost: the host that they are addressed to, at port 80.
  init(_ count: Int, for benchHost: BenchHost) {
    self.count = count
    room = UnsafeMutableRawBufferPointer.allocate(byteCount: count * Flood.size, alignment: 64)
    for index in 0..<count {
      let header = SegmentHeader(
        sourcePort: UInt16(1_024 + index & 8_191), destinationPort: 80, sequence: SequenceNumber(7),
        acknowledgment: SequenceNumber(0), flags: .syn, window: 64)
      let remote = Endpoint(
        Address(10, 9, UInt8(truncatingIfNeeded: index >> 8), UInt8(truncatingIfNeeded: index)),
        header.sourcePort)
      let place = UnsafeMutableRawBufferPointer(rebasing: room[(index * Flood.size)...])
      guard let bytes = MutableBytes(place) else { continue }
      _ = header.emitDatagram(
        FourTuple(local: remote, remote: Endpoint(benchHost.address, 80)), DatagramOptions(), into: bytes)
    }
  }

  deinit { room.deallocate() }

  /// Each arrives, and what is answered leaves.
  func pour(into benchHost: BenchHost, at now: Instant) {
    for index in 0..<count {
      let datagram = UnsafeRawBufferPointer(
        rebasing: UnsafeRawBufferPointer(room)[index * Flood.size..<(index + 1) * Flood.size])
      benchHost.host.arrive(datagram.bytes, at: now)
      while benchHost.host.transmit(into: departing.room, at: now) != nil {}
    }
  }
}
