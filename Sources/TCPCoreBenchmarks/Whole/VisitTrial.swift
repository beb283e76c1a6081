import TCPCore

/// A connection is opened, carries one octet there and back, and is closed by both sides, each of which acts on what its
/// host tells it.
///
/// The users have their turn between what arrives and what leaves, as in `EventLoop` of TCPLinux, so that an
/// acknowledgment rides on what they have to say. `isLate` gives them their turn when everything that was owed has left.
final class VisitTrial: NotedTrial {
  let operations = 50
  private let pair: Pair
  private let isLate: Bool
  private let octet = Page(capacity: 16, count: 1)
  private var visits = 0
  /// Connections that were given back, of two in each visit.
  private var releases = 0

  init(hasTimestamps: Bool, isLate: Bool) throws {
    self.isLate = isLate
    pair = try Pair(hasTimestamps: hasTimestamps, connections: 4, isOpen: false)
    run()
  }

  var note: String {
    let each = Double(pair.acknowledgments + pair.texts) / Double(max(1, visits))
    return "\((each * 100).rounded() / 100) datagrams each"
  }

  /// What rests in TIME-WAIT has rested long enough.
  func prepare() { pair.wait(.seconds(300)) }

  func run() {
    for _ in 0..<operations {
      do {
        try visit()
      } catch {
        preconditionFailure("\(error)")
      }
    }
    visits += operations
    precondition(releases == 2 * visits, "a visit did not come to its end")
  }

  private func visit() throws {
    let (left, right) = (pair.left, pair.right)
    _ = try left.host.connect(to: Endpoint(right.address, 80), options: pair.options, at: pair.now)
    var hasMoved = true
    while hasMoved {
      hasMoved = false
      while pair.pass(left, right) { hasMoved = true }
      if isLate { while pair.pass(right, left) { hasMoved = true } }
      while let event = right.host.nextEvent() { try serve(event, at: right) }
      while pair.pass(right, left) { hasMoved = true }
      if isLate { while pair.pass(left, right) { hasMoved = true } }
      while let event = left.host.nextEvent() { try call(event, at: left) }
    }
  }

  /// The server returns what it reads, and closes at the end of the stream.
  @inline(__always)
  private func serve(_ event: Event, at station: Station) throws {
    if event.events.contains(.ended) {
      try release(event.handle, of: station)
    } else if event.events.contains(.readable) {
      do throws(CallError) {
        _ = try station.host.read(event.handle, into: octet.room, at: pair.now)
        _ = try station.host.write(event.handle, octet.octets.bytes, at: pair.now)
      } catch {
        precondition(error == .endOfStream)
        try station.host.close(event.handle, at: pair.now)
      }
    }
  }

  /// The client writes when it is connected, closes when it has its octet back, and is done at the end of the stream.
  @inline(__always)
  private func call(_ event: Event, at station: Station) throws {
    if event.events.contains(.readable) {
      do throws(CallError) {
        _ = try station.host.read(event.handle, into: octet.room, at: pair.now)
        try station.host.close(event.handle, at: pair.now)
      } catch {
        precondition(error == .endOfStream)
        try release(event.handle, of: station)
      }
    } else if event.events.contains(.writable) {
      _ = try station.host.write(event.handle, octet.octets.bytes, at: pair.now)
    }
  }

  private func release(_ handle: Handle, of station: Station) throws {
    try station.host.release(handle, at: pair.now)
    releases += 1
  }
}
