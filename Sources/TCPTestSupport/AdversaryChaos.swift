import TCPCore
import TCPLoopback

/// Two users who call whatever they like, in any order, with right, stale and meaningless handles, on hosts
/// with hardly any room, while the clock jumps and datagrams are lost, doubled and overtake each other.
package final class AdversaryChaos {
  var random: SplitMix64
  let ends: [AdversaryChaosEnd]
  /// Datagrams on their way.
  var wire: [(bytes: [UInt8], interface: Int)] = []
  var now = Instant(microseconds: 1 << 41)
  /// What the last step was, for the complaint.
  var note = ""
  private let interfaces: Int

  /// Two hosts drawn from a seed.
  package init(seed: UInt64) throws {
    var random = SplitMix64(seed: seed &* 0x2545_F491_4F6C_DD1D)
    func pick(_ numbers: [Int]) -> Int { numbers[Int(random.below(UInt64(numbers.count)))] }
    let interfaces = pick([1, 1, 2])
    self.interfaces = interfaces
    let now = now
    ends = try [1, 2].map { number in
      var configuration = HostConfiguration(
        connections: pick([1, 2, 3]), sendCapacity: pick([1, 5, 100, 3_000]),
        receiveCapacity: pick([1, 5, 100, 3_000, 70_000]))
      if pick([0, 1]) == 1 {
        configuration.add(RingClass(connections: 1, sendCapacity: 40, receiveCapacity: 40))
      }
      configuration.halfOpenCapacity = pick([1, 2])
      configuration.timeWaitCapacity = pick([1, 2])
      configuration.listenerCapacity = pick([1, 2])
      configuration.replyCapacity = pick([1, 2, 8])
      configuration.interfaceCount = interfaces
      let end = try AdversaryChaosEnd(
        configuration, number: UInt8(number), secret: Secret(random.next(), random.next()), at: now)
      for interface in 0..<interfaces {
        try end.host.setInterface(interface, mtu: 1_500)
        try end.host.addAddress(end.addresses[interface == 0 ? 0 : 3], prefix: 24, to: interface)
        try end.host.addAddress(end.addresses[1], prefix: 64, to: interface)
        try end.host.addAddress(end.addresses[2], prefix: 64, to: interface)
      }
      end.listeners.append(try end.host.listen(Endpoint(.anyIPv6, 80), backlog: 2))
      return end
    }
    self.random = random
  }

  func below(_ bound: Int) -> Int { Int(random.below(UInt64(bound))) }

  func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// The moment to name in a call: now, or one that has passed.
  var moment: Instant {
    below(8) == 0 ? Instant(microseconds: now.microseconds - random.below(1 << 40)) : now
  }

  /// Does `count` things, then lets everything end.
  ///
  /// - Returns: what went wrong, or `nil`.
  package func run(_ count: Int) -> String? {
    for step in 0..<count {
      let end = pick(ends)
      if let complaint = act(end) { return "step \(step), \(note): \(complaint)" }
      if let broken = end.host.brokenInvariant() { return "step \(step), \(note): \(broken)" }
    }
    return finish()
  }

  /// What both hosts have counted.
  package var counters: [Counters] { ends.map { $0.host.counters } }

  /// Does `count` things; between them each host's memory is copied, damaged and restored from.
  ///
  /// - Returns: how many of the damaged copies were refused, and how many were taken and used.
  package func damageCopies(_ count: Int) -> (refused: Int, taken: Int) {
    var counts = (refused: 0, taken: 0)
    for _ in 0..<count {
      let end = pick(ends)
      _ = act(end)
      var random = SplitMix64(seed: random.next())
      let isTaken = unsafe end.tryCopy(at: now) { copy in
        unsafe AdversaryChaosEnd.damage(copy, &random)
      }
      if isTaken { counts.taken += 1 } else { counts.refused += 1 }
    }
    return counts
  }

  private func act(_ end: AdversaryChaosEnd) -> String? {
    switch below(100) {
    case 0..<30:
      note = "arrival"
      for _ in 0..<(1 + below(4)) { if let complaint = deliver() { return complaint } }
      return nil
    case 30..<50:
      note = "transmit"
      for _ in 0..<(1 + below(6)) { if !transmit(end) { break } }
      return nil
    case 50..<56:
      note = "time"
      jump(pick([0, 1, 999, 40_000, 40_000, 200_000, 1_000_000]))
      return nil
    case 56:
      note = "long time"
      jump(pick([3_000_000, 61_000_000, 240_000_000, 25 * 86_400_000_000, 1 << 40]))
      return nil
    case 57..<60:
      note = "runUntilQuiet"
      return runUntilQuiet(end)
    case 60..<64:
      note = "exchange"
      return exchange()
    case 64, 65:
      note = "snapshot"
      return end.move()
    case 66 where below(4) == 0:
      note = "interface"
      changeInterface(end)
      return nil
    default:
      return call(end)
    }
  }

  /// One datagram of the first few on the wire arrives, perhaps again, perhaps never.
  private func deliver() -> String? {
    guard !wire.isEmpty else { return nil }
    let place = below(8) == 0 ? below(wire.count) : 0
    let (bytes, interface) = wire[place]
    let disposition = below(20)
    if disposition != 0 || wire.count > 200 { wire.remove(at: place) }
    if disposition == 1 { return nil }
    guard let datagram = try? unsafe Datagram(parsing: bytes.span.bytes) else {
      return "no datagram was sent"
    }
    for end in ends where end.addresses.contains(datagram.destination) {
      end.arrive(bytes, on: interface, at: moment)
      if let broken = end.host.brokenInvariant() { return "\(broken)" }
    }
    return nil
  }

  private func transmit(_ end: AdversaryChaosEnd) -> Bool {
    guard let (bytes, interface) = end.transmit(at: moment) else { return false }
    wire.append((bytes, interface))
    return true
  }

  /// Some rounds in which everything that is sent arrives.
  private func exchange() -> String? {
    for _ in 0..<(1 + below(4)) {
      for end in ends { if let complaint = runUntilQuiet(end) { return complaint } }
      for _ in wire { if let complaint = deliver() { return complaint } }
    }
    return nil
  }

  private func jump(_ microseconds: UInt64) {
    now = now + Interval(microseconds: microseconds)
    // No datagram lives as long as this.
    if microseconds > 60_000_000 { wire.removeAll() }
  }

  /// Everything that is due is done; then the next deadline lies ahead.
  private func runUntilQuiet(_ end: AdversaryChaosEnd) -> String? {
    for _ in 0..<1_000 {
      for turn in 0... {
        guard end.host.expire(at: now, budget: 1 + below(64)) else { break }
        if turn == 10_000 { return "expire never ends" }
      }
      for turn in 0... {
        guard let (bytes, interface) = end.transmit(at: now) else { break }
        wire.append((bytes, interface))
        if turn == 10_000 { return "transmit never ends" }
      }
      guard let deadline = end.host.deadline, deadline <= now else { return nil }
    }
    return "the deadline does not move on"
  }

  private func changeInterface(_ end: AdversaryChaosEnd) {
    let number = below(interfaces + 1) - (below(10) == 0 ? 1 : 0)
    let address =
      below(10) == 0 ? pick([.anyIPv4, Address(224, 0, 0, 1), Address(1, 2, 3, 4)]) : pick(end.addresses)
    switch below(5) {
    case 0:
      try? end.host.removeAddress(address, from: number, at: moment)
    case 1, 2:
      try? end.host.addAddress(address, prefix: pick([24, 64, 24, 0, 32, 128, 129, -1]), to: number)
    default:
      let mtu = pick([1_500, 1_500, 1_280, 576, 296, 68, 67, 0, 9_000, 65_535, 65_536, -1])
      let isOffloading = below(8) == 0
      try? end.host.setInterface(
        number, mtu: mtu, offload: ChecksumOffload(verifiesArriving: isOffloading, fillsDeparting: false))
    }
  }

  /// Both users give up everything; every table must run empty.
  private func finish() -> String? {
    note = "the end"
    for end in ends {
      for _ in 0..<1_000 {
        var cursor = 0
        guard let handle = end.host.nextHandle(&cursor) else { break }
        try? end.host.release(handle, at: now)
      }
    }
    let limit = now + .seconds(7_200)
    for _ in 0..<20_000 {
      for end in ends { if let complaint = runUntilQuiet(end) { return complaint } }
      if !wire.isEmpty {
        if let complaint = deliver() { return complaint }
        continue
      }
      let deadlines = ends.compactMap { $0.host.deadline }
      guard let next = deadlines.min(), next <= limit else { break }
      now = next
    }
    for end in ends {
      let left = end.host.occupancy
      guard left.connections == 0, left.halfOpen == 0, left.timeWait == 0, left.listeners == 0 else {
        return "after two hours there are still \(left)"
      }
      if let deadline = end.host.deadline { return "an empty host waits for \(deadline)" }
      if let broken = end.host.brokenInvariant() { return "at the end: \(broken)" }
      if end.host.nextEvent() != nil { return "an empty host has something to tell" }
    }
    return nil
  }
}
