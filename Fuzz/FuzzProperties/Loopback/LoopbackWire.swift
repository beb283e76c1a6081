import TCPCore

/// Datagrams on their way between two hosts: a fixed number of places. What finds no place is lost.
@safe
final class LoopbackWire {
  static var slotCount: Int { 64 }
  static var slotSize: Int { 1_536 }

  // Unsafe boundary: the slots, and one more for what is made up, for as long as the program runs.
  private let base: UnsafeMutableRawPointer
  private var counts: InlineArray<64, Int>
  private var sentAt: InlineArray<64, UInt64>
  private var free: InlineArray<64, Int>
  private var freeCount = 0
  private var queues: InlineArray<2, InlineArray<64, Int>>
  /// How many wait, by the side that they are for.
  private(set) var waiting: InlineArray<2, Int>

  init() {
    unsafe base = UnsafeMutableRawPointer.allocate(
      byteCount: (LoopbackWire.slotCount + 1) * LoopbackWire.slotSize, alignment: 16)
    counts = InlineArray(repeating: 0)
    sentAt = InlineArray(repeating: 0)
    free = InlineArray(repeating: 0)
    queues = InlineArray(repeating: InlineArray(repeating: 0))
    waiting = InlineArray(repeating: 0)
    reset()
  }

  /// Nothing is on its way.
  func reset() {
    for slot in 0..<LoopbackWire.slotCount { free[slot] = slot }
    freeCount = LoopbackWire.slotCount
    waiting[0] = 0
    waiting[1] = 0
  }

  /// Memory for one datagram: a free slot, or the spare place if there is none.
  var room: UnsafeMutableRawBufferPointer {
    let slot = freeCount > 0 ? free[freeCount - 1] : LoopbackWire.slotCount
    // One of the slots, or the place behind them.
    return unsafe UnsafeMutableRawBufferPointer(
      start: base + slot * LoopbackWire.slotSize, count: LoopbackWire.slotSize)
  }

  /// The spare place.
  var spare: UnsafeMutableRawBufferPointer {
    // It lies behind the slots.
    unsafe UnsafeMutableRawBufferPointer(
      start: base + LoopbackWire.slotCount * LoopbackWire.slotSize, count: LoopbackWire.slotSize)
  }

  /// Puts what was written to `room` on its way.
  func post(_ count: Int, to side: Int, at now: UInt64) {
    guard freeCount > 0 else { return }
    freeCount -= 1
    let slot = free[freeCount]
    counts[slot] = count
    sentAt[slot] = now
    queues[side][waiting[side]] = slot
    waiting[side] += 1
  }

  /// The n-th waiting datagram towards a side.
  func octets(_ index: Int, to side: Int) -> UnsafeMutableRawBufferPointer {
    precondition(index < waiting[side])
    let slot = queues[side][index]
    // A slot that is in use, and its octets.
    return unsafe UnsafeMutableRawBufferPointer(
      start: base + slot * LoopbackWire.slotSize, count: counts[slot])
  }

  /// When it left.
  func departure(_ index: Int, to side: Int) -> UInt64 { sentAt[queues[side][index]] }

  /// Takes the n-th waiting datagram away. Its octets stay until the next one is posted.
  func remove(_ index: Int, to side: Int) {
    precondition(index < waiting[side])
    free[freeCount] = queues[side][index]
    freeCount += 1
    waiting[side] -= 1
    var place = index
    while place < waiting[side] {
      queues[side][place] = queues[side][place + 1]
      place += 1
    }
  }

  /// A router marks the n-th waiting datagram (RFC 3168 section 5): CE.
  ///
  /// - Returns: whether it may be marked.
  func mark(_ index: Int, to side: Int) -> Bool {
    let octets = unsafe self.octets(index, to: side)
    // In bounds: either header is longer than what is looked at and changed here.
    let isIPv6 = unsafe octets[0] >> 4 == 6
    let bits: UInt8 = isIPv6 ? 0x30 : 3
    let before = unsafe octets[1]
    if before & bits == 0 { return false }
    unsafe octets[1] |= bits
    if isIPv6 { return true }
    unsafe octets[10] = 0
    unsafe octets[11] = 0
    var sum = 0
    for place in 0..<20 { sum += unsafe Int(octets[place]) << (place & 1 == 0 ? 8 : 0) }
    while sum > 0xFFFF { sum = (sum >> 16) + (sum & 0xFFFF) }
    unsafe octets[10] = UInt8(~sum >> 8 & 255)
    unsafe octets[11] = UInt8(~sum & 255)
    return true
  }

  /// The n-th waiting datagram goes behind all others, or in front of them.
  func move(_ index: Int, to side: Int, isFirst: Bool) {
    precondition(index < waiting[side])
    let slot = queues[side][index]
    var place = index
    if isFirst {
      while place > 0 {
        queues[side][place] = queues[side][place - 1]
        place -= 1
      }
    } else {
      while place < waiting[side] - 1 {
        queues[side][place] = queues[side][place + 1]
        place += 1
      }
    }
    queues[side][place] = slot
  }

  /// No datagram lives longer than `limit` (MSL, RFC 9293 section 3.4.3).
  func forget(before limit: UInt64) {
    for side in 0..<2 {
      var index = 0
      while index < waiting[side] {
        if departure(index, to: side) < limit { remove(index, to: side) } else { index += 1 }
      }
    }
  }
}
