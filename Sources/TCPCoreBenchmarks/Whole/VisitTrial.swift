import TCPCore

/// A connection is opened, carries one octet there and back, and is closed by both sides.
final class VisitTrial: NotedTrial {
  let operations = 50
  private let pair: Pair
  private let octet = Page(capacity: 16, count: 1)
  private var visits = 0

  init(hasTimestamps: Bool) throws {
    pair = try Pair(hasTimestamps: hasTimestamps, connections: 4, isOpen: false)
    run()
  }

  var note: String {
    let each = Double(pair.acknowledgments + pair.texts) / Double(max(1, visits))
    return "\((each * 100).rounded() / 100) datagrams each"
  }

  /// What rests in TIME-WAIT has rested long enough.
  func prepare() {
    pair.wait(.seconds(300))
    pair.hear()
  }

  func run() {
    for _ in 0..<operations {
      do {
        try visit()
      } catch {
        preconditionFailure("\(error)")
      }
    }
    visits += operations
  }

  private func visit() throws {
    try pair.open()
    _ = try pair.left.host.write(pair.client, octet.octets.bytes, at: pair.now)
    pair.shuttle()
    _ = try pair.right.host.read(pair.server, into: octet.room, at: pair.now)
    _ = try pair.right.host.write(pair.server, octet.octets.bytes, at: pair.now)
    pair.shuttle()
    _ = try pair.left.host.read(pair.client, into: octet.room, at: pair.now)
    try pair.left.host.close(pair.client, at: pair.now)
    pair.shuttle()
    try pair.right.host.close(pair.server, at: pair.now)
    pair.shuttle()
    try pair.left.host.release(pair.client, at: pair.now)
    try pair.right.host.release(pair.server, at: pair.now)
  }
}
