extension SegmentHeader {
  /// Reads a segment: header, options and the length of the text.
  ///
  /// - Parameter bytes: the whole segment, header and text, as long as the datagram says.
  /// - Throws: `SegmentError` when the lengths do not fit each other. The checksum is not checked here: it
  ///   also covers addresses that only the datagram knows.
  @inline(__always)
  public init(parsing bytes: RawSpan) throws(SegmentError) {
    if let error = SegmentError(of: bytes) { throw error }
    self.init(fixedPartOf: bytes)
    readOptions(of: bytes)
  }

  /// Reads all but the options of a segment that `SegmentError(of:)` has accepted. Split in three so that the
  /// optimiser builds the header in place; one throwing initialiser costs a copy.
  @inline(__always)  // on a segment's way
  init(fixedPartOf bytes: RawSpan) {
    let offsetAndReserved = bytes.uint8(at: 12)
    let headerCount = Int(offsetAndReserved &>> 4) &* 4
    sourcePort = bytes.uint16(at: 0)
    destinationPort = bytes.uint16(at: 2)
    sequence = SequenceNumber(bytes.uint32(at: 4))
    acknowledgment = SequenceNumber(bytes.uint32(at: 8))
    reserved = offsetAndReserved & 0x0F
    flags = SegmentFlags(rawValue: bytes.uint8(at: 13))
    window = bytes.uint16(at: 14)
    checksum = bytes.uint16(at: 16)
    urgentPointer = bytes.uint16(at: 18)
    payloadCount = bytes.byteCount &- headerCount
  }

  /// Reads the options of the segment that the fixed part was read from.
  @inline(__always)
  mutating func readOptions(of bytes: RawSpan) {
    options.read(bytes, from: 20, to: bytes.byteCount &- payloadCount)  // MUST-5: on any segment
  }
}

extension SegmentError {
  /// What is wrong with the lengths of a segment, if anything is.
  @inline(__always)
  init?(of bytes: RawSpan) {
    let count = bytes.byteCount
    guard count >= 20 else {
      self = .tooShort
      return
    }
    let headerCount = Int(bytes.uint8(at: 12) &>> 4) &* 4
    guard headerCount < 20 || headerCount > count else { return nil }
    self = headerCount < 20 ? .dataOffsetTooSmall : .dataOffsetBeyondSegment
  }
}
