import CBenchmarkSupport
import TCPCore

/// SYNs from many places that nobody has heard of, ready to arrive.
final class Flood {
  let count: Int
  private let room: UnsafeMutableRawBufferPointer
  private let departing = Page(capacity: 2_048)
  private static var size: Int { 40 }

  /// - Parameter station: whom they are for, at port 80.
  init(_ count: Int, for station: Station) {
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
        FourTuple(local: remote, remote: Endpoint(station.address, 80)), DatagramStyle(), into: bytes)
    }
  }

  deinit { room.deallocate() }

  /// Each arrives, and what is answered leaves.
  func pour(into station: Station, at now: Instant) {
    for index in 0..<count {
      let datagram = UnsafeRawBufferPointer(
        rebasing: UnsafeRawBufferPointer(room)[index * Flood.size..<(index + 1) * Flood.size])
      station.host.arrive(datagram.bytes, at: now)
      while station.host.transmit(into: departing.room, at: now) != nil {}
    }
  }
}
