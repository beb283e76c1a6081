import TCPCore
import Testing

@Suite("Persist and retransmission timers")
struct ProbeTimerTests {
  private let start = Instant(microseconds: 7_000_000)

  /// SHLD-29, SHLD-30: the first probe after one time-out, each later one after twice the wait, up to the
  /// limit.
  @Test("Probes grow apart")
  func doubling() {
    var persistTimer = PersistTimer()
    var now = start
    for count in 0..<40 {
      persistTimer.arm(timeout: .seconds(1), limit: .seconds(60), now: now)
      let wait = min(60, 1 << min(count, 10))
      #expect(persistTimer.deadline == now + .seconds(wait))
      #expect(persistTimer.isArmed && !persistTimer.isDue)
      now = persistTimer.deadline
      persistTimer.expire(at: now)
      #expect(persistTimer.isArmed && persistTimer.isDue && persistTimer.deadline == .never)
      persistTimer.didSendProbe()
      #expect(!persistTimer.isDue)
    }
    #expect(persistTimer.count == 40)
    persistTimer.disarm()
    #expect(!persistTimer.isArmed && persistTimer.count == 0)
  }

  @Test("The count of probes does not wrap in a week of them")
  func manyProbes() {
    var persistTimer = PersistTimer()
    for _ in 0..<1_000 { persistTimer.didSendProbe() }
    #expect(persistTimer.count == 255)
    persistTimer.arm(timeout: .seconds(3), limit: .seconds(60), now: start)
    #expect(persistTimer.deadline == start + .seconds(60))
  }

  /// SHLD-30, from the shortest time-out to the longest limit.
  @Test("Each pause is twice the one before, however many there are") func doublingFromTheShortest() {
    var persistTimer = PersistTimer()
    for number in 0..<40 {
      persistTimer.arm(timeout: .milliseconds(1), limit: .seconds(4_000), now: start)
      #expect((persistTimer.deadline - start).microseconds == min(4_000_000_000, 1_000 << UInt64(number)))
      persistTimer.expire(at: start)
      persistTimer.didSendProbe()
    }
  }

  /// RFC 9293 section 3.8.6.2.1: the override time lies between 0.1 and 1 s, and starts once.
  @Test("The override time does not start again with each write")
  func override() {
    var persistTimer = PersistTimer()
    persistTimer.armSWSOverride(now: start)
    let first = persistTimer.deadline
    #expect(first - start >= .milliseconds(100) && first - start <= .seconds(1))
    persistTimer.armSWSOverride(now: start + .milliseconds(50))
    #expect(persistTimer.deadline == first)
  }

  /// RFC8985-16: one timer, one kind.
  @Test("The loss timer holds one deadline")
  func retransmissionTimer() {
    var timer = RetransmissionTimer()
    #expect(!timer.isArmed && timer.deadline == .never)
    timer.arm(at: start)
    #expect(timer.isArmed && timer.kind == .retransmission && timer.deadline == start)
    timer.disarm()
    #expect(!timer.isArmed && timer.deadline == .never)
  }
}
