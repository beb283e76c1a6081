/// How the datagrams around a segment are to be made.
package struct DatagramOptions: BitwiseCopyable {
  /// The octet of the differentiated services field: code point, and the congestion notification field.
  package var trafficClass: UInt8
  /// Time to live, or hop limit.
  package var hopLimit: UInt8
  /// Whether the device fills in the TCP checksum.
  package var isChecksumOffloaded: Bool

  /// - Parameter dscp: differentiated services code point, 0 to 63; higher bits are dropped (SHLD-22).
  @inline(__always)
  package init(
    dscp: UInt8 = 0, codepoint: CongestionCodepoint = .notCapable, hopLimit: UInt8 = 64,
    isChecksumOffloaded: Bool = false
  ) {
    trafficClass = dscp &<< 2 | codepoint.rawValue
    self.hopLimit = hopLimit
    self.isChecksumOffloaded = isChecksumOffloaded
  }
}

extension DatagramOptions {
  /// Puts the IP header in front of a segment that is in its place, and the checksum into it.
  ///
  /// - Parameters:
  ///   - tuple: whose segment it is; local is the source.
  ///   - headerCount: octets of TCP header.
  ///   - textCount: octets of text behind it.
  ///   - textSum: their sum.
  ///   - bytes: room for the datagram, with the segment behind 20 octets for IPv4, 40 for IPv6.
  /// - Returns: the length of the datagram.
  @inline(__always)  // on a segment's way
  func writeIPHeaderAndChecksum(
    _ tuple: FourTuple, headerCount: Int, textCount: Int, _ textSum: InternetChecksum, in bytes: MutableBytes
  ) -> Int {
    var datagram = Datagram(
      source: tuple.localAddress, destination: tuple.remoteAddress, protocolNumber: 6,
      payloadCount: headerCount &+ textCount)
    datagram.trafficClass = trafficClass
    datagram.hopLimit = hopLimit
    datagram.emit(into: bytes)
    let room = bytes.dropping(datagram.payloadOffset)
    var checksum = datagram.pseudoHeaderSum()
    if isChecksumOffloaded {
      // The device completes the sum; it expects that of the pseudo header.
      room.store(~checksum.field, at: SegmentHeader.checksumOffset)
    } else {
      checksum.add(header: room, count: headerCount)
      checksum.add(textSum)
      room.store(checksum.field, at: SegmentHeader.checksumOffset)  // MUST-2
    }
    return datagram.payloadOffset &+ headerCount &+ textCount
  }
}

extension SegmentHeader {
  /// Writes a whole datagram: IP header, this header, and text that a closure puts in place.
  ///
  /// - Parameters:
  ///   - tuple: whose segment it is; local is the source.
  ///   - textCount: octets of text.
  ///   - text: writes the text to the place it is given and returns its sum.
  /// - Returns: the length of the datagram.
  @inline(__always)
  package func emitDatagram(
    _ tuple: FourTuple, textCount: Int, _ style: DatagramOptions, into bytes: MutableBytes,
    text: (MutableBytes) -> InternetChecksum
  ) -> Int {
    let headerCount = byteCount
    let room = bytes.dropping(tuple.isIPv4 ? 20 : 40)
    emit(into: room, headerCount: headerCount)
    let textSum = textCount > 0 ? text(room.dropping(headerCount)) : InternetChecksum()
    return style.writeIPHeaderAndChecksum(
      tuple, headerCount: headerCount, textCount: textCount, textSum, in: bytes)
  }

  /// Writes a datagram without text.
  package func emitDatagram(
    _ tuple: FourTuple, _ style: DatagramOptions, into bytes: MutableBytes
  ) -> Int {
    // unreached: without text nobody asks for its sum
    emitDatagram(tuple, textCount: 0, style, into: bytes) { _ in InternetChecksum() }
  }
}
