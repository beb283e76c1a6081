/// Every state that was seen, by its hash: 33 octets each, and four for the look-up.
///
/// A state keeps how it was reached, so that its path can be shown, and how far it is from the end.
struct StateTable {
  /// 128 bits are a state's name: two that are not the same have the same with a probability of 2^-128.
  private var first: [UInt64] = []
  private var second: [UInt64] = []
  private var parents: [UInt32] = []
  private var steps: [UInt16] = []
  private var levels: [UInt8] = []
  /// Steps of the default continuation, and its time in milliseconds; `unknown` while that is not known.
  private var remaining: [UInt16] = []
  private var times: [UInt32] = []
  /// Positions plus one, by hash; 0 for none.
  private var index: [UInt32]
  private var mask: Int

  static let unknown = UInt16.max

  init() {
    index = [UInt32](repeating: 0, count: 1 << 16)
    mask = index.count - 1
  }

  var count: Int { first.count }

  /// Octets of memory that the tables take.
  var byteCount: Int { first.capacity * 29 + index.count * 4 }

  /// The position of a state, and whether it is new.
  mutating func insert(
    _ hash: (UInt64, UInt64), parent: Int, step: Step, level: Int
  ) -> (position: Int, isNew: Bool) {
    if count * 4 >= index.count * 3 { grow() }
    var place = Int(truncatingIfNeeded: hash.0) & mask
    while index[place] != 0 {
      let position = Int(index[place]) - 1
      if first[position] == hash.0, second[position] == hash.1 { return (position, false) }
      place = (place + 1) & mask
    }
    index[place] = UInt32(count + 1)
    first.append(hash.0)
    second.append(hash.1)
    parents.append(UInt32(parent))
    steps.append(step.rawValue)
    levels.append(UInt8(level))
    remaining.append(StateTable.unknown)
    times.append(0)
    return (count - 1, true)
  }

  private mutating func grow() {
    index = [UInt32](repeating: 0, count: index.count * 2)
    mask = index.count - 1
    for position in 0..<count {
      var place = Int(truncatingIfNeeded: first[position]) & mask
      while index[place] != 0 { place = (place + 1) & mask }
      index[place] = UInt32(position + 1)
    }
  }

  func level(_ position: Int) -> Int { Int(levels[position]) }
  func parent(_ position: Int) -> Int { Int(parents[position]) }
  func step(_ position: Int) -> UInt16 { steps[position] }

  /// How many steps the end is away, and how many milliseconds; `nil` while that is not known.
  func distance(_ position: Int) -> (steps: Int, milliseconds: Int)? {
    remaining[position] == StateTable.unknown ? nil : (Int(remaining[position]), Int(times[position]))
  }

  mutating func setDistance(_ position: Int, steps: Int, milliseconds: Int) {
    remaining[position] = UInt16(min(steps, Int(StateTable.unknown) - 1))
    times[position] = UInt32(clamping: milliseconds)
  }

  /// The steps from the first state to another one.
  func path(to position: Int) -> [Step] {
    var path: [Step] = []
    var position = position
    while position != 0 {
      if let step = Step(rawValue: steps[position]) { path.append(step) }
      position = parent(position)
    }
    return path.reversed()
  }
}
