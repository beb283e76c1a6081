import TCPCore
import TCPOracle

/// The steps that are possible in one state.
struct StepList {
  private var steps = [48 of Step](repeating: Step(.jump))
  private(set) var count = 0

  mutating func append(_ step: Step) {
    precondition(count < 48)
    steps[count] = step
    count += 1
  }

  subscript(index: Int) -> Step { steps[index] }
}

// What can happen next.
extension HostPair {
  /// What can happen without a fault. The first one is what happens if the network does nothing wrong from
  /// now on, unless it is a late datagram.
  func freeSteps(_ scenario: Scenario) -> StepList {
    var list = StepList()
    let oldest = older()
    if let oldest {
      list.append(Step(.deliver, oldest))
      if state.pointee.queued[1 - oldest] > 0 { list.append(Step(.deliver, 1 - oldest)) }
    }
    for side in 0..<2 where canCall(side, scenario) { list.append(Step(.call, side)) }
    for side in 0..<2 where canRead(side) { list.append(Step(.read, side)) }
    if list.count == 0, earliestDeadline() != nil { list.append(Step(.jump)) }
    for side in 0..<2 {
      for index in 0..<Int(state.pointee.late[side]) { list.append(Step(.deliverLate, side, index)) }
    }
    return list
  }

  /// What costs a fault.
  func faults(_ scenario: Scenario, _ free: StepList) -> StepList {
    var list = StepList()
    for side in 0..<2 where state.pointee.queued[side] > 0 {
      list.append(Step(.lose, side))
      list.append(Step(.duplicate, side))
      list.append(Step(.holdBack, side))
      if state.pointee.queued[side] > 1 { list.append(Step(.overtake, side)) }
      if scenario.settings.flipsBits {
        list.append(Step(.flip, side, 0))
        list.append(Step(.flip, side, 1))
      }
    }
    if scenario.settings.hasThirdParty {
      for side in 0..<2 where (4...9).contains(stateCode(side)) {
        for variant in 0..<HostPair.forgedCount { list.append(Step(.forge, side, variant)) }
      }
    }
    let mayWait = free.count > 0 && free[0].kind != .jump && free[0].kind != .deliverLate
    if mayWait, earliestDeadline() != nil { list.append(Step(.fireEarly)) }
    return list
  }

  /// The side that the oldest datagram is on its way to.
  private func older() -> Int? {
    let queued = state.pointee.queued
    if queued[0] == 0 { return queued[1] == 0 ? nil : 1 }
    if queued[1] == 0 { return 0 }
    return packet(to: 0, 0).pointee.sentAt <= packet(to: 1, 0).pointee.sentAt ? 0 : 1
  }

  /// When one of the hosts has something to do next.
  func earliestDeadline() -> Instant? {
    var earliest: Instant?
    for side in 0..<2 {
      var host = host(side)
      guard let deadline = host.deadline else { continue }
      if earliest.map({ deadline < $0 }) ?? true { earliest = deadline }
    }
    return earliest
  }

  private func canRead(_ side: Int) -> Bool {
    let user = state.pointee.users[side]
    return user.handle != 0 && user.mayRead && !user.hasReadEnd
  }

  /// Whether the next call of a program may be made: what it waits for was reported.
  private func canCall(_ side: Int, _ scenario: Scenario) -> Bool {
    let user = state.pointee.users[side]
    let calls = scenario.program(side).calls
    guard Int(user.cursor) < calls.count else { return false }
    switch calls[Int(user.cursor)] {
    case .listen: return true
    case .closeListener: return user.listener != 0
    case .connect: return user.handle == 0
    case .write: return user.handle != 0 && (user.mayWrite || user.isOver)
    case .close, .abort, .release: return user.handle != 0
    case .reboot: return true
    case .awaitOpen: return user.mayWrite || user.isOver
    case .awaitEnd: return user.hasReadEnd
    case .awaitClosed: return user.isOver
    }
  }
}

// What happens.
extension HostPair {
  /// Lets a step happen that is possible.
  func take(_ step: Step, _ scenario: Scenario) throws(Problem) {
    let side = Int(step.side)
    if step.kind.isFault { state.pointee.isQuiet = false }
    if step.kind.keepsBack { state.pointee.isLossless = false }
    switch step.kind {
    case .deliver:
      try deliver(removePacket(to: side, 0), to: side, isGentle: scenario.isGentle)
    case .deliverLate:
      try deliver(removePacket(to: side, Int(step.index), isLate: true), to: side)
    case .overtake:
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
      state.pointee.isTainted = true
      try deliver(packet, to: side)
    case .forge:
      try deliver(forged(to: side, Int(step.index)), to: side)
    case .call:
      try call(side, scenario)
    case .read:
      try read(side, scenario)
    case .jump, .fireEarly:
      try jump()
    }
    try runUntilQuiet(side, isArrival: step.kind.isArrival)
    if scenario.isGentle { try checkCalm() }
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

  private func deliver(_ packet: Packet, to side: Int, isGentle: Bool = false) throws(Problem) {
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
      let isInvited = host.occupancy.halfOpen > 0
      let bytes = UnsafeRawBufferPointer(start: octets, count: Int(packet.pointee.count)).bytes
      let outcome = host.arrive(bytes, at: now)
      // RFC 9293 section 3.10.7: what comes in order from a peer that does nothing wrong is never refused.
      if state.pointee.isQuiet, isGentle, outcome != .processed {
        throw Problem("without faults every arrival is processed", "\(HostPair.name(side)): \(outcome)")
      }
      if outcome == .processed || outcome == .textAfterRelease {
        state.pointee.peers[side].hear(try HostPair.segment(packet), isInvited: isInvited)
      }
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

  /// Everything leaves that is due, and the programs hear what has happened.
  private func runUntilQuiet(_ touched: Int, isArrival: Bool) throws(Problem) {
    for side in 0..<2 {
      try send(side, isArrival: isArrival && side == touched)
      listen(side)
    }
  }

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
      if state.pointee.isTainted { continue }
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
    if segment.flags.contains(.syn) {
      // What numbers count from.
      state.pointee.initial[side] = segment.sequence.rawValue
      state.pointee.hasHash[1 - side] = false
    }
    state.pointee.sentEnd[side] = segment.sequence.rawValue &+ UInt32(segment.length)
    state.pointee.sentAcknowledgment[side] = segment.acknowledgment.rawValue
    if let fault = state.pointee.peers[side].judge(segment, isProbe: isProbe) {
      throw Problem(fault.rule, "\(HostPair.name(side)): \(fault.detail)")
    }
  }

  static func octets(of packet: UnsafeMutablePointer<Packet>) -> UnsafePointer<UInt8> {
    UnsafePointer((UnsafeMutableRawPointer(packet) + octetStart).assumingMemoryBound(to: UInt8.self))
  }

  private static let octetStart = MemoryLayout<Packet>.offset(of: \.octets) ?? 0

  static func word(_ octets: UnsafePointer<UInt8>, _ place: Int) -> UInt32 {
    UInt32(octets[place]) << 24 | UInt32(octets[place + 1]) << 16 | UInt32(octets[place + 2]) << 8
      | UInt32(octets[place + 3])
  }

  /// A program has a new connection.
  func hold(_ handle: Handle, _ side: Int) {
    let user = state.pointee.users[side]
    state.pointee.users[side] = UserState()
    state.pointee.users[side].listener = user.listener
    state.pointee.users[side].cursor = user.cursor
    state.pointee.users[side].handle = handle.rawValue
  }

  /// What the host tells its program.
  private func listen(_ side: Int) {
    var host = host(side)
    while let event = host.nextEvent() {
      state.pointee.hasHash[side] = false
      let user = state.pointee.users[side]
      if event.handle.rawValue == user.handle {
        note(event.kinds, side)
      } else if event.kinds.contains(.accepted), user.handle == 0 {
        hold(event.handle, side)
        note(event.kinds, side)
      } else if event.kinds.contains(.accepted) || event.handle.rawValue == user.waiting {
        state.pointee.users[side].waiting = event.handle.rawValue
        state.pointee.users[side].waitingKinds |= event.kinds.rawValue
      }
    }
  }

  private func note(_ kinds: EventSet, _ side: Int) {
    if kinds.contains(.readable) { state.pointee.users[side].mayRead = true }
    if kinds.contains(.writable) { state.pointee.users[side].mayWrite = true }
    guard kinds.contains(.ended) else { return }
    state.pointee.users[side].isOver = true
    state.pointee.users[side].mayRead = true
    let handle = Handle(rawValue: state.pointee.users[side].handle)
    state.pointee.users[side].endReason = (try? host(side).status(handle))?.endReason ?? .none
  }

  /// A program has given its connection back: the one that waits is its next.
  func takeWaiting(_ side: Int) {
    let user = state.pointee.users[side]
    guard user.waiting != 0 else { return }
    hold(Handle(rawValue: user.waiting), side)
    note(EventSet(rawValue: user.waitingKinds), side)
  }
}
