import TCPCore

// ICMP errors.
extension HostRun {
  /// An ICMP error about a segment of a flow: what it does to a connection is bounded, and it does nothing to
  /// others.
  mutating func processICMPError(_ octets: InlineArray<8, UInt8>) {
    let index = Int(octets[1]) % 24
    guard flows[index].isUsed else { return }
    let flow = flows[index]
    let isIPv4 = flow.tuple.isIPv4
    let kinds = isIPv4 ? ScriptTable.errorsIPv4 : ScriptTable.errorsIPv6
    let (type, code, kind) = kinds[Int(octets[2]) % kinds.count]
    let sequence = flow.next &- 1 &+ UInt32(truncatingIfNeeded: Step.distance(octets[3]))
    let mtu = ScriptTable.pathSizes[Int(octets[4] & 7)]
    let interface = octets[7] & 1 == 0 ? flow.interface : 1 - flow.interface
    let count = writeError(
      flow.tuple, UInt16(type) << 8 | UInt16(code), mtu: mtu, sequence,
      quoted: ScriptTable.quotedSizes[Int(octets[5]) % ScriptTable.quotedSizes.count],
      defect: Int(octets[6]) % 6)
    var tuple = flow.tuple
    tuple.scope = tuple.remoteAddress.isLinkLocal ? UInt8(interface + 1) : 0
    let holder = held(tuple)
    let status = holder.flatMap { try? fixture.host.status(records[$0].handle) }
    let before = fixture.host.digest
    let counters = fixture.host.counters
    let outcome = arrive(count, on: interface)
    checkCounted(outcome, counters)
    if octets[6] % 6 != 0 || kind == .sourceQuench {
      let expected: ArrivalOutcome = octets[6] % 6 == 5 && kind != .sourceQuench ? .badSource : .icmpIgnored
      require("a bad error is ignored", outcome == expected, "\(outcome)")
    }
    if outcome != .processed { require("an error for nobody changes nothing", fixture.host.digest == before) }
    guard octets[6] % 6 == 0, outcome != .icmpIgnored, let status, let holder else { return }
    let back = Int(flow.next &- sequence)
    let isInFlight = back >= 1 && back <= status.bytesInFlight
    let expected: ArrivalOutcome = isInFlight ? .processed : .icmpNotInFlight
    require("an error counts if it quotes what is in flight", outcome == expected, "\(outcome), \(back)")
    if isInFlight { check(kind, at: holder, from: status, mtu) }
  }

  /// A connection that is not over, by its record.
  private func held(_ tuple: FourTuple) -> Int? {
    for index in 0..<10 where records[index].isHeld {
      guard let status = try? fixture.host.status(records[index].handle), status.tuple == tuple else {
        continue
      }
      if status.state != .closed && status.state != .timeWait { return index }
    }
    return nil
  }

  /// Errors end nothing but attempts to connect (RFC 5927), and make segments shorter, within bounds.
  private func check(_ kind: ICMPErrorKind, at index: Int, from old: Status, _ mtu: Int) {
    guard let new = try? fixture.host.status(records[index].handle) else {
      violated("a handle that is held has a status")
    }
    if kind == .refused && old.state == .synSent {
      return require("an attempt is refused", new.state == .closed && new.endReason == .refused)
    }
    require("an error ends nothing", new.state == old.state)
    if kind == .tooBig {
      let least = fixture.configuration.minimumPathMTU
      let smallest = old.tuple.isIPv4 ? max(68, least) : 1_280
      let lost = (old.tuple.isIPv4 ? 40 : 60) + 12
      require("segments become no longer", new.segmentSize <= old.segmentSize)
      require(
        "segments become no shorter than the minimum",
        new.segmentSize >= min(old.segmentSize, smallest - lost), "\(new.segmentSize) of \(mtu)")
    } else {
      require("segments stay as long as they are", new.segmentSize == old.segmentSize)
      let soft: SoftError =
        switch kind {
        case .refused: .refused
        case .unreachable: .unreachable
        case .timeExceeded: .timeExceeded
        default: .parameterProblem
        }
      require("a soft error is reported", new.softError == soft, "\(new.softError)")
    }
  }

  /// Writes an error that quotes a segment of ours. Returns its length.
  ///
  /// - Parameter defect: 1 for a wrong checksum, 2 for a quotation of the other version, 3 of another
  ///   protocol, 4 for one that is cut short, 5 for one from where nobody is.
  private func writeError(
    _ tuple: FourTuple, _ meaning: UInt16, mtu: Int, _ sequence: UInt32, quoted size: Int, defect: Int
  ) -> Int {
    guard let bytes = unsafe MutableBytes(shared.arrival) else { return 0 }
    let isIPv4 = tuple.isIPv4
    let header = isIPv4 ? 20 : 40
    let count = 8 + header + (defect == 4 ? 7 : 8)
    let outer = Datagram(
      source: defect == 5
        ? (isIPv4 ? HostTable.strangeIPv4[2] : HostTable.strangeIPv6[0]) : tuple.remoteAddress,
      destination: tuple.localAddress, protocolNumber: isIPv4 ? 1 : 58,
      payloadCount: count)
    outer.emit(into: bytes)
    let message = bytes.dropping(header)
    message.store(meaning, at: 0)
    message.store(UInt16(0), at: 2)
    message.store(UInt32(truncatingIfNeeded: mtu), at: 4)
    let inner = Datagram(
      source: tuple.localAddress, destination: tuple.remoteAddress, protocolNumber: defect == 3 ? 17 : 6,
      payloadCount: size - header)
    let quotation = message.dropping(8)
    inner.emit(into: quotation)
    if defect == 2 { quotation.store(UInt8(isIPv4 ? 0x65 : 0x40), at: 0) }
    quotation.store(tuple.localPort, at: header)
    quotation.store(tuple.remotePort, at: header + 2)
    quotation.store(sequence, at: header + 4)
    var sum = isIPv4 ? InternetChecksum() : outer.pseudoHeaderSum()
    sum.add(message, count: count)
    message.store(defect == 1 ? sum.field ^ 0x5555 : sum.field, at: 2)
    return header + count
  }
}
