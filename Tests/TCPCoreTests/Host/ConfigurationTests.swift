import TCPCore
import TCPTestSupport
import Testing

@Suite("Configuration and memory")
struct ConfigurationTests {
  private func error(_ configuration: HostConfiguration) -> ConfigurationError? {
    do throws(ConfigurationError) {
      _ = try TCPHost.byteCount(for: configuration)
      return nil
    } catch { return error }
  }

  private func changed(_ change: (inout HostConfiguration) -> Void) -> HostConfiguration {
    var configuration = HostConfiguration(connections: 2)
    change(&configuration)
    return configuration
  }

  @Test("No ring class, five of them, one without connections")
  func ringClasses() {
    #expect(error(HostConfiguration()) == .badRingClasses)
    #expect(error(HostConfiguration(connections: 0)) == .badRingClasses)
    #expect(error(HostConfiguration(connections: -1)) == .badRingClasses)
    #expect(error(HostConfiguration(connections: 1 << 24 + 1)) == .badRingClasses)
    let small = RingClass(connections: 1, sendCapacity: 16, receiveCapacity: 16)
    #expect(error(changed { configuration in for _ in 0..<3 { configuration.add(small) } }) == nil)
    #expect(
      error(changed { configuration in for _ in 0..<4 { configuration.add(small) } }) == .badRingClasses)
  }

  /// ROB-001, ROB-265: no ring of nothing, and none beyond 2^30.
  @Test(
    "Ring capacities", arguments: [(0, 1), (1, 0), (-1, 1), (1 << 30 + 1, 1), (1, 1 << 30 + 1), (Int.max, 1)])
  func capacities(send: Int, receive: Int) {
    #expect(
      error(HostConfiguration(connections: 1, sendCapacity: send, receiveCapacity: receive))
        == .badRingCapacity)
  }

  @Test("The largest and the smallest rings are fine")
  func extremes() {
    #expect(error(HostConfiguration(connections: 1, sendCapacity: 1 << 30, receiveCapacity: 1 << 30)) == nil)
    #expect(error(HostConfiguration(connections: 1, sendCapacity: 1, receiveCapacity: 1)) == nil)
  }

  @Test("Table sizes")
  func tableSizes() {
    #expect(error(changed { $0.halfOpenCapacity = 0 }) == .badTableSize)
    #expect(error(changed { $0.timeWaitCapacity = -5 }) == .badTableSize)
    #expect(error(changed { $0.listenerCapacity = 65_536 }) == .badTableSize)
    #expect(error(changed { $0.replyCapacity = 0 }) == .badTableSize)
    #expect(error(changed { $0.interfaceCount = 0 }) == .badTableSize)
    #expect(error(changed { $0.interfaceCount = 9 }) == .badTableSize)
    #expect(error(changed { $0.halfOpenCapacity = 1 << 24 }) == .badTableSize)
    for (transmissions, ranges) in [(1, 4), (65_536, 4), (8, 0), (8, 256), (-1, 4), (8, -1)] {
      var ringClass = RingClass(connections: 1, sendCapacity: 64, receiveCapacity: 64)
      ringClass.transmissions = transmissions
      ringClass.ranges = ranges
      #expect(error(changed { $0.setRingClass(0, ringClass) }) == .badTableSize)
    }
  }

  @Test("The largest and the smallest tables are fine")
  func tableExtremes() {
    #expect(error(changed { $0.interfaceCount = 8 }) == nil)
    #expect(error(changed { $0.listenerCapacity = 65_535 }) == nil)
    #expect(error(changed { $0.replyCapacity = 65_535 }) == nil)
    for (transmissions, ranges) in [(2, 1), (65_535, 255)] {
      var ringClass = RingClass(connections: 1, sendCapacity: 64, receiveCapacity: 64)
      ringClass.transmissions = transmissions
      ringClass.ranges = ranges
      #expect(error(changed { $0.setRingClass(0, ringClass) }) == nil)
    }
  }

  /// PEER-05, CVE-20, MUST-13, RFC5961-THR-1, RFC6056-1, RFC1191-2.
  @Test("The defaults")
  func defaults() {
    let configuration = HostConfiguration(connections: 1)
    #expect(configuration.halfOpenLifetime == .seconds(63) && configuration.synCookies == .automatic)
    #expect(configuration.maximumSegmentLifetime == .seconds(120))
    #expect(configuration.challengeLimit == 10 && configuration.challengeInterval == .seconds(5))
    #expect(configuration.firstEphemeralPort == 1_024 && configuration.lastEphemeralPort == 65_535)
    #expect(configuration.minimumPathMTU == 296)
    #expect(configuration.halfOpenCapacity == 16 && configuration.timeWaitCapacity == 16)
    #expect(configuration.listenerCapacity == 4 && configuration.replyCapacity == 8)
    #expect(configuration.interfaceCount == 1)
    let ringClass = configuration.ringClass(0)
    #expect(ringClass.sendCapacity == 16_384 && ringClass.receiveCapacity == 16_384)
    #expect(ringClass.transmissions == 24 && ringClass.ranges == 6)
  }

  /// MUST-49, SHLD-20, SHLD-23, SHLD-11, MUST-23, MUST-25, MUST-27, MUST-40, RFC6298-4, RFC6298-5, ROB-088.
  @Test("The defaults of a connection")
  func connectionDefaults() {
    let options = ConnectionOptions()
    #expect(options.maximumSegmentSize == 0 && options.maximumSentSegmentSize == 0)
    #expect(options.hopLimit == 64 && options.dscp == 0)
    #expect(options.reportsSoftErrors && options.softErrorRetransmissions == 3)
    #expect(options.congestionControl == .cubic && options.ecn == .answer)
    #expect(options.userTimeoutPolicy == .off)
    #expect(options.isNagleEnabled && options.isPacingEnabled && options.isPathProbingEnabled)
    #expect(!options.isFragmentationAllowed && !options.isKeepAliveEnabled && !options.requiresTimestamps)
    #expect(options.offersTimestamps && options.offersWindowScale && options.offersSACK)
    #expect(options.minimumTimeout == .seconds(1) && options.maximumTimeout == .seconds(60))
    #expect(options.retransmissionTimeLimit == .seconds(100) && options.handshakeLimit == .seconds(180))
    #expect(options.userTimeout == .unlimited && options.maximumUserTimeout == .seconds(3_600))
    #expect(options.finWait2Limit == .seconds(60) && options.releasedLimit == .seconds(120))
    #expect(options.keepAliveIdle == .seconds(7_200) && options.keepAliveInterval == .seconds(75))
    #expect(options.keepAliveProbes == 9 && options.acknowledgmentDelay == .milliseconds(40))
  }

  @Test("Lifetimes and ports")
  func lifetimesAndPorts() {
    #expect(error(changed { $0.maximumSegmentLifetime = .seconds(0) }) == .badLifetime)
    #expect(error(changed { $0.maximumSegmentLifetime = .seconds(601) }) == .badLifetime)
    #expect(error(changed { $0.maximumSegmentLifetime = .seconds(600) }) == nil)
    #expect(error(changed { $0.halfOpenLifetime = .seconds(0) }) == .badLifetime)
    #expect(error(changed { $0.halfOpenLifetime = .seconds(86_401) }) == .badLifetime)
    #expect(error(changed { $0.halfOpenLifetime = .seconds(86_400) }) == nil)
    #expect(error(changed { $0.firstEphemeralPort = 0 }) == .badPortRange)
    #expect(
      error(
        changed {
          $0.firstEphemeralPort = 5_001
          $0.lastEphemeralPort = 5_000
        }) == .badPortRange)
  }

  /// Places are 32 bits of 16-octet units, so 64 GiB is the end, in one class or in several.
  @Test("More than the machine can address")
  func tooLarge() {
    let huge = RingClass(connections: 1 << 23, sendCapacity: 1 << 30, receiveCapacity: 1 << 30)
    #expect(
      error(
        changed { configuration in
          configuration.setRingClass(0, huge)
          configuration.add(RingClass(connections: 1, sendCapacity: 64, receiveCapacity: 64))
        }) == .tooLarge)
    #expect(error(changed { $0.setRingClass(0, huge) }) == .tooLarge)
    #expect(
      error(HostConfiguration(connections: 64, sendCapacity: 1 << 30, receiveCapacity: 1 << 30)) == .tooLarge)
  }

  @Test("The same configuration always takes the same memory, and more never takes less")
  func stability() throws {
    var before = 0
    for connections in 1...40 {
      let configuration = HostConfiguration(
        connections: connections, sendCapacity: 1_000, receiveCapacity: 333)
      let count = try TCPHost.byteCount(for: configuration)
      #expect(try TCPHost.byteCount(for: configuration) == count)
      #expect(count > before && count % 16 == 0)
      before = count
    }
  }

  @Test("Too little memory, or crooked memory, is left as it was")
  func untouched() throws {
    let configuration = HostConfiguration(connections: 1, sendCapacity: 64, receiveCapacity: 64)
    let count = try TCPHost.byteCount(for: configuration)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count + 16, alignment: 16)
    defer { unsafe memory.deallocate() }
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0xA5)
    for (range, expected) in [
      (0..<(count - 1), ConfigurationError.memoryTooSmall), (0..<0, .memoryTooSmall),
      (1..<(count + 1), .memoryMisaligned), (8..<(count + 16), .memoryMisaligned),
    ] {
      var found: ConfigurationError?
      do throws(ConfigurationError) {
        // A part of the memory, handed to a host that must refuse it.
        _ = unsafe try TCPHost(
          configuration, secret: HostFixture.secret,
          memory: UnsafeMutableRawBufferPointer(rebasing: memory[range]),
          at: Instant(microseconds: 0))
      } catch { found = error }
      #expect(found == expected)
      #expect(unsafe memory.allSatisfy { $0 == 0xA5 })
    }
    var none: ConfigurationError?
    do throws(ConfigurationError) {
      _ = unsafe try TCPHost(
        configuration, secret: HostFixture.secret,
        memory: UnsafeMutableRawBufferPointer(start: nil, count: 0),
        at: Instant(microseconds: 0))
    } catch { none = error }
    #expect(none == .memoryTooSmall)
  }

  @Test("A host stays within its memory, and needs no octet less")
  func contained() throws {
    var configuration = HostConfiguration(connections: 3, sendCapacity: 100, receiveCapacity: 77)
    configuration.add(RingClass(connections: 2, sendCapacity: 1, receiveCapacity: 1))
    let count = try TCPHost.byteCount(for: configuration)
    let memory = GuardedMemory(byteCount: count)
    // The region is as long as the host asked for, and lives as long as `memory`.
    var host = unsafe try TCPHost(
      configuration, secret: HostFixture.secret,
      memory: UnsafeMutableRawBufferPointer(start: memory.region.base, count: count),
      at: Instant(microseconds: 0))
    try host.setInterface(0, mtu: 1_500)
    try host.addAddress(Address(192, 0, 2, 1), prefix: 24)
    var handles: [Handle] = []
    for ringClass in [0, 0, 0, 1, 1] {
      handles.append(
        try host.connect(to: .near(2, 80), ringClass: ringClass, at: Instant(microseconds: 5)))
    }
    for handle in handles {
      let text = [UInt8](repeating: 0xFF, count: 200)
      _ = unsafe try host.write(handle, text.span.bytes, at: Instant(microseconds: 5))
    }
    #expect(memory.isUntouched(outside: 0..<count))
  }
}
