import CBenchmarkSupport
import TCPCore
import TCPCoreBenchmarks
import Testing

@Suite("A lower bound does all of the work that it bounds") struct LowerBoundTests {
  private static let text = (0..<1_600).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }

  @Test("Each way copies, and sums as the core does", arguments: 0...3 as ClosedRange<Int32>)
  func copies(way: Int32) {
    for count in [1, 20, 63, 127, 128, 129, 200, 536, 1_460, 1_535] {
      for place in 0..<64 {
        var target = [UInt8](repeating: 0, count: 1_600)
        var sums: (bound: UInt64, core: UInt64) = (0, 0)
        // Both arrays are longer than `place` or one, and `count`, together.
        unsafe Self.text.withUnsafeBytes { text in
          guard let from = unsafe text.baseAddress?.advanced(by: 1) else { return }
          unsafe target.withUnsafeMutableBytes { target in
            unsafe sums.bound = tcpcore_lower_bound_copy_sum(
              target.baseAddress?.advanced(by: place), from, count, way)
          }
          unsafe sums.core = InternetChecksum.sum(from, count)
        }
        #expect(
          InternetChecksum.fold(sums.bound) == InternetChecksum.fold(sums.core), "\(count) octets at \(place)"
        )
        #expect(target[place..<place + count] == Self.text[1...count], "\(count) octets at \(place)")
        #expect(target[..<place].allSatisfy { $0 == 0 } && target[(place + count)...].allSatisfy { $0 == 0 })
      }
    }
  }

  @Test("Sums alone") func sums() {
    for count in 0...1_500 {
      // The array is longer than `count`.
      unsafe Self.text.withUnsafeBytes { text in
        let bound = unsafe tcpcore_lower_bound_sum(text.baseAddress, count)
        let core = unsafe InternetChecksum.sum(text.baseAddress, count)
        #expect(InternetChecksum.fold(bound) == InternetChecksum.fold(core), "\(count) octets")
      }
    }
  }
}
