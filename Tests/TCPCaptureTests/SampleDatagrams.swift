import TCPCore

/// Datagrams made octet by octet, without the core's own emitters.
struct SampleSegment {
  var source = Endpoint(Address(10, 0, 0, 1), 49152)
  var destination = Endpoint(Address(10, 0, 0, 2), 80)
  var sequence: UInt32 = 0
  var acknowledgment: UInt32 = 0
  var flags = SegmentFlags.ack
  var window: UInt16 = 502
  var urgentPointer: UInt16 = 0
  /// A multiple of four octets.
  var options: [UInt8] = []
  var text: [UInt8] = []
  var codepoint: UInt8 = 0
  var spoilsChecksum = false
  /// Leaves the sum of the pseudo header in the checksum field, as a system does for its device.
  var offloadsChecksum = false

  var isIPv4: Bool { source.address.isIPv4 }

  /// The whole datagram.
  var bytes: [UInt8] {
    var segment: [UInt8] = []
    segment += big(source.port) + big(destination.port) + big(sequence) + big(acknowledgment)
    segment += [UInt8((20 + options.count) / 4) << 4, flags.rawValue]
    segment += big(window) + [0, 0] + big(urgentPointer) + options + text
    var pseudo = addresses
    pseudo += isIPv4 ? [0, 6] + big(UInt16(segment.count)) : big(UInt32(segment.count)) + [0, 0, 0, 6]
    var sum = checksum(pseudo + segment)
    if spoilsChecksum { sum ^= 0x0101 }
    if offloadsChecksum { sum = ~checksum(pseudo) }
    segment.replaceSubrange(16..<18, with: big(sum))
    return ipHeader(protocolNumber: 6, count: segment.count) + segment
  }

  /// The octets of both addresses.
  var addresses: [UInt8] {
    isIPv4
      ? big(source.address.ipv4Bits) + big(destination.address.ipv4Bits)
      : big(source.address.high) + big(source.address.low) + big(destination.address.high)
        + big(destination.address.low)
  }

  func ipHeader(protocolNumber: UInt8, count: Int) -> [UInt8] {
    guard isIPv4 else {
      return [0x60, codepoint << 4, 0, 0] + big(UInt16(count)) + [protocolNumber, 64] + addresses
    }
    var header: [UInt8] =
      [0x45, codepoint] + big(UInt16(20 + count)) + [0, 0, 0x40, 0, 64, protocolNumber, 0, 0]
    header += addresses
    header.replaceSubrange(10..<12, with: big(checksum(header)))
    return header
  }

  /// The same with the ends exchanged.
  var reversed: SampleSegment {
    var copy = self
    swap(&copy.source, &copy.destination)
    return copy
  }
}

func big<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  stride(from: Number.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
}

func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] { big(number).reversed() }

/// RFC 1071, as slowly as it is written.
func checksum(_ bytes: [UInt8]) -> UInt16 {
  var sum: UInt32 = 0
  for index in stride(from: 0, to: bytes.count, by: 2) {
    sum += UInt32(bytes[index]) << 8 | (index + 1 < bytes.count ? UInt32(bytes[index + 1]) : 0)
  }
  while sum > 0xFFFF { sum = sum & 0xFFFF + sum >> 16 }
  return ~UInt16(sum)
}

/// MSS 1460, SACK permitted, timestamps and window scale 7 of a SYN.
func synOptions(time: UInt32, echo: UInt32) -> [UInt8] {
  [2, 4, 0x05, 0xB4, 4, 2, 8, 10] + big(time) + big(echo) + [1, 3, 3, 7]
}

/// Handshake, one text each way, close from the client's side, 10 ms apart.
var sampleConversation: [SampleSegment] {
  let client: UInt32 = 4_294_967_290  // wraps on the way
  let server: UInt32 = 700
  let greeting = [UInt8]("hello, xiao mei.".utf8)
  let answer = [UInt8]("hello.".utf8)
  func up(_ offset: UInt32, _ ack: UInt32, _ flags: SegmentFlags, _ text: [UInt8] = []) -> SampleSegment {
    SampleSegment(sequence: client &+ offset, acknowledgment: server &+ ack, flags: flags, text: text)
  }
  func down(_ offset: UInt32, _ ack: UInt32, _ flags: SegmentFlags, _ text: [UInt8] = []) -> SampleSegment {
    SampleSegment(sequence: server &+ offset, acknowledgment: client &+ ack, flags: flags, text: text)
      .reversed
  }
  var syn = SampleSegment(
    sequence: client, flags: .syn, window: 65535, options: synOptions(time: 1, echo: 0))
  syn.acknowledgment = 0
  var synAck = down(0, 1, .syn | .ack)
  synAck.window = 65535
  synAck.options = synOptions(time: 9, echo: 1)
  return [
    syn, synAck, up(1, 1, .ack), up(1, 1, .psh | .ack, greeting), down(1, 17, .psh | .ack, answer),
    up(17, 7, .fin | .ack), down(7, 18, .fin | .ack), up(18, 8, .ack),
  ]
}

/// An ICMP error from a router about the SYN of the sample conversation.
func sampleICMP(type: UInt8, code: UInt8, mtu: UInt16) -> [UInt8] {
  let quoted = sampleConversation[0].bytes.prefix(28)
  var message: [UInt8] = [type, code, 0, 0, 0, 0] + big(mtu) + quoted
  message.replaceSubrange(2..<4, with: big(checksum(message)))
  var router = SampleSegment()
  router.source = Endpoint(Address(10, 0, 0, 9), 0)
  router.destination = Endpoint(Address(10, 0, 0, 1), 0)
  return router.ipHeader(protocolNumber: 1, count: message.count) + message
}
