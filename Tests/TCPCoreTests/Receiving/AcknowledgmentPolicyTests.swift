import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

@Suite("When to acknowledge, and which timestamps to believe")
struct AcknowledgmentPolicyTests {
  private let start = Instant(microseconds: 1_000_000)

  /// SHLD-18, MUST-40: one segment waits; the first deadline holds, however much comes later.
  @Test("A single segment waits for the delay")
  func delays() {
    var policy = AcknowledgmentPolicy()
    #expect(!policy.isOwed && policy.deadline == .never)
    let begins = policy.noteReceived(
      unacknowledged: 100, fullSize: 1_000, delay: .milliseconds(40), now: start)
    #expect(begins && policy.isOwed && !policy.isImmediate && policy.deadline == start + .milliseconds(40))
    let beginsAgain = policy.noteReceived(
      unacknowledged: 1_999, fullSize: 1_000, delay: .milliseconds(40), now: start + .milliseconds(30))
    #expect(!beginsAgain && !policy.isImmediate && policy.deadline == start + .milliseconds(40))
    policy.delayExpired()
    #expect(policy.isImmediate && policy.deadline == .never)
    policy.didAcknowledge()
    #expect(!policy.isOwed)
  }

  /// SHLD-19, ROB-276: the second full-sized segment is acknowledged at once.
  @Test("Two full segments are acknowledged at once", arguments: [536, 1_000, 1_460])
  func twoSegments(size: Int) {
    for count in [2 * size - 1, 2 * size, 2 * size + 1] {
      var policy = AcknowledgmentPolicy()
      let isDelayed = policy.noteReceived(
        unacknowledged: count, fullSize: size, delay: .milliseconds(40), now: start)
      #expect(policy.isImmediate == (count >= 2 * size) && isDelayed == (count < 2 * size))
    }
  }

  @Test("Without a delay every segment is acknowledged at once; a demand always is")
  func immediate() {
    var policy = AcknowledgmentPolicy()
    let isDelayed = policy.noteReceived(
      unacknowledged: 1, fullSize: 1_000, delay: .milliseconds(0), now: start)
    #expect(policy.isImmediate && !isDelayed)
    var demanding = AcknowledgmentPolicy()
    demanding.acknowledgeNow()
    #expect(demanding.isImmediate && demanding.isOwed && demanding.deadline == .never)
  }

  /// PEER-07, ROB-276: option octets and small paths at the peer do not lengthen the wait.
  @Test("What counts as a full-sized segment")
  func fullSize() {
    var receive = AcceptabilityTests.receiver(initial: 0, window: 0)
    #expect(
      receive.fullSize(maximumSegmentSize: 1_460) == 64, "an octet at a time earns no acknowledgment each")
    receive.noteSize(128, isPushed: false)
    #expect(receive.fullSize(maximumSegmentSize: 1_460) == 128)
    receive.noteSize(1_448, isPushed: false)
    receive.noteSize(41, isPushed: true)
    receive.noteSize(41, isPushed: true)
    #expect(
      receive.fullSize(maximumSegmentSize: 1_460) == 1_448, "what ends a write says nothing of the size")
    #expect(receive.fullSize(maximumSegmentSize: 100) == 100)
    receive.noteSize(1_000_000, isPushed: false)
    #expect(receive.fullSize(maximumSegmentSize: 1_460) == 1_460)
  }

  @Test("A path that takes less changes what is full with the second segment")
  func smallerPath() {
    var receive = AcceptabilityTests.receiver(initial: 0, window: 0)
    receive.noteSize(1_448, isPushed: false)
    receive.noteSize(536, isPushed: false)
    #expect(receive.fullSize(maximumSegmentSize: 1_460) == 1_448)
    receive.noteSize(1_448, isPushed: false)
    receive.noteSize(536, isPushed: false)
    #expect(receive.fullSize(maximumSegmentSize: 1_460) == 1_448, "not in a row")
    receive.noteSize(536, isPushed: false)
    #expect(receive.fullSize(maximumSegmentSize: 1_460) == 536)
  }

  /// RFC7323-RTTM-7, RFC7323-PAWS-4, RFC7323-PAWS-8 against a clock that never wraps.
  @Test("Remembered timestamps", arguments: 0..<20)
  func timestamps(number: Int) throws {
    let seed = UInt64(number)
    var random = SplitMix64(seed: seed)
    var receive = AcceptabilityTests.receiver(initial: 0xFFFF_FFF0, window: 1_000)
    let lifetime: UInt64 = 24 * 86_400 * 1_000_000
    // The peer's clock without a wrap; the core sees the low 32 bits.
    var recent: UInt64 = 1 << 40 | 0xFFFF_0000
    var now: UInt64 = 5_000_000
    receive.recentTimestamp = UInt32(truncatingIfNeeded: recent)
    receive.recentTimestampTime = Instant(microseconds: now)
    var recentTime = now
    for step in 0..<300 {
      let place = "step \(step), seed \(seed)"
      now +=
        random.within(0...30) == 0 ? lifetime + UInt64(random.within(0...2)) : UInt64(random.within(0...900))
      let value = recent &+ UInt64(bitPattern: Int64(random.within(-70_000...70_000)))
      let offset = random.within(-3...3)
      let isExpired = now - recentTime > lifetime
      let moment = Instant(microseconds: now)
      let isOld = receive.isOld(UInt32(truncatingIfNeeded: value), now: moment)
      try demand(isOld == (value < recent && !isExpired), "isOld, \(place)")
      receive.updateRecentTimestamp(
        UInt32(truncatingIfNeeded: value), from: receive.acknowledged + offset, now: moment)
      if offset <= 0 && (value >= recent || isExpired) {
        recent = value
        recentTime = now
      }
      try demand(receive.recentTimestamp == UInt32(truncatingIfNeeded: recent), "TS.Recent, \(place)")
      try demand(receive.recentTimestampTime.microseconds == recentTime, "its age, \(place)")
    }
  }

  /// RFC7323-RTTM-1, RFC7323-PAWS-10: between a millisecond and a second a tick, also over the wrap.
  @Test("The timestamp clock", arguments: [UInt32(0), 1, 0x8000_0000, 0xFFFF_FFFF])
  func clock(offset: UInt32) {
    for start: UInt64 in [0, 1_000_000, 1_000_000_000_000 - 2_048, 1_000_000_000_000_000] {
      let first = TimestampClock.value(at: Instant(microseconds: start), offset: offset)
      let second = TimestampClock.value(at: Instant(microseconds: start + 10_240_000), offset: offset)
      #expect(second &- first == 10_000)
      let later = Instant(microseconds: start + 5 * 1_024)
      #expect(TimestampClock.age(of: first, at: later, offset: offset) == 5 * 1_024)
    }
  }
}
