import TCPCore
import TCPLoopback
import TCPServices
import Testing

/// Says what was asked of it.
private struct RecordingSession: Session {
  final class Log {
    var calls: [String] = []
    var isNeeded = true
  }

  let log: Log

  mutating func progress(
    _ handle: Handle, _ host: inout Host, _ scratch: SessionScratch, at now: Instant
  ) -> Bool {
    log.calls.append("progress \(handle.rawValue & 0xFFFF_FFFF)")
    return log.isNeeded
  }

  mutating func reset() { log.calls.append("reset") }
}

@Suite("Servers: which connection is whose")
struct ServerTests {
  private func makeWorld(connections: Int = 2) throws -> (
    RecordingSession.Log, ServiceWorld<RecordingSession>
  ) {
    let log = RecordingSession.Log()
    return (log, try ServiceWorld(RecordingSession(log: log), connections: connections))
  }

  /// Tells a server something that its host has not told.
  private func tell(_ world: ServiceWorld<RecordingSession>, _ handle: Handle, _ events: Events) throws {
    // Events come from hosts alone, so one is made over.
    let other = try LoopbackDriver(LoopbackConfiguration())
    let refused = try other.left.connect(to: Endpoint(other.address(.right), 9), at: other.now)
    other.runUntilQuiet(within: .seconds(1))
    let told = other.left.nextEvent()
    var event = try #require(told)
    #expect(event.handle == refused)
    event.handle = handle
    event.events = events
    world.server.handle(event, &world.driver.right, at: world.driver.now)
  }

  @Test(
    "Events of handles that are nobody's are let pass",
    arguments: [0, 1, 2, 1 << 32, 1 << 32 | 1, 0xFFFF_FFFF, UInt64.max, 1 << 63] as [UInt64],
    [Events.readable, .writable, .ended, .urgent, .softError])
  func unknown(handle: UInt64, events: Events) throws {
    let (log, world) = try makeWorld()
    try tell(world, Handle(rawValue: handle), events)
    #expect(log.calls.isEmpty && world.server.accepted == 0)
  }

  @Test("Connections that the host has begun itself are not the server's") func ownConnections() throws {
    let (log, world) = try makeWorld()
    _ = try world.driver.left.listen(Endpoint(world.driver.address(.left), 99))
    let handle = try world.driver.right.connect(
      to: Endpoint(world.driver.address(.left), 99), at: world.driver.now)
    world.run(for: .seconds(1))
    #expect(log.calls.isEmpty && world.server.accepted == 0)
    #expect(try world.driver.right.status(handle).state == .established)
  }

  @Test("A place that is used again begins anew, and late news of its last tenant is let pass") func reuse()
    throws
  {
    let (log, world) = try makeWorld(connections: 1)
    let first = try world.connect()
    var handles: [Handle] = []
    for _ in 0..<2 {
      world.run(for: .seconds(1))
      var cursor = 0
      let handle = world.driver.right.nextHandle(&cursor)
      handles.append(try #require(handle))
      world.abort(handles.count == 1 ? first : world.clients[1])
      world.run(for: .seconds(1))
      #expect(world.occupied == 0)
      if handles.count == 1 { _ = try world.connect() }
    }
    #expect(handles[0] != handles[1] && world.server.accepted == 2)
    #expect(log.calls.filter { $0 == "reset" }.count == 2)
    let third = try world.connect()
    world.run(for: .seconds(1))
    let count = log.calls.count
    for handle in handles {
      try tell(world, handle, .ended)
      try tell(world, handle, .readable)
    }
    #expect(log.calls.count == count && world.occupied == 1)
    #expect(try world.driver.left.status(third.handle).state == .established)
  }

  @Test("A session that is not needed any more gives its connection up in order") func notNeeded() throws {
    let (log, world) = try makeWorld(connections: 1)
    let client = try world.connect()
    world.run(for: .seconds(1))
    log.isNeeded = false
    client.closesWhenSent = true
    client.send("x")
    world.run(for: .seconds(5))
    #expect(world.occupied == 0 && client.ending != nil)
    let count = log.calls.count
    world.run(for: .seconds(300))
    #expect(log.calls.count == count)
  }

  @Test("More clients than places: those that fit are served, others once there is a place") func full()
    throws
  {
    let world = try ServiceWorld(EchoSession(), connections: 2)
    for index in 0..<5 { try world.connect().unsent = pattern(.octets, 1_000 + index) }
    world.run(for: .seconds(2))
    #expect(world.server.accepted == 2 && world.occupied == 2 && world.fault == nil)
    let served = world.clients.filter { !$0.received.isEmpty }
    #expect(served.count == 2)
    for client in world.clients { client.closesWhenSent = true }
    world.run(for: .seconds(600))
    #expect(world.occupied == 0 && world.fault == nil)
    for client in served { #expect(client.ending == .endOfStream) }
    // The others were served later, or told that they would not be.
    for (index, client) in world.clients.enumerated() where client.ending == .endOfStream {
      #expect(client.received == pattern(.octets, 1_000 + index))
    }
    #expect(world.clients.allSatisfy { $0.ending != nil })
    let late = try world.connect()
    late.unsent = [7]
    world.run(for: .seconds(5))
    #expect(late.received == [7])
  }

  @Test("A hundred clients one after another through one place") func oneAfterAnother() throws {
    let world = try ServiceWorld(HTTPSession(), connections: 1)
    for index in 0..<100 {
      let client = try world.connect()
      client.send("GET /octets/\(index) HTTP/1.0\r\n\r\n")
      client.closesWhenSent = true
      world.run { client.ending != nil && world.occupied == 0 }
      #expect(HTTPAnswer.all(in: client.received)?.first?.body == pattern(.octets, index))
      world.release(client)
    }
    #expect(world.server.accepted == 100 && world.occupied == 0 && world.fault == nil)
  }
}
