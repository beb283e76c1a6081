import CBenchmarkSupport
import TCPCore

/// A user writes 1,460 octets, and they leave. In place the user's octets stand in the ring already.
final class OutputTrial: Trial {
  let operations = 20
  let hasFloor = true
  private let isInPlace: Bool
  private let pair: Pair
  private let text = Page(capacity: 1_460, count: 1_460)
  @exclusivity(unchecked) private var pages: [Page]
  @exclusivity(unchecked) private var sent = 0
  private let sink = Page(capacity: 65_536)
  /// The floor's datagrams: the others are on their way.
  private let floor = Page(capacity: 20 * 2_048)
  /// Its ring, gone through by the user and by what leaves.
  @exclusivity(unchecked) private var written = RingWalk(capacity: Pair.ring)
  @exclusivity(unchecked) private var left: RingWalk

  init(isInPlace: Bool) throws {
    self.isInPlace = isInPlace
    left = written
    pair = try Pair(hasTimestamps: false)
    pages = (0..<operations).map { _ in Page(capacity: 2_048) }
    for _ in 0..<100 {
      prepare()
      run()
    }
    guard sent == operations else { throw CannotMeasure(description: "the window stays shut") }
  }

  func prepare() {
    for index in 0..<sent { pair.right.host.arrive(pages[index].octets.bytes, at: pair.now) }
    sent = 0
    pair.shuttle()
    while (try? pair.right.host.read(pair.server, into: sink.room, at: pair.now)) != nil {}
    pair.shuttle()
    pair.wait(.milliseconds(100))
    pair.hear()
  }

  func run() {
    for _ in 0..<operations {
      do throws(CallError) {
        if isInPlace {
          _ = try pair.left.host.withWritable(pair.client, at: pair.now) { first, second in
            min(1_460, first.count + second.count)
          }
        } else {
          _ = try pair.left.host.write(pair.client, text.octets.bytes, at: pair.now)
        }
      } catch {
        return
      }
      guard let departure = pair.left.host.transmit(into: pages[sent].room, at: pair.now) else { return }
      pages[sent].count = departure.count
      sent += 1
    }
  }

  func runFloor(_ way: FloorWay) {
    for index in 0..<operations {
      if !isInPlace { written.fill(1_460, from: text.octets.baseAddress) }
      left.empty(1_460, to: floor.room.baseAddress.map { $0 + index * 2_048 + 40 }, way)
    }
  }
}
