import TCPCore

/// Datagrams around segments that no TCP of ours would send: with any options, and with a wrong checksum.
package enum SegmentDatagram {
  /// A datagram around a segment.
  ///
  /// - Parameters:
  ///   - rawOptions: octets to put behind the options that the header holds; a multiple of 4.
  ///   - trafficClass: the octet of the differentiated services field, if not all zero.
  ///   - isSpoiled: the checksum is wrong.
  package static func octets(
    _ header: SegmentHeader, rawOptions: [UInt8] = [], text: [UInt8], from source: Address,
    to destination: Address, codepoint: CongestionCodepoint = .notCapable, trafficClass: UInt8 = 0,
    hopLimit: UInt8 = 64, isSpoiled: Bool = false
  ) -> [UInt8] {
    var segment = [UInt8](repeating: 0, count: header.byteCount)
    fill(&segment) { header.emit(into: $0) }
    segment += rawOptions
    segment[12] = UInt8(segment.count / 4) << 4 | header.reserved
    segment += text
    var datagram = Datagram(
      source: source, destination: destination, protocolNumber: 6, payloadCount: segment.count)
    datagram.trafficClass = trafficClass
    datagram.hopLimit = hopLimit
    if codepoint != .notCapable { datagram.codepoint = codepoint }
    var checksum = datagram.pseudoHeaderSum()
    unsafe checksum.add(segment.span.bytes)
    let field = isSpoiled ? checksum.field ^ 0x0100 : checksum.field
    segment[16] = UInt8(field >> 8)
    segment[17] = UInt8(truncatingIfNeeded: field)
    var bytes = [UInt8](repeating: 0, count: datagram.payloadOffset)
    fill(&bytes) { datagram.emit(into: $0) }
    return bytes + segment
  }

  private static func fill(_ bytes: inout [UInt8], _ emit: (MutableBytes) -> Void) {
    // The view lives as long as the closure that lends the array's memory.
    unsafe bytes.withUnsafeMutableBytes { buffer in
      if let view = unsafe MutableBytes(buffer) { emit(view) }
    }
  }
}
