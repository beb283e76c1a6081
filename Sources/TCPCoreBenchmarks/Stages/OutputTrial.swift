import CBenchmarkSupport
import TCPCore

/// A user writes 1,460 octets, and they leave. In place the user's octets are in the ring already.
final class OutputTrial: Trial {
  let operations = 20
  let hasLowerBound = true
  private let isInPlace: Bool
  private let pair: Pair
  private let text = DatagramBuffer(capacity: 1_460, count: 1_460)
  @exclusivity(unchecked) private var buffers: [DatagramBuffer]
  @exclusivity(unchecked) private var sent = 0
  private let sink = DatagramBuffer(capacity: 65_536)
  /// The lower bound's datagrams: the others are on their way.
  private let lowerBound = DatagramBuffer(capacity: 20 * 2_048)
  /// Its ring, gone through by the user and by what leaves.
  @exclusivity(unchecked) private var written = RingWalk(capacity: Pair.ring)
  @exclusivity(unchecked) private var left: RingWalk

  init(isInPlace: Bool) throws {
    self.isInPlace = isInPlace
    left = written
    pair = try Pair(hasTimestamps: false)
    buffers = (0..<operations).map { _ in DatagramBuffer(capacity: 2_048) }
    for _ in 0..<100 {
      prepare()
      run()
    }
    guard sent == operations else { throw CannotMeasure(description: "the window stays shut") }
  }

  func prepare() {
    for index in 0..<sent { pair.right.host.arrive(buffers[index].octets.bytes, at: pair.now) }
    sent = 0
    pair.shuttle()
    while (try? pair.right.host.read(pair.server, into: sink.room, at: pair.now)) != nil {}
    pair.shuttle()
    pair.wait(.milliseconds(100))
    pair.takeEvents()
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
      guard let departure = pair.left.host.transmit(into: buffers[sent].room, at: pair.now) else { return }
      buffers[sent].count = departure.count
      sent += 1
    }
  }

  func runLowerBound(_ way: LowerBoundMethod) {
    for index in 0..<operations {
      if !isInPlace { written.fill(1_460, from: text.octets.baseAddress) }
      left.empty(1_460, to: lowerBound.room.baseAddress.map { $0 + index * 2_048 + 40 }, way)
    }
  }
}
