import TCPCore
import TCPLoopback

extension LoopbackDriver {
  /// The state of a side's connection in the RFC's spelling, also while nobody has a handle for it yet.
  func stateName(_ side: Side, _ handle: Handle?) -> String {
    if let handle {
      let status = side == .left ? try? left.status(handle) : try? right.status(handle)
      return "\(status?.state.name ?? ConnectionState.closed.name)"
    }
    if side == .left { return "\(ConnectionState.closed.name)" }
    let occupancy = right.occupancy
    if occupancy.connections > 0 { return acceptableState }
    return "\((occupancy.halfOpen > 0 ? ConnectionState.synReceived : .listen).name)"
  }

  /// The state of a connection that the right side's listener has made and nobody has accepted.
  private var acceptableState: String {
    var cursor = 0
    while let handle = right.nextHandle(&cursor) {
      if let status = try? right.status(handle), status.state != .listen { return "\(status.state.name)" }
    }
    return "\(ConnectionState.listen.name)"
  }
}
