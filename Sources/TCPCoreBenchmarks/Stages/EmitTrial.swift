import CBenchmarkSupport
import TCPCore

/// Writing a header with its options and the checksum; text is copied from a ring's place and summed on the
/// way.
final class EmitTrial: Trial {
  let operations = 500
  var hasLowerBound: Bool { isSumming || text.count > 0 }
  private let segment: SegmentCase
  private let envelope: Envelope
  private let isSumming: Bool
  private let tuple: FourTuple
  private let style: DatagramOptions
  private let buffer = DatagramBuffer(capacity: 2_048)
  private let text: DatagramBuffer
  @exclusivity(unchecked) private var written = 0

  init(_ segment: SegmentCase, _ envelope: Envelope, isSumming: Bool) {
    self.segment = segment
    self.envelope = envelope
    self.isSumming = isSumming
    tuple = envelope.tuple
    style = DatagramOptions(isChecksumOffloaded: !isSumming)
    text = DatagramBuffer(capacity: 2_048, count: segment.textCount)
  }

  func run() {
    let text = text
    let header = segment.header(UInt32(truncatingIfNeeded: tcpcore_opaque(1)))
    for _ in 0..<operations {
      let bytes = buffer.writable
      if envelope == .none {
        written = emit(header, into: bytes, text)
      } else {
        written = header.emitDatagram(tuple, textCount: text.count, style, into: bytes) {
          EmitTrial.place(text, at: $0)
        }
      }
      _ = tcpcore_opaque(UInt64(written))
    }
  }

  /// The segment alone.
  @inline(__always)
  private func emit(_ header: SegmentHeader, into bytes: MutableBytes, _ text: DatagramBuffer) -> Int {
    let count = header.emit(into: bytes)
    var checksum = Datagram.pseudoHeaderSum(
      source: tuple.localAddress, destination: tuple.remoteAddress, protocolNumber: 6,
      count: count + text.count)
    if text.count > 0 { checksum.add(EmitTrial.place(text, at: bytes.dropping(count))) }
    checksum.add(header: bytes, count: count)
    bytes.store(checksum.field, at: SegmentHeader.checksumOffset)
    return count + text.count
  }

  @inline(__always)
  private static func place(_ text: DatagramBuffer, at room: MutableBytes) -> InternetChecksum {
    var sum = InternetChecksum()
    sum.sum = InternetChecksum.copyAndSum(
      from: text.octets.baseAddress.unsafelyUnwrapped, to: room.base, count: text.count)
    return sum
  }

  func runLowerBound(_ way: LowerBoundMethod) {
    let header = segment == .ack ? 20 : segment == .syn ? 40 : 32
    let place = header + (envelope == .none ? 0 : envelope == .ipv4 ? 20 : 40)
    for _ in 0..<operations {
      if text.count > 0 {
        way.copySum(buffer.room.baseAddress.map { $0 + place }, text.octets.baseAddress, text.count)
      }
      if isSumming { _ = tcpcore_opaque(tcpcore_lower_bound_sum(buffer.room.baseAddress, header)) }
    }
  }
}
