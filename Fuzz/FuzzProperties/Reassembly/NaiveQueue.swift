/// A byte queue as an array.
struct NaiveQueue {
  private var octets = [UInt8](repeating: 0, count: 1_024)
  private(set) var count = 0

  /// Starts afresh in the same memory.
  mutating func removeAll() { count = 0 }

  /// An octet, oldest first.
  func octet(_ index: Int) -> UInt8 { octets[index] }

  mutating func append(_ octet: UInt8) {
    octets[count] = octet
    count += 1
  }

  @_silgen_name("__sanitizer_queue_consume")
  mutating func consume(_ size: Int) {
    for index in size..<count { octets[index - size] = octets[index] }
    count -= size
  }
}

/// A set of ranges of numbers as one truth value for each number.
struct NaiveSet {
  private var holds = [Bool](repeating: false, count: NaiveSet.room)
  static var room: Int { 256 }

  mutating func removeAll() {
    for index in 0..<NaiveSet.room { holds[index] = false }
  }

  func contains(_ number: Int) -> Bool { number >= 0 && number < NaiveSet.room && holds[number] }

  /// How many ranges there would be with some numbers more.
  @_silgen_name("__sanitizer_set_range_count")
  func rangeCount(with more: Range<Int>) -> Int {
    var count = 0
    for number in 0..<NaiveSet.room {
      let isNow = holds[number] || more.contains(number)
      let wasBefore = number > 0 && (holds[number - 1] || more.contains(number - 1))
      if isNow && !wasBefore { count += 1 }
    }
    return count
  }

  mutating func set(_ numbers: Range<Int>, to value: Bool) {
    for number in numbers { holds[number] = value }
  }

  /// The range that a number lies in.
  func range(around number: Int) -> Range<Int> {
    var first = number
    while contains(first - 1) { first -= 1 }
    var last = number
    while contains(last + 1) { last += 1 }
    return first..<last + 1
  }

  /// How far one gets from `number` on through ranges that begin at or before where one is. Those are
  /// taken out.
  mutating func absorb(from number: Int) -> Int {
    var reach = number
    while contains(reach) { reach += 1 }
    set(0..<reach, to: false)
    return reach
  }
}
