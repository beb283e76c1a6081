import TCPCore
import TCPTestSupport
import Testing

// Fixtures of this target check the invariants after each arrival, and take apart what leaves.
extension HostFixture {
  static let secret = Secret(0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210)

  convenience init(
    _ configuration: HostConfiguration, secret: Secret = HostFixture.secret,
    at now: Instant = Instant(microseconds: 1_000_000)
  ) throws {
    try self.init(configuration, secret: secret, at: now) { Issue.record("\($0)") }
  }

  /// The usual fixture: one interface with an IPv4 and an IPv6 address.
  static func make(
    _ number: UInt8 = 1, _ configuration: HostConfiguration = HostConfiguration(connections: 4),
    secret: Secret = HostFixture.secret
  ) throws -> HostFixture {
    let fixture = try HostFixture(configuration, secret: secret)
    try fixture.host.setInterface(0, mtu: 1_500)
    try fixture.host.addAddress(Address(192, 0, 2, number), prefix: 24)
    try fixture.host.addAddress(Address(high: 0x2001_0DB8_0000_0000, low: UInt64(number)), prefix: 64)
    return fixture
  }

  /// Everything that leaves now, taken apart.
  func drain() -> [Seen] {
    var result: [Seen] = []
    for _ in 0..<1_000 {
      guard let (bytes, interface) = transmit() else { break }
      result.append(Seen(bytes, on: interface))
    }
    checkInvariants()
    return result
  }

  /// Time passes; what is due on the way is done, each at its time.
  func pass(_ interval: Interval) -> [(at: Instant, Seen)] {
    var result: [(at: Instant, Seen)] = []
    pass(interval) { result += drain().map { (now, $0) } }
    return result
  }

  /// Whether a copy of the memory can be restored, with one octet changed if an offset is given.
  func restores(changing offset: Int? = nil, to octet: UInt8 = 0) -> Bool {
    // The offset lies in the host.
    unsafe refusal { copy in
      if let offset { unsafe copy[offset] = octet }
    } == nil
  }

  /// Likewise, with bits of one octet turned over.
  func restores(flipping bits: UInt8, at offset: Int) -> Bool { refusal(flipping: bits, at: offset) == nil }

  /// Likewise, with the first place that holds some words holding others.
  func restores(changing words: [UInt32], to others: [UInt32]) throws -> Bool {
    let size = 4 * words.count
    let octets = words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    let found = unsafe withCopy { copy in
      // Within the copy.
      stride(from: 0, through: copy.count - size, by: 4).first { offset in
        unsafe copy[offset..<(offset + size)].elementsEqual(octets)
      }
    }
    let place = try #require(found)
    return unsafe refusal { copy in
      for (index, word) in others.enumerated() {
        // In the place that was found.
        unsafe copy.storeBytes(of: word.littleEndian, toByteOffset: place + 4 * index, as: UInt32.self)
      }
    } == nil
  }

  /// Why it cannot be restored then; `nil` where it can.
  func refusal(flipping bits: UInt8, at offset: Int) -> ConfigurationError? {
    // As said above.
    unsafe refusal { copy in unsafe copy[offset] ^= bits }
  }

  private func refusal(_ change: (UnsafeMutableRawBufferPointer) -> Void) -> ConfigurationError? {
    // The host does not outlive the copy.
    unsafe withCopy { copy in
      unsafe change(copy)
      do throws(ConfigurationError) {
        _ = unsafe try TCPHost(restoring: copy)
        return nil
      } catch {
        return error
      }
    }
  }
}

/// A datagram that left, taken apart.
struct Seen: CustomStringConvertible {
  var datagram: Datagram
  var header: SegmentHeader
  var text: [UInt8]
  var bytes: [UInt8]
  var interface: Int

  init(_ bytes: [UInt8], on interface: Int) {
    self.bytes = bytes
    self.interface = interface
    guard case .success(let datagram) = parseDatagram(bytes), datagram.protocolNumber == 6 else {
      fatalError("the host sent what no host understands: \(bytes)")
    }
    self.datagram = datagram
    let payload = Array(bytes[datagram.payloadOffset..<(datagram.payloadOffset + datagram.payloadCount)])
    guard let header = span(payload, { try? SegmentHeader(parsing: $0) }) else {
      fatalError("the host sent what no TCP understands: \(bytes)")
    }
    self.header = header
    text = Array(payload.suffix(header.payloadCount))
    // MUST-2: over a pseudo header that is written down here.
    let source = Seen.octets(of: datagram.source)
    let destination = Seen.octets(of: datagram.destination)
    let pseudo = naivePseudoHeader(
      source: source, destination: destination, protocolNumber: 6, count: payload.count)
    guard naiveChecksum(pseudo + payload) == 0 else { fatalError("a bad checksum: \(bytes)") }
  }

  private static func octets(of address: Address) -> [UInt8] {
    let all = TCPCoreTests.octets(address.high) + TCPCoreTests.octets(address.low)
    return address.isIPv4 ? Array(all.suffix(4)) : all
  }

  var flags: SegmentFlags { header.flags }
  var from: Endpoint { Endpoint(datagram.source, header.sourcePort) }
  var to: Endpoint { Endpoint(datagram.destination, header.destinationPort) }
  var description: String {
    "<SEQ=\(header.sequence.rawValue)><ACK=\(header.acknowledgment.rawValue)><CTL=\(flags.rawValue)><LEN=\(text.count)>"
  }
}

/// A peer made by hand: its segments are written field by field.
struct HandPeer {
  var own: Endpoint
  var other: Endpoint
  var sequence = SequenceNumber(1_000)
  var acknowledgment = SequenceNumber(0)
  var window: UInt16 = 65_535

  init(_ own: Endpoint, to other: Endpoint) {
    self.own = own
    self.other = other
  }

  func segment(
    _ flags: SegmentFlags, sequence: SequenceNumber? = nil, acknowledgment: SequenceNumber? = nil,
    text: [UInt8] = [], _ change: (inout SegmentHeader) -> Void = { _ in }
  ) -> [UInt8] {
    var header = SegmentHeader(
      sourcePort: own.port, destinationPort: other.port, sequence: sequence ?? self.sequence,
      acknowledgment: flags.contains(.ack) ? acknowledgment ?? self.acknowledgment : SequenceNumber(0),
      flags: flags, window: window)
    change(&header)
    return header.datagram(from: own, to: other, text: text)
  }

  /// A handshake that this side begins; returns the SYN-ACK, or `nil` if there was none.
  mutating func open(_ fixture: HostFixture, _ change: (inout SegmentHeader) -> Void = { _ in }) -> Seen? {
    fixture.arrive(segment(.syn, change))
    guard let answer = fixture.drain().first(where: { $0.flags == .syn | .ack && $0.to == own }) else {
      return nil
    }
    sequence = sequence + 1
    acknowledgment = answer.header.sequence + 1
    fixture.arrive(segment(.ack))
    return answer
  }
}

extension Endpoint {
  /// 192.0.2.x, which all fixtures share as their network.
  static func near(_ number: UInt8, _ port: UInt16) -> Endpoint { Endpoint(Address(192, 0, 2, number), port) }
  /// The same for IPv6.
  static func near6(_ number: UInt64, _ port: UInt16) -> Endpoint {
    Endpoint(Address(high: 0x2001_0DB8_0000_0000, low: number), port)
  }
}
