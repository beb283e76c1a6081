import TCPCore
import TCPTestSupport

/// Two hosts and a wire between them that loses nothing, with virtual time.
struct HostPair {
  let left: HostFixture
  let right: HostFixture
  /// Every datagram that crossed.
  var crossed: [Seen] = []

  init(
    _ configuration: HostConfiguration = HostConfiguration(connections: 4),
    _ other: HostConfiguration? = nil
  ) throws {
    left = try HostFixture.make(1, configuration)
    right = try HostFixture.make(2, other ?? configuration, secret: Secret(77, 99))
  }

  /// Carries datagrams both ways until nobody has one.
  mutating func runUntilQuiet() {
    for _ in 0..<10_000 {
      var isQuiet = true
      for (from, to) in [(left, right), (right, left)] {
        while let (bytes, interface) = from.transmit() {
          isQuiet = false
          crossed.append(Seen(bytes, on: interface))
          to.arrive(bytes)
        }
      }
      if isQuiet { return }
    }
    fatalError("the two never fall silent")
  }

  /// Time passes on both sides, deadline by deadline.
  mutating func pass(_ interval: Interval) {
    let end = left.now + interval
    runUntilQuiet()
    for _ in 0..<10_000 {
      let deadlines = [left.host.deadline, right.host.deadline].compactMap { $0 }
      guard let next = deadlines.min(), next <= end else { break }
      move(to: next)
    }
    move(to: end)
  }

  private mutating func move(to moment: Instant) {
    for fixture in [left, right] {
      if fixture.now < moment { fixture.now = moment }
      fixture.host.expire(at: fixture.now)
    }
    runUntilQuiet()
  }

  /// A connection from left to right on a fresh listener's port: both handles.
  mutating func connect(
    to port: UInt16, from local: Endpoint? = nil, listener: Handle,
    options: ConnectionOptions = ConnectionOptions()
  ) throws -> (client: Handle, server: Handle) {
    let client = try left.host.connect(to: .near(2, port), from: local, options: options, at: left.now)
    runUntilQuiet()
    return (client, try right.host.accept(listener))
  }
}
