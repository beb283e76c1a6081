import TCPCore
import TCPLoopback

/// Somebody between two hosts who makes up datagrams. What it makes follows from its seed and from what it
/// knows of its target.
package struct Adversary {
  /// What an adversary stops at.
  package enum Power: Sendable {
    /// Sends nothing that the RFCs take for proof of being the peer: no reset at exactly RCV.NXT, no text,
    /// FIN or acknowledgment that is acceptable.
    case blind
    /// Sends anything.
    case omniscient
  }

  private let power: Power
  var random: SplitMix64

  /// An adversary with the given seed.
  package init(_ power: Power, seed: UInt64) {
    self.power = power
    random = SplitMix64(seed: seed)
  }

  /// The next datagram for a target, or `nil` where nothing came to mind that may be sent.
  package mutating func datagram(for target: AdversaryTarget) -> [UInt8]? {
    for _ in 0..<8 {
      switch random.below(20) {
      case 0: return noise(target)
      case 1, 2, 3: if let bytes = error(target) { return bytes }
      case 4: if let bytes = stranger(target) { return bytes }
      case 5, 6: if let bytes = segment(target) { return disguise(bytes) }
      case 7: if let bytes = segment(target) { return spoil(bytes) }
      default: if let bytes = segment(target) { return bytes }
      }
    }
    return nil
  }

  mutating func below(_ bound: Int) -> Int { Int(random.below(UInt64(bound))) }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  mutating func word() -> UInt32 { UInt32(truncatingIfNeeded: random.next()) }

  /// A number near one of those that matter.
  private mutating func number(near anchors: [SequenceNumber]) -> SequenceNumber {
    let anchor = pick(anchors)
    switch below(10) {
    case 0...3: return anchor
    case 4, 5: return anchor + (below(5) - 2)
    case 6: return anchor + (below(4_000) - 2_000)
    case 7: return anchor + (below(140_000) - 70_000)
    case 8: return anchor + (1 << pick([16, 29, 30, 31])) + (below(3) - 1)
    default: return SequenceNumber(word())
    }
  }

  /// A segment as if from the target's peer.
  private mutating func segment(_ target: AdversaryTarget) -> [UInt8]? {
    let edge = target.expected + target.window
    var header = SegmentHeader(
      sourcePort: target.tuple.remotePort, destinationPort: target.tuple.localPort,
      sequence: number(near: [target.expected, target.expected, target.expected - 1, edge, target.next]),
      acknowledgment: number(near: [target.unacknowledged, target.next, target.next, target.expected]),
      flags: pick([.ack, .ack, .ack, .rst, .syn, .syn | .ack, .fin | .ack, .rst | .ack, .urg | .ack, .fin]),
      window: UInt16(truncatingIfNeeded: pick([0, 0, 1, 100, 65_535, below(65_536)])))
    if below(4) == 0 { header.flags = SegmentFlags(rawValue: UInt8(below(256))) }
    header.reserved = below(8) == 0 ? UInt8(below(16)) : 0
    header.urgentPointer = UInt16(truncatingIfNeeded: pick([0, 1, 65_535, below(65_536)]))
    let text = below(2) == 0 ? [] : octets(pick([1, 1, below(50), below(700), 1_300]))
    var raw: [UInt8] = []
    if below(4) > 0 { header.options.timestamps = timestamps(target) }
    if below(3) == 0 { addOptions(to: &header, target) }
    if below(5) == 0 { raw = rawOptions(room: 40 - header.options.byteCount) }
    if power == .blind && !target.isHarmless(header, textCount: text.count) { return nil }
    // Octets that no emitter writes may hold another timestamp than the one that was judged.
    if power == .blind && !raw.isEmpty { raw = [1, 1, 1, UInt8(pick([0, 1, 254]))] }
    return SegmentDatagram.octets(
      header, rawOptions: raw, text: text, from: target.tuple.remoteAddress, to: target.tuple.localAddress,
      isSpoiled: below(12) == 0)
  }

  mutating func octets(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }

  private mutating func timestamps(_ target: AdversaryTarget) -> Timestamps {
    let value = pick([
      target.firstTimestamp, target.firstTimestamp, target.firstTimestamp &- 1 &- UInt32(below(1 << 30)),
      target.lastTimestamp, target.lastTimestamp &+ UInt32(below(5_000)), target.lastTimestamp &+ 1 << 31,
      word(),
    ])
    return Timestamps(value: value, echo: word())
  }

  private mutating func addOptions(to header: inout SegmentHeader, _ target: AdversaryTarget) {
    switch below(4) {
    case 0: header.options.maximumSegmentSize = pick([0, 1, 12, 64, 536, 65_535, UInt16(below(65_536))])
    case 1: header.options.windowScale = pick([0, 7, 14, 15, 255])
    case 2: header.options.isSACKPermitted = true
    default: break
    }
    for _ in 0..<below(5) {
      let left = number(near: [target.unacknowledged, target.next])
      let right = below(2) == 0 ? left + (below(3_000) - 500) : number(near: [target.next])
      header.options.sack.append(SACKBlock(left: left, right: right))
    }
  }

  /// Whole words of option octets: lengths that lie, unknown kinds, or anything.
  private mutating func rawOptions(room: Int) -> [UInt8] {
    guard room >= 4 else { return [] }
    switch below(5) {
    case 0: return [UInt8(pick([2, 3, 4, 5, 8, 253])), 0, 0, 0]
    case 1: return [UInt8(pick([2, 3, 4, 5, 8, 253])), 1, 1, 1]
    case 2: return [1, 1, 1, UInt8(pick([2, 3, 4, 5, 8, 34]))]
    case 3: return [UInt8(pick([2, 5, 8, 254])), UInt8(below(41)), 7, 7]
    default: return octets(4 * (1 + below(room / 4)))
    }
  }

  /// Somebody else's segment: for a port that nobody has, a SYN for the listener, from strange addresses.
  private mutating func stranger(_ target: AdversaryTarget) -> [UInt8]? {
    // A flood of SYNs may push a handshake out of a full table; that needs no knowledge, but ends what has
    // not begun.
    if power == .blind && target.state == .listen { return nil }
    var source = target.tuple.remoteAddress
    switch below(4) {
    case 0: source = target.tuple.localAddress
    case 1: source = Address(high: source.high, low: source.low ^ (1 << UInt64(below(8))))
    case 2: source = source.isIPv4 ? Address(ipv4: word()) : Address(high: random.next(), low: random.next())
    default: break
    }
    let isPair = source == target.tuple.remoteAddress
    var header = SegmentHeader(
      sourcePort: UInt16(below(65_536)),
      destinationPort: isPair && below(2) == 0 ? UInt16(below(65_536)) : target.tuple.localPort,
      sequence: SequenceNumber(word()), acknowledgment: SequenceNumber(word()),
      flags: pick([.syn, .syn, .ack, .rst, .syn | .fin, .fin]), window: UInt16(below(65_536)))
    if header.sourcePort == target.tuple.remotePort { header.sourcePort ^= 1 }
    addOptions(to: &header, target)
    return SegmentDatagram.octets(
      header, rawOptions: [], text: octets(below(20)), from: source, to: target.tuple.localAddress,
      isSpoiled: false)
  }

  /// An ICMP error about octets that are in flight, or not.
  private mutating func error(_ target: AdversaryTarget) -> [UInt8]? {
    let isIPv4 = target.tuple.isIPv4
    let type = UInt8(
      isIPv4 ? pick([3, 3, 3, 4, 5, 11, 12, below(256)]) : pick([1, 1, 2, 2, 3, 4, below(256)]))
    let code = UInt8(pick([0, 1, 2, 3, 4, 4, 5, below(256)]))
    // While connecting a refusal is believed, as far as it quotes our SYN.
    if power == .blind && target.state == .synSent { return nil }
    let quoted = SegmentHeader(
      sourcePort: target.tuple.localPort, destinationPort: target.tuple.remotePort,
      sequence: number(near: [target.unacknowledged, target.next, target.next - 1]),
      acknowledgment: target.expected, flags: .ack, window: 0)
    let ours = SegmentDatagram.octets(
      quoted, rawOptions: [], text: octets(below(100)), from: target.tuple.localAddress,
      to: target.tuple.remoteAddress, isSpoiled: false)
    return FigureDatagram.icmp(
      (type, code), mtu: pick([0, 1, 67, 68, 296, 576, 1_280, 1_499, 65_535]), quoting: ours,
      from: below(2) == 0
        ? target.tuple.remoteAddress
        : (isIPv4 ? Address(203, 0, 113, 9) : Address(high: 0x2001_0DB8_0000_0000, low: 9)),
      to: target.tuple.localAddress)
  }
}
