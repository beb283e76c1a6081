/// What a transfer must do with its octets, and nothing else: from the user to a ring, from there to a
/// datagram, from the datagram to a ring, and from there to the user, by the same sizes and in the same
/// order.
final class BulkLowerBound {
  /// One direction's rings, each with the positions of its writer and of its reader.
  private struct Lane {
    var written = RingWalk(capacity: Pair.ring)
    var left: RingWalk
    var arrived = RingWalk(capacity: Pair.ring)
    var read: RingWalk

    init() { (left, read) = (written, arrived) }
  }

  private let style: BulkTrial.Style
  /// Octets of text in a datagram.
  private let size: Int
  private let text: DatagramBuffer
  private let sink: DatagramBuffer
  /// Where the text of each datagram begins that is under way at once.
  private let datagrams: UnsafeMutableBufferPointer<UnsafeMutableRawPointer>
  @exclusivity(unchecked) private var lanes: [Lane]

  init(_ style: BulkTrial.Style, text: DatagramBuffer, sink: DatagramBuffer) {
    self.style = style
    (self.text, self.sink) = (text, sink)
    let header = 40 + (style.hasTimestamps ? 12 : 0)
    size = style.mtu - header
    datagrams = .allocate(capacity: style.isDrained ? BulkTrial.most : 1)
    _ = datagrams.initialize(
      from: datagrams.indices.map { _ in
        DatagramBuffer(capacity: style.mtu).room.baseAddress.unsafelyUnwrapped + header
      })
    lanes = (0..<(style.isBothWays ? 2 : 1)).map { _ in Lane() }
  }

  /// Moves so many octets, in all directions together.
  func run(_ count: Int, _ way: LowerBoundMethod) {
    let way = style.isUnchecked ? nil : way
    var left = count
    while left > 0 {
      for index in lanes.indices {
        // As much as a ring takes.
        let round = min(left, Pair.ring)
        carry(round, &lanes[index], way)
        left -= round
      }
    }
  }

  private func carry(_ round: Int, _ lane: inout Lane, _ way: LowerBoundMethod?) {
    if !style.isInPlace { lane.written.fill(round, from: text.room.baseAddress) }
    var begun = 0
    while begun < round {
      let end = min(round, begun + datagrams.count * size)
      var (place, number) = (begun, 0)
      while place < end {
        lane.left.empty(min(size, end - place), to: datagrams[number], way)
        (place, number) = (place + size, number + 1)
      }
      (place, number) = (begun, 0)
      while place < end {
        lane.arrived.fill(min(size, end - place), from: datagrams[number], way)
        (place, number) = (place + size, number + 1)
      }
      if !style.isInPlace { lane.read.empty(end - begun, to: sink.room.baseAddress) }
      begun = end
    }
  }
}
