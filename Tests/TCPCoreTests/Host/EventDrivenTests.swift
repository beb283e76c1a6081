import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// A user that does nothing but answer events: what is not reported never happens.
private struct EchoUser {
  let fixture: HostFixture
  var handle: Handle?
  /// What is to be written; grows for a server, is fixed for a client.
  var outgoing: [UInt8]
  var received: [UInt8] = []
  let isServer: Bool
  var hasEnded = false
  var isClosed = false

  /// Answers all events there are; returns whether there were any.
  mutating func answer() throws -> Bool {
    var hasWork = false
    while let event = fixture.host.nextEvent() {
      hasWork = true
      if isServer && event.kinds.contains(.accepted) { handle = event.handle }
      guard event.handle == handle else { throw Deviation(description: "an event of \(event.handle)") }
      if event.kinds.contains(.readable) { try readAll(event.handle) }
      if event.kinds.contains(.readable) || event.kinds.contains(.writable) { try writeAll(event.handle) }
    }
    return hasWork
  }

  private mutating func readAll(_ handle: Handle) throws {
    while true {
      do throws(CallError) {
        let text = try fixture.read(handle, atMost: 37)
        received += text
        if isServer { outgoing += text }
      } catch {
        if error == .endOfStream { hasEnded = true } else if error != .wouldBlock { throw error }
        return
      }
    }
  }

  private mutating func writeAll(_ handle: Handle) throws {
    guard !isClosed else { return }
    while !outgoing.isEmpty {
      do throws(CallError) {
        outgoing.removeFirst(try fixture.write(handle, outgoing))
      } catch {
        if error != .wouldBlock { throw error }
        return
      }
    }
    if isServer ? hasEnded : true {
      isClosed = true
      try fixture.host.close(handle, at: fixture.now)
    }
  }
}

@Suite("Users that only answer events, over a wire that loses datagrams")
struct EventDrivenTests {
  /// PEER-08: nothing is lost for good, and no event either.
  @Test("Echo until the end", arguments: 0..<24)
  func echo(number: Int) throws {
    let seed = UInt64(number)
    var random = SplitMix64(seed: seed)
    let loss = [0, 3, 10, 25][number % 4]
    let capacity = [1, 5, 100, 700, 3_000][number % 5]
    var configuration = HostConfiguration(connections: 1, sendCapacity: capacity, receiveCapacity: capacity)
    configuration.add(RingClass(connections: 1, sendCapacity: 10, receiveCapacity: 10))
    let (left, right) = (try HostFixture.make(1, configuration), try HostFixture.make(2, configuration))
    let text = random.octets(capacity * random.within(1...12))
    _ = try right.host.listen(.near(2, 7))
    var client = EchoUser(fixture: left, outgoing: text, isServer: false)
    var server = EchoUser(fixture: right, outgoing: [], isServer: true)
    client.handle = try left.host.connect(to: .near(2, 7), at: left.now)
    for _ in 0..<20_000 where !(client.hasEnded && server.isClosed) {
      var isQuiet = true
      for (from, to) in [(left, right), (right, left)] {
        if let (bytes, _) = from.transmit() {
          isQuiet = false
          if random.within(0...99) >= loss { to.arrive(bytes) }
        }
      }
      if try client.answer() { isQuiet = false }
      if try server.answer() { isQuiet = false }
      guard isQuiet else { continue }
      guard let next = [left.host.deadline, right.host.deadline].compactMap({ $0 }).min() else {
        throw Deviation(description: "both sleep forever, seed \(seed)")
      }
      for fixture in [left, right] {
        if fixture.now < next { fixture.now = next }
        fixture.host.expire(at: fixture.now)
      }
    }
    try demand(server.received == text, "\(server.received.count) of \(text.count) came, seed \(seed)")
    try demand(client.received == text, "\(client.received.count) of \(text.count) came back, seed \(seed)")
    try demand(client.hasEnded && server.isClosed, "no end, seed \(seed)")
  }
}
