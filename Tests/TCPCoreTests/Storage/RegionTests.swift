import TCPCore
import Testing

@Suite("Region")
struct RegionTests {
  @Test("A layout hands out places one behind the other, each at a multiple of 16")
  func layout() {
    var layout = RegionLayout()
    #expect(layout.reserve(count: 1, stride: 1) == 0)
    #expect(layout.reserve(count: 3, stride: 8) == 1)
    #expect(layout.reserve(count: 0, stride: 8) == 3)
    #expect(layout.reserve(count: 16, stride: 1) == 3)
    #expect(layout.byteCount == 64)
  }

  @Test(
    "A sum that leaves the machine's range is no sum, and stays none",
    arguments: [
      (Int.max, 2), (Int.max, 1), (Int.max - 14, 1), (-1, 8), (1 << 40, 1 << 30),
    ])
  func overflow(count: Int, stride: Int) {
    var layout = RegionLayout()
    _ = layout.reserve(count: count, stride: stride)
    #expect(layout.byteCount == nil)
    _ = layout.reserve(count: 1, stride: 1)
    #expect(layout.byteCount == nil)
  }

  @Test("A place that does not fit 32 bits is refused")
  func farPlace() {
    var layout = RegionLayout()
    _ = layout.reserve(count: 1 << 31, stride: 16)
    #expect(layout.byteCount == 1 << 35)
    _ = layout.reserve(count: 1, stride: 1)
    #expect(layout.byteCount == nil)
  }

  @Test("Clearing reaches every octet that was asked for, and no other")
  func clear() {
    let memory = GuardedMemory(byteCount: 100)
    let before = memory.octets
    memory.region.clear(60)
    #expect(memory.octets == [UInt8](repeating: 0, count: 60) + before[60...])
    #expect(memory.isUntouched(outside: 0..<100))
  }

  @Test("A table reads back what was written, element by element")
  func table() {
    let memory = GuardedMemory(byteCount: 80)
    let table = memory.region.table(UInt64.self, at: 1, count: 4)
    for index in 0..<4 { table.initialize(index, to: UInt64(index) + 7) }
    table[2] += 100
    #expect((0..<4).map { table[$0] } == [7, 8, 109, 10])
    #expect(memory.isUntouched(outside: 16..<48))
  }

  @Test("Reading behind a table traps") func readBehind() async {
    await #expect(processExitsWith: .failure) {
      let memory = GuardedMemory(byteCount: 64)
      _ = memory.region.table(UInt32.self, at: 0, count: 4)[4]
    }
  }

  @Test("Reading in front of a table traps") func readInFront() async {
    await #expect(processExitsWith: .failure) {
      let memory = GuardedMemory(byteCount: 64)
      _ = memory.region.table(UInt32.self, at: 0, count: 4)[-1]
    }
  }

  @Test("Writing behind a table traps") func writeBehind() async {
    await #expect(processExitsWith: .failure) {
      let memory = GuardedMemory(byteCount: 64)
      memory.region.table(UInt32.self, at: 0, count: 4)[4] = 1
    }
  }

  @Test("Initialising behind a table traps") func initializeBehind() async {
    await #expect(processExitsWith: .failure) {
      let memory = GuardedMemory(byteCount: 64)
      memory.region.table(UInt32.self, at: 0, count: 4).initialize(4, to: 1)
    }
  }
}
