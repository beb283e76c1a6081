import CBenchmarkSupport
import TCPCore

/// Text flows between two hosts; an operation is 1,460 octets of the stream.
final class BulkTrial: NotedTrial {
  struct Style {
    var mtu = 1_500
    var isInPlace = false
    var isUnchecked = false
    var hasTimestamps = false
    var isBothWays = false
  }

  /// 4 MiB in a batch: 256 of them are a gigabyte.
  let operations = 2_873
  let hasFloor = true
  private let style: Style
  private let pair: Pair
  private let text = Page(capacity: 65_536, count: 65_536)
  private let sink = Page(capacity: 65_536)
  @exclusivity(unchecked) private var written = 0
  @exclusivity(unchecked) private var read = 0

  init(_ style: Style) throws {
    self.style = style
    pair = try Pair(mtu: style.mtu, hasTimestamps: style.hasTimestamps, isUnchecked: style.isUnchecked)
    run()
  }

  var note: String {
    let each = Double(pair.acknowledgments) / Double(max(1, pair.texts))
    return "\((each * 1_000).rounded() / 1_000) acknowledgments for a text segment"
  }

  func run() {
    let goal = read + operations * 1_460
    while read < goal {
      write(pair.left, pair.client)
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

  func runFloor() {
    let base = text.room.baseAddress
    for number in 0..<operations {
      let place = base.map { $0 + number % 40 * 1_460 }
      if !style.isInPlace { tcpcore_floor_copy(sink.room.baseAddress, place, 1_460) }
      if style.isUnchecked {
        tcpcore_floor_copy(sink.room.baseAddress, place, 1_460)
        tcpcore_floor_copy(place, sink.room.baseAddress, 1_460)
      } else {
        _ = tcpcore_opaque(tcpcore_floor_copy_sum(sink.room.baseAddress, place, 1_460))
        _ = tcpcore_opaque(tcpcore_floor_copy_sum(place, sink.room.baseAddress, 1_460))
      }
      if !style.isInPlace { tcpcore_floor_copy(sink.room.baseAddress, place, 1_460) }
    }
  }
}
