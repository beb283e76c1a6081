import TCPCore

/// What assertions can ask, by the names that Linux gives it.
enum ConnectionInfo {
  /// The value of a field; `nil` where there is no such field.
  static func value(_ field: String, _ status: Status) -> Int? {
    let size = max(status.segmentSize, 1)
    func microseconds(_ interval: Interval) -> Int { Int(truncatingIfNeeded: interval.microseconds) }
    switch field {
    case "tcpi_state": return number(of: status.state)
    case "tcpi_ca_state": return phase(status)
    case "tcpi_snd_cwnd": return status.congestionWindow / size
    case "tcpi_snd_ssthresh":
      return status.slowStartThreshold == Int.max ? 0x7FFF_FFFF : status.slowStartThreshold / size
    case "tcpi_unacked": return (status.bytesInFlight + size - 1) / size
    case "tcpi_snd_mss": return status.segmentSize
    case "tcpi_pmtu": return status.pathMTU
    case "tcpi_rto": return microseconds(status.retransmissionTimeout)
    case "tcpi_rtt": return microseconds(status.smoothedRoundTrip)
    case "tcpi_rttvar": return microseconds(status.roundTripVariance)
    case "tcpi_min_rtt":
      return status.minimumRoundTrip == .unlimited ? 0xFFFF_FFFF : microseconds(status.minimumRoundTrip)
    case "tcpi_retransmits", "tcpi_backoff": return status.unansweredTimeouts
    case "tcpi_total_retrans": return status.retransmissions
    case "tcpi_notsent_bytes": return status.unsent
    case "tcpi_snd_wnd": return status.sendWindow
    case "tcpi_rcv_wnd": return status.receiveWindow
    case "tcpi_delivery_rate": return status.deliveryRate
    case "tcpi_pacing_rate": return status.pacingRate
    default: return nil
    }
  }

  /// Open, Disorder, Recovery or Loss, as far as a host knows: after a time-out Loss ends with the first
  /// acknowledgment.
  private static func phase(_ status: Status) -> Int {
    if status.unansweredTimeouts > 0 { return 4 }
    if status.congestionPhase == .recovery { return 3 }
    return status.bytesInNetwork < status.bytesInFlight ? 1 : 0
  }

  /// Names of numbers in assertions.
  static let constants: [String: Int] = [
    "TCP_CA_Open": 0, "TCP_CA_Disorder": 1, "TCP_CA_Recovery": 3, "TCP_CA_Loss": 4,
    "TCP_INFINITE_SSTHRESH": 0x7FFF_FFFF,
    "TCP_ESTABLISHED": 1, "TCP_SYN_SENT": 2, "TCP_SYN_RECV": 3, "TCP_FIN_WAIT1": 4, "TCP_FIN_WAIT2": 5,
    "TCP_TIME_WAIT": 6, "TCP_CLOSE": 7, "TCP_CLOSE_WAIT": 8, "TCP_LAST_ACK": 9, "TCP_LISTEN": 10,
    "TCP_CLOSING": 11,
  ]

  private static func number(of state: ConnectionState) -> Int {
    switch state {
    case .established: 1
    case .synSent: 2
    case .synReceived: 3
    case .finWait1: 4
    case .finWait2: 5
    case .timeWait: 6
    case .closed: 7
    case .closeWait: 8
    case .lastAck: 9
    case .listen: 10
    case .closing: 11
    }
  }
}
