import TCPCore

/// Datagrams on their way, earliest arrival first. All memory is taken at the start, so that a transfer
/// allocates nothing.
@safe
final class DatagramPool {
  /// One datagram on its way.
  struct Passenger {
    var arrival: Instant
    /// Breaks ties in the order of departure.
    var order: UInt64
    var slot: Int
    var count: Int
    var isCorrupted: Bool
  }

  /// What changes. It is behind a pointer, so that reaching it costs no run-time check.
  private struct State {
    var count = 0
    var freeCount: Int
  }

  private let state: UnsafeMutablePointer<State>
  private let memory: UnsafeMutableRawBufferPointer
  /// Slots that are free: the first `freeCount` of these.
  private let free: UnsafeMutableBufferPointer<Int>
  /// A binary heap: the first `count` of these.
  private let heap: UnsafeMutableBufferPointer<Passenger>
  private let slotSize: Int

  /// Room for `capacity` datagrams of up to `slotSize` octets.
  init(capacity: Int, slotSize: Int) {
    self.slotSize = slotSize
    unsafe memory = .allocate(byteCount: capacity * slotSize, alignment: 16)
    unsafe free = .allocate(capacity: capacity)
    unsafe heap = .allocate(capacity: capacity)
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: State(freeCount: capacity))
    for index in 0..<capacity {
      unsafe free.initializeElement(at: index, to: capacity - 1 - index)
      unsafe heap.initializeElement(
        at: index, to: Passenger(arrival: .never, order: 0, slot: 0, count: 0, isCorrupted: false))
    }
  }

  deinit {
    unsafe memory.deallocate()
    unsafe free.deallocate()
    unsafe heap.deallocate()
    unsafe state.deallocate()
  }

  /// When the first datagram arrives.
  var earliest: Instant? { unsafe state.pointee.count == 0 ? nil : heap[0].arrival }

  /// Takes a copy of a datagram; `false` if there is no room.
  ///
  /// - Parameters:
  ///   - isMarked: whether the copy gets a congestion mark.
  ///   - flippedBit: a bit of the copy to turn over, counted from the start.
  func add(
    _ bytes: UnsafeRawBufferPointer, arrival: Instant, order: UInt64, isMarked: Bool, flippedBit: Int?
  ) -> Bool {
    guard bytes.count <= slotSize, unsafe state.pointee.freeCount > 0 else { return false }
    unsafe state.pointee.freeCount -= 1
    let slot = unsafe free[state.pointee.freeCount]
    let place = unsafe UnsafeMutableRawBufferPointer(
      rebasing: memory[(slot * slotSize)..<(slot * slotSize + bytes.count)])
    unsafe place.copyMemory(from: bytes)
    if isMarked { unsafe CongestionMark.set(on: place) }
    if let bit = flippedBit { unsafe place[bit / 8] ^= 1 << UInt8(bit % 8) }
    unsafe heap[state.pointee.count] = Passenger(
      arrival: arrival, order: order, slot: slot, count: bytes.count, isCorrupted: flippedBit != nil)
    unsafe state.pointee.count += 1
    siftUp()
    return true
  }

  /// Hands out the first datagram if it has arrived, and takes it out.
  func withFirst(at now: Instant, _ body: (UnsafeRawBufferPointer, Passenger) -> Void) -> Bool {
    guard let earliest, earliest <= now else { return false }
    let first = unsafe heap[0]
    let place = unsafe UnsafeRawBufferPointer(
      rebasing: memory[(first.slot * slotSize)..<(first.slot * slotSize + first.count)])
    unsafe body(place, first)
    unsafe state.pointee.count -= 1
    unsafe heap[0] = heap[state.pointee.count]
    siftDown()
    unsafe free[state.pointee.freeCount] = first.slot
    unsafe state.pointee.freeCount += 1
    return true
  }

  private static func isBefore(_ left: Passenger, _ right: Passenger) -> Bool {
    left.arrival == right.arrival ? left.order < right.order : left.arrival < right.arrival
  }

  private func siftUp() {
    var child = unsafe state.pointee.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard unsafe DatagramPool.isBefore(heap[child], heap[parent]) else { return }
      unsafe heap.swapAt(child, parent)
      child = parent
    }
  }

  private func siftDown() {
    let count = unsafe state.pointee.count
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < count else { return }
      if unsafe child + 1 < count && DatagramPool.isBefore(heap[child + 1], heap[child]) { child += 1 }
      guard unsafe DatagramPool.isBefore(heap[child], heap[parent]) else { return }
      unsafe heap.swapAt(child, parent)
      parent = child
    }
  }
}
