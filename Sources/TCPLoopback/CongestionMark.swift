/// The mark that a router sets instead of dropping a datagram (RFC 3168 section 5).
enum CongestionMark {
  /// Whether the sender allows marks: ECT(0) or ECT(1).
  static func isAllowed(on datagram: UnsafeRawBufferPointer) -> Bool {
    guard datagram.count >= 20 else { return false }
    let bits = unsafe datagram[0] >> 4 == 4 ? datagram[1] & 3 : datagram[1] >> 4 & 3
    return bits == 1 || bits == 2
  }

  /// Sets CE, and for IPv4 corrects the header checksum by what has changed (RFC 1624).
  static func set(on datagram: UnsafeMutableRawBufferPointer) {
    guard datagram.count >= 20 else { return }
    guard unsafe datagram[0] >> 4 == 4 else {
      unsafe datagram[1] |= 0x30
      return
    }
    let before = unsafe UInt32(datagram[0]) << 8 | UInt32(datagram[1])
    unsafe datagram[1] |= 3
    let after = unsafe UInt32(datagram[0]) << 8 | UInt32(datagram[1])
    let checksum = unsafe UInt32(datagram[10]) << 8 | UInt32(datagram[11])
    var sum = (~checksum & 0xFFFF) + (~before & 0xFFFF) + after
    sum = (sum & 0xFFFF) + sum >> 16
    sum = (sum & 0xFFFF) + sum >> 16
    unsafe datagram[10] = UInt8(truncatingIfNeeded: ~sum >> 8)
    unsafe datagram[11] = UInt8(truncatingIfNeeded: ~sum)
  }
}
