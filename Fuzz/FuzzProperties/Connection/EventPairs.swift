import TCPCore

/// Which events of RFC 9293 section 3.10 have met which states: for the report about a corpus.
package enum EventPairs {
  /// The events, as the table of events names them.
  package enum Event: UInt8, CaseIterable {
    case open
    case send
    case receive
    case close
    case abort
    case status
    case segment
    case userTimeout
    case retransmissionTimeout
    case timeWaitTimeout

    /// The name in the table.
    package var name: String {
      switch self {
      case .open: "OPEN"
      case .send: "SEND"
      case .receive: "RECEIVE"
      case .close: "CLOSE"
      case .abort: "ABORT"
      case .status: "STATUS"
      case .segment: "SEGMENT ARRIVES"
      case .userTimeout: "USER TIMEOUT"
      case .retransmissionTimeout: "RETRANSMISSION TIMEOUT"
      case .timeWaitTimeout: "TIME-WAIT TIMEOUT"
      }
    }
  }

  // One input script runs at a time: a process that replays or fuzzes has one thread that does.
  nonisolated(unsafe) private static var seen: [UInt16] = Array(repeating: 0, count: 16)

  static func note(_ event: Event, _ state: ConnectionState) {
    unsafe seen[Int(state.rawValue)] |= 1 << UInt16(event.rawValue)
  }

  /// Whether an input script of this process has shown an event to a state.
  package static func hasSeen(_ event: Event, _ state: ConnectionState) -> Bool {
    unsafe seen[Int(state.rawValue)] & 1 << UInt16(event.rawValue) != 0
  }
}
