import CBenchmarkSupport
import TCPCore

/// Text arrives in order; every second segment is answered.
final class TextInputTrial: Trial {
  let operations = 20
  let hasLowerBound = true
  private let batch: SegmentBatch
  private let size: Int
  @exclusivity(unchecked) private var ring = RingWalk(capacity: Pair.ring)

  init(hasTimestamps: Bool) throws {
    size = hasTimestamps ? 1_448 : 1_460
    batch = SegmentBatch(try Pair(hasTimestamps: hasTimestamps), most: 20)
    // The congestion window opens first, by a segment for each acknowledgment.
    for _ in 0..<100 {
      prepare()
      run()
    }
    guard batch.count == operations else { throw CannotMeasure(description: "the window stays shut") }
  }

  func prepare() {
    batch.acknowledgeAll()
    batch.fill(operations, size: size)
  }
  func run() { for index in 0..<batch.count { batch.deliver(index) } }
  func runLowerBound(_ way: LowerBoundMethod) {
    for index in 0..<batch.count {
      let octets = batch.buffers[index].octets
      let header = octets.count - size
      _ = tcpcore_opaque(tcpcore_lower_bound_sum(octets.baseAddress, header))
      ring.fill(size, from: octets.baseAddress.map { $0 + header }, way)
    }
  }
}

/// 32 segments of which the first comes last.
final class ReorderedInputTrial: Trial {
  let operations = 32
  private let batch: SegmentBatch

  init() throws {
    batch = SegmentBatch(try Pair(), most: 32)
    for _ in 0..<100 {
      prepare()
      run()
    }
    guard batch.count == operations else { throw CannotMeasure(description: "the window stays shut") }
  }

  func prepare() {
    batch.keepLastAnswer()
    batch.acknowledgeAll()
    batch.fill(operations, size: 1_448)
  }
  func run() {
    for index in 1..<max(1, batch.count) { batch.deliver(index) }
    batch.deliver(0)
  }
}

/// Acknowledgments arrive, each of one segment more.
final class AcknowledgmentInputTrial: Trial {
  let operations = 20
  private let batch: SegmentBatch
  @exclusivity(unchecked) private var acknowledgments: [DatagramBuffer] = []

  init() throws {
    batch = SegmentBatch(try Pair(), most: 20)
    for _ in 0..<100 {
      prepare()
      run()
    }
    guard acknowledgments.count == operations else {
      throw CannotMeasure(description: "the window stays shut")
    }
  }

  func prepare() {
    batch.acknowledgeAll()
    batch.fill(operations, size: 1_448)
    for index in 0..<batch.count { batch.deliver(index) }
    let behind = batch.count
    acknowledgments = (1...max(1, behind)).compactMap { number in
      batch.forge { $0.acknowledgment = $0.acknowledgment - (behind - number) * 1_448 }
    }
  }
  func run() {
    for buffer in acknowledgments { batch.pair.left.host.arrive(buffer.octets.bytes, at: batch.pair.now) }
  }
}

/// Acknowledgments with four SACK blocks arrive while 200 segments are in batch.
final class SelectiveInputTrial: Trial {
  let operations = 100
  private let batch: SegmentBatch
  @exclusivity(unchecked) private var buffer = DatagramBuffer(capacity: 128)

  init() throws {
    batch = SegmentBatch(try Pair(ring: 512 * 1_024), most: 200)
    var rounds = 0
    repeat {
      batch.acknowledgeAll()
      batch.fill(200, size: 1_448)
      guard batch.count < 200 else { break }
      for index in 0..<batch.count { batch.deliver(index) }
      rounds += 1
    } while rounds < 40
    guard batch.count == 200 else {
      throw CannotMeasure(description: "200 segments do not fit into the window")
    }
    batch.deliver(0)
    batch.deliver(1)
    let forged = batch.forge { header in
      header.options.timestamps = nil
      for block in 0..<4 {
        let left = header.acknowledgment + (10 + 20 * block) * 1_448
        header.options.sack.append(SACKBlock(left: left, right: left + 5 * 1_448))
      }
    }
    guard let forged else { throw CannotMeasure(description: "nothing was answered") }
    buffer = forged
  }

  func run() {
    for _ in 0..<operations { batch.pair.left.host.arrive(buffer.octets.bytes, at: batch.pair.now) }
  }
}
