import TCPCore
import TCPTestSupport
import Testing

@Suite("Requirements on whole hosts") struct EntryRequirements {
  @Test("A half-open entry is small") func halfOpenSize() throws {
    // RFC4987-4, RFC4987-1: no ring, and a fixed price.
    var configuration = HostConfiguration(connections: 1, sendCapacity: 65_536, receiveCapacity: 65_536)
    configuration.halfOpenCapacity = 1_000
    let few = try TCPHost.byteCount(for: configuration)
    configuration.halfOpenCapacity = 2_000
    let more = try TCPHost.byteCount(for: configuration)
    #expect((more - few) / 1_000 < 200)
  }

  @Test("Challenges are counted for each connection by itself, and are on by default") func challenges() {
    // RFC5961-THR-3, RFC5961-SEV-1, RFC5961-THR-1
    play(
      """
      connected
      repeat 10
      ESTABLISHED <-- <SEQ=400><CTL=RST>
      ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>
      end
      ESTABLISHED <-- <SEQ=400><CTL=RST>
      quiet
      count throttled 1
      """)
  }

  @Test("One round-trip sample for each round trip") func samples() {
    // RFC6298-7, RFC8961-2, RFC7323-RTTM-3: the handshake took no time, so the first acknowledgment after
    // half a second makes SRTT an eighth of that; the others of the same flight change nothing.
    play(
      """
      connected <MSS=1000><WND=20000>
      write 10000
      ESTABLISHED --> x10 <SEQ=101><ACK=301><CTL=ACK><LEN=1000>
      +500ms ESTABLISHED <-- <SEQ=301><ACK=1101><CTL=ACK>
      status srtt 62500us
      +100ms ESTABLISHED <-- <SEQ=301><ACK=2101><CTL=ACK>
      +100ms ESTABLISHED <-- <SEQ=301><ACK=3101><CTL=ACK>
      status srtt 62500us
      ...
      """)
  }

  @Test("The timestamp clock is fast enough for any link, and slow enough to last") func timestampClock() {
    // RFC7323-PAWS-9, RFC7323-PAWS-10: one tick in 1.024 ms is one in 2^31 octets up to 16 Tbit/s, and the
    // clock wraps after 25 days at the earliest, which is longer than any segment lives.
    let start = Instant(microseconds: 5_000_000)
    let ticks =
      TimestampClock.value(at: start + .seconds(1_024), offset: 7)
      &- TimestampClock.value(at: start, offset: 7)
    #expect(ticks == 1_000_000)
    #expect((UInt64(1) << 31) * 1_024 > Interval.seconds(25 * 86_400).microseconds)
  }
}
