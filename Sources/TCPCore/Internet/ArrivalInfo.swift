/// How a datagram came: on which interface, and what its IP header says of its class of traffic.
///
/// It goes with the segment as far as somebody asks for it. One word, because every segment carries it; the
/// hop limit, which nobody asks for, would cost each of them 6 instructions.
package struct ArrivalInfo: BitwiseCopyable {
  /// Interface and traffic class, an octet each.
  private let bits: UInt32

  @inline(__always)
  package init(_ datagram: Datagram, on interface: UInt8) {
    bits = UInt32(interface) | UInt32(datagram.trafficClass) &<< 8
  }

  @inline(__always)
  private init(bits: UInt32) { self.bits = bits }

  /// The same, for what is handled as if it had come in on another interface.
  package func on(_ interface: UInt8) -> ArrivalInfo { ArrivalInfo(bits: bits & ~0xFF | UInt32(interface)) }

  /// The number of the interface, from 0.
  @inline(__always)
  package var interface: UInt8 { UInt8(truncatingIfNeeded: bits) }
  /// The congestion notification field.
  @inline(__always)
  package var codepoint: CongestionCodepoint {
    CongestionCodepoint(bits: UInt8(truncatingIfNeeded: bits &>> 8))
  }
  /// The six bits of the differentiated services code point.
  @inline(__always)
  // unreached: nobody asks for it yet
  package var dscp: UInt8 { UInt8(truncatingIfNeeded: bits &>> 10) & 63 }
}
