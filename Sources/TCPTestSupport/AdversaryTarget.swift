import TCPCapture
import TCPCore
import TCPLoopback

/// What an adversary knows of one end of a connection: the numbers that decide what the end takes.
package struct AdversaryTarget {
  /// The end.
  package var side: Side
  /// Its own address and port, and the peer's.
  package var tuple: FourTuple
  /// Its state; LISTEN where only a handshake, or not even that, has begun.
  package var state = ConnectionState.closed
  /// SND.UNA.
  package var unacknowledged = SequenceNumber(0)
  /// SND.NXT.
  package var next = SequenceNumber(0)
  /// RCV.NXT.
  package var expected = SequenceNumber(0)
  /// RCV.WND in octets.
  package var window = 0
  /// Whether every segment must carry timestamps.
  package var usesTimestamps = false
  /// TSval of the peer's SYN: nothing older than this was ever sent honestly.
  package var firstTimestamp: UInt32 = 0
  /// TSval of the peer's latest segment.
  package var lastTimestamp: UInt32 = 0
  /// Octets in flight or waiting: nothing may leave but answers while this is 0.
  package var outstanding = 0

  /// Whether the first check of RFC 9293 section 3.10.7.4 lets a segment pass, or at least its
  /// acknowledgment.
  func accepts(_ sequence: SequenceNumber, length: Int) -> Bool {
    let offset = sequence - expected
    if window == 0 { return offset >= 0 && offset <= 1 }
    if offset >= 0 { return offset <= window }
    return offset + length > 0
  }

  /// Whether the end would shrug a segment off, or do no more than answer it, by the rules of the RFCs: the
  /// segment proves no knowledge of the connection that these rules take for proof.
  func isHarmless(_ segment: SegmentHeader, textCount: Int) -> Bool {
    let flags = segment.flags
    switch state {
    case .closed:
      return true
    case .timeWait:
      return !flags.contains(.syn)  // RFC 6191: a SYN may end the rest
    case .synSent:
      // A SYN crosses ours; what acknowledges our SYN is believed. A reset that answers an acknowledgment of
      // what will be sent soon may arrive just when that would be expected.
      if flags.contains(.syn) && !flags.intersects(.ack | .rst) { return false }
      let ahead = segment.acknowledgment - next
      return !(flags.contains(.ack) && ahead >= 0 && ahead < 1 << 20)
    case .listen:
      // The peer's own SYN, with other options.
      if flags.contains(.syn) && segment.sequence + 1 == expected { return false }
      // Who acknowledges our SYN has seen it, also where another SYN than the peer's drew it.
      if flags.contains(.ack) && segment.acknowledgment == next { return false }
    case .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck:
      break
    }
    var length = textCount
    if flags.contains(.syn) { length += 1 }
    if flags.contains(.fin) { length += 1 }
    guard accepts(segment.sequence, length: length) else { return true }
    if flags.contains(.rst) { return segment.sequence != expected }
    if flags.contains(.syn) { return state != .listen }
    guard flags.contains(.ack) else { return true }
    // RFC 5961 section 5: beyond what was sent, or further back than any window.
    let offset = segment.acknowledgment - unacknowledged
    if segment.acknowledgment > next || offset < -(1 << 30) { return true }
    // A segment without the timestamps that were agreed on is judged by its numbers alone.
    if usesTimestamps, let timestamps = segment.options.timestamps {
      let age = Int32(bitPattern: timestamps.value &- firstTimestamp)
      if age < 0 { return true }
      if age > 0 { return false }  // it would be remembered
    }
    return offset < 0 && textCount == 0 && !flags.contains(.fin)
  }
}

/// Listens on both hosts' wire, so that nothing needs to be asked of the core's insides.
@safe
package final class AdversaryWiretap {
  /// What one end has said.
  private struct Voice {
    var initial: SequenceNumber?
    /// Behind the highest octet that left.
    var highest = SequenceNumber(0)
    var firstTimestamp: UInt32?
    var lastTimestamp: UInt32 = 0
  }

  /// Datagrams that have left each host.
  package private(set) var departures = (left: 0, right: 0)
  private var left = Voice()
  private var right = Voice()
  private var leftPort: UInt16 = 0
  private let transfer: LoopbackTransfer
  private let port: UInt16

  /// Listens to the hosts of a transfer whose listener has the given port.
  ///
  /// - Parameter trace: gets one line for each datagram that leaves or arrives.
  package init(_ transfer: LoopbackTransfer, port: UInt16 = 7, trace: ((String) -> Void)? = nil) {
    self.transfer = transfer
    self.port = port
    var lines = SegmentLine()
    transfer.driver.observer = { [unowned self] event, side, bytes in
      if case .departed = event { hear(bytes, from: side) }
      if let trace {
        trace("\(side) \(event) " + lines.line(for: bytes, at: self.transfer.driver.now))
      }
    }
  }

  /// How many datagrams have left a host.
  package func departures(_ side: Side) -> Int { side == .left ? departures.left : departures.right }

  private func hear(_ bytes: RawSpan, from side: Side) {
    if side == .left { departures.left += 1 } else { departures.right += 1 }
    guard let datagram = try? Datagram(parsing: bytes), datagram.protocolNumber == 6 else { return }
    let end = datagram.payloadOffset + datagram.payloadCount
    guard let segment = try? SegmentHeader(parsing: bytes.extracting(datagram.payloadOffset..<end)) else {
      return
    }
    if side == .left && leftPort == 0 && segment.flags.contains(.syn) { leftPort = segment.sourcePort }
    guard segment.sourcePort == (side == .left ? leftPort : port),
      segment.destinationPort == (side == .left ? port : leftPort)
    else { return }
    if side == .left {
      AdversaryWiretap.take(segment, &left)
    } else {
      AdversaryWiretap.take(segment, &right)
    }
  }

  private static func take(_ segment: SegmentHeader, _ voice: inout Voice) {
    if segment.flags.contains(.rst) { return }
    if segment.flags.contains(.syn) && voice.initial != segment.sequence {
      voice = Voice(initial: segment.sequence, highest: segment.sequence)
      voice.firstTimestamp = segment.options.timestamps?.value
    }
    let end = segment.sequence + segment.length
    if end > voice.highest { voice.highest = end }
    if let timestamps = segment.options.timestamps { voice.lastTimestamp = timestamps.value }
  }

  /// What there is to know of a side now.
  package func target(_ side: Side) -> AdversaryTarget {
    let own = side == .left ? left : right
    let other = side == .left ? right : left
    let driver = transfer.driver
    let ports = side == .left ? (leftPort, port) : (port, leftPort)
    var target = AdversaryTarget(
      side: side,
      tuple: FourTuple(
        local: Endpoint(driver.address(side), ports.0),
        remote: Endpoint(driver.address(side.other), ports.1)))
    target.next = own.highest
    target.unacknowledged = own.highest
    target.expected = (other.initial ?? SequenceNumber(0)) + 1
    target.usesTimestamps = left.firstTimestamp != nil && right.firstTimestamp != nil
    target.firstTimestamp = other.firstTimestamp ?? 0
    target.lastTimestamp = other.lastTimestamp
    guard let handle = transfer.handle(side),
      let status = side == .left ? try? driver.left.status(handle) : try? driver.right.status(handle)
    else {
      target.state = .listen
      target.window = 65_535
      target.unacknowledged = own.initial ?? own.highest
      return target
    }
    target.state = status.state
    target.unacknowledged = own.highest - status.bytesInFlight
    target.window = status.receiveWindow
    target.outstanding = status.bytesInFlight + status.unsent
    target.expected = target.expected + (transfer.readCount(side) + status.unread)
    switch status.state {
    case .closeWait, .closing, .lastAck, .timeWait: target.expected = target.expected + 1
    case .closed, .listen, .synSent, .synReceived, .established, .finWait1, .finWait2: break
    }
    return target
  }
}
