import TCPCore

/// The host of a figure with its memory, and the way of real datagrams to it and from it.
@safe
final class FigureFixture {
  private let memory: UnsafeMutableRawBufferPointer
  private var buffer = [UInt8](repeating: 0, count: 65_535)
  let settings: FigureSettings
  var host: TCPHost

  /// A fresh host with one interface and one address.
  init(_ settings: FigureSettings, choice: UInt64, at now: Instant) throws {
    self.settings = settings
    let configuration = settings.configuration
    let count = try TCPHost.byteCount(for: configuration)
    // Freed when the fixture goes; nothing else keeps it.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    unsafe self.memory = memory
    do {
      host = try unsafe TCPHost(
        configuration, secret: settings.secret(choice), memory: memory, at: now)
      try host.setInterface(0, mtu: settings.mtu)
      try host.addAddress(settings.local.address, prefix: settings.isIPv6 ? 64 : 24)
    } catch {
      unsafe memory.deallocate()
      throw error
    }
  }

  deinit { unsafe memory.deallocate() }

  /// The next datagram that the host sends.
  func transmit(at now: Instant) -> [UInt8]? {
    // The buffer is lent for the call alone.
    let departure = unsafe buffer.withUnsafeMutableBytes { unsafe host.transmit(into: $0, at: now) }
    return departure.map { Array(buffer[..<$0.count]) }
  }

  /// Hands a datagram to the host.
  func arrive(_ bytes: [UInt8], at now: Instant) -> ArrivalOutcome {
    unsafe host.arrive(bytes.span.bytes, at: now)
  }

  func write(
    _ handle: Handle, _ text: [UInt8], isUrgent: Bool, isMoreComing: Bool, at now: Instant
  ) throws(CallError) -> Int {
    try unsafe host.write(handle, text.span.bytes, isUrgent: isUrgent, isMoreComing: isMoreComing, at: now)
  }

  func read(_ handle: Handle, _ count: Int, at now: Instant) throws(CallError) -> [UInt8] {
    var text = [UInt8](repeating: 0, count: count)
    // Typed throws do not pass through the array's closure, so the result does.
    let result: Result<Int, CallError> = unsafe text.withUnsafeMutableBytes { lent in
      do throws(CallError) {
        return .success(try unsafe host.read(handle, into: lent, at: now))
      } catch {
        return .failure(error)
      }
    }
    text.removeLast(count - (try result.get()))
    return text
  }
}

/// Datagrams made and taken apart, with their checksums.
enum FigureDatagram {
  /// A datagram around a segment.
  ///
  /// - Parameter rawOptions: octets to put behind the options that the header holds; a multiple of 4.
  static func bytes(
    _ header: SegmentHeader, rawOptions: [UInt8], text: [UInt8], from source: Address,
    to destination: Address,
    isSpoiled: Bool
  ) -> [UInt8] {
    var segment = [UInt8](repeating: 0, count: header.byteCount)
    fill(&segment) { header.emit(into: $0) }
    segment += rawOptions
    segment[12] = UInt8(segment.count / 4) << 4
    segment += text
    let datagram = Datagram(
      source: source, destination: destination, protocolNumber: 6, payloadCount: segment.count)
    var checksum = datagram.pseudoHeaderSum()
    unsafe checksum.add(segment.span.bytes)
    let field = isSpoiled ? checksum.field ^ 0x0100 : checksum.field
    segment[16] = UInt8(field >> 8)
    segment[17] = UInt8(truncatingIfNeeded: field)
    return internetHeader(datagram) + segment
  }

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
