import CBenchmarkSupport
import TCPCore

/// Pure acknowledgments on established connections, at random or in turn.
final class CrowdAcknowledgmentTrial: NotedTrial {
  let operations = 1_000
  private let crowd: Crowd
  @exclusivity(unchecked) private var order: Order
  private let room: UnsafeMutableRawBufferPointer
  private static var size: Int { 40 }

  init(_ count: Int, isRandom: Bool) throws {
    crowd = try Crowd.shared(count)
    order = Order(count, isRandom: isRandom)
    room = UnsafeMutableRawBufferPointer.allocate(
      byteCount: count * CrowdAcknowledgmentTrial.size, alignment: 64)
    for index in 0..<count {
      let place = UnsafeMutableRawBufferPointer(rebasing: room[(index * CrowdAcknowledgmentTrial.size)...])
      guard let bytes = MutableBytes(place) else { continue }
      let written = crowd.write(index, .ack, sequence: crowd.sent[index], into: bytes)
      precondition(written == CrowdAcknowledgmentTrial.size)
    }
  }

  deinit { room.deallocate() }

  var note: String { "\(crowd.station.byteCount / crowd.count) octets a connection, rings of 64 among them" }

  func run() {
    let base = UnsafeRawPointer(tcpcore_opaque_pointer(room.baseAddress).unsafelyUnwrapped)
    let size = CrowdAcknowledgmentTrial.size
    for _ in 0..<operations {
      let datagram = UnsafeRawBufferPointer(start: base + order.next() * size, count: size)
      crowd.station.host.arrive(datagram.bytes, at: crowd.now)
    }
  }
}

/// An octet arrives, is read, and one is sent back, on one connection after another; after a flood of SYNs, if so.
final class CrowdPingPongTrial: Trial {
  let operations: Int
  private let crowd: Crowd
  @exclusivity(unchecked) private var order: Order
  @exclusivity(unchecked) private var chosen: [Int] = []
  @exclusivity(unchecked) private var pages: [Page]
  private let octet = Page(capacity: 16, count: 1)
  private let departing = Page(capacity: 2_048)

  private let flood: Flood?

  init(_ count: Int, isFlooded: Bool = false) throws {
    if isFlooded {
      crowd = try Crowd(count, spare: count)
      try crowd.open()
      flood = Flood(10_000, for: crowd.station)
    } else {
      crowd = try Crowd.shared(count)
      flood = nil
    }
    order = Order(count, isRandom: true)
    operations = min(64, count)
    pages = (0..<operations).map { _ in Page(capacity: 128) }
  }

  func prepare() {
    flood?.pour(into: crowd.station, at: crowd.now)
    crowd.hear()
    chosen.removeAll(keepingCapacity: true)
    for place in 0..<operations {
      let index = order.next()
      chosen.append(index)
      pages[place].count = crowd.write(
        index, .ack, sequence: crowd.sent[index], textCount: 1, into: pages[place].writable)
    }
  }

  func run() {
    for place in 0..<operations {
      let index = chosen[place]
      let handle = crowd.handles[index]
      crowd.station.host.arrive(pages[place].octets.bytes, at: crowd.now)
      do throws(CallError) {
        _ = try crowd.station.host.read(handle, into: octet.room, at: crowd.now)
        _ = try crowd.station.host.write(handle, octet.octets.bytes, at: crowd.now)
      } catch {
        preconditionFailure("\(error)")
      }
      let departure = crowd.station.host.transmit(into: departing.room, at: crowd.now)
      precondition(departure?.count == 41)
      crowd.advance(index)
    }
  }
}

/// Connections are opened by their peers, one after another, until all there is room for are established.
final class CrowdOpenTrial: NotedTrial {
  let operations: Int
  @exclusivity(unchecked) private var crowd: Crowd

  init(_ count: Int) throws {
    operations = count
    crowd = try Crowd(count)
  }

  var note: String { "\(crowd.station.byteCount / crowd.count) octets a connection, rings of 64 among them" }

  func prepare() {
    do { crowd = try Crowd(operations) } catch { preconditionFailure("\(error)") }
  }
  func run() {
    do { try crowd.open() } catch { preconditionFailure("\(error)") }
  }
}
