/// The targets, by the names of their programs and of their folders in the corpus.
package enum FuzzTarget: String, CaseIterable {
  case segment = "FuzzSegment"
  case options = "FuzzOptions"
  case datagram = "FuzzDatagram"
  case reassembly = "FuzzReassembly"
  case connection = "FuzzConnection"
  case host = "FuzzHost"
  case loopback = "FuzzLoopback"

  /// Checks one input.
  ///
  /// - Parameter observer: is shown what happens, where the target can show it.
  package func check(_ bytes: RawSpan, observer: (any ConnectionObserver & LoopbackObserver)? = nil) {
    switch self {
    case .segment: checkSegment(bytes)
    case .options: checkOptions(bytes)
    case .datagram: checkDatagram(bytes)
    case .reassembly: checkReassembly(bytes)
    case .connection: checkConnection(bytes, observer: observer)
    case .host: checkHost(bytes, observer: observer)
    case .loopback: checkLoopback(bytes, observer: observer)
    }
  }
}
