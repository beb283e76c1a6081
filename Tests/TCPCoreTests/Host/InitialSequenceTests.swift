import TCPCore
import TCPTestSupport
import Testing

@Suite("Initial sequence numbers on the wire")
struct InitialSequenceTests {
  /// The sequence number of a SYN for one pair at a time.
  private func initial(
    at microseconds: UInt64, secret: Secret = HostFixture.secret, from local: Endpoint = .near(1, 5_000),
    to remote: Endpoint = .near(2, 80)
  ) throws -> UInt32 {
    let fixture = try HostFixture.make(1, secret: secret)
    fixture.now = Instant(microseconds: microseconds)
    _ = try fixture.host.connect(to: remote, from: local, at: fixture.now)
    return try #require(fixture.drain().first).header.sequence.rawValue
  }

  /// MUST-8, ROB-261, RFC6528-1: 250,000 numbers a second, also over the wrap after 4.77 hours.
  @Test("The clock")
  func clock() throws {
    let start: UInt64 = 5_000_000
    let first = try initial(at: start)
    for seconds: UInt64 in [1, 2, 60, 17_179, 17_180, 1_000_000] {
      let later = try initial(at: start + seconds * 1_000_000)
      #expect(later &- first == UInt32(truncatingIfNeeded: seconds * 250_000))
    }
    #expect(try initial(at: start + 4) &- first == 1)
    #expect(try initial(at: start + 3) == first)
  }

  /// MUST-9, SHLD-1, CVE-16, ROB-014, RFC6528-2: another secret, address or port gives an unrelated number.
  @Test("The keyed share")
  func keyed() throws {
    var numbers: [UInt32] = []
    for bit in 0..<64 { numbers.append(try initial(at: 5_000_000, secret: Secret(1 << bit, 0))) }
    for bit in 0..<64 { numbers.append(try initial(at: 5_000_000, secret: Secret(0, 1 << bit))) }
    for port in UInt16(1)...100 { numbers.append(try initial(at: 5_000_000, from: .near(1, port))) }
    for port in UInt16(1)...100 { numbers.append(try initial(at: 5_000_000, to: .near(2, port))) }
    for number in UInt8(3)...100 { numbers.append(try initial(at: 5_000_000, to: .near(number, 80))) }
    for number in UInt64(2)...100 {
      numbers.append(try initial(at: 5_000_000, from: .near6(1, 5_000), to: .near6(number, 80)))
    }
    #expect(Set(numbers).count == numbers.count)
    // Each bit is set in about half of them: 525 numbers, six standard deviations are 69.
    for bit in 0..<32 {
      let count = numbers.filter { $0 >> UInt32(bit) & 1 == 1 }.count
      #expect(abs(count - numbers.count / 2) < 75, "bit \(bit): \(count) of \(numbers.count)")
    }
  }

  @Test("A listener's numbers come from the same function")
  func passive() throws {
    var numbers: [UInt32] = []
    for microseconds: UInt64 in [5_000_000, 6_000_000] {
      let fixture = try HostFixture.make()
      fixture.now = Instant(microseconds: microseconds)
      _ = try fixture.host.listen(.near(1, 80))
      var peer = HandPeer(.near(2, 5_000), to: .near(1, 80))
      let answer = peer.open(fixture)
      numbers.append(try #require(answer).header.sequence.rawValue)
    }
    #expect(numbers[1] &- numbers[0] == 250_000)
  }

  /// RFC7323-PAWS-11, ROB-335: the timestamp's share says nothing of the sequence number's.
  @Test("Timestamps begin somewhere else for each pair, and go on rising for the same")
  func timestamps() throws {
    func value(_ port: UInt16, at microseconds: UInt64) throws -> UInt32 {
      let fixture = try HostFixture.make()
      fixture.now = Instant(microseconds: microseconds)
      _ = try fixture.host.connect(to: .near(2, 80), from: .near(1, port), at: fixture.now)
      return try #require(fixture.drain().first?.header.options.timestamps).value
    }
    let values = try (UInt16(1)...50).map { port in try value(port, at: 5_000_000) }
    #expect(Set(values).count == 50)
    #expect(try value(1, at: 5_000_000 + 1_024_000) &- values[0] == 1_000)
  }
}
