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
    _ handle: Handle, _ host: inout TCPHost, _ scratch: SessionScratch, at now: Instant
  ) -> Bool {
    log.calls.append("progress \(handle.rawValue & 0xFFFF_FFFF)")
    return log.isNeeded
  }

  mutating func reset() { log.calls.append("reset") }
}

@Suite("Servers: which connection is whose")
struct ServerTests {
  private func makeServer(connections: Int = 2) throws -> (
    RecordingSession.Log, ServiceFixture<RecordingSession>
  ) {
    let log = RecordingSession.Log()
    return (log, try ServiceFixture(RecordingSession(log: log), connections: connections))
  }

  /// Gives a server an event that its host has not reported.
  private func tell(_ fixture: ServiceFixture<RecordingSession>, _ handle: Handle, _ events: EventSet) throws
  {
    // Events come from hosts alone, so one of another host is changed.
    let other = try LoopbackDriver(LoopbackConfiguration())
    let refused = try other.left.connect(to: Endpoint(other.address(.right), 9), at: other.now)
    other.runUntilQuiet(within: .seconds(1))
    let reported = other.left.nextEvent()
    var event = try #require(reported)
    #expect(event.handle == refused)
    event.handle = handle
    event.kinds = events
    fixture.server.handle(event, &fixture.driver.right, at: fixture.driver.now)
  }

  @Test(
    "Events of handles that are nobody's are ignored",
    arguments: [0, 1, 2, 1 << 32, 1 << 32 | 1, 0xFFFF_FFFF, UInt64.max, 1 << 63] as [UInt64],
    [EventSet.readable, .writable, .ended, .urgent, .softError])
  func unknown(handle: UInt64, events: EventSet) throws {
    let (log, fixture) = try makeServer()
    try tell(fixture, Handle(rawValue: handle), events)
    #expect(log.calls.isEmpty && fixture.server.accepted == 0)
  }

  @Test("Connections that the host has begun itself are not the server's") func ownConnections() throws {
    let (log, fixture) = try makeServer()
    _ = try fixture.driver.left.listen(Endpoint(fixture.driver.address(.left), 99))
    let handle = try fixture.driver.right.connect(
      to: Endpoint(fixture.driver.address(.left), 99), at: fixture.driver.now)
    fixture.run(for: .seconds(1))
    #expect(log.calls.isEmpty && fixture.server.accepted == 0)
    #expect(try fixture.driver.right.status(handle).state == .established)
  }

  @Test("A reused slot starts from scratch, and late events for its former connection are ignored")
  func reuse()
    throws
  {
    let (log, fixture) = try makeServer(connections: 1)
    let first = try fixture.connect()
    var handles: [Handle] = []
    for _ in 0..<2 {
      fixture.run(for: .seconds(1))
      var cursor = 0
      let handle = fixture.driver.right.nextHandle(&cursor)
      handles.append(try #require(handle))
      fixture.abort(handles.count == 1 ? first : fixture.clients[1])
      fixture.run(for: .seconds(1))
      #expect(fixture.occupied == 0)
      if handles.count == 1 { _ = try fixture.connect() }
    }
    #expect(handles[0] != handles[1] && fixture.server.accepted == 2)
    #expect(log.calls.filter { $0 == "reset" }.count == 2)
    let third = try fixture.connect()
    fixture.run(for: .seconds(1))
    let count = log.calls.count
    for handle in handles {
      try tell(fixture, handle, .ended)
      try tell(fixture, handle, .readable)
    }
    #expect(log.calls.count == count && fixture.occupied == 1)
    #expect(try fixture.driver.left.status(third.handle).state == .established)
  }

  @Test("A session that is not needed any more gives its connection up in order") func notNeeded() throws {
    let (log, fixture) = try makeServer(connections: 1)
    let client = try fixture.connect()
    fixture.run(for: .seconds(1))
    log.isNeeded = false
    client.closesWhenSent = true
    client.send("x")
    fixture.run(for: .seconds(5))
    #expect(fixture.occupied == 0 && client.ending != nil)
    let count = log.calls.count
    fixture.run(for: .seconds(300))
    #expect(log.calls.count == count)
  }

  @Test("More clients than places: those that fit are served, others once there is a place") func full()
    throws
  {
    let fixture = try ServiceFixture(EchoSession(), connections: 2)
    for index in 0..<5 { try fixture.connect().unsent = pattern(.octets, 1_000 + index) }
    fixture.run(for: .seconds(2))
    #expect(fixture.server.accepted == 2 && fixture.occupied == 2 && fixture.fault == nil)
    let served = fixture.clients.filter { !$0.received.isEmpty }
    #expect(served.count == 2)
    for client in fixture.clients { client.closesWhenSent = true }
    fixture.run(for: .seconds(600))
    #expect(fixture.occupied == 0 && fixture.fault == nil)
    for client in served { #expect(client.ending == .endOfStream) }
    // The others were served later, or learned that they would not be.
    for (index, client) in fixture.clients.enumerated() where client.ending == .endOfStream {
      #expect(client.received == pattern(.octets, 1_000 + index))
    }
    #expect(fixture.clients.allSatisfy { $0.ending != nil })
    let late = try fixture.connect()
    late.unsent = [7]
    fixture.run(for: .seconds(5))
    #expect(late.received == [7])
  }

  @Test("A hundred clients one after another through one place") func oneAfterAnother() throws {
    let fixture = try ServiceFixture(HTTPSession(), connections: 1)
    for index in 0..<100 {
      let client = try fixture.connect()
      client.send("GET /octets/\(index) HTTP/1.0\r\n\r\n")
      client.closesWhenSent = true
      fixture.run { client.ending != nil && fixture.occupied == 0 }
      #expect(HTTPAnswer.all(in: client.received)?.first?.body == pattern(.octets, index))
      fixture.release(client)
    }
    #expect(fixture.server.accepted == 100 && fixture.occupied == 0 && fixture.fault == nil)
  }
}
