import TCPCore
import TCPLoopback
import TCPTestSupport

/// A TCP header written down octet by octet, as the figure of RFC 9293 section 3.1 shows it.
struct NaiveHeader {
  var sourcePort: UInt16 = 0x1234
  var destinationPort: UInt16 = 0x5678
  var sequence: UInt32 = 0x9ABC_DEF0
  var acknowledgment: UInt32 = 0x0FED_CBA9
  /// The data offset in words; `nil` for the one that fits the options.
  var dataOffset: UInt8?
  var reserved: UInt8 = 0
  var flags: UInt8 = 0x10
  var window: UInt16 = 0xFACE
  var checksum: UInt16 = 0xBEEF
  var urgentPointer: UInt16 = 0x0102
  var options: [UInt8] = []
  var text: [UInt8] = []

  var bytes: [UInt8] {
    let words = dataOffset ?? UInt8(5 + options.count / 4)
    var result = octets(sourcePort) + octets(destinationPort)
    result += octets(sequence) + octets(acknowledgment)
    result += [words << 4 | reserved, flags]
    result += octets(window) + octets(checksum) + octets(urgentPointer)
    return result + options + text
  }

  init() {}

  init(options: [UInt8], text: [UInt8] = []) {
    self.options = options
    self.text = text
  }

  init(random: inout SplitMix64) {
    sourcePort = random.any()
    destinationPort = random.any()
    sequence = random.any()
    acknowledgment = random.any()
    reserved = random.any(UInt8.self) & 0x0F
    flags = random.any()
    window = random.any()
    checksum = random.any()
    urgentPointer = random.any()
    text = random.octets(random.within(0...40))
  }
}

/// What the parser makes of the octets.
func parseSegment(_ bytes: [UInt8]) -> Result<SegmentHeader, SegmentError> {
  span(bytes) { raw in
    do throws(SegmentError) {
      return .success(try SegmentHeader(parsing: raw))
    } catch { return .failure(error) }
  }
}

/// What the parser makes of the octets, where they are known to be a segment.
func parsedSegment(_ bytes: [UInt8]) throws -> SegmentHeader { try parseSegment(bytes).get() }

/// The octets of an emitted header, and whether nothing behind it was touched.
func emitted(_ header: SegmentHeader) -> (bytes: [UInt8], isContained: Bool) {
  written(header.byteCount) { header.emit(into: $0) }
}
