import TCPCore

/// Datagrams on their way, earliest arrival first. All memory is taken at the start, so that a transfer allocates
/// nothing.
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

  private let memory: UnsafeMutableRawBufferPointer
  private let slotSize: Int
  private var free: [Int]
  private var heap: [Passenger]
  private let capacity: Int

  /// Room for `capacity` datagrams of up to `slotSize` octets.
  init(capacity: Int, slotSize: Int) {
    self.capacity = capacity
    self.slotSize = slotSize
    unsafe memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: capacity * slotSize, alignment: 16)
    free = Array((0..<capacity).reversed())
    heap = []
    heap.reserveCapacity(capacity)
  }

  deinit { unsafe memory.deallocate() }

  var isEmpty: Bool { heap.isEmpty }
  var isFull: Bool { free.isEmpty }
  /// When the first datagram arrives.
  var earliest: Instant? { heap.first?.arrival }

  /// Takes a copy of a datagram; `false` if there is no room.
  ///
  /// - Parameter flippedBit: a bit to turn over, counted from the start.
  func add(
    _ bytes: UnsafeRawBufferPointer, arrival: Instant, order: UInt64, flippedBit: Int?
  ) -> Bool {
    guard bytes.count <= slotSize, let slot = free.popLast() else { return false }
    let place = unsafe UnsafeMutableRawBufferPointer(
      rebasing: memory[(slot * slotSize)..<(slot * slotSize + bytes.count)])
    unsafe place.copyMemory(from: bytes)
    if let bit = flippedBit { unsafe place[bit / 8] ^= 1 << UInt8(bit % 8) }
    heap.append(
      Passenger(
        arrival: arrival, order: order, slot: slot, count: bytes.count, isCorrupted: flippedBit != nil))
    siftUp()
    return true
  }

  /// Hands out the first datagram if it has arrived, and takes it out.
  func withFirst(at now: Instant, _ body: (UnsafeRawBufferPointer, Passenger) -> Void) -> Bool {
    guard let first = heap.first, first.arrival <= now else { return false }
    let place = unsafe UnsafeRawBufferPointer(
      rebasing: memory[(first.slot * slotSize)..<(first.slot * slotSize + first.count)])
    unsafe body(place, first)
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      siftDown()
    }
    free.append(first.slot)
    return true
  }

  private static func isBefore(_ left: Passenger, _ right: Passenger) -> Bool {
    left.arrival == right.arrival ? left.order < right.order : left.arrival < right.arrival
  }

  private func siftUp() {
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard DatagramPool.isBefore(heap[child], heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private func siftDown() {
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { return }
      if child + 1 < heap.count, DatagramPool.isBefore(heap[child + 1], heap[child]) { child += 1 }
      guard DatagramPool.isBefore(heap[child], heap[parent]) else { return }
      heap.swapAt(child, parent)
      parent = child
    }
  }
}
