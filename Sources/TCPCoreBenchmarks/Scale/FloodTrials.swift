import TCPCore

/// SYNs from ever new places against a host whose half-open table is full.
final class FloodTrial: NotedTrial {
  let operations = 20_000
  private let crowd: Crowd
  private let flood: Flood

  init() throws {
    crowd = try Crowd(64, spare: 64)
    try crowd.open()
    flood = Flood(operations, for: crowd.station)
  }

  var note: String {
    "\(crowd.station.host.counters.segmentsSent) were answered, "
      + "\(crowd.station.host.counters.halfOpenRecycled) made room for others"
  }

  func run() { flood.pour(into: crowd.station, at: crowd.now) }
}
