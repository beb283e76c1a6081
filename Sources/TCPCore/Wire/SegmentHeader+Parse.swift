extension SegmentHeader {
  /// Reads a segment: header, options and the length of the text.
  ///
  /// - Parameter bytes: the whole segment, header and text, as long as the datagram says.
  /// - Throws: `SegmentError` when the lengths do not fit each other. The checksum is not looked at here: it
  ///   also covers addresses that only the datagram knows.
  @inline(__always)
  public init(parsing bytes: RawSpan) throws(SegmentError) {
    let count = bytes.byteCount
    guard count >= 20 else { throw .tooShort }
    let offsetAndReserved = bytes.uint8(at: 12)
    let headerCount = Int(offsetAndReserved &>> 4) &* 4
    guard headerCount >= 20 else { throw .dataOffsetTooSmall }
    guard headerCount <= count else { throw .dataOffsetBeyondSegment }
    sourcePort = bytes.uint16(at: 0)
    destinationPort = bytes.uint16(at: 2)
    sequence = SequenceNumber(bytes.uint32(at: 4))
    acknowledgment = SequenceNumber(bytes.uint32(at: 8))
    reserved = offsetAndReserved & 0x0F
    flags = SegmentFlags(rawValue: bytes.uint8(at: 13))
    window = bytes.uint16(at: 14)
    checksum = bytes.uint16(at: 16)
    urgentPointer = bytes.uint16(at: 18)
    payloadCount = count &- headerCount
    options = SegmentOptions(parsing: bytes, from: 20, to: headerCount)  // MUST-5: on any segment
  }
}
