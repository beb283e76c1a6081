import TCPCore

/// An ICMP error about a TCP segment, read naively (RFC 792, RFC 1191 section 4, RFC 4443 section 3).
package struct NaiveICMPError: Equatable {
  var kind: ICMPErrorKind
  var nextHopMTU: Int
  var quotedCount: Int
  var source: [UInt8]
  var destination: [UInt8]
  var sourcePort: Int
  var destinationPort: Int
  var sequence: Int

  /// Reads what a datagram carries; `nil` for anything but an error about a TCP segment of the same family.
  package static func read(_ datagram: NaiveDatagram) -> NaiveICMPError? {
    let message = datagram.payload
    guard datagram.protocolNumber == (datagram.isIPv4 ? 1 : 58), message.count >= 36 else { return nil }
    let summed = datagram.isIPv4 ? message : datagram.pseudoHeader + message
    guard naiveSum(summed) == 0xFFFF else { return nil }
    let type = Int(message[0])
    let code = Int(message[1])
    guard let kind = datagram.isIPv4 ? kindIPv4(type, code) : kindIPv6(type, code) else { return nil }
    var mtu = 0
    if kind == .tooBig { mtu = datagram.isIPv4 ? number(message, 6, 2) : number(message, 4, 4) }
    let quoted = Array(message[8...])
    return datagram.isIPv4
      ? readIPv4(quoted, kind, mtu: mtu) : readIPv6(quoted, kind, mtu: min(mtu, 0x7FFF_FFFF))
  }

  private static func readIPv4(_ quoted: [UInt8], _ kind: ICMPErrorKind, mtu: Int) -> NaiveICMPError? {
    let headerCount = Int(quoted[0] % 16) * 4
    guard quoted[0] / 16 == 4, headerCount >= 20, quoted.count >= headerCount + 8 else { return nil }
    let isFirstPiece = quoted[6] & 0b0001_1111 == 0 && quoted[7] == 0
    guard quoted[9] == 6, isFirstPiece else { return nil }
    return NaiveICMPError(
      kind: kind, nextHopMTU: mtu, quotedCount: number(quoted, 2, 2), source: Array(quoted[12..<16]),
      destination: Array(quoted[16..<20]), sourcePort: number(quoted, headerCount, 2),
      destinationPort: number(quoted, headerCount + 2, 2), sequence: number(quoted, headerCount + 4, 4))
  }

  private static func readIPv6(_ quoted: [UInt8], _ kind: ICMPErrorKind, mtu: Int) -> NaiveICMPError? {
    guard quoted[0] / 16 == 6, quoted.count >= 48, quoted[6] == 6 else { return nil }
    let source = Array(quoted[8..<24])
    let destination = Array(quoted[24..<40])
    if NaiveDatagram.isMapped(source) || NaiveDatagram.isMapped(destination) { return nil }
    return NaiveICMPError(
      kind: kind, nextHopMTU: mtu, quotedCount: 40 + number(quoted, 4, 2), source: source,
      destination: destination, sourcePort: number(quoted, 40, 2), destinationPort: number(quoted, 42, 2),
      sequence: number(quoted, 44, 4))
  }

  private static func kindIPv4(_ type: Int, _ code: Int) -> ICMPErrorKind? {
    if type == 3 { return code == 2 || code == 3 ? .refused : code == 4 ? .tooBig : .unreachable }
    return [4: .sourceQuench, 11: .timeExceeded, 12: .parameterProblem][type]
  }

  private static func kindIPv6(_ type: Int, _ code: Int) -> ICMPErrorKind? {
    if type == 1 { return code == 4 ? .refused : .unreachable }
    return [2: .tooBig, 3: .timeExceeded, 4: .parameterProblem][type]
  }
}
