import TCPCore

/// A connection that was there before a flood: a peer and the host exchange an octet each, without any time
/// between.
struct FloodResident {
  private let own: Endpoint
  private let other: Endpoint
  private let handle: Handle
  private var sequence = SequenceNumber(5_001)
  private var acknowledgment: SequenceNumber
  private var octet: UInt8 = 0

  init(_ number: Int, _ fixture: HostFixture, _ listener: Handle?) throws {
    guard let listener else { throw CallError.staleHandle }
    own = Endpoint(Address(203, 0, 114, 1), UInt16(20_000 + number))
    other = Endpoint(FloodRun.address, try fixture.host.status(listener).tuple.localPort)
    let syn = SegmentHeader(
      sourcePort: own.port, destinationPort: other.port, sequence: SequenceNumber(5_000),
      acknowledgment: SequenceNumber(0), flags: .syn, window: 1_000)
    fixture.arrive(syn.datagram(from: own, to: other))
    guard let answer = FloodResident.departures(fixture, to: own).first else { throw CallError.timedOut }
    acknowledgment = answer.sequence + 1
    let last = SegmentHeader(
      sourcePort: own.port, destinationPort: other.port, sequence: sequence, acknowledgment: acknowledgment,
      flags: .ack, window: 1_000)
    fixture.arrive(last.datagram(from: own, to: other))
    handle = try fixture.host.accept(listener)
  }

  /// Returns whether both octets have arrived.
  mutating func exchange(_ fixture: HostFixture) -> Bool {
    octet &+= 1
    guard arrive([octet], fixture) == .processed else { return false }
    sequence = sequence + 1
    guard (try? fixture.read(handle)) == [octet], (try? fixture.write(handle, [octet])) == 1 else {
      return false
    }
    let answers = FloodResident.departures(fixture, to: own)
    guard answers.contains(where: { $0.payloadCount == 1 && $0.acknowledgment == sequence }) else {
      return false
    }
    acknowledgment = acknowledgment + 1
    return arrive([], fixture) == .processed
  }

  private func arrive(_ text: [UInt8], _ fixture: HostFixture) -> ArrivalOutcome {
    let header = SegmentHeader(
      sourcePort: own.port, destinationPort: other.port, sequence: sequence, acknowledgment: acknowledgment,
      flags: .ack | .psh, window: 1_000)
    return fixture.arrive(header.datagram(from: own, to: other, text: text))
  }

  /// What leaves now for a peer; the rest is for nobody.
  private static func departures(_ fixture: HostFixture, to own: Endpoint) -> [SegmentHeader] {
    var result: [SegmentHeader] = []
    while let (bytes, _) = fixture.transmit() {
      let segment = Array(bytes.dropFirst(20))
      if let header = try? unsafe SegmentHeader(parsing: segment.span.bytes),
        header.destinationPort == own.port
      {
        result.append(header)
      }
    }
    return result
  }
}
