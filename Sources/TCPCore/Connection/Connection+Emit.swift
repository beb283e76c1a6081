extension Connection {
  /// Writes one segment and its IP header, and notes what it tells the peer: acknowledgment, window,
  /// timestamp.
  mutating func emit(
    at sequence: SequenceNumber, textCount: Int, flags wanted: SegmentFlags, into bytes: MutableBytes,
    _ context: ConnectionContext
  ) -> Int {
    let header = bytes.dropping(internetHeaderCount)
    precondition(header.count >= 20)  // also spares the stores below their own checks
    var flags = wanted
    var acknowledged = SequenceNumber(0)
    // On the first SYN the peer's numbers are unknown, so the window is what the ring holds.
    var window = synWindow
    if flags.contains(.ack) {
      let advertisement = receive.nextAdvertisement(
        maximumSegmentSize: Int(receiveSegmentSize), isSynchronizing: flags.contains(.syn))
      acknowledged = receive.next
      window = advertisement.field
      receive.didAdvertise(advertisement)
      ackPolicy.didAcknowledge()
    }
    // MUST-61: what drains the ring carries PSH.
    if textCount > 0 && sequence + textCount == send.textEnd { flags = flags | .psh }
    let codepoint: CongestionCodepoint =
      ecn.isInUse ? markDeparture(&flags, at: sequence, textCount: textCount) : .notCapable
    var urgentPointer: UInt16 = 0
    if send.hasUrgent && send.urgent > sequence {
      flags = flags | .urg
      let distance = send.urgent - sequence
      // unreached: a send ring of more than 65,535 octets; no fuzz host has one
      urgentPointer = UInt16(truncatingIfNeeded: distance < 65_535 ? distance : 65_535)
    }
    let headerCount = 20 &+ emitOptions(flags, into: header.dropping(20), context)
    SegmentHeader.emitFixedPart(
      sourcePort: tuple.localPort, destinationPort: tuple.remotePort, sequence: sequence,
      acknowledgment: acknowledged, headerCount: headerCount, flags: flags, window: window,
      urgentPointer: urgentPointer, into: header)
    var textSum = InternetChecksum()
    if textCount > 0 {
      let offset = sequence - send.textStart
      let room = header.dropping(headerCount)
      if context.isChecksumOffloaded {
        send.ring.copy(from: offset, count: textCount, to: room, in: context.region)
      } else {
        // Text is copied and summed in one pass.
        textSum = send.ring.copySumming(from: offset, count: textCount, to: room, in: context.region)
      }
    }
    let style = DatagramOptions(
      dscp: options.dscp, codepoint: codepoint, hopLimit: options.hopLimit,
      isChecksumOffloaded: context.isChecksumOffloaded)
    return style.writeIPHeaderAndChecksum(
      tuple, headerCount: headerCount, textCount: textCount, textSum, in: bytes)
  }

  /// Writes an empty segment that the peer does not accept and therefore must answer. Nothing that it says is
  /// heard, so a pending acknowledgment stays pending.
  mutating func emitUnacceptable(
    at sequence: SequenceNumber, into bytes: MutableBytes, _ context: ConnectionContext
  ) -> Int {
    // The window that the peer knows, rounded down: one that it does not hear of must not count as offered.
    let known = receive.window &>> Int(receive.shift)
    // unreached: RCV.WND is never negative while a probe leaves
    let field = known < 0 ? 0 : known < 65_535 ? known : 65_535
    return emitEmpty(
      at: sequence, flags: .ack, window: UInt16(truncatingIfNeeded: field), into: bytes, context)
  }

  /// Writes an empty segment and changes nothing: what it says of our side does not count as said.
  @inline(never)  // rare, and three uses
  mutating func emitEmpty(
    at sequence: SequenceNumber, flags: SegmentFlags, window: UInt16, into bytes: MutableBytes,
    _ context: ConnectionContext
  ) -> Int {
    var header = SegmentHeader(
      sourcePort: tuple.localPort, destinationPort: tuple.remotePort, sequence: sequence,
      acknowledgment: receive.next, flags: flags, window: window)
    // RFC7323-TS-5, RFC7323-TS-6.
    if usesTimestamps { header.options.timestamps = timestamps(flags, context) }
    let style = DatagramOptions(
      dscp: options.dscp, hopLimit: options.hopLimit, isChecksumOffloaded: context.isChecksumOffloaded)
    return header.emitDatagram(tuple, style, into: bytes)
  }

  /// The window field of our SYN, never scaled (RFC7323-WS-3).
  var synWindow: UInt16 {
    mutating get {
      UInt16(truncatingIfNeeded: receive.ring.capacity < 65_535 ? receive.ring.capacity : 65_535)
    }
  }

  /// The smallest shift with which a window of the whole ring fits 16 bits (ROB-260: at most 14).
  static func shift(for capacity: Int) -> UInt8 {
    for shift in 0..<14 where capacity &>> shift <= 65_535 { return UInt8(truncatingIfNeeded: shift) }
    return 14
  }

  /// Writes the options and returns how many octets they take.
  @inline(__always)
  private mutating func emitOptions(
    _ flags: SegmentFlags, into bytes: MutableBytes, _ context: ConnectionContext
  ) -> Int {
    if flags.contains(.syn) || receive.mayReport {
      return emitUncommonOptions(flags, into: bytes, context)
    }
    guard usesTimestamps else { return 0 }
    SegmentOptions.emit(timestamps(flags, context), into: bytes)  // RFC7323-TS-5
    return 12
  }

  private mutating func emitUncommonOptions(
    _ flags: SegmentFlags, into bytes: MutableBytes, _ context: ConnectionContext
  ) -> Int {
    var written = SegmentOptions()
    let isSynchronizing = flags.contains(.syn)
    // In SYN-SENT these say what our SYN offers, later what both sides agreed on: options that change
    // meanwhile change nothing about it.
    if usesTimestamps { written.timestamps = timestamps(flags, context) }
    if isSynchronizing {
      // MUST-14, MUST-65, SHLD-5, MAY-3: MSS on every SYN, and SYN only, as SACK-permitted (RFC2018-1) and
      // the window scale, also with a shift of 0 (RFC7323-WS-9); SYN-ACK answers what the SYN offered
      // (RFC7323-WS-11, RFC7323-TS-4).
      written.maximumSegmentSize = receiveSegmentSize
      if isScaled { written.windowScale = Connection.shift(for: receive.ring.capacity) }
      written.isSACKPermitted = usesSACK
      written.userTimeout = options.advertisedUserTimeout  // RFC5482-6
    } else {
      // RFC2018-2, RFC2018-3: in every acknowledgment while text waits beyond a gap, if the peer permitted
      // it; and in the first one behind text that came twice (RFC2883-1).
      written.sack = receive.takeSACKBlocks(limit: sackLimit(context), in: context.region)
      written.userTimeout = owedUserTimeout
      if written.userTimeout.exists { saidUserTimeout = written.userTimeout }
    }
    written.emit(into: bytes)
    return written.byteCount
  }

  /// RFC7323-TS-1, RFC7323-TS-2: the echo is zero while there is nothing to acknowledge.
  @inline(__always)
  private mutating func timestamps(_ flags: SegmentFlags, _ context: ConnectionContext) -> Timestamps {
    Timestamps(
      value: TimestampClock.value(at: context.now, offset: send.timestampOffset),
      echo: flags.contains(.ack) ? receive.recentTimestamp : 0)
  }
}
