extension Connection {
  /// Writes one segment and its IP header, and notes what it tells the peer: acknowledgment, window, timestamp.
  mutating func emit(
    at sequence: SequenceNumber, textCount: Int, flags wanted: SegmentFlags, into bytes: MutableBytes,
    _ context: ConnectionContext
  ) -> Int {
    var flags = wanted
    let isSynchronizing = flags.contains(.syn)
    var segment = SegmentHeader(
      sourcePort: tuple.localPort, destinationPort: tuple.remotePort, sequence: sequence,
      acknowledgment: SequenceNumber(0), flags: flags, window: 0)
    if flags.contains(.ack) {
      let offer = receive.offer(
        maximumSegmentSize: Int(receiveSegmentSize), isSynchronizing: isSynchronizing)
      segment.acknowledgment = receive.next
      segment.window = offer.field
      receive.advertised(offer)
      acknowledgment.sent()
    } else {
      // The first SYN: the peer's numbers are unknown, so the window is what the ring holds.
      segment.window = synchronizeWindow
    }
    // MUST-61: what drains the ring carries PSH.
    if textCount > 0 && sequence + textCount == send.textEnd { flags = flags | .psh }
    if send.hasUrgent && send.urgent > sequence {
      flags = flags | .urg
      let distance = send.urgent - sequence
      segment.urgentPointer = UInt16(truncatingIfNeeded: distance < 65_535 ? distance : 65_535)
    }
    segment.flags = flags
    addOptions(to: &segment, context)
    let style = DatagramStyle(
      dscp: options.dscp, hopLimit: options.hopLimit, isChecksumOffloaded: context.isChecksumOffloaded)
    // Text is copied and summed in one pass.
    let ring = send.ring
    let offset = sequence - send.textStart
    return segment.emitDatagram(tuple, textCount: textCount, style, into: bytes) { room in
      ring.copySumming(from: offset, count: textCount, to: room, in: context.region)
    }
  }

  /// The window field of our SYN, never scaled (RFC7323-WS-3).
  var synchronizeWindow: UInt16 {
    mutating get {
      UInt16(truncatingIfNeeded: receive.ring.capacity < 65_535 ? receive.ring.capacity : 65_535)
    }
  }

  /// The smallest shift with which a window of the whole ring fits 16 bits (ROB-260: at most 14).
  static func shift(for capacity: Int) -> UInt8 {
    for shift in 0..<14 where capacity &>> shift <= 65_535 { return UInt8(truncatingIfNeeded: shift) }
    return 14
  }

  private mutating func addOptions(to segment: inout SegmentHeader, _ context: ConnectionContext) {
    if segment.flags.contains(.syn) {
      // MUST-14, MUST-65, SHLD-5, MAY-3: MSS on every SYN, and SYN only, as SACK-permitted (RFC2018-1) and the
      // window scale, also with a shift of 0 (RFC7323-WS-9); SYN-ACK answers what the SYN offered (RFC7323-WS-11, RFC7323-TS-4).
      let answers = state == .synReceived
      segment.options.maximumSegmentSize = receiveSegmentSize
      if answers ? isScaled : options.offersWindowScale {
        segment.options.windowScale = Connection.shift(for: receive.ring.capacity)
      }
      segment.options.isSACKPermitted = answers ? usesSACK : options.offersSACK
      if answers ? usesTimestamps : options.offersTimestamps { addTimestamps(to: &segment, context) }
      return
    }
    if usesTimestamps { addTimestamps(to: &segment, context) }  // RFC7323-TS-5
    // RFC2018-2, RFC2018-3: in every acknowledgment while text waits beyond a gap, if the peer permitted it.
    if usesSACK && !receive.ranges.isEmpty {
      segment.options.sack = receive.sackBlocks(limit: sackLimit(context), in: context.region)
    }
  }

  /// RFC7323-TS-1, RFC7323-TS-2: the echo is zero while there is nothing to acknowledge.
  private mutating func addTimestamps(to segment: inout SegmentHeader, _ context: ConnectionContext) {
    segment.options.timestamps = Timestamps(
      value: TimestampClock.value(at: context.now, offset: send.timestampOffset),
      echo: segment.flags.contains(.ack) ? receive.recentTimestamp : 0)
  }
}
