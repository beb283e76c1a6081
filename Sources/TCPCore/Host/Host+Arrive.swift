extension Host {
  /// A datagram has arrived.
  ///
  /// Nothing is sent by this call, and it does a bounded amount of work whatever the datagram holds: it notes what
  /// is owed, and `transmit` sends it.
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
    counterTable[0].note(outcome)
    return outcome
  }

  @inline(__always)
  private func process(_ bytes: RawSpan, on interface: Int) -> ArrivalOutcome {
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
    let number = UInt8(truncatingIfNeeded: interface)
    if datagram.protocolNumber == 6 {
      return processSegment(
        payload, from: datagram.source, to: datagram.destination, on: number, isVerified: isVerified)
    }
    guard datagram.protocolNumber == (datagram.source.isIPv4 ? 1 : 58) else { return .unknownProtocol }
    return processError(
      payload, from: datagram.source, to: datagram.destination, datagram.protocolNumber, on: number)
  }

  @inline(always)
  private func processSegment(
    _ bytes: RawSpan, from source: Address, to destination: Address, on interface: UInt8, isVerified: Bool
  ) -> ArrivalOutcome {
    if let error = SegmentError(of: bytes) { return ArrivalOutcome(error) }
    var segment = SegmentHeader(fixedPartOf: bytes)
    segment.readOptions(of: bytes)
    let found = lookUp(FourTuple(of: segment, from: source, to: destination, on: interface))
    var checksum = Datagram.pseudoHeaderSum(
      source: source, destination: destination, protocolNumber: 6, count: bytes.byteCount)
    if let found {
      let (kind, position) = entry(found)
      if kind == .connection {
        var isPlaced = false
        if !isVerified {
          isPlaced = connections[position].acceptsEarly(segment)
          if isPlaced {
            // The text goes to its place in the same pass that sums it; it counts only if the sum is right.
            let ring = connections[position].receive.ring
            checksum.add(
              ring.placeSumming(bytes.extracting(last: segment.payloadCount), at: ring.count, in: region))
          }
          checksum.add(header: bytes, count: bytes.byteCount &- (isPlaced ? segment.payloadCount : 0))
          guard checksum.isValid else { return .badChecksum }
        }
        return arrive(&segment, bytes, isPlaced: isPlaced, found, position, on: interface)
      }
    }
    if !isVerified {
      checksum.add(bytes)
      guard checksum.isValid else { return .badChecksum }
    }
    guard let found else {
      // Made anew: whatever stands in memory for this is stored for every segment.
      let tuple = FourTuple(of: segment, from: source, to: destination, on: interface)
      return processUnknown(segment, tuple, on: interface)
    }
    let (kind, position) = entry(found)
    switch kind {
    case .halfOpen:
      return arriveHalfOpen(&segment, bytes, found, position, on: interface)
    case .timeWait:
      return arriveTimeWait(segment, found, position)
    case .connection, .listener:
      // unreached: connections were handled above, and no listener is found by a pair
      return .forNobody
    }
  }

  /// A segment for a connection.
  @inline(never)
  func arrive(
    _ segment: inout SegmentHeader, _ bytes: RawSpan, isPlaced: Bool, _ entry: UInt32, _ position: Int,
    on interface: UInt8
  ) -> ArrivalOutcome {
    let context = context(connections[position].interface)
    let outcome = connections[position].arrive(&segment, of: bytes, isPlaced: isPlaced, context)
    guard outcome == .processed else {
      answerIgnored(segment, outcome, entry, position, on: interface)
      return outcome
    }
    settleHere(entry, position)
    return .processed
  }

  /// A connection has ignored a segment: all that this can bring about is an answer.
  @inline(never)
  private func answerIgnored(
    _ segment: SegmentHeader, _ outcome: ArrivalOutcome, _ entry: UInt32, _ position: Int,
    on interface: UInt8
  ) {
    switch outcome {
    case .badHandshakeAcknowledgment:
      replyReset(connections[position].tuple, answering: segment, on: interface)
    case .textAfterRelease:
      settle(entry, position)
    default:
      if connections[position].acknowledgment.isImmediate { state[0].ready.append(entry, readyLinks) }
    }
  }

  /// A segment whose tuple nobody has: who may answer is looked at now (RFC 9293 section 3.10.7.1 and 3.10.7.2).
  private func processUnknown(
    _ segment: SegmentHeader, _ tuple: FourTuple, on interface: UInt8
  ) -> ArrivalOutcome {
    let number = Int(interface)
    // MUST-63: nobody answers what can have no sender.
    guard interfaces[number].acceptsSource(tuple.remoteAddress), tuple.remotePort != 0 else {
      return .badSource
    }
    // MUST-57, ROB-013, ROB-066: nor what was sent to many.
    guard !tuple.localAddress.isMulticast, !interfaces[number].isBroadcast(tuple.localAddress) else {
      return .notUnicast
    }
    guard interfaces[number].position(of: tuple.localAddress) != nil else { return .notForUs }
    guard let listener = findListener(tuple.local, isIPv4: tuple.isIPv4) else {
      if segment.flags.contains(.rst) { return .resetForNobody }
      replyReset(tuple, answering: segment, on: interface)
      return .forNobody
    }
    switch ListenVerdict(on: segment) {
    case .ignore:
      return .ignoredByListener
    case .reset:
      replyReset(tuple, answering: segment, on: interface)
      return .acknowledgmentForListener
    case .synchronize:
      return openHalf(segment, tuple, listener: listener, on: interface, above: nil)
    }
  }

  @inline(never)
  private func processError(
    _ bytes: RawSpan, from source: Address, to destination: Address, _ protocolNumber: UInt8,
    on interface: UInt8
  ) -> ArrivalOutcome {
    // Made anew: whatever stands in memory for this is stored for every segment.
    let datagram = Datagram(
      source: source, destination: destination, protocolNumber: protocolNumber, payloadCount: bytes.byteCount)
    guard var error = ICMPError(parsing: bytes, in: datagram), error.kind != .sourceQuench else {
      return .icmpIgnored  // MUST-55, RFC6633-2
    }
    // Nor does anybody believe an error from there, or about a datagram to there.
    guard interfaces[Int(interface)].acceptsSource(source),
      interfaces[Int(interface)].acceptsSource(error.tuple.remoteAddress)
    else { return .badSource }  // unreached: no error comes from where no host may send; ICMPTests has some
    if error.tuple.remoteAddress.isLinkLocal { error.tuple.scope = interface &+ 1 }
    guard let found = find(error.tuple) else { return .icmpForNobody }
    let (kind, position) = entry(found)
    guard kind == .connection else { return .icmpForNobody }
    let context = context(connections[position].interface)
    let floor = error.tuple.isIPv4 ? state[0].configuration.minimumPathMTU : 1_280
    let outcome = connections[position].reportError(error, floor: floor < 68 ? 68 : floor, context)
    if outcome == .processed { settle(found, position) }
    return outcome
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
  func acceptsEarly(_ segment: SegmentHeader) -> Bool {
    switch state {
    case .established, .finWait1, .finWait2:
      !segment.flags.intersects(.syn | .rst)
        && receive.acceptsEarly(segment.sequence, count: segment.payloadCount)
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
