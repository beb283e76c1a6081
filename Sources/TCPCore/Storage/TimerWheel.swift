/// One element's place in a timer wheel.
package struct TimerNode: BitwiseCopyable {
  package var previous = EntryID.none
  package var next = EntryID.none
  /// The tick it is armed for.
  package var tick: UInt32 = 0
  /// The wheel's slot it is in, or `idle`.
  package var slot: UInt32 = TimerNode.idle

  package init() {}

  package static var idle: UInt32 { UInt32.max }
  package var isArmed: Bool { slot != TimerNode.idle }
}

/// A hierarchical timing wheel: seven levels of 32 slots, each level 32 times coarser than the one below.
///
/// Ticks are 32-bit numbers modulo 2^32. An element is on the level of the highest five-bit digit in which
/// its tick differs from `current`, so arming, cancelling and finding the earliest slot cost the same
/// whatever the number of elements; each element moves down at most six times before it fires.
///
/// What it knows: `earliest`. What happened: `pop`. What the owner asks: `arm`, `cancel`.
package struct TimerWheel: BitwiseCopyable {
  /// Nothing is armed for an earlier tick.
  package private(set) var current: UInt32
  private var occupied: [7 of UInt32]
  private var heads: [224 of EntryID]

  /// The furthest an element can be armed ahead; a later deadline is armed there first and again when that
  /// fires.
  package static var horizon: UInt32 { 1 &<< 30 }

  package init(current: UInt32) {
    self.current = current
    occupied = [7 of UInt32](repeating: 0)
    heads = [224 of EntryID](repeating: .none)
  }

  /// Whether each slot's elements are linked both ways and know their slot, whatever is armed is in one, and
  /// may be there; a restore checks this.
  package mutating func isSound(_ nodes: Table<TimerNode>, where isMember: (EntryID) -> Bool) -> Bool {
    var armed = 0
    for index in 0..<nodes.count where nodes[index].isArmed { armed &+= 1 }
    for slot in 0..<224 {
      let bit: UInt32 = 1 &<< UInt32(truncatingIfNeeded: slot & 31)
      guard (occupied[slot &>> 5] & bit != 0) == (heads[slot] != EntryID.none) else { return false }
      var previous = EntryID.none
      var id = heads[slot]
      for _ in 0...armed {  // one element fewer with each step
        guard id != EntryID.none else { break }
        guard armed > 0, id.position < nodes.count, nodes[id].previous == previous,
          nodes[id].slot == UInt32(truncatingIfNeeded: slot), isMember(id)
        else { return false }
        armed &-= 1
        previous = id
        id = nodes[id].next
      }
      // unreached: the count of what is armed runs out before the loop does
      guard id == EntryID.none else { return false }
    }
    return armed == 0
  }

  /// Arms an element for a tick, or for now if that has passed. An armed one is armed for the new tick.
  @inline(always)  // on a segment's way, and too large for the hint
  package mutating func arm(_ id: EntryID, tick: UInt32, _ nodes: Table<TimerNode>) {
    if nodes[id].isArmed { cancel(id, nodes) }
    let ahead = tick.ahead(of: current)
    // survives `ahead <= 0`: equivalent: where nothing is ahead the two are the same tick
    var target = ahead < 0 ? current : tick  // unreached: the host arms nothing for a tick that has passed
    // unreached: the host cuts deadlines at the horizon before
    if target &- current > TimerWheel.horizon { target = current &+ TimerWheel.horizon }
    insert(id, target, nodes)
  }

  /// Disarms an element, if it is armed.
  package mutating func cancel(_ id: EntryID, _ nodes: Table<TimerNode>) {
    let node = nodes[id]
    guard node.isArmed else { return }
    if node.previous == EntryID.none {
      let slot = Int(truncatingIfNeeded: node.slot)
      heads[slot] = node.next
      if node.next == EntryID.none { occupied[slot &>> 5] &= ~(1 &<< (node.slot & 31)) }
    } else {
      nodes[node.previous].next = node.next
    }
    if node.next != EntryID.none {
      nodes[node.next].previous = node.previous
    }
    nodes[id] = TimerNode()
  }

  /// Takes out one element that is armed for `now` or earlier.
  ///
  /// - Parameter budget: each element taken out or moved down costs one; at 0 the call returns `nil`.
  package mutating func pop(now: UInt32, budget: inout Int, _ nodes: Table<TimerNode>) -> EntryID? {
    for _ in 0..<budget {
      guard let (level, slot, start) = earliestSlot() else { break }
      guard start.ahead(of: now) <= 0 else { break }
      budget &-= 1
      if start.ahead(of: current) > 0 { current = start }
      let id = heads[slot]
      let tick = nodes[id].tick
      cancel(id, nodes)
      if level == 0 { return id }
      // unreached: what is moved down is due no earlier than its slot begins
      insert(id, tick.ahead(of: current) < 0 ? current : tick, nodes)
    }
    // survives `current) >= 0`: equivalent: it sets a number to itself
    if budget > 0, now.ahead(of: current) > 0 { current = now }
    return nil
  }

  /// The earliest deadline, or a lower bound where a coarse slot holds more than 16 entries or a budget ran
  /// out before all elements of a slot were moved down.
  package mutating func earliest(_ nodes: Table<TimerNode>) -> (id: EntryID, tick: UInt32)? {
    guard let (level, slot, start) = earliestSlot() else { return nil }
    var id = heads[slot]
    // What was moved down out of an entered slot already may be earlier than what is still in it.
    if level == 0 || start == current { return (id, start) }
    var best = (id: id, tick: nodes[id].tick)
    for _ in 0..<16 {  // a longer list is answered with the slot's start: early, never late
      let node = nodes[id]
      if node.tick.ahead(of: best.tick) < 0 { best = (id, node.tick) }
      id = node.next
      if id == EntryID.none { return best }
    }
    // unreached: more than 16 timers in one slot; a fuzz host has twelve
    return (heads[slot], start)
  }

  /// The slot to look at first: one that `current` has entered and that still waits to be moved down, or else
  /// the first one ahead on the lowest level that has any.
  private mutating func earliestSlot() -> (level: Int, slot: Int, start: UInt32)? {
    for level in stride(from: 6, to: 0, by: -1) {
      let digit = (current &>> (UInt32(truncatingIfNeeded: level) &* 5)) & 31
      if occupied[level] & (1 &<< digit) != 0 {
        return (level, level &* 32 &+ Int(truncatingIfNeeded: digit), current)
      }
    }
    for level in 0..<7 where occupied[level] != 0 {
      let shift = UInt32(truncatingIfNeeded: level) &* 5
      let digit = (current &>> shift) & 31
      let ahead = occupied[level] & (UInt32.max &<< digit)
      // Only the highest level wraps: its digit has two bits, and what is below is behind the wrap at 2^32.
      let bits = ahead != 0 ? ahead : occupied[level]
      let found = UInt32(truncatingIfNeeded: bits.trailingZeroBitCount)
      let above = level == 6 ? 0 : current & (UInt32.max &<< (shift &+ 5))
      return (
        level, level &* 32 &+ Int(truncatingIfNeeded: found), above | (found &<< shift)
      )
    }
    return nil
  }

  private mutating func insert(_ id: EntryID, _ tick: UInt32, _ nodes: Table<TimerNode>) {
    let difference = tick ^ current
    let level = difference == 0 ? 0 : (31 &- difference.leadingZeroBitCount) / 5
    let digit = (tick &>> (UInt32(truncatingIfNeeded: level) &* 5)) & 31
    let slot = level &* 32 &+ Int(truncatingIfNeeded: digit)
    nodes[id].previous = EntryID.none
    nodes[id].next = heads[slot]
    nodes[id].tick = tick
    nodes[id].slot = UInt32(truncatingIfNeeded: slot)
    if heads[slot] != EntryID.none { nodes[heads[slot]].previous = id }
    heads[slot] = id
    occupied[level] |= 1 &<< digit
  }
}
