import TCPCore

/// One octet to and fro: two datagrams, each of which acknowledges the other.
final class PingPongTrial: Trial {
  let operations = 200
  private let pair: Pair
  private let octet = DatagramBuffer(capacity: 16, count: 1)

  init(hasTimestamps: Bool) throws {
    pair = try Pair(hasTimestamps: hasTimestamps)
    run()
  }

  func prepare() { pair.takeEvents() }

  func run() {
    for _ in 0..<operations {
      exchange(pair.left, pair.client, pair.right, pair.server)
      exchange(pair.right, pair.server, pair.left, pair.client)
    }
  }

  @inline(__always)
  private func exchange(_ from: BenchHost, _ sender: Handle, _ to: BenchHost, _ receiver: Handle) {
    do throws(CallError) {
      _ = try from.host.write(sender, octet.octets.bytes, at: pair.now)
      _ = pair.pass(from, to)
      _ = try to.host.read(receiver, into: octet.room, at: pair.now)
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
