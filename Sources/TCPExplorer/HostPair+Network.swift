import TCPCore
import TCPOracle

// What happens.
extension HostPair {
  /// Lets a step happen that is possible.
  func take(_ step: Step, _ scenario: Scenario) throws(Problem) {
    let side = Int(step.side)
    if step.kind.isFault { state.pointee.isFaultless = false }
    if step.kind.keepsBack { state.pointee.isLossless = false }
    switch step.kind {
    case .deliver:
      try deliver(removePacket(to: side, 0), to: side, isOrderly: scenario.isOrderly && !scenario.isHeldUp)
    case .deliverLate:
      try deliver(removePacket(to: side, Int(step.index), isLate: true), to: side)
    case .overtake:
      if hidesWindow(to: side) { state.pointee.isLossless = false }
      try deliver(removePacket(to: side, Int(state.pointee.queued[side]) - 1), to: side)
    case .lose:
      _ = removePacket(to: side, 0)
    case .duplicate:
      let packet = removePacket(to: side, 0)
      keepLate(packet, to: side)
      try deliver(packet, to: side)
    case .holdBack:
      keepLate(removePacket(to: side, 0), to: side)
    case .flip:
      let packet = HostPair.flipped(removePacket(to: side, 0), Int(step.index))
      state.pointee.isCorrupted = true
      try deliver(packet, to: side)
    case .forge:
      try deliver(forged(to: side, Int(step.index)), to: side)
    case .call:
      try call(side + 2 * Int(step.index), scenario)
    case .read:
      try read(side + 2 * Int(step.index), scenario)
    case .jump, .fireEarly:
      try jump()
    }
    for sender in 0..<2 {
      let former = Int(state.pointee.queued[1 - sender])
      try send(sender, isArrival: step.kind.isArrival && sender == side)
      if scenario.second != nil { sortPackets(to: 1 - sender, from: former) }
      takeEvents(sender, scenario)
    }
    if scenario.isOrderly, !scenario.isHeldUp { try checkWithoutLoss() }
  }

  /// Whether the newest datagram to a side has the numbers of one before it: of two that differ in their
  /// windows alone, 0 counts, whichever comes second.
  private func hidesWindow(to side: Int) -> Bool {
    let newest = Int(state.pointee.queued[side]) - 1
    let numbers = HostPair.numbers(of: packet(to: side, newest))
    return (0..<newest).contains { place in
      let others = HostPair.numbers(of: packet(to: side, place))
      return (0..<3).allSatisfy { others[$0] == numbers[$0] }
    }
  }

  /// The ports, the sequence number and the acknowledgment of a datagram.
  private static func numbers(of packet: UnsafeMutablePointer<Packet>) -> [3 of UInt32] {
    let octets = octets(of: packet)
    return [word(octets, 20), word(octets, 24), word(octets, 28)]
  }

  /// What has left in one step is put in order of connections, that of each as it was: which of two timers
  /// that are due in the same millisecond is first depends on where the wheel is, and means nothing.
  private func sortPackets(to side: Int, from first: Int) {
    let count = Int(state.pointee.queued[side])
    guard count > first + 1 else { return }
    for index in first + 1..<count {
      var place = index
      while place > first, isOfSecond(packet(to: side, place - 1), side),
        !isOfSecond(packet(to: side, place), side)
      {
        swap(&packet(to: side, place - 1).pointee, &packet(to: side, place).pointee)
        place -= 1
      }
    }
  }

  private func isOfSecond(_ packet: UnsafeMutablePointer<Packet>, _ side: Int) -> Bool {
    HostPair.user(of: packet, from: 1 - side) > 1
  }

  private func removePacket(to side: Int, _ index: Int, isLate: Bool = false) -> Packet {
    let packet = packet(to: side, index, isLate: isLate)
    let removed = packet.pointee
    let count = Int(isLate ? state.pointee.late[side] : state.pointee.queued[side])
    if index + 1 < count {
      packet.update(from: packet + 1, count: count - index - 1)
    }
    if isLate { state.pointee.late[side] -= 1 } else { state.pointee.queued[side] -= 1 }
    return removed
  }

  private func keepLate(_ packet: Packet, to side: Int) {
    let count = Int(state.pointee.late[side])
    guard count < HostPair.lateCapacity else {
      state.pointee.hasOverflowed = true
      return
    }
    self.packet(to: side, count, isLate: true).initialize(to: packet)
    state.pointee.late[side] += 1
  }

  private func deliver(_ packet: Packet, to side: Int, isOrderly: Bool = false) throws(Problem) {
    state.pointee.hasHash[side] = false
    var packet = packet
    try withUnsafeMutablePointer(to: &packet) { packet throws(Problem) in
      let octets = HostPair.octets(of: packet)
      if octets[33] & 2 != 0 {
        // As in a call: the clock of initial sequence numbers goes on.
        state.pointee.now += 1_000
        state.pointee.hasHash[1 - side] = false
      }
      var host = host(side)
      let user = HostPair.user(of: packet, from: 1 - side) ^ 1
      let tuple = FourTuple(local: HostPair.endpoint(user), remote: HostPair.endpoint(user ^ 1))
      let isInvited = host.isHalfOpen(tuple)
      let bytes = UnsafeRawBufferPointer(start: octets, count: Int(packet.pointee.count)).bytes
      let outcome = host.arrive(bytes, at: now)
      // RFC 9293 section 3.10.7: what comes in order from a peer that does nothing wrong is never refused.
      if state.pointee.isFaultless, isOrderly, outcome != .processed {
        throw Problem("without faults every arrival is processed", "\(HostPair.name(side)): \(outcome)")
      }
      guard outcome == .processed || outcome == .textAfterRelease else { return }
      state.pointee.peers[user].hear(try HostPair.segment(packet), isInvited: isInvited)
    }
  }

  /// The TCP header of a datagram.
  private static func segment(_ packet: UnsafeMutablePointer<Packet>) throws(Problem) -> SegmentHeader {
    let octets = UnsafeRawBufferPointer(start: octets(of: packet) + 20, count: Int(packet.pointee.count) - 20)
    do throws(SegmentError) {
      return try SegmentHeader(parsing: octets.bytes)
    } catch {
      throw Problem("what leaves is a segment", "\(error)")
    }
  }

  /// The clock goes on, and what has lived too long is gone.
  private func jump() throws(Problem) {
    guard let deadline = earliestDeadline() else { throw Problem("the clock has somewhere to go") }
    state.pointee.now = max(state.pointee.now, deadline.microseconds)
    for side in 0..<2 {
      state.pointee.hasHash[side] = false
      var host = host(side)
      var turns = 0
      while host.expire(at: now) {
        turns += 1
        if turns > 8 { throw Problem("timers come to an end") }
      }
      for isLate in [false, true] {
        var index = 0
        while index < Int(isLate ? state.pointee.late[side] : state.pointee.queued[side]) {
          let age = state.pointee.now - packet(to: side, index, isLate: isLate).pointee.sentAt
          if age > HostPair.lifetime.microseconds {
            _ = removePacket(to: side, index, isLate: isLate)
          } else {
            index += 1
          }
        }
      }
    }
  }

  /// Everything leaves that is due.
  private func send(_ side: Int, isArrival: Bool) throws(Problem) {
    var host = host(side)
    var empty = 0
    for turn in 0... {
      let queued = Int(state.pointee.queued[1 - side])
      let packet = packet(to: 1 - side, queued)
      let probes = host.probeCount
      guard let count = host.transmit(into: buffer, at: now)?.count else { return }
      guard turn < 10 else { throw Problem("a step makes few datagrams leave") }
      state.pointee.hasHash[side] = false
      guard queued < HostPair.queueCapacity else {
        state.pointee.hasOverflowed = true
        return
      }
      packet.pointee.sentAt = state.pointee.now
      packet.pointee.count = UInt16(count)
      let octets = HostPair.octets(of: packet)
      UnsafeMutableRawBufferPointer(start: UnsafeMutableRawPointer(mutating: octets), count: count)
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      state.pointee.queued[1 - side] += 1
      if octets[33] & 2 != 0 {
        // What numbers count from.
        let initial = HostPair.word(octets, 24)
        let user = HostPair.user(of: packet, from: side)
        if state.pointee.initial[user] != initial { state.pointee.begunAt[user] = state.pointee.now }
        state.pointee.initial[user] = initial
        state.pointee.hasHash[1 - side] = false
      }
      if state.pointee.isCorrupted { continue }
      try judge(packet, from: side, isProbe: host.probeCount != probes)
      let isEmpty = octets[33] & 3 == 0 && count == 20 + Int(octets[32] >> 4) * 4
      empty += isEmpty ? 1 : 0
      if isArrival && empty > 1 { throw Problem("an arrival has one empty answer at most") }
    }
  }

  /// What leaves is judged as a peer would that goes by the RFC to the letter.
  private func judge(
    _ packet: UnsafeMutablePointer<Packet>, from side: Int, isProbe: Bool
  ) throws(Problem) {
    let segment = try HostPair.segment(packet)
    let user = HostPair.user(of: packet, from: side)
    state.pointee.sentEnd[user] = segment.sequence.rawValue &+ UInt32(segment.length)
    if segment.flags.contains(.ack) {
      state.pointee.sentAcknowledgment[user] = segment.acknowledgment.rawValue
    }
    if let fault = state.pointee.peers[user].judge(segment, isProbe: isProbe) {
      throw Problem(fault.rule, "\(HostPair.name(user)): \(fault.detail)")
    }
  }

  /// The program whose connection a datagram comes from.
  static func user(of packet: UnsafeMutablePointer<Packet>, from side: Int) -> Int {
    let octets = octets(of: packet)
    let place = side == 0 ? 20 : 22
    return user(side, leftPort: UInt16(octets[place]) << 8 | UInt16(octets[place + 1]))
  }

  static func octets(of packet: UnsafeMutablePointer<Packet>) -> UnsafePointer<UInt8> {
    UnsafePointer((UnsafeMutableRawPointer(packet) + octetStart).assumingMemoryBound(to: UInt8.self))
  }

  private static let octetStart = MemoryLayout<Packet>.offset(of: \.octets) ?? 0

  static func word(_ octets: UnsafePointer<UInt8>, _ place: Int) -> UInt32 {
    UInt32(octets[place]) << 24 | UInt32(octets[place + 1]) << 16 | UInt32(octets[place + 2]) << 8
      | UInt32(octets[place + 3])
  }
}
