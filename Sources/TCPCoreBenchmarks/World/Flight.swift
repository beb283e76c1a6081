import TCPCore

/// Datagrams on their way from the left of a pair to the right, and what the right answers: kept, so that arrivals alone
/// can be measured.
final class Flight {
  let pair: Pair
  // Arrays would be kept alive, and looked at for other owners, on the way that is measured.
  let pages: UnsafeMutableBufferPointer<Page>
  @exclusivity(unchecked) private(set) var count = 0
  private let answers: UnsafeMutableBufferPointer<Page>
  @exclusivity(unchecked) private(set) var answerCount = 0
  let text = Page(capacity: 65_536, count: 65_536)
  private let sink = Page(capacity: 65_536)

  /// - Parameter most: datagrams at the most.
  init(_ pair: Pair, most: Int) {
    self.pair = pair
    pages = .allocate(capacity: most)
    _ = pages.initialize(from: (0..<most).map { _ in Page(capacity: 2_048) })
    answers = .allocate(capacity: most + 8)
    _ = answers.initialize(from: (0..<most + 8).map { _ in Page(capacity: 128) })
  }

  /// Everything written before has come, was read and is acknowledged.
  func rest() {
    for index in 0..<answerCount { pair.left.host.arrive(answers[index].octets.bytes, at: pair.now) }
    answerCount = 0
    pair.shuttle()
    readAll()
    pair.shuttle()
    // Whoever delays an acknowledgment sends it now.
    pair.wait(.milliseconds(100))
    pair.hear()
  }

  private func readAll() {
    while (try? pair.right.host.read(pair.server, into: sink.room, at: pair.now)) != nil {}
  }

  /// Writes and sends segments, as many as the windows let out.
  func fill(_ segments: Int, size: Int) {
    count = 0
    while count < segments {
      let octets = UnsafeRawBufferPointer(rebasing: text.octets[..<size])
      guard (try? pair.left.host.write(pair.client, octets.bytes, at: pair.now)) == size,
        let departure = pair.left.host.transmit(into: pages[count].room, at: pair.now)
      else { return }
      pages[count].count = departure.count
      count += 1
    }
  }

  /// One of the datagrams arrives, and what is answered leaves.
  @inline(__always)
  func land(_ index: Int) {
    pair.right.host.arrive(pages[index].octets.bytes, at: pair.now)
    while let departure = pair.right.host.transmit(into: answers[answerCount].room, at: pair.now) {
      answers[answerCount].count = departure.count
      answerCount += 1
    }
  }

  /// Forgets all answers but the last: the sender need not know of each.
  func keepLastAnswer() {
    guard answerCount > 1 else { return }
    answers.swapAt(0, answerCount - 1)
    answerCount = 1
  }

  /// The last answer with other numbers.
  func forge(_ change: (inout SegmentHeader) -> Void) -> Page? {
    guard answerCount > 0, let outer = try? Datagram(parsing: answers[answerCount - 1].octets.bytes),
      var header = try? SegmentHeader(
        parsing: answers[answerCount - 1].octets.bytes.extracting(
          outer.payloadOffset..<outer.payloadOffset + outer.payloadCount))
    else { return nil }
    change(&header)
    var page = Page(capacity: 128)
    let tuple = FourTuple(
      local: Endpoint(outer.source, header.sourcePort),
      remote: Endpoint(outer.destination, header.destinationPort))
    page.count = header.emitDatagram(tuple, DatagramStyle(), into: page.writable)
    return page
  }
}
