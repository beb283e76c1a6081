import TCPCore
import TCPLoopback

extension HostFixture {
  /// A figure's host, with one interface and one address.
  convenience init(_ settings: FigureSettings, choice: UInt64, at now: Instant) throws {
    // The player checks the invariants itself, after each line.
    try self.init(settings.configuration, secret: settings.secret(choice), at: now, onBroken: nil)
    try host.setInterface(0, mtu: settings.mtu)
    try host.addAddress(settings.local.address, prefix: settings.isIPv6 ? 64 : 24)
  }
}

/// Datagrams made and taken apart, with their checksums.
enum FigureDatagram {
  /// An ICMP error that quotes the front of one of our datagrams.
  static func icmp(
    _ kind: (type: UInt8, code: UInt8), mtu: Int, quoting ours: [UInt8], from source: Address,
    to destination: Address
  ) -> [UInt8] {
    let isIPv4 = source.isIPv4
    var message: [UInt8] = [kind.type, kind.code, 0, 0]
    message +=
      isIPv4 ? [0, 0] : [UInt8(truncatingIfNeeded: mtu >> 24), UInt8(truncatingIfNeeded: mtu >> 16)]
    message += [UInt8(truncatingIfNeeded: mtu >> 8), UInt8(truncatingIfNeeded: mtu)]
    message += ours.prefix(isIPv4 ? 28 : 60)
    let datagram = Datagram(
      source: source, destination: destination, protocolNumber: isIPv4 ? 1 : 58, payloadCount: message.count)
    var checksum = isIPv4 ? InternetChecksum() : datagram.pseudoHeaderSum()
    unsafe checksum.add(message.span.bytes)
    message[2] = UInt8(checksum.field >> 8)
    message[3] = UInt8(truncatingIfNeeded: checksum.field)
    return internetHeader(datagram) + message
  }

  private static func internetHeader(_ datagram: Datagram) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: datagram.payloadOffset)
    fill(&bytes) { datagram.emit(into: $0) }
    return bytes
  }

  private static func fill(_ bytes: inout [UInt8], _ emit: (MutableBytes) -> Void) {
    // The view lives as long as the closure that lends the array's memory.
    unsafe bytes.withUnsafeMutableBytes { buffer in
      if let view = unsafe MutableBytes(buffer) { emit(view) }
    }
  }

  /// Takes a datagram of ours apart, and verifies addresses and checksum.
  static func parse(
    _ bytes: [UInt8], from source: Endpoint, to destination: Endpoint
  ) throws(FigureProblem) -> (datagram: Datagram, header: SegmentHeader, text: [UInt8]) {
    do {
      let datagram = try unsafe Datagram(parsing: bytes.span.bytes)
      guard datagram.source == source.address, datagram.destination == destination.address else {
        throw FigureProblem("a datagram between other addresses left")
      }
      let end = datagram.payloadOffset + datagram.payloadCount
      guard end == bytes.count else {
        throw FigureProblem("a datagram of \(end) octets left as \(bytes.count)")
      }
      let segment = Array(bytes[datagram.payloadOffset..<end])
      var checksum = datagram.pseudoHeaderSum()
      unsafe checksum.add(segment.span.bytes)
      guard checksum.isValid else { throw FigureProblem("a segment with a wrong checksum left") }
      let header = try unsafe SegmentHeader(parsing: segment.span.bytes)
      guard header.sourcePort == source.port, header.destinationPort == destination.port else {
        throw FigureProblem("a segment between other ports left")
      }
      return (datagram, header, Array(segment.suffix(header.payloadCount)))
    } catch let problem as FigureProblem {
      throw problem
    } catch {
      throw FigureProblem("what left is no segment: \(error)")
    }
  }
}
