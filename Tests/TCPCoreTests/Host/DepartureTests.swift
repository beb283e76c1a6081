import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// Every octet of every IP header that leaves, and the checksum field behind it, on each way to the network.
@Suite("Headers of what leaves") struct DepartureTests {
  /// What the user has chosen, and what the device does.
  struct Choice: Sendable {
    var isIPv4: Bool
    var isOffloaded: Bool
    var dscp: UInt8
    var hopLimit: UInt8
    /// The interface that the connections run over; the other one offloads the other way.
    var interface: Int

    var options: ConnectionOptions {
      var options = ConnectionOptions()
      options.dscp = dscp
      options.hopLimit = hopLimit
      options.isKeepAliveEnabled = true
      options.keepAliveIdle = .seconds(1_000)
      return options
    }

    static let all = [true, false].flatMap { isIPv4 in
      [true, false].flatMap { isOffloaded in
        [(0, 64), (46, 255), (63, 1), (33, 128)].enumerated().map { number, style in
          Choice(
            isIPv4: isIPv4, isOffloaded: isOffloaded, dscp: style.0, hopLimit: style.1, interface: number % 2)
        }
      }
    }
  }

  /// A host with two interfaces, whose datagrams are all looked at.
  final class Watch {
    let choice: Choice
    let fixture: HostFixture

    init(_ choice: Choice, connections: Int = 4) throws {
      self.choice = choice
      var configuration = HostConfiguration(connections: connections)
      configuration.interfaceCount = 2
      fixture = try HostFixture(configuration)
      for number in 0..<2 {
        let fills = choice.isOffloaded == (number == choice.interface)
        try fixture.host.setInterface(number, mtu: 1_500, offload: ChecksumOffload(fillsDeparting: fills))
      }
      try fixture.host.addAddress(local(0).address, prefix: choice.isIPv4 ? 24 : 64, to: choice.interface)
    }

    func local(_ port: UInt16) -> Endpoint { choice.isIPv4 ? .near(1, port) : .near6(1, port) }
    func remote(_ port: UInt16) -> Endpoint { choice.isIPv4 ? .near(2, port) : .near6(2, port) }
    func peer(_ port: UInt16, to local: UInt16) -> HandPeer { HandPeer(remote(port), to: self.local(local)) }
    @discardableResult
    func arrive(_ bytes: [UInt8]) -> ArrivalOutcome { fixture.arrive(bytes, on: choice.interface) }

    /// All that leaves now, each compared octet for octet with a header written down field by field.
    func leave(isPlain: Bool = false, at line: SourceLocation = #_sourceLocation) -> [Seen] {
      var result: [Seen] = []
      while let (bytes, interface) = fixture.transmit() {
        #expect(interface == choice.interface, sourceLocation: line)
        let expected = header(
          before: bytes, dscp: isPlain ? 0 : choice.dscp, hops: isPlain ? 64 : choice.hopLimit)
        #expect(Array(bytes.prefix(expected.count)) == expected, sourceLocation: line)
        result.append(Seen(completed(bytes, behind: expected.count, line), on: interface))
      }
      fixture.checkInvariants()
      return result
    }

    private func header(before bytes: [UInt8], dscp: UInt8, hops: UInt8) -> [UInt8] {
      let source = choice.isIPv4 ? [192, 0, 2, 1] : hex("20010db8 00000000 00000000 00000001")
      let destination = choice.isIPv4 ? [192, 0, 2, 2] : hex("20010db8 00000000 00000000 00000002")
      if choice.isIPv4 {
        let naive = NaiveIPv4(
          service: dscp << 2, identification: 0, timeToLive: hops, source: source, destination: destination,
          payload: Array(bytes[20...]))
        return Array(naive.bytes.prefix(20))
      }
      let naive = NaiveIPv6(
        trafficClass: dscp << 2, hopLimit: hops, source: source, destination: destination,
        payload: Array(bytes[40...]))
      return Array(naive.bytes.prefix(40))
    }

    /// The datagram as it is on the wire: a device that fills in the sum finds that of the pseudo header in
    /// its place.
    private func completed(_ bytes: [UInt8], behind count: Int, _ line: SourceLocation) -> [UInt8] {
      let segment = Array(bytes[count...])
      let pseudo = naivePseudoHeader(
        source: Array(choice.isIPv4 ? bytes[12..<16] : bytes[8..<24]),
        destination: Array(choice.isIPv4 ? bytes[16..<20] : bytes[24..<40]), protocolNumber: 6,
        count: segment.count)
      let field = Array(segment[16..<18])
      guard choice.isOffloaded else {
        #expect(naiveChecksum(pseudo + segment) == 0, sourceLocation: line)
        return bytes
      }
      #expect(field == octets(~naiveChecksum(pseudo)), sourceLocation: line)
      // What the device does: the sum over the segment, with the field as it is.
      var result = bytes
      result.replaceSubrange((count + 16)..<(count + 18), with: octets(naiveChecksum(segment)))
      return result
    }
  }

  /// SHLD-22, MUST-48, MUST-49, MUST-2: SYN, text, FIN, reset, and what a connection sends without being
  /// asked.
  @Test("A connection's own", arguments: Choice.all)
  func connection(choice: Choice) throws {
    let watch = try Watch(choice)
    let handle = try watch.fixture.host.connect(
      to: watch.remote(80), options: choice.options, at: watch.fixture.now)
    let synchronize = try #require(watch.leave().first)
    var peer = HandPeer(watch.remote(80), to: synchronize.from)
    peer.acknowledgment = synchronize.header.sequence + 1
    watch.arrive(peer.segment(.syn | .ack) { $0.options.maximumSegmentSize = 1_000 })
    peer.sequence = peer.sequence + 1
    #expect(watch.leave().map(\.flags) == [.ack])
    for count in [1, 2, 999, 2_001] {
      let text = StreamPattern.octets(count)
      #expect(try watch.fixture.write(handle, text) == count)
      #expect(watch.leave().flatMap(\.text) == text)
      peer.acknowledgment = peer.acknowledgment + count
      watch.arrive(peer.segment(.ack))
    }
    watch.arrive(peer.segment(.ack, sequence: peer.sequence + 10, text: [1]))
    #expect(watch.leave().map(\.flags) == [.ack])
    try pass(.seconds(1_001), watch, expecting: peer.acknowledgment - 1)  // a keep-alive
    peer.window = 0
    watch.arrive(peer.segment(.ack))
    _ = try watch.fixture.write(handle, [9])
    try pass(.seconds(2), watch, expecting: nil)  // a window probe
    try watch.fixture.host.abort(handle, at: watch.fixture.now)
    #expect(watch.leave().last?.flags.contains(.rst) == true)
  }

  /// Time passes until something leaves, which must be at a sequence number if one is given.
  private func pass(_ interval: Interval, _ watch: Watch, expecting sequence: SequenceNumber?) throws {
    watch.fixture.now = watch.fixture.now + interval
    watch.fixture.host.expire(at: watch.fixture.now)
    let seen = try #require(watch.leave().first)
    if let sequence { #expect(seen.header.sequence == sequence) }
  }

  @Test(
    "SYN-ACK and acknowledgment of a half-open entry, and a reset that answers nobody", arguments: Choice.all)
  func answers(choice: Choice) throws {
    let watch = try Watch(choice)
    _ = try watch.fixture.host.listen(watch.local(80), options: choice.options)
    let peer = watch.peer(6_000, to: 80)
    watch.arrive(peer.segment(.syn))
    let first = try #require(watch.leave().first)
    #expect(first.flags == .syn | .ack)
    // It is asked again, and once more answered by the clock.
    watch.arrive(
      peer.segment(.ack, sequence: peer.sequence + 100_000, acknowledgment: first.header.sequence + 1))
    #expect(watch.leave().map(\.flags) == [.ack])
    try pass(.seconds(1), watch, expecting: first.header.sequence)
    // Who answers a stranger has no options: the usual header.
    watch.arrive(watch.peer(6_001, to: 81).segment(.syn))
    #expect(watch.leave(isPlain: true).map(\.flags) == [.rst | .ack])
    watch.arrive(watch.peer(6_001, to: 81).segment(.ack))
    #expect(watch.leave(isPlain: true).map(\.flags) == [.rst])
  }

  @Test("FIN, and the acknowledgments of TIME-WAIT", arguments: Choice.all)
  func timeWait(choice: Choice) throws {
    let watch = try Watch(choice)
    let listener = try watch.fixture.host.listen(watch.local(80), options: choice.options)
    var peer = watch.peer(6_000, to: 80)
    watch.arrive(peer.segment(.syn))
    peer.acknowledgment = try #require(watch.leave().first).header.sequence + 1
    peer.sequence = peer.sequence + 1
    watch.arrive(peer.segment(.ack))
    let handle = try watch.fixture.host.accept(listener)
    try watch.fixture.host.close(handle, at: watch.fixture.now)
    #expect(watch.leave().map(\.flags) == [.fin | .ack])
    peer.acknowledgment = peer.acknowledgment + 1
    for _ in 0..<2 {  // the FIN, and the same again
      watch.arrive(peer.segment(.fin | .ack))
      #expect(watch.leave().map(\.flags) == [.ack])
      #expect(watch.fixture.state(handle) == .timeWait)
    }
  }

  /// A released connection that gives way to another: its reset waits among the replies, with its own header.
  @Test("The reset of a connection that gives way", arguments: Choice.all)
  func givesWay(choice: Choice) throws {
    let watch = try Watch(choice, connections: 1)
    let listener = try watch.fixture.host.listen(watch.local(80), options: choice.options)
    for port: UInt16 in [6_000, 6_001] {
      var peer = watch.peer(port, to: 80)
      watch.arrive(peer.segment(.syn))
      peer.acknowledgment = try #require(watch.leave().first { $0.flags.contains(.syn) }).header.sequence + 1
      peer.sequence = peer.sequence + 1
      watch.arrive(peer.segment(.ack))
      let reset = watch.leave()
      #expect(reset.map(\.flags) == (port == 6_000 ? [] : [.rst | .ack]))
      if port == 6_001 { return }
      let handle = try watch.fixture.host.accept(listener)
      _ = try watch.fixture.write(handle, [1])
      try watch.fixture.host.release(handle, at: watch.fixture.now)
      _ = watch.leave()
      watch.fixture.now = watch.fixture.now + .seconds(11)
    }
  }

  /// The two low bits are the network's (RFC 3168): no choice of the user reaches them.
  @Test("A code point of more than six bits", arguments: [true, false])
  func excess(isIPv4: Bool) throws {
    let style = DatagramOptions(dscp: 0xFF, hopLimit: 9)
    let tuple = FourTuple(
      local: isIPv4 ? .near(1, 2) : .near6(1, 2), remote: isIPv4 ? .near(2, 3) : .near6(2, 3))
    let header = SegmentHeader(
      sourcePort: 2, destinationPort: 3, sequence: SequenceNumber(1), acknowledgment: SequenceNumber(2),
      flags: .ack, window: 4)
    var bytes: [UInt8] = written(isIPv4 ? 40 : 60) { _ = header.emitDatagram(tuple, style, into: $0) }.bytes
    #expect(try parseDatagram(bytes).get().dscp == 63)
    #expect(try parseDatagram(bytes).get().codepoint == .notCapable)
    bytes.removeLast()
    #expect(datagramError(bytes) == .badTotalLength)
  }
}
