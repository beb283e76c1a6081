import TCPCore

// What makes two states the same.
extension HostPair {
  /// A hash of everything that the future depends on: the hosts (`TCPHost.stateHash`), what is on its way,
  /// and the programs. Times count from now, sequence numbers from the SYN that was sent last.
  func hash(_ scenario: Scenario) -> (UInt64, UInt64) {
    var sum = SipHash(0x6578_706c_6f72_65, 1)
    for side in 0..<2 {
      if !state.pointee.hasHash[side] {
        var origins = SequenceOrigins()
        for user in stride(from: side, to: scenario.userCount, by: 2) {
          origins.add(
            FourTuple(local: HostPair.endpoint(user), remote: HostPair.endpoint(user ^ 1)),
            local: SequenceNumber(state.pointee.initial[user]),
            remote: SequenceNumber(state.pointee.initial[user ^ 1]))
        }
        let hash = host(side).stateHash(from: origins)
        state.pointee.hashes[2 * side] = hash.0
        state.pointee.hashes[2 * side + 1] = hash.1
        state.pointee.hasHash[side] = true
      }
      sum.add(state.pointee.hashes[2 * side])
      sum.add(state.pointee.hashes[2 * side + 1])
      for user in stride(from: side, to: scenario.userCount, by: 2) {
        add(state.pointee.users[user], to: &sum)
      }
      add(packetsTo: side, to: &sum)
    }
    // Which numbers the next SYN has, counted from the last one.
    if mayBeginAgain(scenario) {
      for user in 0..<scenario.userCount where state.pointee.begunAt[user] > 0 {
        sum.add(state.pointee.now - state.pointee.begunAt[user])
      }
    }
    return sum.finishWide(state.pointee.isCorrupted ? 1 : 0)
  }

  /// Whether a SYN is on its way, or may still leave.
  private func mayBeginAgain(_ scenario: Scenario) -> Bool {
    for number in 0..<scenario.userCount {
      let user = state.pointee.users[number]
      if user.handle != 0 && !user.mayWrite && !user.isOver && user.written == 0 { return true }
      if scenario.program(number).calls.dropFirst(Int(user.cursor)).contains(.connect) { return true }
    }
    for side in 0..<2 {
      for index in 0..<Int(state.pointee.queued[side])
      where HostPair.octets(of: packet(to: side, index))[33] & 2 != 0 { return true }
      for index in 0..<Int(state.pointee.late[side])
      where HostPair.octets(of: packet(to: side, index, isLate: true))[33] & 2 != 0 { return true }
    }
    return false
  }

  private func add(_ user: UserState, to sum: inout SipHash) {
    sum.add(
      UInt64(user.cursor) | UInt64(user.taken) << 8 | UInt64(user.written) << 16 | UInt64(user.read) << 32
        | UInt64(user.endReason.rawValue) << 48)
    sum.add(
      (user.handle == 0 ? 0 : 1) | (user.mayRead ? 2 : 0) | (user.mayWrite ? 4 : 0)
        | (user.waiting == 0 ? 0 : 64) | UInt64(user.waitingKinds) << 8 | (user.hasReadEnd ? 8 : 0)
        | (user.isOver ? 16 : 0) | (user.hasAborted ? 32 : 0))
  }

  /// Datagrams in order as they are, late ones in any order.
  private func add(packetsTo side: Int, to sum: inout SipHash) {
    sum.add(UInt64(state.pointee.queued[side]) | UInt64(state.pointee.late[side]) << 8)
    for index in 0..<Int(state.pointee.queued[side]) {
      let hash = hash(of: packet(to: side, index), from: 1 - side)
      sum.add(hash.0)
      sum.add(hash.1)
    }
    guard state.pointee.late[side] > 0 else { return }
    var late: (UInt64, UInt64) = (0, 0)
    for index in 0..<Int(state.pointee.late[side]) {
      let hash = hash(of: packet(to: side, index, isLate: true), from: 1 - side)
      late.0 &+= hash.0
      late.1 &+= hash.1
    }
    sum.add(late.0)
    sum.add(late.1)
  }

  /// Everything from the sequence number on, but for the checksum; numbers from the SYNs on.
  private func hash(of packet: UnsafeMutablePointer<Packet>, from side: Int) -> (UInt64, UInt64) {
    var sum = SipHash(0x7061_636b_6574, 2)
    let octets = HostPair.octets(of: packet)
    let count = Int(packet.pointee.count)
    let user = HostPair.user(of: packet, from: side)
    let initial = (state.pointee.initial[user], state.pointee.initial[user ^ 1])
    if user > 1 { sum.add(1) }
    let hasAcknowledgment = octets[33] & 16 != 0
    let acknowledgment = hasAcknowledgment ? HostPair.word(octets, 28) &- initial.1 : 0
    // The reset of a SYN that finds nobody has SEQ 0 (RFC 9293 section 3.10.7.1), whatever the SYNs say:
    // that is far from every window here.
    let isForNobody = octets[33] & 0x14 == 0x14 && HostPair.word(octets, 24) == 0
    let sequence = isForNobody ? 0 : HostPair.word(octets, 24) &- initial.0
    sum.add(UInt64(sequence) << 32 | UInt64(acknowledgment))
    sum.add(UInt64(HostPair.word(octets, 32)) << 32 | UInt64(count))
    sum.add(state.pointee.now - packet.pointee.sentAt)
    let end = min(count, 20 + Int(octets[32] >> 4) * 4)
    addOptions(octets, to: end, initial.1, &sum)
    var word: UInt64 = 0
    for index in end..<max(end, count) { word = word &* 0x101 &+ UInt64(octets[index]) }
    sum.add(word)
    return sum.finishWide(UInt64(octets[38]) << 8 | UInt64(octets[39]))
  }

  private func addOptions(
    _ octets: UnsafePointer<UInt8>, to end: Int, _ initial: UInt32, _ sum: inout SipHash
  ) {
    var place = 40
    while place < end {
      let kind = octets[place]
      let length = kind < 2 ? 1 : max(2, Int(octets[place + 1]))
      sum.add(UInt64(kind) << 8 | UInt64(length))
      if kind == 5 {
        for edge in stride(from: place + 2, to: min(place + length, end - 3), by: 4) {
          sum.add(UInt64(HostPair.word(octets, edge) &- initial))
        }
      } else if kind > 1 {
        for index in place + 2..<max(place + 2, min(place + length, end)) {
          sum.add(UInt64(octets[index]))
        }
      }
      place += length
    }
  }
}
