import TCPCore

/// Datagrams from the left of a pair to the right, and the right's answers, kept so that arrivals alone can
/// be measured.
final class SegmentBatch {
  let pair: Pair
  // Arrays would add reference counting and uniqueness checks to what is measured.
  let buffers: UnsafeMutableBufferPointer<DatagramBuffer>
  @exclusivity(unchecked) private(set) var count = 0
  private let answers: UnsafeMutableBufferPointer<DatagramBuffer>
  @exclusivity(unchecked) private(set) var answerCount = 0
  let text = DatagramBuffer(capacity: 65_536, count: 65_536)
  private let sink = DatagramBuffer(capacity: 65_536)

  /// - Parameter most: datagrams at the most.
  init(_ pair: Pair, most: Int) {
    self.pair = pair
    buffers = .allocate(capacity: most)
    _ = buffers.initialize(from: (0..<most).map { _ in DatagramBuffer(capacity: 2_048) })
    answers = .allocate(capacity: most + 8)
    _ = answers.initialize(from: (0..<most + 8).map { _ in DatagramBuffer(capacity: 128) })
  }

  /// Delivers, reads and acknowledges everything that was written before.
  func acknowledgeAll() {
    for index in 0..<answerCount { pair.left.host.arrive(answers[index].octets.bytes, at: pair.now) }
    answerCount = 0
    pair.shuttle()
    readAll()
    pair.shuttle()
    // Delayed acknowledgments are sent now.
    pair.wait(.milliseconds(100))
    pair.takeEvents()
  }

  private func readAll() {
    while (try? pair.right.host.read(pair.server, into: sink.room, at: pair.now)) != nil {}
  }

  /// Writes and sends segments, as many as the windows allow.
  func fill(_ segments: Int, size: Int) {
    count = 0
    while count < segments {
      let octets = UnsafeRawBufferPointer(rebasing: text.octets[..<size])
      guard (try? pair.left.host.write(pair.client, octets.bytes, at: pair.now)) == size,
        let departure = pair.left.host.transmit(into: buffers[count].room, at: pair.now)
      else { return }
      buffers[count].count = departure.count
      count += 1
    }
  }

  /// One of the datagrams arrives, and what is answered leaves.
  @inline(__always)
  func deliver(_ index: Int) {
    pair.right.host.arrive(buffers[index].octets.bytes, at: pair.now)
    while let departure = pair.right.host.transmit(into: answers[answerCount].room, at: pair.now) {
      answers[answerCount].count = departure.count
      answerCount += 1
    }
  }

  /// Drops all answers but the last, which acknowledges everything.
  func keepLastAnswer() {
    guard answerCount > 1 else { return }
    answers.swapAt(0, answerCount - 1)
    answerCount = 1
  }

  /// The last answer with other numbers.
  func forge(_ change: (inout SegmentHeader) -> Void) -> DatagramBuffer? {
    guard answerCount > 0, let outer = try? Datagram(parsing: answers[answerCount - 1].octets.bytes),
      var header = try? SegmentHeader(
        parsing: answers[answerCount - 1].octets.bytes.extracting(
          outer.payloadOffset..<outer.payloadOffset + outer.payloadCount))
    else { return nil }
    change(&header)
    var buffer = DatagramBuffer(capacity: 128)
    let tuple = FourTuple(
      local: Endpoint(outer.source, header.sourcePort),
      remote: Endpoint(outer.destination, header.destinationPort))
    buffer.count = header.emitDatagram(tuple, DatagramOptions(), into: buffer.writable)
    return buffer
  }
}
