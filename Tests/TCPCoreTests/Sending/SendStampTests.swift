import TCPCore
import TCPTestSupport
import Testing

@Suite("SendStamp") struct SendStampTests {
  @Test(
    "Stamps of one moment follow each other, and a later moment follows them",
    arguments: [0, 1 << 47, (1 << 48) - 3, 1 << 61] as [UInt64])
  func order(start: UInt64) {
    var stamp = SendStamp()
    var last: SendStamp?
    for step in 0..<20_000 {
      let now = Instant(microseconds: start + UInt64(step / 10_000))
      stamp.advance(to: now)
      if let last { #expect(stamp.isLater(than: last) && !last.isLater(than: stamp)) }
      #expect(stamp.age(at: now) == 0)
      last = stamp
    }
    #expect(stamp.age(at: Instant(microseconds: start + 1_001)) == 999)
  }

  @Test("Marks do not count")
  func marks() {
    var first = SendStamp()
    first.advance(to: Instant(microseconds: 5))
    var second = first
    second.marks = 7
    #expect(!first.isLater(than: second) && !second.isLater(than: first) && second.marks == 7)
    second.advance(to: Instant(microseconds: 6))
    #expect(second.isLater(than: first) && second.marks == 0)
  }
}
