import TCPCore
import Testing

@Suite("When a connection asks to be woken") struct AlarmTests {
  private func at(_ microseconds: UInt64) -> Instant { Instant(microseconds: microseconds) }

  @Test("The earliest moment stands, and is news until the host has heard of it") func earliest() {
    var alarm = Alarm()
    alarm.set(.never)
    #expect(!alarm.isNews && alarm.moment > at(1 << 62))
    alarm.set(at(5_000))
    #expect(alarm.isNews && alarm.moment == at(5_000))
    alarm.filed()
    #expect(!alarm.isNews && alarm.moment == at(5_000))
    alarm.set(at(5_000))
    alarm.set(at(7_000))
    #expect(!alarm.isNews && alarm.moment == at(5_000))
    alarm.set(at(3_000))
    #expect(alarm.isNews && alarm.moment == at(3_000))
  }

  @Test("An odd moment is asked for a microsecond early, never late") func odd() {
    var alarm = Alarm()
    alarm.set(at(4_001))
    #expect(alarm.isNews && alarm.moment == at(4_000))
    #expect(Alarm(filed: at(4_001)).moment == at(4_000) && !Alarm(filed: at(4_001)).isNews)
  }
}
