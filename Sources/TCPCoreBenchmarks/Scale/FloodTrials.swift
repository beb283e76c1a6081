import TCPCore

/// SYNs from ever new places against a host whose half-open table is full.
final class FloodTrial: NotedTrial {
  let operations = 20_000
  private let fleet: ConnectionFleet
  private let flood: Flood

  init() throws {
    fleet = try ConnectionFleet(64, spare: 64)
    try fleet.open()
    flood = Flood(operations, for: fleet.benchHost)
  }

  var note: String {
    "\(fleet.benchHost.host.counters.segmentsSent) were answered, "
      + "\(fleet.benchHost.host.counters.cookiesSent) with a cookie"
  }

  func run() { flood.pour(into: fleet.benchHost, at: fleet.now) }
}
