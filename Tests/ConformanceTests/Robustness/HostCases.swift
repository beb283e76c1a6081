import TCPCore
import Testing

/// What went wrong in other stacks, and no figure can show.
@Suite("Robustness: the host") struct HostCases {
  private static let small = HostConfiguration(connections: 2, sendCapacity: 2_000, receiveCapacity: 2_000)

  @Test("One generator's output says nothing of another's") func separateStreams() throws {
    // ROB-008, ROB-335: an observer of any number of ports learns nothing of the next initial sequence
    // number, which does not even notice.
    let plain = try RobustnessHost(Self.small)
    let drawn = try RobustnessHost(Self.small)
    let peer = Endpoint(Address(192, 0, 2, 2), 9)
    let tuple = FourTuple(local: Endpoint(RobustnessHost.own.address, 5_000), remote: peer)
    var ports: Set<UInt16> = []
    for _ in 0..<100 {
      let handle = try drawn.host.connect(to: peer, at: drawn.now)
      ports.insert(try drawn.host.status(handle).tuple.localPort)
      try drawn.host.release(handle, at: drawn.now)
    }
    #expect(ports.count > 90)
    #expect(
      plain.host.initialSequenceNumber(tuple, at: plain.now)
        == drawn.host.initialSequenceNumber(tuple, at: drawn.now))
    let handle = try plain.host.connect(to: peer, at: plain.now)
    let first = try plain.host.status(handle).tuple.localPort
    let other = try RobustnessHost(Self.small, secret: Secret(1, 3))
    let second = try other.host.connect(to: peer, at: other.now)
    #expect(try other.host.status(second).tuple.localPort != first)
  }

  @Test("What a device does not take is still owed") func refusedByDevice() throws {
    // ROB-078: a hole is filled, and the device has no room for half a second.
    let fixture = try RobustnessHost(Self.small)
    _ = try fixture.host.listen(RobustnessHost.own)
    let initial = try #require(fixture.open())
    fixture.arrive(.ack, sequence: 302, acknowledgment: initial &+ 1, text: [2])
    #expect(fixture.transmitSegment()?.acknowledgment == SequenceNumber(301))
    fixture.arrive(.ack, sequence: 301, acknowledgment: initial &+ 1, text: [1])
    #expect(fixture.host.deadline == fixture.now)
    // A device without room lends no buffer.
    #expect(
      unsafe fixture.host.transmit(into: UnsafeMutableRawBufferPointer(start: nil, count: 0), at: fixture.now)
        == nil)
    fixture.now = fixture.now + .milliseconds(500)
    fixture.host.expire(at: fixture.now)
    #expect(fixture.host.deadline == fixture.now)
    #expect(fixture.transmitSegment()?.acknowledgment == SequenceNumber(303))
    #expect(fixture.transmitSegment() == nil)
  }

  @Test("The most specific listener gets the connection") func specificFirst() throws {
    // ROB-227: whatever the order in which they were made.
    for wildcardFirst in [true, false] {
      var configuration = Self.small
      configuration.interfaceCount = 2
      let fixture = try RobustnessHost(configuration)
      try fixture.host.setInterface(1, mtu: 1_500)
      try fixture.host.addAddress(Address(198, 51, 100, 1), prefix: 24, to: 1)
      var handles: [Handle] = []
      let places = [Endpoint(.anyIPv4, 80), RobustnessHost.own]
      for place in wildcardFirst ? places : places.reversed() {
        handles.append(try fixture.host.listen(place))
      }
      if !wildcardFirst { handles.reverse() }
      _ = try #require(fixture.open())
      #expect(try fixture.host.status(handles[1]).acceptQueueCount == 1)
      #expect(try fixture.host.status(handles[0]).acceptQueueCount == 0)
    }
  }

  @Test("Peeking meets the same answers as reading") func peeking() throws {
    // ROB-287
    let fixture = try RobustnessHost(Self.small)
    let listener = try fixture.host.listen(RobustnessHost.own)
    let now = fixture.now
    func peek(_ handle: Handle) -> CallError? {
      fixture.error { host throws(CallError) in
        _ = try unsafe host.withReadable(handle, at: now) { _, _ in 0 }
      }
    }
    func read(_ handle: Handle) -> CallError? {
      fixture.error { host throws(CallError) in
        _ = try unsafe host.read(handle, into: UnsafeMutableRawBufferPointer(start: nil, count: 0), at: now)
      }
    }
    let opening = try fixture.host.connect(to: Endpoint(Address(192, 0, 2, 9), 7), at: now)
    #expect(peek(opening) == .wouldBlock)
    #expect(read(opening) == .wouldBlock)
    try fixture.host.abort(opening, at: now)
    #expect(peek(opening) == .aborted)
    #expect(read(opening) == .aborted)
    _ = fixture.transmitSegment()
    let initial = try #require(fixture.open())
    let accepted = try fixture.host.accept(listener)
    #expect(peek(accepted) == .wouldBlock)
    fixture.arrive(.ack | .fin, sequence: 301, acknowledgment: initial &+ 1)
    #expect(peek(accepted) == .endOfStream)
    #expect(read(accepted) == .endOfStream)
    try fixture.host.release(accepted, at: now)
    #expect(peek(accepted) == .staleHandle)
    #expect(read(accepted) == .staleHandle)
  }

  @Test("A closure that claims more than it was lent is stopped") func tooMuch() async {
    // ROB-286: the programmer's error traps, before anything is read or sent.
    await #expect(processExitsWith: .failure) {
      let fixture = try RobustnessHost(
        HostConfiguration(connections: 1, sendCapacity: 100, receiveCapacity: 100))
      let handle = try fixture.host.connect(to: Endpoint(Address(192, 0, 2, 9), 7), at: fixture.now)
      _ = try unsafe fixture.host.withWritable(handle, at: fixture.now) { first, second in
        first.count + second.count + 1
      }
    }
    await #expect(processExitsWith: .failure) {
      let fixture = try RobustnessHost(
        HostConfiguration(connections: 1, sendCapacity: 100, receiveCapacity: 100))
      let listener = try fixture.host.listen(RobustnessHost.own)
      guard let initial = fixture.open() else { return }
      fixture.arrive(.ack, sequence: 301, acknowledgment: initial &+ 1, text: [1, 2, 3])
      let handle = try fixture.host.accept(listener)
      _ = try unsafe fixture.host.withReadable(handle, at: fixture.now) { first, second in
        first.count + second.count + 1
      }
    }
  }

  @Test("A clock that steps back stalls nothing, and fires nothing early") func clockStepsBack() throws {
    // ROB-290
    let fixture = try RobustnessHost(Self.small)
    let start = fixture.now
    _ = try fixture.host.connect(to: Endpoint(Address(192, 0, 2, 9), 7), at: start)
    #expect(fixture.transmitSegment()?.flags == .syn)
    fixture.now = start + .milliseconds(900)
    fixture.host.expire(at: fixture.now)
    #expect(fixture.transmitSegment() == nil)
    // An hour back, in each kind of call.
    fixture.now = Instant(microseconds: start.microseconds - 3_600_000_000)
    fixture.host.expire(at: fixture.now)
    #expect(fixture.transmitSegment() == nil)
    fixture.arrive(.syn, sequence: 5)
    #expect(fixture.transmitSegment()?.flags == .rst | .ack)
    #expect(fixture.host.deadline == start + .seconds(1))
    fixture.now = start + .milliseconds(999)
    fixture.host.expire(at: fixture.now)
    #expect(fixture.transmitSegment() == nil)
    fixture.now = start + .seconds(1)
    fixture.host.expire(at: fixture.now)
    #expect(fixture.transmitSegment()?.flags == .syn)
    #expect(fixture.transmitSegment() == nil)
  }

  @Test("The largest ring asks for a shift of 14, never of 15") func largestShift() {
    // ROB-260: a connection over rings that exist in number only; a SYN touches none of their octets.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 16)
    defer { unsafe memory.deallocate() }
    guard let base = memory.baseAddress else { return }
    let region = unsafe Region(base: base, count: 4_096)
    region.clear(4_096)
    for (capacity, shift) in [(65_535, 0), (65_536, 1), (1 << 29, 14), ((1 << 30) - 1, 14), (1 << 30, 14)] {
      var connection = Connection(
        tuple: FourTuple(local: RobustnessHost.own, remote: Endpoint(Address(192, 0, 2, 2), 9)),
        sendRing: RingBuffer(start: 0, capacity: 16), receiveRing: RingBuffer(start: 0, capacity: capacity),
        ranges: RangeSet(start: 1, capacity: 2), sentRecords: SentRecords(start: 2, capacity: 2),
        options: ConnectionOptions())
      let context = ConnectionContext(
        now: Instant(microseconds: 1), region: region,
        counters: region.table(Counters.self, at: 16, count: 1),
        interfaceMTU: 1_500, isChecksumOffloaded: false, challengeLimit: 10, challengeInterval: .seconds(5))
      connection.connect(initial: SequenceNumber(7), timestampOffset: 0, context)
      var bytes = [UInt8](repeating: 0, count: 1_500)
      // The view lives as long as the closure that lends the array's memory.
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe MutableBytes(buffer).map { connection.transmit(into: $0, context) } ?? 0
      }
      let header = try? unsafe SegmentHeader(parsing: bytes.span.bytes.extracting(20..<count))
      #expect(header?.options.windowScale == UInt8(shift), "\(capacity)")
    }
  }
}
