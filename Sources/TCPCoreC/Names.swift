#if !TCPCORE_ARCHIVE  // the archive is one module
  import TCPCore
#endif
import CTCPCore

/// See tcpcore.h.
@c @implementation
public func tcpcore_state_name(_ state: UInt32) -> UnsafePointer<CChar>! {
  guard state <= 255, let known = ConnectionState(rawValue: UInt8(truncatingIfNeeded: state)) else {
    return unsafe cString("?")
  }
  return unsafe cString(known.name)
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_outcome_name(_ outcome: UInt32) -> UnsafePointer<CChar>! {
  guard outcome <= 255, let known = ArrivalOutcome(rawValue: UInt8(truncatingIfNeeded: outcome)) else {
    return unsafe cString("?")
  }
  return unsafe cString(known.name)
}

extension ArrivalOutcome {
  /// What became of the datagram, in a few words.
  fileprivate var name: StaticString {
    switch self {
    case .processed: "processed"
    case .datagramTooShort: "datagram too short"
    case .unknownVersion: "unknown version"
    case .badHeaderLength: "bad header length"
    case .badTotalLength: "bad total length"
    case .badHeaderChecksum: "bad header checksum"
    case .fragment: "fragment"
    case .badExtensionHeader: "bad extension header"
    case .mappedAddress: "mapped address"
    case .badSource: "bad source"
    case .notUnicast: "not unicast"
    case .notForUs: "not for us"
    case .unknownProtocol: "unknown protocol"
    case .unknownInterface: "unknown interface"
    case .icmpIgnored: "ICMP ignored"
    case .icmpForNobody: "ICMP for nobody"
    case .icmpNotInFlight: "ICMP not in flight"
    case .segmentTooShort: "segment too short"
    case .dataOffsetTooSmall: "data offset too small"
    case .dataOffsetBeyondSegment: "data offset beyond segment"
    case .badChecksum: "bad checksum"
    case .forNobody: "for nobody"
    case .resetForNobody: "reset for nobody"
    case .ignoredByListener: "ignored by listener"
    case .acknowledgmentForListener: "acknowledgment for listener"
    case .outsideWindow: "outside window"
    case .oldTimestamp: "old timestamp"
    case .missingTimestamp: "missing timestamp"
    case .resetOutsideWindow: "reset outside window"
    case .resetChallenged: "reset challenged"
    case .synChallenged: "synchronize challenged"
    case .missingAcknowledgment: "missing acknowledgment"
    case .acknowledgmentBeyondSent: "acknowledgment beyond sent"
    case .acknowledgmentTooOld: "acknowledgment too old"
    case .badHandshakeAcknowledgment: "bad handshake acknowledgment"
    case .ignoredInSynSent: "ignored in SYN-SENT"
    case .ignoredInTimeWait: "ignored in TIME-WAIT"
    case .textAfterRelease: "text after release"
    case .connectionTableFull: "connection table full"
    case .backlogFull: "backlog full"
    case .badCookie: "bad cookie"
    }
  }
}
