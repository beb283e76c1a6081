/// What became of a datagram. Every datagram has exactly one outcome, and each is counted.
public enum ArrivalOutcome: UInt8, Sendable, BitwiseCopyable {
  /// It belonged to a connection, a handshake or a listener and was processed.
  case processed = 0

  // Internet

  /// Fewer octets than the smallest IP header.
  case datagramTooShort
  /// Neither IPv4 nor IPv6.
  case unknownVersion
  /// Bad IPv4 header length.
  case badHeaderLength
  /// Bad total or payload length.
  case badTotalLength
  /// Bad IPv4 header checksum.
  case badHeaderChecksum
  /// A fragment.
  case fragment
  /// IPv6 extension headers that cannot be walked.
  case badExtensionHeader
  /// An IPv4-mapped address in an IPv6 header.
  case mappedAddress
  /// From an address that no host can have (MUST-63).
  case badSource
  /// To a broadcast or multicast address (MUST-57).
  case notUnicast
  /// To an address that is not ours.
  case notForUs
  /// Neither TCP nor an ICMP error.
  case unknownProtocol
  /// On an interface that does not exist.
  case unknownInterface

  // ICMP

  /// An ICMP message that is no error about a TCP segment, or is damaged.
  case icmpIgnored
  /// An ICMP error about a connection that does not exist.
  case icmpForNobody
  /// An ICMP error about octets that are not in flight (RFC5927-1).
  case icmpNotInFlight

  // Wire

  /// Fewer octets than the smallest TCP header.
  case segmentTooShort
  /// Data offset below 5.
  case dataOffsetTooSmall
  /// Data offset behind the end.
  case dataOffsetBeyondSegment
  /// Bad TCP checksum (MUST-3).
  case badChecksum

  // Segment arrives

  /// For no connection and no listener; answered with a reset.
  case forNobody
  /// A reset for no connection.
  case resetForNobody
  /// A segment that a listener does not answer.
  case ignoredByListener
  /// A segment with ACK for a listener; answered with a reset.
  case acknowledgmentForListener
  /// Outside the window; answered with an acknowledgment unless throttled.
  case outsideWindow
  /// PAWS: an old timestamp; answered with an acknowledgment.
  case oldTimestamp
  /// No timestamp although both sides agreed on them (RFC7323-TS-7).
  case missingTimestamp
  /// A reset outside the window.
  case resetOutsideWindow
  /// A reset in the window but not at RCV.NXT; answered with a challenge.
  case resetChallenged
  /// A SYN on a synchronized connection; answered with a challenge.
  case synChallenged
  /// No ACK where one is needed.
  case missingAcknowledgment
  /// An acknowledgment of octets never sent.
  case acknowledgmentBeyondSent
  /// An acknowledgment further back than the largest window.
  case acknowledgmentTooOld
  /// An acknowledgment that does not fit the handshake; answered with a reset.
  case badHandshakeAcknowledgment
  /// In SYN-SENT: neither SYN nor a valid reset.
  case ignoredInSynSent
  /// In TIME-WAIT: ignored.
  case ignoredInTimeWait
  /// Text for a connection whose handle was released; answered with a reset.
  case textAfterRelease

  // Tables

  /// A SYN or the last ACK of a handshake while the connection table is full.
  case connectionTableFull
  /// A SYN for a listener whose backlog is full.
  case backlogFull

  // SYN cookies

  /// A segment with ACK for a listener that has sent cookies of late, and this is none of them.
  case badCookie

  /// How many outcomes there are.
  public static var count: Int { 41 }
}
