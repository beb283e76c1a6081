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
  let hasLowerBound = true
  private let style: Style
  private let pair: Pair
  private let text = DatagramBuffer(capacity: Pair.ring, count: Pair.ring)
  private let sink = DatagramBuffer(capacity: Pair.ring)
  private let lowerBound: BulkLowerBound
  /// As many datagrams as leave before any arrives.
  static let most = 64
  private let queue: UnsafeMutableBufferPointer<DatagramBuffer>
  @exclusivity(unchecked) private var written = 0
  @exclusivity(unchecked) private var read = 0

  init(_ style: Style) throws {
    self.style = style
    pair = try Pair(mtu: style.mtu, hasTimestamps: style.hasTimestamps, isUnchecked: style.isUnchecked)
    lowerBound = BulkLowerBound(style, text: text, sink: sink)
    queue = .allocate(capacity: style.isDrained ? BulkTrial.most : 0)
    _ = queue.initialize(from: queue.indices.map { _ in DatagramBuffer(capacity: style.mtu) })
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
      pair.takeEvents()
    }
  }

  @inline(__always)
  private func drain() {
    let texts = pair.pass(pair.left, pair.right, through: queue)
    take(pair.right, pair.server)
    let answers = pair.pass(pair.right, pair.left, through: queue)
    precondition(texts + answers > 0, "the transfer makes no progress")
    pair.takeEvents()
  }

  @inline(__always)
  private func write(_ benchHost: BenchHost, _ handle: Handle) {
    do throws(CallError) {
      if style.isInPlace {
        _ = try benchHost.host.withWritable(handle, at: pair.now) { first, second in
          first.count + second.count
        }
      } else {
        _ = try benchHost.host.write(handle, text.octets.bytes, at: pair.now)
      }
    } catch {
      precondition(error == .wouldBlock)
    }
  }

  @inline(__always)
  private func take(_ benchHost: BenchHost, _ handle: Handle) {
    do throws(CallError) {
      if style.isInPlace {
        read += try benchHost.host.withReadable(handle, at: pair.now) { first, second in
          first.count + second.count
        }
      } else {
        read += try benchHost.host.read(handle, into: sink.room, at: pair.now)
      }
    } catch {
      precondition(error == .wouldBlock)
    }
  }

  func runLowerBound(_ way: LowerBoundMethod) { lowerBound.run(operations * 1_460, way) }
}
