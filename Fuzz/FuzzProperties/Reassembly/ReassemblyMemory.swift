import TCPCore

/// Memory with a ring and ranges for the receive side, a ring of its own and a set of ranges of its own. Each
/// has guard octets on both sides, poisoned while the core is at work.
@safe
struct ReassemblyMemory {
  // Unsafe boundary: `byteCount` octets at `base`, for as long as the program runs.
  private let base: UnsafeMutableRawPointer
  private static var byteCount: Int { 4_096 }
  private static var gap: Int { 64 }
  private static var mark: UInt8 { 0xA5 }

  /// Where each of the four starts, and how many octets it has.
  private(set) var places = [4 of (start: Int, count: Int)](repeating: (0, 0))

  init() {
    // Never given back: one for a program, or for a test.
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: ReassemblyMemory.byteCount, alignment: 64)
    unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: ReassemblyMemory.byteCount)
  }

  /// Gives the memory back.
  func free() {
    let count = ReassemblyMemory.byteCount
    // As it was allocated.
    unsafe unpoison(base, count)
    unsafe base.deallocate()
  }

  /// The whole memory, as the core takes it.
  var region: Region {
    // The memory lives as long as this value.
    unsafe Region(base: base, count: ReassemblyMemory.byteCount)
  }

  /// Where one of the four starts, as the core counts it.
  func start(_ index: Int) -> UInt32 { UInt32(places[index].start / RegionLayout.unit) }

  /// Divides the memory again, fills it with marks, and poisons what lies between.
  mutating func lay(_ counts: [4 of Int]) {
    var offset = ReassemblyMemory.gap
    for index in 0..<4 {
      places[index] = (offset, counts[index])
      offset += (counts[index] + 15) / 16 * 16 + ReassemblyMemory.gap
    }
    precondition(offset <= ReassemblyMemory.byteCount)
    let count = ReassemblyMemory.byteCount
    // All of what was allocated.
    unsafe unpoison(base, count)
    unsafe base.initializeMemory(as: UInt8.self, repeating: ReassemblyMemory.mark, count: count)
    forEachGap { start, count in unsafe poison(base + start, count) }
  }

  /// Requires that the guards are as they were. Where they are poisoned this is for the end, since it opens
  /// them.
  @_silgen_name("__sanitizer_inspect_guards")
  func inspectGuards() {
    var isUntouched = true
    forEachGap { start, count in
      // A gap lies within the memory.
      unsafe unpoison(base + start, count)
      for offset in start..<start + count {
        // As said above.
        let octet = unsafe base.load(fromByteOffset: offset, as: UInt8.self)
        if octet != ReassemblyMemory.mark { isUntouched = false }
      }
    }
    require("nothing is written outside of a ring and its ranges", isUntouched)
  }

  private func forEachGap(_ body: (Int, Int) -> Void) {
    var start = 0
    for index in 0..<4 {
      body(start, places[index].start - start)
      start = places[index].start + places[index].count
    }
    body(start, min(ReassemblyMemory.gap, ReassemblyMemory.byteCount - start))
  }
}
