import TCPCore

/// An ICMP error about a TCP segment, read naively (RFC 792, RFC 1191 section 4, RFC 4443 section 3).
package struct NaiveICMPError {
  /// What the core says in `ICMPErrorKind`; -1 where there is no error about a TCP segment of the same
  /// family.
  package var kind = -1
  var nextHopMTU = 0
  var quotedCount = 0
  /// Where the quoted source and destination are in the message, one behind the other.
  var addressOffset = 0
  var sourcePort = 0
  var destinationPort = 0
  var sequence = 0

  /// Reads what a datagram carries.
  @inline(__always)
  init(_ datagram: NaiveDatagram, _ octets: Octets) {
    let message = octets.part(datagram.payloadOffset, datagram.payloadOffset + datagram.payloadCount)
    // Eight octets of ICMP, an IP header, and eight octets of the segment.
    guard datagram.protocolNumber == (datagram.isIPv4 ? 1 : 58), message.count >= 36 else { return }
    // Only ICMPv6 covers a pseudo header.
    let start = datagram.isIPv4 ? 0 : datagram.pseudoHeaderSum(octets)
    guard naiveSum(message, start) == 0xFFFF else { return }
    let quoted = message.part(8, message.count)
    guard quoted[0] / 16 == datagram.version else { return }
    let meaning = datagram.isIPv4 ? kindIPv4(message[0], message[1]) : kindIPv6(message[0], message[1])
    guard let meaning else { return }
    var mtu = 0
    if meaning == .tooBig { mtu = datagram.isIPv4 ? message.word(6) : min(message.long(4), 0x7FFF_FFFF) }
    if datagram.isIPv4 { readIPv4(quoted) } else { readIPv6(quoted) }
    if addressOffset == 0 { return }
    kind = Int(meaning.rawValue)
    nextHopMTU = mtu
  }

  @inline(__always)
  private mutating func readIPv4(_ quoted: Octets) {
    let headerCount = quoted[0] % 16 * 4
    let isFirstPiece = quoted[6] % 32 == 0 && quoted[7] == 0
    guard headerCount >= 20, quoted.count >= headerCount + 8, quoted[9] == 6, isFirstPiece else { return }
    addressOffset = 8 + 12
    quotedCount = quoted.word(2)
    readPorts(quoted.part(headerCount, headerCount + 8))
  }

  @inline(__always)
  private mutating func readIPv6(_ quoted: Octets) {
    guard quoted.count >= 48, quoted[6] == 6 else { return }
    if isMapped(quoted.part(8, 24)) || isMapped(quoted.part(24, 40)) { return }
    addressOffset = 8 + 8
    quotedCount = 40 + quoted.word(4)
    readPorts(quoted.part(40, 48))
  }

  private mutating func readPorts(_ segment: Octets) {
    sourcePort = segment.word(0)
    destinationPort = segment.word(2)
    sequence = segment.long(4)
  }
}

@inline(__always)
private func kindIPv4(_ type: Int, _ code: Int) -> ICMPErrorKind? {
  if type == 3 { return code == 2 || code == 3 ? .refused : code == 4 ? .tooBig : .unreachable }
  if type == 4 { return .sourceQuench }
  if type == 11 { return .timeExceeded }
  return type == 12 ? .parameterProblem : nil
}

@inline(__always)
private func kindIPv6(_ type: Int, _ code: Int) -> ICMPErrorKind? {
  if type == 1 { return code == 4 ? .refused : .unreachable }
  if type == 2 { return .tooBig }
  if type == 3 { return .timeExceeded }
  return type == 4 ? .parameterProblem : nil
}
