import TCPCore

/// Opens a connection, sends one octet there and back, and closes it from both sides, driven by the hosts'
/// events.
///
/// Events are handled between arrivals and departures, as in `EventLoop` of TCPLinux, so that data carries
/// the acknowledgments. With `isLate` they are handled after all departures.
final class OpenEchoCloseTrial: NotedTrial {
  let operations = 50
  private let pair: Pair
  private let isLate: Bool
  private let octet = DatagramBuffer(capacity: 16, count: 1)
  private var exchanges = 0
  /// Connections that were released: two in each exchange.
  private var releases = 0

  init(hasTimestamps: Bool, isLate: Bool) throws {
    self.isLate = isLate
    pair = try Pair(hasTimestamps: hasTimestamps, connections: 4, isOpen: false)
    run()
  }

  var note: String {
    let each = Double(pair.acknowledgments + pair.texts) / Double(max(1, exchanges))
    return "\((each * 100).rounded() / 100) datagrams each"
  }

  /// Lets TIME-WAIT expire.
  func prepare() { pair.wait(.seconds(300)) }

  func run() {
    for _ in 0..<operations {
      do {
        try exchange()
      } catch {
        preconditionFailure("\(error)")
      }
    }
    exchanges += operations
    precondition(releases == 2 * exchanges, "a exchange did not finish")
  }

  private func exchange() throws {
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
  private func serve(_ event: ConnectionEvent, at benchHost: BenchHost) throws {
    if event.kinds.contains(.ended) {
      try release(event.handle, of: benchHost)
    } else if event.kinds.contains(.readable) {
      do throws(CallError) {
        _ = try benchHost.host.read(event.handle, into: octet.room, at: pair.now)
        _ = try benchHost.host.write(event.handle, octet.octets.bytes, at: pair.now)
      } catch {
        precondition(error == .endOfStream)
        try benchHost.host.close(event.handle, at: pair.now)
      }
    }
  }

  /// The client writes when it is connected, closes when it has its octet back, and is done at the end of the
  /// stream.
  @inline(__always)
  private func call(_ event: ConnectionEvent, at benchHost: BenchHost) throws {
    if event.kinds.contains(.readable) {
      do throws(CallError) {
        _ = try benchHost.host.read(event.handle, into: octet.room, at: pair.now)
        try benchHost.host.close(event.handle, at: pair.now)
      } catch {
        precondition(error == .endOfStream)
        try release(event.handle, of: benchHost)
      }
    } else if event.kinds.contains(.writable) {
      _ = try benchHost.host.write(event.handle, octet.octets.bytes, at: pair.now)
    }
  }

  private func release(_ handle: Handle, of benchHost: BenchHost) throws {
    try benchHost.host.release(handle, at: pair.now)
    releases += 1
  }
}
