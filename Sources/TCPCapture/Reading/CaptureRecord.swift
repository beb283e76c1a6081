import TCPCore

/// One interface of a capture. A classic pcap file has exactly one.
public struct CaptureInterface: Equatable, Sendable {
  /// The name, where the file gives one.
  public var name: String?
  /// The kind of frame (LINKTYPE number).
  public var linkType: UInt16
  /// The most octets that were kept of a frame, 0 for no limit.
  public var snapLength: Int
  /// What a tick is worth.
  var resolution: TimestampResolution
  /// Seconds to add to every time stamp.
  var offsetSeconds: Int64 = 0

  /// The moment of a time stamp of this interface, at the nearest end of the range if it is outside.
  func instant(ticks: UInt64) -> Instant {
    let time = resolution.microseconds(ticks)
    let (shift, overflow) = offsetSeconds.magnitude.multipliedReportingOverflow(by: 1_000_000)
    if offsetSeconds < 0 {
      return Instant(microseconds: overflow || shift > time ? 0 : time - shift)
    }
    let (sum, carry) = time.addingReportingOverflow(shift)
    return Instant(microseconds: overflow || carry ? UInt64.max : sum)
  }
}

/// Why a record holds no IP datagram.
public enum NoDatagram: Equatable, Sendable, CustomStringConvertible {
  /// Fewer octets than the frame's headers.
  case tooShort(octets: Int)
  /// The frame carries another protocol, by its Ethernet type.
  case notIP(etherType: UInt16)
  /// An IEEE 802.2 frame of another protocol, by its destination service access point.
  case llc(UInt8)
  /// A SNAP frame of an organization that has protocol numbers of its own.
  case snap(organization: UInt32)
  /// PPP with another protocol, most often one that sets up the link.
  case ppp(UInt16)
  /// A loopback frame of another address family.
  case unknownFamily(UInt32)
  /// More VLAN tags, one behind the other, than are read.
  case tooManyTags
  /// Frames of this kind are not read here.
  case unsupportedLinkType(UInt16)

  /// The same words for all of a kind, to count them by.
  public var name: String {
    if case .tooShort = self { return "frame too short" }
    return description
  }

  /// A few words for a terminal.
  public var description: String {
    switch self {
    case .tooShort(let octets): "frame of \(octets) octets is too short"
    case .notIP(let type): EtherType.name(type)
    case .llc(0x42): "spanning tree"
    case .llc(0xE0): "IPX in LLC"
    case .llc(0xFE): "OSI in LLC"
    case .llc(let point): "LLC \(Notation.hex(point))"
    case .snap(0x00000C): "SNAP of Cisco"
    case .snap(let organization): "SNAP \(Notation.hex(organization))"
    case .ppp(0xC021): "PPP link control"
    case .ppp(0xC023), .ppp(0xC223): "PPP authentication"
    case .ppp(0x8021), .ppp(0x8057): "PPP network control"
    case .ppp(0x002D), .ppp(0x002F): "PPP with compressed TCP headers"
    case .ppp(0x003D): "PPP multilink"
    case .ppp(0x00FD): "PPP compressed"
    case .ppp(let number): "PPP protocol \(Notation.hex(number))"
    case .unknownFamily(let family): "address family \(family)"
    case .tooManyTags: "more than \(LinkLayer.tagLimit) VLAN tags"
    case .unsupportedLinkType(let type): LinkType.name(type)
    }
  }
}

/// One frame of a capture.
public struct CaptureRecord: Equatable, Sendable {
  /// What a record holds.
  public enum Content: Equatable, Sendable {
    /// An IP datagram in this range of the file, perhaps with link padding behind it.
    case datagram(Range<Int>)
    /// No IP datagram.
    case none(NoDatagram)
  }

  /// Counts from 1, as other programs do.
  public var number: Int
  /// Where the record begins in the file.
  public var offset: Int
  /// Microseconds since the capture's own epoch.
  public var time: Instant
  /// What the time stamp says beyond whole microseconds, from 0 to 999 nanoseconds; `nil` if its ticks are
  /// not so fine.
  public var nanoseconds: Int?
  /// Position in the reader's `interfaces`.
  public var interface: Int
  /// Octets kept of the frame.
  public var capturedCount: Int
  /// Octets the frame had.
  public var originalCount: Int
  /// The datagram, or why there is none.
  public var content: Content
  /// Which way it went, where the file says so.
  public var direction: CaptureDirection?
  /// A remark, where the file has one.
  public var comment: String?

  /// Whether only the start of the frame was kept.
  public var isCut: Bool { capturedCount < originalCount }
  /// Octets that the datagram and the padding behind it had on the wire.
  var datagramCount: Int? {
    guard case .datagram(let range) = content else { return nil }
    return range.count + originalCount - capturedCount
  }
}
