import TCPCore

// Datagrams that nobody has sent.
extension HostPair {
  /// The sequence or acknowledgment number and the window differ from what was sent in their lowest bits, one
  /// up and one down: the sum stays. Where both bits are alike, nothing changes.
  static func flipped(_ packet: Packet, _ variant: Int) -> Packet {
    var flipped = packet
    let place = variant == 0 ? 27 : 31
    if (flipped.octets[place] ^ flipped.octets[35]) & 1 == 1 {
      flipped.octets[place] ^= 1
      flipped.octets[35] ^= 1
    }
    return flipped
  }

  static let forgedCount = 4

  /// A segment in the other side's name, by who knows about where the numbers are: a reset or a SYN in the
  /// window, an acknowledgment of what was never sent, and text far beyond the window (RFC 5961 sections 3 to
  /// 5).
  func forged(to side: Int, _ variant: Int) -> Packet {
    let from = 1 - side
    var sequence = state.pointee.sentEnd[from], acknowledgment = state.pointee.sentAcknowledgment[from]
    var flags = SegmentFlags.ack
    switch variant {
    case 0:
      sequence &+= 1
      flags = .rst
    case 1: flags = .syn
    case 2: acknowledgment = state.pointee.sentEnd[side] &+ 1_000
    default: sequence &+= 100_000
    }
    var packet = Packet(sentAt: state.pointee.now, count: 41, octets: [118 of UInt8](repeating: 0))
    let addresses = [192, 0, 2, UInt8(1 + from), 192, 0, 2, UInt8(1 + side)] as [UInt8]
    let ports = [HostPair.endpoint(from).port, HostPair.endpoint(side).port]
    var octets: [UInt8] = [0x45, 0, 0, 41, 0, 0, 0x40, 0, 64, 6, 0, 0] + addresses
    for port in ports { octets += [UInt8(port >> 8), UInt8(truncatingIfNeeded: port)] }
    for number in [sequence, acknowledgment] {
      octets += stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
    }
    octets += [0x50, flags.rawValue, 0, 4, 0, 0, 0, 0, 0xFF]
    HostPair.setSum(&octets, at: 10, over: Array(octets[..<20]))
    HostPair.setSum(&octets, at: 36, over: addresses + [0, 6, 0, 21] + octets[20...] + [0])
    for (index, octet) in octets.enumerated() { packet.octets[index] = octet }
    return packet
  }

  /// RFC 1071.
  private static func setSum(_ octets: inout [UInt8], at place: Int, over covered: [UInt8]) {
    var sum: UInt32 = 0
    for index in stride(from: 0, to: covered.count, by: 2) {
      sum += UInt32(covered[index]) << 8 | UInt32(covered[index + 1])
    }
    while sum > 0xFFFF { sum = sum >> 16 + sum & 0xFFFF }
    octets[place] = UInt8(truncatingIfNeeded: ~sum >> 8)
    octets[place + 1] = UInt8(truncatingIfNeeded: ~sum)
  }
}
