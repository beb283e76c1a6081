import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// A wheel and its model: what is armed, in ticks that never wrap.
private struct WheelUnderTest {
  let memory: GuardedMemory
  let nodes: Table<TimerNode>
  var wheel: TimerWheel
  /// The wheel's position, unwrapped.
  var current: UInt64
  var armed: [EntryID: UInt64] = [:]
  var random: SplitMix64
  let seed: UInt64
  let size: Int

  init(size: Int, start: UInt64, seed: UInt64) {
    self.size = size
    self.seed = seed
    memory = GuardedMemory(byteCount: size * 16)
    nodes = memory.table(count: size) { TimerNode() }
    wheel = TimerWheel(current: UInt32(truncatingIfNeeded: start))
    current = start
    random = SplitMix64(seed: seed)
  }

  /// Follows the wheel's position, which never moves further than its horizon at once.
  mutating func follow() throws {
    let ahead = wheel.current &- UInt32(truncatingIfNeeded: current)
    try demand(ahead <= TimerWheel.horizon, "the wheel moved back or too far, seed \(seed)")
    current += UInt64(ahead)
  }

  /// A distance: mostly small, sometimes up to the horizon.
  mutating func distance() -> UInt64 {
    let bits = random.within(0...30)
    return random.any(UInt64.self) & ((1 << UInt64(bits)) - 1)
  }

  mutating func arm() {
    let index = EntryID(random.within(0...(size - 1)))
    let tick = current + distance()
    wheel.arm(index, tick: UInt32(truncatingIfNeeded: tick), nodes)
    armed[index] = tick
  }

  mutating func cancel() {
    let index = EntryID(random.within(0...(size - 1)))
    wheel.cancel(index, nodes)
    armed[index] = nil
  }

  /// Takes out all that is due, with random budgets, and compares with the model.
  mutating func pop() throws {
    let now = current + distance()
    var due = Set(armed.filter { $0.value <= now }.keys)
    for _ in 0..<100_000 {
      var budget = random.within(1...4)
      let given = budget
      let popped = wheel.pop(now: UInt32(truncatingIfNeeded: now), budget: &budget, nodes)
      try follow()
      try demand(budget >= 0 && budget <= given, "budget \(given) became \(budget), seed \(seed)")
      if let popped {
        try demand(due.remove(popped) != nil, "\(popped) fired early or twice, seed \(seed)")
        try demand(!nodes[popped].isArmed, "\(popped) fired and is armed, seed \(seed)")
        armed[popped] = nil
      } else if budget > 0 {
        break
      }
      try compareEarliest()
      if random.within(0...7) == 0 {
        // Arming while others are half moved down is what a user does.
        let index = EntryID(random.within(0...(size - 1)))
        let tick = current + distance()
        wheel.arm(index, tick: UInt32(truncatingIfNeeded: tick), nodes)
        armed[index] = tick
        if tick <= now { due.insert(index) } else { due.remove(index) }
      }
    }
    try demand(due.isEmpty, "\(due.count) never fired at \(now), seed \(seed)")
  }

  /// Never late, and exact where a slot holds few.
  mutating func compareEarliest() throws {
    let earliest = wheel.earliest(nodes)
    guard let least = armed.values.min() else {
      return try demand(earliest == nil, "something is armed that should not be, seed \(seed)")
    }
    guard let earliest else { throw Deviation(description: "nothing is armed, seed \(seed)") }
    let tick = current + UInt64(earliest.tick &- UInt32(truncatingIfNeeded: current))
    try demand(tick <= max(least, current), "earliest says \(tick), \(least) is armed, seed \(seed)")
  }

  func compareNodes() throws {
    for index in 0..<size {
      try demand(
        nodes[index].isArmed == (armed[EntryID(index)] != nil), "armed marks differ at \(index), seed \(seed)"
      )
    }
  }
}

@Suite("TimerWheel against a sorted model")
struct TimerWheelTests {
  private static let starts: [UInt64] = [
    0, 31, 0x3FFF_FFF0, 0x7FFF_FFFF, 0xBFFF_FFFF, 0xFFFF_FF00, 0xFFFF_FFFF, 0x1_8000_0000,
  ]

  @Test("Each armed element fires exactly once, neither early nor late", arguments: 0..<8)
  func random(number: Int) throws {
    for size in [1, 3, 24, 60] {
      let seed = UInt64(number * 1_000 + size)
      var tested = WheelUnderTest(size: size, start: TimerWheelTests.starts[number], seed: seed)
      for _ in 0..<300 {
        switch tested.random.within(0...9) {
        case 0: tested.cancel()
        case 1, 2: try tested.pop()
        default: tested.arm()
        }
        try tested.compareEarliest()
      }
      try tested.compareNodes()
    }
  }

  @Test("With no budget spent halfway, earliest is exact where few are armed")
  func exact() throws {
    for number in 0..<400 {
      let seed = UInt64(number)
      var tested = WheelUnderTest(size: 12, start: TimerWheelTests.starts[number % 8], seed: seed)
      for _ in 0..<tested.random.within(1...12) { tested.arm() }
      let least = tested.armed.values.min() ?? 0
      let earliest = tested.wheel.earliest(tested.nodes)
      try demand(earliest?.tick == UInt32(truncatingIfNeeded: least), "not exact, seed \(seed)")
      try demand(earliest.map { tested.armed[$0.id] } == least, "of another, seed \(seed)")
    }
  }

  @Test("A budget of zero does nothing, and each element moves down at most six times")
  func budget() {
    let memory = GuardedMemory(byteCount: 64)
    let nodes = memory.table(count: 4) { TimerNode() }
    var wheel = TimerWheel(current: 0)
    wheel.arm(2, tick: 0x3FFF_FFFF, nodes)
    var none = 0
    #expect(wheel.pop(now: 0x3FFF_FFFF, budget: &none, nodes) == nil)
    #expect(wheel.current == 0)
    var seven = 7
    #expect(wheel.pop(now: 0x3FFF_FFFF, budget: &seven, nodes) == 2)
    #expect(wheel.earliest(nodes) == nil)
  }

  @Test("Arming for the past fires now; arming beyond the horizon is cut to it")
  func limits() {
    let memory = GuardedMemory(byteCount: 64)
    let nodes = memory.table(count: 4) { TimerNode() }
    var wheel = TimerWheel(current: 100)
    wheel.arm(0, tick: 99, nodes)
    wheel.arm(1, tick: 100 &+ 0x6000_0000, nodes)
    #expect(nodes[0 as EntryID].tick == 100)
    #expect(nodes[1 as EntryID].tick == 100 + TimerWheel.horizon)
    var budget = 10
    #expect(wheel.pop(now: 100, budget: &budget, nodes) == 0)
    #expect(wheel.pop(now: 100, budget: &budget, nodes) == nil)
  }

  @Test("After a budget ran out halfway, earliest is still not late")
  func halfway() {
    let memory = GuardedMemory(byteCount: 64)
    let nodes = memory.table(count: 4) { TimerNode() }
    var wheel = TimerWheel(current: 0)
    // Both are in the slot that begins at 32. The one moved down is due at 40, the other one at 60.
    wheel.arm(0, tick: 60, nodes)
    wheel.arm(1, tick: 40, nodes)
    var budget = 1
    #expect(wheel.pop(now: 32, budget: &budget, nodes) == nil)
    #expect((wheel.earliest(nodes)?.tick ?? 0) <= 40)
  }
}
