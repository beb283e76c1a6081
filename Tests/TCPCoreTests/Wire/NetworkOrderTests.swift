import TCPCore
import Testing

@Suite struct NetworkOrderTests {
  static let bytes: [UInt8] = (0..<32).map { UInt8(($0 * 7 + 0x81) & 0xFF) }

  /// The number that octets in network order mean, digit by digit.
  static func value(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 * 256 + UInt64($1) } }

  @Test("Fields are read in network order at every alignment") func loads() {
    for offset in 0...24 {
      span(Self.bytes) { raw in
        #expect(UInt64(raw.uint8(at: offset)) == Self.value(Self.bytes[offset..<(offset + 1)]))
        #expect(UInt64(raw.uint16(at: offset)) == Self.value(Self.bytes[offset..<(offset + 2)]))
        #expect(UInt64(raw.uint32(at: offset)) == Self.value(Self.bytes[offset..<(offset + 4)]))
        #expect(raw.uint64(at: offset) == Self.value(Self.bytes[offset..<(offset + 8)]))
      }
    }
  }

  @Test("Fields are written in network order at every alignment and nowhere else") func stores() {
    let value: UInt64 = 0x8182_8384_8586_8788
    for offset in 0...24 {
      for width in [1, 2, 4, 8] {
        let result = written(32) { view in
          switch width {
          case 1: view.store(UInt8(0x81), at: offset)
          case 2: view.store(UInt16(0x8182), at: offset)
          case 4: view.store(UInt32(0x8182_8384), at: offset)
          default: view.store(value, at: offset)
          }
        }
        var expected = [UInt8](repeating: 0xA5, count: 32)
        expected.replaceSubrange(offset..<(offset + width), with: octets(value).prefix(width))
        #expect(result.bytes == expected && result.isContained, "offset \(offset), width \(width)")
      }
    }
  }

  @Test("A view without its first octets keeps its end, and a limit cuts it") func dropping() {
    _ = written(32) { view in
      for offset in 0...view.count {
        #expect(view.dropping(offset).count == view.count - offset)
        #expect(view.dropping(offset, limit: 5).count == min(5, view.count - offset))
      }
    }
    let result = written(8) { $0.dropping(3).dropping(2).store(UInt8(7), at: 1) }
    #expect(result.bytes == [0xA5, 0xA5, 0xA5, 0xA5, 0xA5, 0xA5, 7, 0xA5])
  }

  @Test("Reading past the end of a span traps") func loadTraps() async {
    await #expect(processExitsWith: .failure) { _ = span([1, 2]) { $0.uint8(at: 2) } }
    await #expect(processExitsWith: .failure) { _ = span([1, 2]) { $0.uint16(at: 1) } }
    await #expect(processExitsWith: .failure) { _ = span([1, 2, 3]) { $0.uint32(at: 0) } }
    await #expect(processExitsWith: .failure) { _ = span([1, 2, 3]) { $0.uint64(at: 0) } }
    await #expect(processExitsWith: .failure) { _ = span([1, 2]) { $0.uint8(at: -1) } }
  }

  @Test("Writing past the end of a view traps") func storeTraps() async {
    await #expect(processExitsWith: .failure) { _ = written(0) { $0.store(UInt8(1), at: $0.count) } }
    await #expect(processExitsWith: .failure) { _ = written(0) { $0.store(UInt16(1), at: $0.count - 1) } }
    await #expect(processExitsWith: .failure) { _ = written(0) { $0.store(UInt32(1), at: $0.count - 3) } }
    await #expect(processExitsWith: .failure) { _ = written(0) { $0.store(UInt64(1), at: $0.count - 7) } }
    await #expect(processExitsWith: .failure) { _ = written(0) { $0.store(UInt8(1), at: -1) } }
    await #expect(processExitsWith: .failure) { _ = written(0) { _ = $0.dropping($0.count + 1) } }
  }

  @Test("Widening keeps values and saturation stops at the end") func widening() {
    for value: UInt32 in [0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF] {
      #expect(UInt64(wide: value) == UInt64(value))
      #expect(UInt32(saturating: UInt64(value)) == value)
    }
    #expect(UInt64(count: 0) == 0)
    #expect(UInt64(count: Int.max) == UInt64(Int.max))
    #expect(Int(saturating: UInt64(Int.max)) == Int.max)
    #expect(Int(saturating: UInt64(Int.max) + 1) == Int.max)
    #expect(Int(saturating: UInt64.max) == Int.max)
    #expect(Int(saturating: 12) == 12)
    #expect(UInt32(saturating: 0x1_0000_0000) == 0xFFFF_FFFF)
    #expect(UInt32(saturating: UInt64.max) == 0xFFFF_FFFF)
  }
}
