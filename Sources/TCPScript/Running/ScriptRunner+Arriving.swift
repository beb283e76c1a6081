import TCPCore
import TCPLoopback

// What arrives.
extension ScriptRunner {
  /// A segment of the peer.
  func arrive(_ pattern: SegmentPattern, _ position: SourcePosition) throws(RunProblem) {
    try checkLength(pattern.length + (pattern.options ?? []).reduce(0) { $0 + $1.byteCount }, position)
    let index = flowOfArrival(pattern)
    currentFlow = index
    if pattern.flags.contains(.syn) { flows[index].notePeerSYN(pattern.sequence) }
    if let window = pattern.window { flows[index].lastWindow = window }
    let flow = flows[index]
    var header = SegmentHeader(
      sourcePort: flow.tuple.remotePort, destinationPort: flow.tuple.localPort,
      sequence: SequenceNumber(flow.peerWire(pattern.sequence, pattern.flags)),
      acknowledgment: SequenceNumber(
        pattern.acknowledgment.map { flow.wire($0, pattern.flags) } ?? 0), flags: pattern.flags,
      window: pattern.window ?? flow.lastWindow)
    header.urgentPointer = pattern.urgentPointer ?? 0
    header.reserved = pattern.isAccurateECN ? 1 : 0
    let bytes = SegmentDatagram.octets(
      header, rawOptions: octets(of: pattern, flow),
      text: StreamPattern.octets(pattern.length, from: place(of: pattern)), from: configuration.remote,
      to: configuration.local, codepoint: codepoint(of: pattern), trafficClass: pattern.trafficClass ?? 0,
      hopLimit: pattern.hopLimit ?? 64)
    timeline.add(
      shown(header, pattern, flow), flow.tuple, codepoint(of: pattern), isOurs: false, at: machine.elapsed)
    machine.arrive(bytes)
    try react()
  }

  /// A datagram has 65,535 octets at most.
  private func checkLength(_ count: Int, _ position: SourcePosition) throws(RunProblem) {
    guard count > 65_535 - 60 else { return }
    throw .unsupported(position, "a segment of \(count) octets fits no datagram")
  }

  /// Where the text of a segment is in the peer's stream.
  private func place(of pattern: SegmentPattern) -> Int {
    pattern.flags.contains(.syn) ? 0 : Int(Int32(bitPattern: pattern.sequence &- 1))
  }

  private func codepoint(of pattern: SegmentPattern) -> CongestionCodepoint {
    if case .exactly(let codepoint)? = pattern.codepoint { codepoint } else { .notCapable }
  }

  /// The header as the ladder shows it: with the options, which the datagram has as octets.
  private func shown(_ header: SegmentHeader, _ pattern: SegmentPattern, _ flow: Flow) -> SegmentHeader {
    var header = header
    header.payloadCount = pattern.length
    for option in pattern.options ?? [] {
      switch option {
      case .maximumSegmentSize(let size): header.options.maximumSegmentSize = size
      case .windowScale(let shift): header.options.windowScale = shift
      case .sackPermitted: header.options.isSACKPermitted = true
      case .timestamps(let value, let echo):
        header.options.timestamps = Timestamps(value: value, echo: echo)
      case .sack(let ranges):
        for range in ranges {
          header.options.sack.append(
            SACKBlock(
              left: SequenceNumber(flow.wire(range.left, pattern.flags)),
              right: SequenceNumber(flow.wire(range.right, pattern.flags))))
        }
      case .noOperation, .endOfList, .other: break
      }
    }
    return header
  }

  /// Options as they are on the wire.
  private func octets(of pattern: SegmentPattern, _ flow: Flow) -> [UInt8] {
    (pattern.options ?? []).flatMap { option -> [UInt8] in
      switch option {
      case .noOperation: [1]
      case .endOfList: [0]
      case .maximumSegmentSize(let size): [2, 4] + octets(UInt32(size), 2)
      case .windowScale(let shift): [3, 3, shift]
      case .sackPermitted: [4, 2]
      case .sack(let ranges):
        [5, UInt8(2 + 8 * ranges.count)]
          + ranges.flatMap {
            octets(flow.wire($0.left, pattern.flags), 4) + octets(flow.wire($0.right, pattern.flags), 4)
          }
      case .timestamps(let value, let echo):
        [8, 10] + octets(value, 4) + octets(echo == 0 ? 0 : flow.wireTimestamp(echo), 4)
      case .other(let kind, let content): [kind, UInt8(2 + content.count)] + content
      }
    }
  }

  private func octets(_ number: UInt32, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32(count - 1 - $0))) }
  }

  /// An ICMP error about a segment of ours, which need not have left.
  func arrive(_ pattern: ErrorPattern, _ position: SourcePosition) throws(RunProblem) {
    guard let kind = configuration.isIPv6 ? pattern.ipv6 : pattern.ipv4 else {
      throw .unsupported(
        position, "there is no such ICMP error for \(configuration.isIPv6 ? "IPv6" : "IPv4")")
    }
    try checkLength(pattern.length, position)
    guard let currentFlow else {
      throw .failed(position, "there is no connection that the ICMP error could be about")
    }
    let flow = flows[currentFlow]
    let quoted = SegmentDatagram.octets(
      SegmentHeader(
        sourcePort: flow.tuple.localPort, destinationPort: flow.tuple.remotePort,
        sequence: SequenceNumber(wireSequence(pattern, flow)), acknowledgment: SequenceNumber(0),
        flags: .ack, window: 0),
      text: [UInt8](repeating: 0, count: pattern.length), from: configuration.local, to: configuration.remote)
    timeline.add("ICMP error", isOurs: false, at: machine.elapsed)
    machine.arrive(
      ICMPMessage.error(
        about: quoted, from: configuration.remote, type: kind.type, code: kind.code, mtu: pattern.mtu))
    try react()
  }

  /// Before any line has named our SYN, its number is that of the SYN which has left.
  private func wireSequence(_ pattern: ErrorPattern, _ flow: Flow) -> UInt32 {
    if flow.initial != nil { return flow.wire(pattern.sequence, .ack) }
    guard let syn = waiting.first(where: { $0.header.flags.contains(.syn) && $0.tuple == flow.tuple }) else {
      return pattern.sequence
    }
    return syn.header.sequence.rawValue &+ pattern.sequence
  }
}

// Which pair of ports a line speaks of.
extension ScriptRunner {
  /// The flow of a segment that arrives; a new one where there is none.
  private func flowOfArrival(_ pattern: SegmentPattern) -> Int {
    if let ports = pattern.ports { return flow(local: ports.destination, remote: ports.source) }
    if let currentFlow { return currentFlow }
    let local = listeningPort ?? configuration.localPort
    return flow(local: local, remote: nextRemotePort)
  }

  /// The flow with these ports; a new one where there is none.
  func flow(local: UInt16, remote: UInt16) -> Int {
    let tuple = FourTuple(
      local: Endpoint(configuration.local, local), remote: Endpoint(configuration.remote, remote))
    if let known = flows.firstIndex(where: { $0.tuple == tuple }) { return known }
    flows.append(Flow(tuple))
    return flows.count - 1
  }

  /// A port of the peer that no flow has.
  private var nextRemotePort: UInt16 {
    var port: UInt16 = 49_152
    while flows.contains(where: { $0.tuple.remotePort == port }) { port += 1 }
    return port
  }

  private var listeningPort: UInt16? {
    for (_, socket) in sockets.sorted(by: { $0.key > $1.key }) {
      if case .listener = socket.kind { return socket.localPort }
    }
    return nil
  }
}
