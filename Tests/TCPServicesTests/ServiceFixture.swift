import TCPCore
import TCPLoopback
import TCPServices

/// What a client does, and what it has got.
final class ServiceClient {
  let handle: Handle
  /// What is still to be written.
  var unsent: [UInt8] = []
  /// How many octets are written at once, each time when nothing is on its way.
  var piece = Int.max
  /// Whether to close once everything is written.
  var closesWhenSent = false
  /// Whether to take what comes.
  var isReading = true
  private(set) var received: [UInt8] = []
  /// Why nothing more comes: `endOfStream`, or what broke the connection.
  private(set) var ending: CallError?
  private var isClosed = false

  init(_ handle: Handle) { self.handle = handle }

  func send(_ text: String) { unsent += Array(text.utf8) }

  var text: String { String(decoding: received, as: UTF8.self) }

  /// Writes and reads as much as there is room and text for.
  func progress(_ host: inout TCPHost, at now: Instant) {
    write(&host, at: now)
    guard isReading, ending == nil else { return }
    do throws(CallError) {
      while true {  // ends when the ring is empty
        _ = unsafe try host.withReadable(handle, at: now) { first, second in
          unsafe received.append(contentsOf: first)
          unsafe received.append(contentsOf: second)
          return first.count + second.count
        }
      }
    } catch {
      if error != .wouldBlock { ending = error }
    }
  }

  private func write(_ host: inout TCPHost, at now: Instant) {
    if !unsent.isEmpty {
      if piece < Int.max, let status = try? host.status(handle), status.unacknowledged > 0 { return }
      let octets = Array(unsent.prefix(piece))
      // The array's octets, lent for the call.
      let bytes = unsafe octets.span.bytes
      if let count = try? host.write(handle, bytes, at: now) { unsent.removeFirst(count) }
    }
    let isConnected = (try? host.status(handle))?.state == .established || ending == .endOfStream
    guard unsent.isEmpty, closesWhenSent, !isClosed, isConnected else { return }
    isClosed = true
    try? host.close(handle, at: now)
  }
}

/// A server of one kind on the right host and clients on the left one, in virtual time.
final class ServiceFixture<Kind: Session> {
  let driver: LoopbackDriver
  var server: Server<Kind>
  private(set) var clients: [ServiceClient] = []
  static var port: UInt16 { 80 }

  /// - Parameters:
  ///   - ring: octets of the server's rings, each way.
  ///   - configure: what else is different.
  init(
    _ session: Kind, connections: Int = 2, ring: Int = 4_096,
    configure: (inout LoopbackConfiguration) -> Void = { _ in }
  ) throws {
    var configuration = LoopbackConfiguration()
    configuration.host = HostConfiguration(connections: 8, sendCapacity: 65_536, receiveCapacity: 65_536)
    configuration.rightHost = HostConfiguration(
      connections: connections, sendCapacity: ring, receiveCapacity: ring)
    var delayed = Impairments()
    delayed.delay = .milliseconds(1)
    configuration.setImpairments(delayed)
    configure(&configuration)
    driver = try LoopbackDriver(configuration)
    server = Server(session, connections: connections)
    _ = try driver.right.listen(Endpoint(driver.address(.right), Self.port))
  }

  func connect() throws -> ServiceClient {
    let handle = try driver.left.connect(
      to: Endpoint(driver.address(.right), Self.port), at: driver.now)
    let client = ServiceClient(handle)
    clients.append(client)
    return client
  }

  /// Lets virtual time pass, with everybody doing what is to be done.
  func run(for interval: Interval = .seconds(20)) {
    let end = driver.now + interval
    repeat { turn() } while driver.step(until: end)
    turn()
  }

  /// Lets time pass until something holds; no longer than an hour.
  func run(until isReached: () -> Bool) {
    let end = driver.now + .seconds(3_600)
    repeat { turn() } while !isReached() && driver.step(until: end)
  }

  private func turn() {
    while let event = driver.right.nextEvent() { server.handle(event, &driver.right, at: driver.now) }
    while driver.left.nextEvent() != nil {}
    for client in clients { client.progress(&driver.left, at: driver.now) }
  }

  /// Gives a client's handle up.
  func release(_ client: ServiceClient) { try? driver.left.release(client.handle, at: driver.now) }

  /// Ends a client's connection with a reset.
  func abort(_ client: ServiceClient) { try? driver.left.abort(client.handle, at: driver.now) }

  /// Connections of the server's host, TIME-WAIT not counted.
  var occupied: Int { driver.right.occupancy.connections }

  /// What either host finds wrong with itself.
  var fault: String? {
    if let broken = driver.left.brokenInvariant() { return "left: \(broken)" }
    if let broken = driver.right.brokenInvariant() { return "right: \(broken)" }
    return nil
  }
}

/// `count` octets of a pattern from `position` on.
func pattern(_ pattern: PatternText, _ count: Int, at position: UInt64 = 0) -> [UInt8] {
  var octets = [UInt8](repeating: 0, count: count)
  unsafe octets.withUnsafeMutableBytes { unsafe pattern.fill($0, at: position) }
  return octets
}
