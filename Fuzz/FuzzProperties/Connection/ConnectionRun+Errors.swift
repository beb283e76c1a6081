import TCPCore

extension ConnectionRun {
  /// An ICMP error that quotes one of our segments, or one we never sent (RFC 5927).
  mutating func processICMPError(_ octets: InlineArray<8, UInt8>) {
    let kinds = fixture.isIPv4 ? ScriptTable.errorsIPv4 : ScriptTable.errorsIPv6
    let (type, code, kind) = kinds[Int(octets[1]) % kinds.count]
    let sequence = acknowledgment(octets[2] & 15 == 0 ? 1 : octets[2] & 15).moved(Step.distance(octets[3]))
    let mtu = ScriptTable.pathSizes[Int(octets[4] & 7)]
    let isInFlight = distance(sequence, model.unacknowledged) >= 0 && distance(sequence, model.next) < 0
    let isKnown = model.state != .closed && model.state != .timeWait && !model.isHalfOpen
    let before = fixture.host.digest
    let usual = fixture.isIPv4 ? 1_500 : 1_280
    let quoted =
      octets[5] == 0 ? usual : ScriptTable.quotedSizes[Int(octets[5]) % ScriptTable.quotedSizes.count]
    arriveError(type, code, mtu: mtu, sequence, quoted: quoted)
    if isKnown && isInFlight && kind != .sourceQuench {
      if kind == .tooBig {
        // RFC 1191 section 7: the next plateau below what was too long.
        let guess = ScriptTable.plateaus.first { $0 < quoted } ?? 296
        let reported = mtu == 0 && fixture.isIPv4 ? guess : mtu
        let size = max(reported, fixture.isIPv4 ? 296 : 1_280)
        model.notePathReport(size, sequence, at: now)
      }
      model.report(kind, at: now)
      lookAtPath()
    } else {
      require("an error about what is not in flight changes nothing", fixture.host.digest == before)
    }
  }

  /// An ICMP error arrives that quotes a segment of ours with a sequence number.
  private mutating func arriveError(
    _ type: UInt8, _ code: UInt8, mtu: Int, _ sequence: UInt32, quoted size: Int
  ) {
    guard let bytes = unsafe MutableBytes(shared.datagram) else { return }
    let isIPv4 = fixture.isIPv4
    let router = peer.address
    let quoted = isIPv4 ? 28 : 48
    let outer = Datagram(
      source: router, destination: local.address, protocolNumber: isIPv4 ? 1 : 58, payloadCount: 8 + quoted)
    outer.emit(into: bytes)
    let message = bytes.dropping(isIPv4 ? 20 : 40)
    message.store(UInt16(type) << 8 | UInt16(code), at: 0)
    message.store(UInt16(0), at: 2)
    message.store(UInt32(truncatingIfNeeded: mtu), at: 4)
    let inner = Datagram(
      source: local.address, destination: peer.address, protocolNumber: 6,
      payloadCount: size - (isIPv4 ? 20 : 40))
    inner.emit(into: message.dropping(8))
    let ports = message.dropping(8 + (isIPv4 ? 20 : 40))
    ports.store(local.port, at: 0)
    ports.store(peer.port, at: 2)
    ports.store(sequence, at: 4)
    var sum = isIPv4 ? InternetChecksum() : outer.pseudoHeaderSum()
    sum.add(message, count: 8 + quoted)
    message.store(sum.field, at: 2)
    let count = (isIPv4 ? 20 : 40) + 8 + quoted
    // The octets were written above, and the view does not outlive the call.
    let whole = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(shared.datagram)[..<count])
    unsafe observer?.arrived(whole.bytes, instant)
    unsafe fixture.host.arrive(whole.bytes, at: instant)
  }
}
