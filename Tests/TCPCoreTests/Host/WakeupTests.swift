import TCPCore
import TCPTestSupport
import Testing

@Suite("When a connection asks to be woken") struct WakeupTests {
  private func at(_ microseconds: UInt64) -> Instant { Instant(microseconds: microseconds) }

  @Test("The earliest time counts, and needs scheduling until the host has scheduled it") func earliest() {
    var wakeup = Wakeup()
    wakeup.request(by: .never)
    #expect(!wakeup.needsScheduling && wakeup.time > at(1 << 62))
    wakeup.request(by: at(5_000))
    #expect(wakeup.needsScheduling && wakeup.time == at(5_000))
    wakeup.markScheduled()
    #expect(!wakeup.needsScheduling && wakeup.time == at(5_000))
    wakeup.request(by: at(5_000))
    wakeup.request(by: at(7_000))
    #expect(!wakeup.needsScheduling && wakeup.time == at(5_000))
    wakeup.request(by: at(3_000))
    #expect(wakeup.needsScheduling && wakeup.time == at(3_000))
  }

  @Test(
    "Times are exact to the microsecond: otherwise a stopped clock would wake a timer too early again and again"
  )
  func exact() throws {
    var wakeup = Wakeup()
    wakeup.request(by: at(4_001))
    #expect(wakeup.needsScheduling && wakeup.time == at(4_001))
    #expect(
      Wakeup(scheduledFor: at(4_001)).time == at(4_001) && !Wakeup(scheduledFor: at(4_001)).needsScheduling)

    // A SYN that leaves one microsecond after a tick, and a clock that is on the tick when it is nearly due.
    let fixture = try HostFixture.make(1)
    fixture.now = fixture.now + Interval(microseconds: 1)
    _ = try fixture.host.connect(to: .near(2, 80), at: fixture.now)
    #expect(fixture.drain().count == 1)
    guard let deadline = fixture.host.deadline else { throw CallError.notConnected }
    let early = Instant(microseconds: (fixture.now.microseconds / 1_000 + 1_000) * 1_000)
    #expect(early < deadline)
    for moment in [early, deadline] {
      let isMoreDue = fixture.host.expire(at: moment)
      #expect(!isMoreDue)
    }
  }
}
