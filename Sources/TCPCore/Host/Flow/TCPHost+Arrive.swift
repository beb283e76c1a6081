extension TCPHost {
  /// A datagram has arrived.
  ///
  /// Nothing is sent by this call, and it does a bounded amount of work whatever the datagram holds: it notes
  /// what must be sent, and `transmit` sends it.
  ///
  /// ```swift
  /// host.arrive(datagram.span.bytes, on: 0, at: now)
  /// ```
  ///
  /// - Parameters:
  ///   - bytes: the datagram, from its IP header on.
  ///   - interface: the number of the interface it came in on, from 0.
  ///   - now: the clock's reading.
  /// - Returns: what became of it; also counted in `counters`.
  @discardableResult
  public mutating func arrive(_ bytes: RawSpan, on interface: Int = 0, at now: Instant) -> ArrivalOutcome {
    advance(to: now)
    let outcome = process(bytes, on: interface)
    counters.note(outcome)
    return outcome
  }

  @inline(__always)  // on a segment's way
  private mutating func process(_ bytes: RawSpan, on interface: Int) -> ArrivalOutcome {
    guard interface >= 0, interface < interfaces.count, interfaces[interface].isUp else {
      return .unknownInterface
    }
    let isVerified = interfaces[interface].offload.verifiesArriving
    let datagram: Datagram
    do throws(DatagramError) {
      datagram = try Datagram(parsing: bytes, checksumVerified: isVerified)
    } catch {
      return ArrivalOutcome(error)
    }
    let end = datagram.payloadOffset &+ datagram.payloadCount
    let payload = bytes.extracting(datagram.payloadOffset..<end)
    let info = ArrivalInfo(datagram, on: UInt8(truncatingIfNeeded: interface))
    if datagram.protocolNumber == 6 {
      return processSegment(
        payload, from: datagram.source, to: datagram.destination, info, isVerified: isVerified)
    }
    guard datagram.protocolNumber == (datagram.source.isIPv4 ? 1 : 58) else { return .unknownProtocol }
    return processICMPError(
      payload, from: datagram.source, to: datagram.destination, datagram.protocolNumber, on: info.interface)
  }

  @inline(always)  // on a segment's way, and too large for the hint
  private mutating func processSegment(
    _ bytes: RawSpan, from source: Address, to destination: Address, _ info: ArrivalInfo, isVerified: Bool
  ) -> ArrivalOutcome {
    if let error = SegmentError(of: bytes) { return ArrivalOutcome(error) }
    var segment = SegmentHeader(fixedPartOf: bytes)
    segment.readOptions(of: bytes)
    let found = entryID(for: FourTuple(of: segment, from: source, to: destination, on: info.interface))
    var checksum = Datagram.pseudoHeaderSum(
      source: source, destination: destination, protocolNumber: 6, count: bytes.byteCount)
    if let found {
      let entry = locate(found)
      if entry.kind == .connection {
        var isAlreadyInRing = false
        if !isVerified {
          isAlreadyInRing = connections[entry].canCopyBeforeChecksum(segment)
          if isAlreadyInRing {
            // The text goes to its place in the same pass that sums it; it counts only if the sum is right.
            let ring = connections[entry].receive.ring
            checksum.add(
              ring.writeAheadSumming(bytes.extracting(last: segment.payloadCount), at: ring.count, in: region)
            )
          }
          checksum.add(header: bytes, count: bytes.byteCount &- (isAlreadyInRing ? segment.payloadCount : 0))
          guard checksum.isValid else { return .badChecksum }
        }
        return arrive(&segment, bytes, isAlreadyInRing: isAlreadyInRing, entry, info)
      }
    }
    if !isVerified {
      checksum.add(bytes)
      guard checksum.isValid else { return .badChecksum }
    }
    guard let found else {
      // Rebuilt here: keeping the first one alive costs a store for every segment.
      let tuple = FourTuple(of: segment, from: source, to: destination, on: info.interface)
      return processUnmatched(&segment, bytes, tuple, info)
    }
    let entry = locate(found)
    switch entry.kind {
    case .halfOpen:
      return arriveHalfOpen(&segment, bytes, entry, info)
    case .timeWait:
      return arriveTimeWait(segment, entry, info)
    case .connection, .listener:
      // unreached: connections were handled above, and no listener is found by a pair
      return .forNobody
    }
  }

  /// A segment for a connection.
  @inline(never)  // two uses, and large
  mutating func arrive(
    _ segment: inout SegmentHeader, _ bytes: RawSpan, isAlreadyInRing: Bool, _ entry: Entry,
    _ info: ArrivalInfo
  ) -> ArrivalOutcome {
    let context = context(connections[entry].interface)
    let outcome = connections[entry].arrive(
      &segment, of: bytes, isAlreadyInRing: isAlreadyInRing, info, context)
    guard outcome == .processed else {
      answerRejected(segment, outcome, entry, on: info.interface)
      return outcome
    }
    scheduleInline(entry)
    return .processed
  }

  /// The segment was rejected; the only possible effect is a reply.
  @inline(never)  // rare
  private mutating func answerRejected(
    _ segment: SegmentHeader, _ outcome: ArrivalOutcome, _ entry: Entry, on interface: UInt8
  ) {
    switch outcome {
    case .badHandshakeAcknowledgment:
      queueRST(connections[entry].tuple, answering: segment, on: interface)
    case .textAfterRelease:
      schedule(entry)
    default:
      if connections[entry].ackPolicy.isImmediate { state.sendQueue.append(entry.id, in: region) }
    }
  }

  /// A segment whose tuple has no entry: whether it is answered is decided here (RFC 9293 section 3.10.7.1
  /// and 3.10.7.2).
  private mutating func processUnmatched(
    _ segment: inout SegmentHeader, _ bytes: RawSpan, _ tuple: FourTuple, _ info: ArrivalInfo
  ) -> ArrivalOutcome {
    let number = Int(info.interface)
    // MUST-63: no answer to an address that can have sent nothing.
    guard interfaces[number].acceptsSource(tuple.remoteAddress), tuple.remotePort != 0 else {
      return .badSource
    }
    // MUST-57, ROB-013, ROB-066: nor what was sent to many.
    guard !tuple.localAddress.isMulticast, !interfaces[number].isBroadcast(tuple.localAddress) else {
      return .notUnicast
    }
    let isOurs = interfaces[number].position(of: tuple.localAddress) != nil
    guard isOurs || mayBeServed(foreign: tuple, on: number) else { return .notForUs }
    guard let listener = findListener(tuple.local, isIPv4: tuple.isIPv4, isOurs: isOurs) else {
      guard isOurs else { return .notForUs }
      if segment.flags.contains(.rst) { return .resetForNobody }
      queueRST(tuple, answering: segment, on: info.interface)
      return .forNobody
    }
    switch ListenVerdict(on: segment) {
    case .ignore:
      return .ignoredByListener
    case .reset:
      if let outcome = arriveWithCookie(&segment, bytes, tuple, listener: listener, info) { return outcome }
      queueRST(tuple, answering: segment, on: info.interface)
      return .acknowledgmentForListener
    case .acceptSYN:
      return acceptSYN(segment, tuple, listener: listener, info, minimumISN: nil)
    }
  }

  /// Whether a listener may serve a destination that is not ours: one that a router would have sent here.
  private func mayBeServed(foreign tuple: FourTuple, on number: Int) -> Bool {
    let address = tuple.localAddress
    return state.foreignListenerCount > 0 && address.isValidUnicast && !address.isLoopback
      && !address.isLinkLocal && (tuple.isIPv4 || interfaces[number].mtu >= Interface.minimumMTUForIPv6)
  }

  @inline(never)  // rare
  private mutating func processICMPError(
    _ bytes: RawSpan, from source: Address, to destination: Address, _ protocolNumber: UInt8,
    on interface: UInt8
  ) -> ArrivalOutcome {
    // Rebuilt here: keeping the first one alive costs a store for every segment.
    let datagram = Datagram(
      source: source, destination: destination, protocolNumber: protocolNumber, payloadCount: bytes.byteCount)
    guard var error = ICMPError(parsing: bytes, in: datagram), error.kind != .sourceQuench else {
      return .icmpIgnored  // MUST-55, RFC6633-2
    }
    // No error is taken from such an address, nor about a datagram to one.
    guard interfaces[Int(interface)].acceptsSource(source),
      interfaces[Int(interface)].acceptsSource(error.tuple.remoteAddress)
    else { return .badSource }
    if error.tuple.remoteAddress.isLinkLocal { error.tuple.scope = interface &+ 1 }
    guard let found = find(error.tuple) else { return .icmpForNobody }
    let entry = locate(found)
    guard entry.kind == .connection else { return .icmpForNobody }
    let context = context(connections[entry].interface)
    let outcome = connections[entry].processICMPError(
      error, minimumMTU: minimumMTU(error.tuple), context)
    if outcome == .processed { schedule(entry) }
    return outcome
  }

  /// The least that a path is believed to take.
  func minimumMTU(_ tuple: FourTuple) -> Int {
    let least = tuple.isIPv4 ? state.configuration.minimumPathMTU : 1_280
    return least < 68 ? 68 : least
  }
}

extension FourTuple {
  /// That of a segment from its peer.
  @inline(__always)
  fileprivate init(
    of segment: SegmentHeader, from source: Address, to destination: Address, on interface: UInt8
  ) {
    self.init(
      local: Endpoint(destination, segment.destinationPort), remote: Endpoint(source, segment.sourcePort),
      scope: source.isLinkLocal ? interface &+ 1 : 0)
  }
}

extension Connection {
  /// Whether the text of a segment may be put in its place before its checksum is known.
  @inline(__always)
  mutating func canCopyBeforeChecksum(_ segment: SegmentHeader) -> Bool {
    switch state {
    case .established, .finWait1, .finWait2:
      !segment.flags.intersects(.syn | .rst)
        && receive.canCopyBeforeChecksum(segment.sequence, count: segment.payloadCount)
    case .closed, .listen, .synSent, .synReceived, .closeWait, .closing, .lastAck, .timeWait:
      false
    }
  }
}

extension ArrivalOutcome {
  init(_ error: DatagramError) {
    switch error {
    case .tooShort: self = .datagramTooShort
    case .unknownVersion: self = .unknownVersion
    case .badHeaderLength: self = .badHeaderLength
    case .badTotalLength: self = .badTotalLength
    case .badHeaderChecksum: self = .badHeaderChecksum
    case .fragment: self = .fragment
    case .badExtensionHeader: self = .badExtensionHeader
    case .mappedAddress: self = .mappedAddress
    }
  }

  init(_ error: SegmentError) {
    switch error {
    case .tooShort: self = .segmentTooShort
    case .dataOffsetTooSmall: self = .dataOffsetTooSmall
    case .dataOffsetBeyondSegment: self = .dataOffsetBeyondSegment
    }
  }
}
