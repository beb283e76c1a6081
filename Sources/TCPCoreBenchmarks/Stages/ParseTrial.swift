import CBenchmarkSupport
import TCPCore

/// What kind of segment a stage handles.
enum SegmentCase: CaseIterable {
  case ack
  case syn
  case text

  var name: String {
    switch self {
    case .ack: "ack"
    case .syn: "syn"
    case .text: "text.1460"
    }
  }
  /// Octets of text. With timestamps the whole is a datagram of 1,512 octets, as the peers' measurements have
  /// it.
  var textCount: Int { self == .text ? 1_460 : 0 }

  /// The segment: a pure ACK; a SYN with MSS, window scale, SACK-permitted and timestamps; text with
  /// timestamps.
  func header(_ number: UInt32) -> SegmentHeader {
    var header = SegmentHeader(
      sourcePort: 49_152, destinationPort: 80, sequence: SequenceNumber(number),
      acknowledgment: SequenceNumber(77), flags: self == .syn ? .syn : .ack, window: 1_000)
    if self == .syn {
      header.options.maximumSegmentSize = 1_460
      header.options.windowScale = 7
      header.options.isSACKPermitted = true
    }
    if self != .ack { header.options.timestamps = Timestamps(value: number, echo: 5) }
    return header
  }
}

/// The IP header around a segment.
enum Envelope: CaseIterable {
  case none
  case ipv4
  case ipv6

  var prefix: String {
    switch self {
    case .none: ""
    case .ipv4: "ipv4."
    case .ipv6: "ipv6."
    }
  }
  var tuple: FourTuple {
    self == .ipv6
      ? FourTuple(
        local: Endpoint(Address(high: 0x2001_0DB8_0000_0000, low: 1), 49_152),
        remote: Endpoint(Address(high: 0x2001_0DB8_0000_0000, low: 2), 80))
      : FourTuple(local: Endpoint(Address(10, 0, 0, 1), 49_152), remote: Endpoint(Address(10, 0, 0, 2), 80))
  }
}

/// Reading a header with its options, and verifying the checksum with the pseudo header.
final class ParseTrial: Trial {
  let operations = 500
  var hasLowerBound: Bool { isVerifying }
  private let envelope: Envelope
  private let isVerifying: Bool
  @exclusivity(unchecked) private var buffer = DatagramBuffer(capacity: 2_048)
  private let outer: Datagram

  init(_ segment: SegmentCase, _ envelope: Envelope, isVerifying: Bool) throws {
    self.envelope = envelope
    self.isVerifying = isVerifying
    let text = DatagramBuffer(capacity: 2_048, count: segment.textCount)
    buffer.count = segment.header(9).emitDatagram(
      envelope.tuple, textCount: segment.textCount, DatagramOptions(), into: buffer.writable
    ) { room in
      room.base.copyMemory(from: text.octets.baseAddress.unsafelyUnwrapped, byteCount: text.count)
      var sum = InternetChecksum()
      sum.add(room, count: text.count)
      return sum
    }
    outer = try Datagram(parsing: buffer.octets.bytes)
    if envelope == .none {
      // The segment alone starts at the beginning of its buffer.
      let segment = DatagramBuffer(capacity: 2_048, count: outer.payloadCount)
      segment.room.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer.octets[outer.payloadOffset...]))
      buffer = segment
    }
    guard read() else { throw CannotMeasure(description: "what was emitted does not read") }
  }

  func run() {
    var good: UInt64 = 0
    for _ in 0..<operations { good &+= read() ? 1 : 0 }
    precondition(tcpcore_opaque(good) == UInt64(operations))
  }

  @inline(__always)
  private func read() -> Bool {
    let bytes = buffer.octets.bytes
    do {
      if envelope == .none { return try read(bytes, outer) }
      let datagram = try Datagram(parsing: bytes)
      let end = datagram.payloadOffset + datagram.payloadCount
      return try read(bytes.extracting(datagram.payloadOffset..<end), datagram)
    } catch {
      return false
    }
  }

  @inline(__always)
  private func read(_ bytes: RawSpan, _ datagram: Datagram) throws(SegmentError) -> Bool {
    let header = try SegmentHeader(parsing: bytes)
    _ = tcpcore_opaque(
      UInt64(header.sequence.rawValue) &+ UInt64(header.options.timestamps?.value ?? 0)
        &+ UInt64(header.payloadCount))
    guard isVerifying else { return true }
    var checksum = datagram.pseudoHeaderSum()
    checksum.add(header: bytes, count: bytes.byteCount)
    return checksum.isValid
  }

  func runLowerBound(_ way: LowerBoundMethod) {
    guard isVerifying else { return }
    for _ in 0..<operations {
      let octets = buffer.octets
      _ = tcpcore_opaque(tcpcore_lower_bound_sum(octets.baseAddress, octets.count))
    }
  }
}
