import CBenchmarkSupport
import TCPCore

/// SYNs from ever new places against a host whose half-open table is full.
final class FloodTrial: NotedTrial {
  let operations = 20_000
  private let crowd: Crowd
  private let room: UnsafeMutableRawBufferPointer
  private let departing = Page(capacity: 2_048)
  private static var size: Int { 40 }

  init() throws {
    crowd = try Crowd(64, spare: 64)
    try crowd.open()
    room = UnsafeMutableRawBufferPointer.allocate(byteCount: operations * FloodTrial.size, alignment: 64)
    for index in 0..<operations {
      let header = SegmentHeader(
        sourcePort: UInt16(1_024 + index & 8_191), destinationPort: 80, sequence: SequenceNumber(7),
        acknowledgment: SequenceNumber(0), flags: .syn, window: 64)
      let remote = Endpoint(
        Address(10, 9, UInt8(index >> 8), UInt8(truncatingIfNeeded: index)), header.sourcePort)
      let place = UnsafeMutableRawBufferPointer(rebasing: room[(index * FloodTrial.size)...])
      guard let bytes = MutableBytes(place) else { continue }
      _ = header.emitDatagram(
        FourTuple(local: remote, remote: Endpoint(crowd.station.address, 80)), DatagramStyle(), into: bytes)
    }
  }

  deinit { room.deallocate() }

  var note: String {
    "\(crowd.station.host.counters.segmentsSent) were answered, "
      + "\(crowd.station.host.counters.halfOpenRecycled) made room for others"
  }

  func run() {
    for index in 0..<operations {
      let datagram = UnsafeRawBufferPointer(
        rebasing: UnsafeRawBufferPointer(room)[index * FloodTrial.size..<(index + 1) * FloodTrial.size])
      crowd.station.host.arrive(datagram.bytes, at: crowd.now)
      while crowd.station.host.transmit(into: departing.room, at: crowd.now) != nil {}
    }
  }
}
