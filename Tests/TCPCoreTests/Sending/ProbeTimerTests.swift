import TCPCore
import Testing

@Suite("Persist and loss timers")
struct ProbeTimerTests {
  private let start = Instant(microseconds: 7_000_000)

  /// SHLD-29, SHLD-30: the first probe after one time-out, each later one after twice the wait, up to the
  /// limit.
  @Test("Probes grow apart")
  func doubling() {
    var probe = WindowProbe()
    var now = start
    for count in 0..<40 {
      probe.arm(timeout: .seconds(1), limit: .seconds(60), now: now)
      let wait = min(60, 1 << min(count, 10))
      #expect(probe.deadline == now + .seconds(wait))
      #expect(probe.isArmed && !probe.isDue)
      now = probe.deadline
      probe.expire(at: now)
      #expect(probe.isArmed && probe.isDue && probe.deadline == .never)
      probe.sent()
      #expect(!probe.isDue)
    }
    #expect(probe.count == 40)
    probe.disarm()
    #expect(!probe.isArmed && probe.count == 0)
  }

  @Test("The count of probes does not wrap in a week of them")
  func manyProbes() {
    var probe = WindowProbe()
    for _ in 0..<1_000 { probe.sent() }
    #expect(probe.count == 255)
    probe.arm(timeout: .seconds(3), limit: .seconds(60), now: start)
    #expect(probe.deadline == start + .seconds(60))
  }

  /// SHLD-30, from the shortest time-out to the longest limit.
  @Test("Each pause is twice the one before, however many there are") func doublingFromTheShortest() {
    var probe = WindowProbe()
    for number in 0..<40 {
      probe.arm(timeout: .milliseconds(1), limit: .seconds(4_000), now: start)
      #expect((probe.deadline - start).microseconds == min(4_000_000_000, 1_000 << UInt64(number)))
      probe.expire(at: start)
      probe.sent()
    }
  }

  /// RFC 9293 section 3.8.6.2.1: the override time lies between 0.1 and 1 s, and starts once.
  @Test("The override time does not start again with each write")
  func override() {
    var probe = WindowProbe()
    probe.armOverride(now: start)
    let first = probe.deadline
    #expect(first - start >= .milliseconds(100) && first - start <= .seconds(1))
    probe.armOverride(now: start + .milliseconds(50))
    #expect(probe.deadline == first)
  }

  /// RFC8985-16: one timer, one kind.
  @Test("The loss timer holds one deadline")
  func lossTimer() {
    var timer = LossTimer()
    #expect(!timer.isArmed && timer.deadline == .never)
    timer.arm(.retransmission, at: start)
    #expect(timer.isArmed && timer.kind == .retransmission && timer.deadline == start)
    timer.disarm()
    #expect(!timer.isArmed && timer.deadline == .never)
  }
}
