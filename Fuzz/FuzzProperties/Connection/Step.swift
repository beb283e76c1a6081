import TCPCore

/// One step of a connection's input script: eight octets. The first says what happens; what the others mean
/// depends on it.
///
/// Zero is the natural choice everywhere: a segment of zeros is at RCV.NXT and acknowledges all that was
/// sent.
package struct Step {
  /// What happens.
  package enum Kind: UInt8 {
    /// A segment arrives, described relative to the connection's own numbers.
    case segment
    /// The same, with a wrong checksum: it must change nothing.
    case damagedSegment
    /// The peer acknowledges everything that was sent, and opens its window.
    case answer
    /// An ICMP error arrives that quotes a segment of ours.
    case icmp
    /// SEND.
    case write
    /// RECEIVE.
    case read
    /// CLOSE, ABORT, OPEN and the others.
    case call
    /// Time passes.
    case time
    /// Datagrams leave.
    case transmit
    /// The host moves to a copy of its memory.
    case move
    /// The user changes the connection's options.
    case options
  }

  /// How many octets one step takes.
  package static var byteCount: Int { 8 }

  /// The eight octets.
  package var octets: InlineArray<8, UInt8>

  /// Reads a step.
  package init(_ bytes: RawSpan, at offset: Int) {
    octets = InlineArray { bytes.uint8(at: offset + $0) }
  }

  /// A step from its octets; missing ones are zero.
  package init(_ octets: [UInt8]) {
    self.octets = InlineArray { $0 < octets.count ? octets[$0] : 0 }
  }

  /// What happens. Half of all values of the first octet are segments.
  package var kind: Kind {
    let code = octets[0] & 15
    return code < 6 ? .segment : Kind(rawValue: code - 5) ?? .answer
  }

  /// Whether nothing leaves after the step, so that the next one meets a host that owes something.
  package var isHeld: Bool { octets[0] & 0x10 != 0 }

  /// Whether the user does not fetch events after the step.
  package var isUnheard: Bool { octets[0] & 0x20 != 0 }

  private static let far = [
    256, 535, 536, 1_460, 16_384, 32_767, 65_535, 65_536, 1 << 20, 1 << 30, (1 << 31) - 1,
  ]

  /// A signed distance: small ones directly, the ends of the range for those that matter to a comparison.
  package static func distance(_ octet: UInt8) -> Int {
    let value = Int(Int8(bitPattern: octet))
    let size = value < 0 ? -value : value
    if size <= 112 { return value }
    let index = size - 113
    let distance = index < far.count ? far[index] : 1 << 31
    return value < 0 ? -distance : distance
  }
}
