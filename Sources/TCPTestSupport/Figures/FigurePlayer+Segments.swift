import TCPCore
import TCPLoopback

// What crosses the wire.
extension FigurePlayer {
  /// A line with `<--`: the peer sends.
  func arrive(_ segment: FigureSegment) throws(FigureProblem) {
    let before = state
    var position = segment.sequence ?? 0
    if let flags = segment.flags, flags.contains(.syn), !flags.contains(.rst),
      ["CLOSED", "LISTEN", "SYN-SENT", "TIME-WAIT"].contains(before)
    {
      numbers.peerInitial = position
    }
    for _ in 0..<segment.repetitions {
      let header = makeHeader(segment, sequence: position)
      let start = Int(Int32(bitPattern: position &- numbers.peerInitial &- 1))
      let isSynchronize = header.flags.contains(.syn)
      let text = StreamPattern.octets(segment.length, from: isSynchronize ? start + 1 : start)
      let bytes = SegmentDatagram.octets(
        header, rawOptions: segment.rawOptions, text: text, from: settings.peer.address,
        to: settings.local.address, codepoint: segment.codepoint ?? .notCapable,
        isSpoiled: segment.isSpoiled)
      lastOutcome = fixture.arrive(bytes, at: now)
      position &+= UInt32(truncatingIfNeeded: segment.length)
    }
    try check(segment.state)
  }

  /// The header that a line describes, in real numbers.
  private func makeHeader(_ segment: FigureSegment, sequence: UInt32) -> SegmentHeader {
    let flags = segment.flags ?? .none
    if let window = segment.window { lastWindow = window }
    let acknowledgment = segment.acknowledgment.map { $0 &+ numbers.shift } ?? 0
    var header = SegmentHeader(
      sourcePort: settings.peerPort, destinationPort: settings.localPort,
      sequence: SequenceNumber(sequence &+ numbers.peerShift),
      acknowledgment: SequenceNumber(acknowledgment), flags: flags, window: lastWindow)
    header.urgentPointer = segment.urgentPointer ?? 0
    header.options.maximumSegmentSize = segment.maximumSegmentSize
    header.options.windowScale = segment.windowScale
    header.options.isSACKPermitted = segment.isSACKPermitted ?? false
    header.options.userTimeout = segment.userTimeout ?? .none
    if segment.hasTimestamps == true {
      // Without a number the echo is that of our latest segment.
      let echo = segment.timestampEcho.map { $0 &+ (numbers.timestampShift ?? 0) } ?? numbers.lastTimestamp
      header.options.timestamps = Timestamps(
        value: (segment.timestampValue ?? 0) &+ numbers.peerTimestampShift,
        echo: flags.contains(.ack) ? echo : 0)
    }
    for block in segment.sack ?? [] {
      header.options.sack.append(
        SACKBlock(
          left: SequenceNumber(block.left &+ numbers.shift),
          right: SequenceNumber(block.right &+ numbers.shift)))
    }
    return header
  }

  /// A line with `-->`: the next datagram that leaves is this one.
  func depart(_ segment: FigureSegment) throws(FigureProblem) {
    var expected = segment
    for number in 0..<segment.repetitions {
      guard let (bytes, _) = fixture.transmit(at: now) else {
        throw FigureProblem("nothing is sent" + (number > 0 ? " after \(number) of them" : ""))
      }
      let found = try departure(bytes, wanting: segment.timestampValue)
      var mismatches = expected.mismatches(found)
      if let sack = segment.sack { mismatches += sackMismatches(sack, found.header.options.sack) }
      guard mismatches.isEmpty else {
        throw FigureProblem("\(mismatches.joined(separator: "; ")) in \(found)")
      }
      if let sequence = expected.sequence {
        expected.sequence = sequence &+ UInt32(truncatingIfNeeded: segment.length)
      }
    }
    try check(segment.state)
  }

  private func sackMismatches(_ wanted: [(left: UInt32, right: UInt32)], _ found: SACKList) -> [String] {
    let shift = numbers.peerShift
    let blocks = (0..<found.count).map {
      (found[$0].left.rawValue &- shift, found[$0].right.rawValue &- shift)
    }
    let isEqual = blocks.count == wanted.count && zip(blocks, wanted).allSatisfy { $0 == $1 }
    let text = blocks.map { "\($0):\($1)" }.joined(separator: ",")
    return isEqual ? [] : ["SACK is \(text.isEmpty ? "missing" : text)"]
  }

  /// Takes a datagram of ours apart; its text must be what was written.
  func departure(_ bytes: [UInt8], wanting timestamp: UInt32? = nil) throws(FigureProblem) -> FigureDeparture
  {
    let (datagram, header, text) = try FigureDatagram.parse(bytes, from: settings.local, to: settings.peer)
    lastDeparture = bytes
    try numbers.learn(header)
    if let timestamp, numbers.timestampShift == nil, let real = header.options.timestamps?.value {
      numbers.timestampShift = real &- timestamp
    }
    let departure = numbers.translate(datagram, header, text)
    if header.payloadCount > 0 {
      let start = Int(Int32(bitPattern: departure.sequence &- numbers.iss &- 1))
      guard start >= 0, start + text.count <= written.count,
        written[start..<(start + text.count)].elementsEqual(text)
      else { throw FigureProblem("the text is not what was written: \(departure)") }
    }
    return departure
  }

  /// Compares the state with what a line says.
  func check(_ wanted: String?) throws(FigureProblem) {
    let found = state
    if let wanted, wanted != found {
      throw FigureProblem("the state is \(found), not \(wanted)\(lastOutcome.map { " (\($0))" } ?? "")")
    }
  }

  /// The state of the connection in the RFC's spelling: the one the user holds, or the one about to be.
  var state: String {
    if let handle, let status = try? fixture.host.status(handle), status.state != .closed {
      return "\(status.state.name)"
    }
    var cursor = 0
    while let other = fixture.host.nextHandle(&cursor) {
      guard other != handle, other != listener, let status = try? fixture.host.status(other) else { continue }
      if status.state != .closed { return "\(status.state.name)" }
    }
    let occupancy = fixture.host.occupancy
    if occupancy.halfOpen > 0 { return "SYN-RECEIVED" }
    if occupancy.timeWait > 0 { return "TIME-WAIT" }
    let held = handle.map { (try? fixture.host.status($0)) != nil } ?? false
    // A connection that nobody holds any more shows no state.
    if occupancy.connections > (held ? 1 : 0) { return "RELEASED" }
    if occupancy.listeners > 0 && !held { return "LISTEN" }
    return "CLOSED"
  }

  /// An ICMP error about the segment that left last.
  func icmp(_ words: [String]) throws(FigureProblem) {
    guard words.count >= 2, !lastDeparture.isEmpty else { throw FigureProblem("icmp KIND [mtu=N] [seq=N]") }
    let kinds: [String: ((UInt8, UInt8), (UInt8, UInt8))] = [
      "net": ((3, 0), (1, 0)), "host": ((3, 1), (1, 3)), "protocol": ((3, 2), (4, 1)),
      "port": ((3, 3), (1, 4)),
      "toobig": ((3, 4), (2, 0)), "route": ((3, 5), (1, 0)), "quench": ((4, 0), (1, 0)),
      "hops": ((11, 0), (3, 0)), "parameter": ((12, 0), (4, 0)),
    ]
    guard let kind = kinds[words[1]] else { throw FigureProblem("no such error: \(words[1])") }
    var quoted = lastDeparture
    var mtu = 0
    for word in words.dropFirst(2) {
      let parts = word.split(separator: "=")
      guard parts.count == 2 else { throw FigureProblem("icmp KIND [mtu=N] [seq=N]") }
      let value = try FigureSegment.number(parts[1])
      if parts[0] == "mtu" { mtu = value }
      if parts[0] == "seq" {
        let real = UInt32(truncatingIfNeeded: value) &+ numbers.shift
        let place = settings.isIPv6 ? 44 : 24
        for index in 0..<4 { quoted[place + index] = UInt8(truncatingIfNeeded: real >> (24 - 8 * index)) }
      }
    }
    let bytes = FigureDatagram.icmp(
      settings.isIPv6 ? kind.1 : kind.0, mtu: mtu, quoting: quoted, from: settings.peer.address,
      to: settings.local.address)
    lastOutcome = fixture.arrive(bytes, at: now)
  }
}
