import CBenchmarkSupport
import TCPCore

/// Pure acknowledgments on established connections, at random or in turn.
final class FleetAcknowledgmentTrial: NotedTrial {
  let operations = 1_000
  private let fleet: ConnectionFleet
  @exclusivity(unchecked) private var order: Order
  private let room: UnsafeMutableRawBufferPointer
  private static var size: Int { 40 }

  init(_ count: Int, isRandom: Bool) throws {
    fleet = try ConnectionFleet.shared(count)
    order = Order(count, isRandom: isRandom)
    room = UnsafeMutableRawBufferPointer.allocate(
      byteCount: count * FleetAcknowledgmentTrial.size, alignment: 64)
    for index in 0..<count {
      let place = UnsafeMutableRawBufferPointer(rebasing: room[(index * FleetAcknowledgmentTrial.size)...])
      guard let bytes = MutableBytes(place) else { continue }
      let written = fleet.write(index, .ack, sequence: fleet.sent[index], into: bytes)
      precondition(written == FleetAcknowledgmentTrial.size)
    }
  }

  deinit { room.deallocate() }

  var note: String {
    "\(fleet.benchHost.byteCount / fleet.count) octets a connection, rings of 64 among them"
  }

  func run() {
    let base = UnsafeRawPointer(tcpcore_opaque_pointer(room.baseAddress).unsafelyUnwrapped)
    let size = FleetAcknowledgmentTrial.size
    for _ in 0..<operations {
      let datagram = UnsafeRawBufferPointer(start: base + order.next() * size, count: size)
      fleet.benchHost.host.arrive(datagram.bytes, at: fleet.now)
    }
  }
}

/// An octet arrives, is read, and one is sent back, on one connection after another; after a flood of SYNs,
/// if so.
final class FleetPingPongTrial: Trial {
  let operations: Int
  private let fleet: ConnectionFleet
  @exclusivity(unchecked) private var order: Order
  @exclusivity(unchecked) private var chosen: [Int] = []
  @exclusivity(unchecked) private var buffers: [DatagramBuffer]
  private let octet = DatagramBuffer(capacity: 16, count: 1)
  private let departing = DatagramBuffer(capacity: 2_048)

  private let flood: Flood?

  init(_ count: Int, isFlooded: Bool = false) throws {
    if isFlooded {
      fleet = try ConnectionFleet(count, spare: count)
      try fleet.open()
      flood = Flood(10_000, for: fleet.benchHost)
    } else {
      fleet = try ConnectionFleet.shared(count)
      flood = nil
    }
    order = Order(count, isRandom: true)
    operations = min(64, count)
    buffers = (0..<operations).map { _ in DatagramBuffer(capacity: 128) }
  }

  func prepare() {
    flood?.pour(into: fleet.benchHost, at: fleet.now)
    fleet.takeEvents()
    chosen.removeAll(keepingCapacity: true)
    for place in 0..<operations {
      let index = order.next()
      chosen.append(index)
      buffers[place].count = fleet.write(
        index, .ack, sequence: fleet.sent[index], textCount: 1, into: buffers[place].writable)
    }
  }

  func run() {
    for place in 0..<operations {
      let index = chosen[place]
      let handle = fleet.handles[index]
      fleet.benchHost.host.arrive(buffers[place].octets.bytes, at: fleet.now)
      do throws(CallError) {
        _ = try fleet.benchHost.host.read(handle, into: octet.room, at: fleet.now)
        _ = try fleet.benchHost.host.write(handle, octet.octets.bytes, at: fleet.now)
      } catch {
        preconditionFailure("\(error)")
      }
      let departure = fleet.benchHost.host.transmit(into: departing.room, at: fleet.now)
      precondition(departure?.count == 41)
      fleet.advance(index)
    }
  }
}

/// Connections are opened by their peers, one after another, until all there is room for are established.
final class FleetOpenTrial: NotedTrial {
  let operations: Int
  @exclusivity(unchecked) private var fleet: ConnectionFleet

  init(_ count: Int) throws {
    operations = count
    fleet = try ConnectionFleet(count)
  }

  var note: String {
    "\(fleet.benchHost.byteCount / fleet.count) octets a connection, rings of 64 among them"
  }

  func prepare() {
    do { fleet = try ConnectionFleet(operations) } catch { preconditionFailure("\(error)") }
  }
  func run() {
    do { try fleet.open() } catch { preconditionFailure("\(error)") }
  }
}
