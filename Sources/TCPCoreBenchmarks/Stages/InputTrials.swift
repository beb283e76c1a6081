import CBenchmarkSupport
import TCPCore

/// Text arrives in order; every second segment is answered.
final class TextInputTrial: Trial {
  let operations = 20
  let hasFloor = true
  private let flight: Flight
  private let size: Int
  @exclusivity(unchecked) private var ring = RingWalk(capacity: Pair.ring)

  init(hasTimestamps: Bool) throws {
    size = hasTimestamps ? 1_448 : 1_460
    flight = Flight(try Pair(hasTimestamps: hasTimestamps), most: 20)
    // The congestion window opens first, by a segment for each acknowledgment.
    for _ in 0..<100 {
      prepare()
      run()
    }
    guard flight.count == operations else { throw CannotMeasure(description: "the window stays shut") }
  }

  func prepare() {
    flight.rest()
    flight.fill(operations, size: size)
  }
  func run() { for index in 0..<flight.count { flight.land(index) } }
  func runFloor(_ way: FloorWay) {
    for index in 0..<flight.count {
      let octets = flight.pages[index].octets
      let header = octets.count - size
      _ = tcpcore_opaque(tcpcore_floor_sum(octets.baseAddress, header))
      ring.fill(size, from: octets.baseAddress.map { $0 + header }, way)
    }
  }
}

/// 32 segments of which the first comes last.
final class ReorderedInputTrial: Trial {
  let operations = 32
  private let flight: Flight

  init() throws {
    flight = Flight(try Pair(), most: 32)
    for _ in 0..<100 {
      prepare()
      run()
    }
    guard flight.count == operations else { throw CannotMeasure(description: "the window stays shut") }
  }

  func prepare() {
    flight.keepLastAnswer()
    flight.rest()
    flight.fill(operations, size: 1_448)
  }
  func run() {
    for index in 1..<max(1, flight.count) { flight.land(index) }
    flight.land(0)
  }
}

/// Acknowledgments arrive, each of one segment more.
final class AcknowledgmentInputTrial: Trial {
  let operations = 20
  private let flight: Flight
  @exclusivity(unchecked) private var acknowledgments: [Page] = []

  init() throws {
    flight = Flight(try Pair(), most: 20)
    for _ in 0..<100 {
      prepare()
      run()
    }
    guard acknowledgments.count == operations else {
      throw CannotMeasure(description: "the window stays shut")
    }
  }

  func prepare() {
    flight.rest()
    flight.fill(operations, size: 1_448)
    for index in 0..<flight.count { flight.land(index) }
    let behind = flight.count
    acknowledgments = (1...max(1, behind)).compactMap { number in
      flight.forge { $0.acknowledgment = $0.acknowledgment - (behind - number) * 1_448 }
    }
  }
  func run() {
    for page in acknowledgments { flight.pair.left.host.arrive(page.octets.bytes, at: flight.pair.now) }
  }
}

/// Acknowledgments with four SACK blocks arrive while 200 segments are in flight.
final class SelectiveInputTrial: Trial {
  let operations = 100
  private let flight: Flight
  @exclusivity(unchecked) private var page = Page(capacity: 128)

  init() throws {
    flight = Flight(try Pair(ring: 512 * 1_024), most: 200)
    var rounds = 0
    repeat {
      flight.rest()
      flight.fill(200, size: 1_448)
      guard flight.count < 200 else { break }
      for index in 0..<flight.count { flight.land(index) }
      rounds += 1
    } while rounds < 40
    guard flight.count == 200 else {
      throw CannotMeasure(description: "200 segments do not fit into the window")
    }
    flight.land(0)
    flight.land(1)
    let forged = flight.forge { header in
      header.options.timestamps = nil
      for block in 0..<4 {
        let left = header.acknowledgment + (10 + 20 * block) * 1_448
        header.options.sack.append(SACKBlock(left: left, right: left + 5 * 1_448))
      }
    }
    guard let forged else { throw CannotMeasure(description: "nothing was answered") }
    page = forged
  }

  func run() {
    for _ in 0..<operations { flight.pair.left.host.arrive(page.octets.bytes, at: flight.pair.now) }
  }
}
