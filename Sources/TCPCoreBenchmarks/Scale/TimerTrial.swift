import TCPCore

/// A million timers in the wheel: armed, or popped when their moment has come.
final class TimerTrial: Trial {
  let operations: Int
  private let isExpiring: Bool
  private var wheel = TimerWheel(current: 0)
  private let nodes: Table<TimerNode>
  private var now: UInt32 = 0

  init(_ count: Int, isExpiring: Bool) {
    operations = count
    self.isExpiring = isExpiring
    let memory = UnsafeMutablePointer<TimerNode>.allocate(capacity: count)
    memory.initialize(repeating: TimerNode(), count: count)
    let octets = count * MemoryLayout<TimerNode>.stride
    nodes = Region(base: UnsafeMutableRawPointer(memory), count: octets).table(
      TimerNode.self, at: 0, count: count)
  }

  func prepare() {
    drain()
    if isExpiring { arm() }
  }
  func run() { if isExpiring { drain() } else { arm() } }

  /// Within a minute, in an order of its own.
  private func arm() {
    var tick: UInt32 = 12_345
    for index in 0..<operations {
      tick = tick &* 1_664_525 &+ 1_013_904_223
      wheel.arm(EntryID(index), tick: now &+ 1 &+ tick >> 8 % 60_000, nodes)
    }
  }

  private func drain() {
    now = now &+ 60_001
    var budget = Int.max
    while wheel.pop(now: now, budget: &budget, nodes) != nil {}
  }
}
