import TCPCore

/// Text flows between two hosts; an operation is 1,460 octets of the stream.
final class BulkTrial: NotedTrial {
  struct Style {
    var mtu = 1_500
    var isInPlace = false
    var isUnchecked = false
    var hasTimestamps = false
    var isBothWays = false
    /// All that wait leave and arrive together, as from a device's queue, and only then is read.
    var isDrained = false
  }

  /// 4 MiB in a batch: 256 of them are a gigabyte.
  let operations = 2_873
  let hasFloor = true
  private let style: Style
  private let pair: Pair
  private let text = Page(capacity: Pair.ring, count: Pair.ring)
  private let sink = Page(capacity: Pair.ring)
  private let floor: BulkFloor
  /// As many datagrams as leave before any arrives.
  static let most = 64
  private let queue: UnsafeMutableBufferPointer<Page>
  @exclusivity(unchecked) private var written = 0
  @exclusivity(unchecked) private var read = 0

  init(_ style: Style) throws {
    self.style = style
    pair = try Pair(mtu: style.mtu, hasTimestamps: style.hasTimestamps, isUnchecked: style.isUnchecked)
    floor = BulkFloor(style, text: text, sink: sink)
    queue = .allocate(capacity: style.isDrained ? BulkTrial.most : 0)
    _ = queue.initialize(from: queue.indices.map { _ in Page(capacity: style.mtu) })
    run()
  }

  var note: String {
    let each = Double(pair.acknowledgments) / Double(max(1, pair.texts))
    let all = Double(pair.acknowledgments + pair.texts) * 1_460 / Double(max(1, read))
    return "\((each * 1_000).rounded() / 1_000) acknowledgments for a text segment, "
      + "\((all * 100).rounded() / 100) datagrams"
  }

  func run() {
    let goal = read + operations * 1_460
    while read < goal {
      write(pair.left, pair.client)
      if style.isDrained {
        drain()
        continue
      }
      if style.isBothWays { write(pair.right, pair.server) }
      // One datagram arrives, and is read, before the next leaves.
      while pair.pass(pair.left, pair.right) {
        take(pair.right, pair.server)
        while pair.pass(pair.right, pair.left) { if style.isBothWays { take(pair.left, pair.client) } }
      }
      pair.hear()
    }
  }

  @inline(__always)
  private func drain() {
    let texts = pair.pass(pair.left, pair.right, through: queue)
    take(pair.right, pair.server)
    let answers = pair.pass(pair.right, pair.left, through: queue)
    precondition(texts + answers > 0, "the transfer stands still")
    pair.hear()
  }

  @inline(__always)
  private func write(_ station: Station, _ handle: Handle) {
    do throws(CallError) {
      if style.isInPlace {
        _ = try station.host.withWritable(handle, at: pair.now) { first, second in first.count + second.count
        }
      } else {
        _ = try station.host.write(handle, text.octets.bytes, at: pair.now)
      }
    } catch {
      precondition(error == .wouldBlock)
    }
  }

  @inline(__always)
  private func take(_ station: Station, _ handle: Handle) {
    do throws(CallError) {
      if style.isInPlace {
        read += try station.host.withReadable(handle, at: pair.now) { first, second in
          first.count + second.count
        }
      } else {
        read += try station.host.read(handle, into: sink.room, at: pair.now)
      }
    } catch {
      precondition(error == .wouldBlock)
    }
  }

  func runFloor(_ way: FloorWay) { floor.run(operations * 1_460, way) }
}
