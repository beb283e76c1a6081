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
  /// Fewer octets than the frame's header.
  case tooShort(octets: Int)
  /// The frame carries another protocol (its Ethernet type, or a length below 1536 for LLC).
  case notIP(etherType: UInt16)
  /// A loopback frame of another address family.
  case unknownFamily(UInt32)
  /// Frames of this kind are not read here.
  case unsupportedLinkType(UInt16)

  /// A few words for a terminal.
  public var description: String {
    switch self {
    case .tooShort(let octets): "frame of \(octets) octets is too short"
    case .notIP(0x0806): "ARP"
    case .notIP(let type) where type < 1536: "LLC frame"
    case .notIP(let type): "Ethernet type \(Notation.hex(type))"
    case .unknownFamily(let family): "address family \(family)"
    case .unsupportedLinkType(let type): "unsupported link type \(type)"
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
}
