import TCPCoreBenchmarks
import Testing

@Suite("What callgrind writes") struct CallgrindFileTests {
  private let text = """
    # callgrind format
    desc: Trigger: Client Request: input.ack 10
    positions: line
    events: Ir
    fn=(1) $s7TCPCore4HostV6arriveyyF
    0 400
    cfn=(2) __memcpy_avx_unaligned_erms
    calls=10 0
    0 900
    +3 100
    fn=(2)
    * 900
    fn=(3) $s7TCPCore6memcpyy
    -2 60

    """

  @Test("Costs of a callee count once, copies apart, and names by their number") func counts() throws {
    let found = try #require(CallgrindFile.read(text))
    #expect(found.name == "input.ack")
    #expect(found.count.own == 56)
    #expect(found.count.copying == 146)
  }

  @Test("A file without a benchmark's name is none") func nothing() {
    #expect(CallgrindFile.read("events: Ir\nfn=(1) main\n0 5\n") == nil)
    #expect(CallgrindFile.read("desc: Trigger: Client Request: one two three\n") == nil)
  }
}
