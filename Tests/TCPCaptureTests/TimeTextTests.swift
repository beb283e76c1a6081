import TCPCapture
import TCPCore
import Testing

@Suite("Times of lines")
struct TimeTextTests {
  /// The times of records at these nanoseconds since 1970.
  private func times(_ nanoseconds: [UInt64], resolution: UInt8, _ notation: TimeNotation) throws -> [String]
  {
    let blocks = Blocks(bigEndian: true)
    var file = blocks.section() + blocks.interface(options: blocks.option(9, [resolution]))
    for time in nanoseconds {
      file += blocks.packet(ticks: resolution == 9 ? time : time / 1_000, sampleConversation[2].bytes)
    }
    return try Capture(file).lines(times: notation).map { String($0.prefix { $0 != " " }) }
  }

  @Test("Relative to the first, also before it") func relative() throws {
    #expect(
      try times([5_000_000_000, 5_000_001_999, 4_999_999_001, 6_000_000_000], resolution: 9, .relative)
        == ["0.000000000", "0.000001999", "-0.000000999", "1.000000000"])
    #expect(try times([5_000_000, 5_001_999], resolution: 6, .relative) == ["0.000000", "0.000001"])
  }

  @Test("Since the line before") func delta() throws {
    #expect(
      try times([5_000_000_000, 5_000_000_001, 5_000_000_003, 5_000_000_000], resolution: 9, .delta)
        == ["0.000000000", "0.000000001", "0.000000002", "-0.000000003"])
  }

  @Test(
    "Date and time in UTC",
    arguments: [
      (0, "1970-01-01T00:00:00"), (951_782_399, "2000-02-28T23:59:59"), (951_782_400, "2000-02-29T00:00:00"),
      (951_868_800, "2000-03-01T00:00:00"), (1_709_164_800, "2024-02-29T00:00:00"),
      (4_107_542_400, "2100-03-01T00:00:00"), (1_767_225_599, "2025-12-31T23:59:59"),
    ] as [(UInt64, String)])
  func absolute(seconds: UInt64, text: String) throws {
    #expect(try times([seconds * 1_000_000_000 + 7_000], resolution: 6, .absolute) == [text + ".000007Z"])
    #expect(try times([seconds * 1_000_000_000 + 7], resolution: 9, .absolute) == [text + ".000000007Z"])
  }
}
