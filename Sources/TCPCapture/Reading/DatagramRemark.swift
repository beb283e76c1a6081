import TCPCore

/// What is unusual about a datagram that was read all the same.
public enum DatagramRemark: Equatable, Sendable {
  /// The IPv4 header checksum is wrong; most often the device was to fill it in behind the capture.
  case incorrectHeaderChecksum
  /// The header states no length, because a device was to cut the datagram up: it ends with the frame.
  case noTotalLength
  /// The header states a length of so many octets, and the frame had fewer.
  case totalLengthBeyondFrame(stated: Int)
  /// Only the first fragment of a datagram: its header is here, the end of its text is not.
  case firstFragment
  /// An IPv4 source route is not at its end: the destination shown is the last one, this address is the next.
  case sourceRoute(next: Address)
  /// The same for an IPv6 routing header.
  case routingHeader(next: Address)
  /// A routing header of a type whose last destination is not known here.
  case unknownRoutingHeader(type: UInt8)
  /// The source shown is the home address (RFC 6275 section 6.3), this one is in the header.
  case homeAddress(careOf: Address)
  /// An IPv6 header with an IPv4-mapped address.
  case mappedAddress
  /// An authentication header was passed over.
  case authenticated
  /// The datagram was inside another one, between these addresses.
  case tunnel(TunnelKind, from: Address, to: Address)
  /// Of the options only so many octets were captured.
  case cutOptions(captured: Int, of: Int)

  /// The same words for all of a kind, to count them by.
  public var name: String {
    switch self {
    case .incorrectHeaderChecksum: "incorrect IP header checksum"
    case .noTotalLength: "total length 0"
    case .totalLengthBeyondFrame: "total length beyond the frame"
    case .firstFragment: "first fragment"
    case .sourceRoute: "source route"
    case .routingHeader: "routing header"
    case .unknownRoutingHeader: "unknown routing header"
    case .homeAddress: "home address"
    case .mappedAddress: "IPv4-mapped address"
    case .authenticated: "authentication header"
    case .tunnel(let kind, _, _): kind.rawValue
    case .cutOptions: "cut options"
    }
  }
}

extension DatagramRemark: CustomStringConvertible {
  /// A few words for a terminal.
  public var description: String {
    switch self {
    case .totalLengthBeyondFrame(let stated): "total length \(stated) is beyond the frame"
    case .sourceRoute(let next), .routingHeader(let next): "\(name), next \(Notation.text(next))"
    case .unknownRoutingHeader(let type): "routing header of type \(type)"
    case .homeAddress(let careOf): "home address, in care of \(Notation.text(careOf))"
    case .tunnel(let kind, let from, let to):
      "\(kind.rawValue) \(Notation.text(from)) > \(Notation.text(to))"
    case .cutOptions(let captured, let all): "\(captured) of \(all) octets of options captured"
    case .incorrectHeaderChecksum, .noTotalLength, .firstFragment, .mappedAddress, .authenticated: name
    }
  }
}

/// How a datagram was carried inside another one.
public enum TunnelKind: String, Sendable {
  /// IPv4 in IPv4 (RFC 2003).
  case ipv4InIPv4 = "4in4"
  /// IPv4 in IPv6 (RFC 2473).
  case ipv4InIPv6 = "4in6"
  /// IPv6 in IPv4 (RFC 4213).
  case ipv6InIPv4 = "6in4"
  /// IPv6 in IPv6 (RFC 2473).
  case ipv6InIPv6 = "6in6"
  /// Generic routing encapsulation (RFC 2784, RFC 2890).
  case gre = "GRE"
}
