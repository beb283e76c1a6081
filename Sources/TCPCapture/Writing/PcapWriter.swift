import TCPCore

/// Writes raw IP datagrams as a classic pcap file with microseconds.
public struct PcapWriter<Sink: CaptureSink> {
  /// Where the file goes.
  public private(set) var sink: Sink

  /// Starts a file: writes its header.
  public init(_ sink: Sink) throws(Sink.Failure) {
    self.sink = sink
    var header: [UInt8] = []
    header.append(little: 0xA1B2_C3D4 as UInt32)
    header.append(little: 2 as UInt16)  // version 2.4
    header.append(little: 4 as UInt16)
    header.append(little: 0 as UInt32)  // time zone: none
    header.append(little: 0 as UInt32)  // accuracy: not stated
    header.append(little: 0x0004_0000 as UInt32)  // no datagram is longer than 256 KiB
    header.append(little: UInt32(LinkType.raw))
    try self.sink.append(header)
  }

  /// Adds one datagram.
  ///
  /// - Parameters:
  ///   - datagram: a whole IPv4 or IPv6 datagram, or its start.
  ///   - time: when it was seen; seconds beyond 32 bits wrap, as the format has no more.
  ///   - originalCount: octets on the wire when `datagram` is only the start.
  public mutating func write(
    _ datagram: RawSpan, at time: Instant, originalCount: Int? = nil
  ) throws(Sink.Failure) {
    var bytes: [UInt8] = []
    bytes.append(span: datagram)
    try write(bytes, at: time, originalCount: originalCount)
  }

  /// Adds one datagram given as an array.
  public mutating func write(
    _ datagram: [UInt8], at time: Instant, originalCount: Int? = nil
  ) throws(Sink.Failure) {
    var record: [UInt8] = []
    record.append(little: UInt32(truncatingIfNeeded: time.microseconds / 1_000_000))
    record.append(little: UInt32(truncatingIfNeeded: time.microseconds % 1_000_000))
    record.append(little: UInt32(clamping: datagram.count))
    record.append(little: UInt32(clamping: max(originalCount ?? 0, datagram.count)))
    record += datagram
    try sink.append(record)
  }
}

extension PcapWriter where Sink == MemorySink {
  /// All octets of the file so far.
  public var bytes: [UInt8] { sink.bytes }
}
