import TCPCore

/// Makes ICMP errors as a router would, about a datagram that it could not forward (RFC 792, RFC 4443).
public enum ICMPMessage {
  /// The octets of an error datagram towards the sender of `datagram`.
  ///
  /// - Parameters:
  ///   - datagram: the datagram in question; what is quoted of it is its header and at least 8 octets.
  ///   - source: the router's address, of the same family.
  ///   - type: ICMP or ICMPv6 type.
  ///   - code: its code.
  ///   - mtu: for fragmentation needed and packet too big: the next hop's MTU.
  /// - Returns: the error datagram, or an empty array if `datagram` is none.
  public static func error(
    about datagram: [UInt8], from source: Address, type: UInt8, code: UInt8, mtu: Int = 0
  ) -> [UInt8] {
    guard let first = datagram.first, datagram.count >= 28 else { return [] }
    let isIPv4 = first >> 4 == 4
    let quoted = Array(datagram.prefix(isIPv4 ? 548 : 1_232))
    var message: [UInt8] = [type, code, 0, 0, 0, 0, 0, 0]
    if isIPv4 {
      message[6] = UInt8(truncatingIfNeeded: mtu >> 8)
      message[7] = UInt8(truncatingIfNeeded: mtu)
    } else {
      for index in 0..<4 { message[4 + index] = UInt8(truncatingIfNeeded: mtu >> (8 * (3 - index))) }
    }
    message += quoted
    let destination = sender(of: datagram, isIPv4: isIPv4)
    var headers = Datagram(
      source: source, destination: destination, protocolNumber: isIPv4 ? 1 : 58,
      payloadCount: message.count)
    headers.hopLimit = 255
    var sum = isIPv4 ? InternetChecksum() : headers.pseudoHeaderSum()
    unsafe message.withUnsafeBytes { unsafe sum.add($0.bytes) }
    message[2] = UInt8(sum.field >> 8)
    message[3] = UInt8(truncatingIfNeeded: sum.field)
    var octets = [UInt8](repeating: 0, count: headers.payloadOffset)
    unsafe octets.withUnsafeMutableBytes { buffer in
      if let bytes = unsafe MutableBytes(buffer) { headers.emit(into: bytes) }
    }
    return octets + message
  }

  private static func sender(of datagram: [UInt8], isIPv4: Bool) -> Address {
    unsafe datagram.withUnsafeBytes { buffer in
      let bytes = unsafe buffer.bytes
      return isIPv4
        ? Address(ipv4: bytes.uint32(at: 12))
        : Address(high: bytes.uint64(at: 8), low: bytes.uint64(at: 16))
    }
  }
}
