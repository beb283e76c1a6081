import TCPCore

// Hosts that cannot be.
extension HostRun {
  /// A configuration or a memory that cannot be used is refused by its name, and the memory stays untouched.
  mutating func configure(_ octets: InlineArray<8, UInt8>) {
    let number = Int(octets[1]) % (HostTable.badConfigurations.count + 4)
    if number < HostTable.badConfigurations.count {
      var bad = fixture.configuration
      HostTable.badConfigurations[number].change(&bad)
      fixture.refuse(bad, HostTable.badConfigurations[number].error)
    } else {
      fixture.refuseMemory(number - HostTable.badConfigurations.count)
    }
    checkLargest()
  }

  /// The largest tables of each kind can be had, and are as large as their numbers say at least.
  private func checkLargest() {
    let ringClass = RingClass(connections: 1, sendCapacity: 1 << 30, receiveCapacity: 1 << 30)
    require(
      "a large ring has large tables", ringClass.transmissions == 4_096 && ringClass.ranges == 255,
      "\(ringClass)")
    var large = fixture.configuration
    large.setRingClass(0, ringClass)
    large.replyCapacity = 65_535
    large.listenerCapacity = 65_535
    large.interfaceCount = 8
    large.maximumSegmentLifetime = .seconds(600)
    large.firstEphemeralPort = 65_535
    large.lastEphemeralPort = 65_535
    do throws(ConfigurationError) {
      let count = try TCPHost.byteCount(for: large)
      require("a host holds its rings", count > 2 << 30)
    } catch {
      violated("the largest tables can be had", "\(error)")
    }
  }
}

extension HostFixture {
  private static var mark: UInt8 { 0xC3 }

  /// Requires that a configuration makes no host.
  func refuse(_ bad: HostConfiguration, _ expected: ConfigurationError) {
    var found: ConfigurationError?
    do throws(ConfigurationError) { _ = try TCPHost.byteCount(for: bad) } catch { found = error }
    require("a bad configuration has no size", found == expected, "\(found.map { "\($0)" } ?? "it has")")
    unsafe refuse(bad, in: other, expected)
  }

  /// Requires that a good configuration makes no host in memory that is too small, or not aligned.
  func refuseMemory(_ kind: Int) {
    let count = unsafe other.count
    switch kind {
    case 0:
      let nothing = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
      unsafe refuse(configuration, in: nothing, .memoryTooSmall)
    case 1:
      // A part of the copy, one octet short.
      let short = unsafe UnsafeMutableRawBufferPointer(rebasing: other[..<(count - 1)])
      unsafe refuse(configuration, in: short, .memoryTooSmall)
    default:
      // A host with one connection less has room there even if it begins a little later.
      var small = configuration
      small.setRingClass(0, RingClass(connections: 1, sendCapacity: 1, receiveCapacity: 1))
      let memory = unsafe UnsafeMutableRawBufferPointer(rebasing: other[(kind == 2 ? 1 : 8)...])
      unsafe refuse(small, in: memory, .memoryMisaligned)
    }
  }

  private func refuse(
    _ configuration: HostConfiguration, in memory: UnsafeMutableRawBufferPointer,
    _ expected: ConfigurationError
  ) {
    // All of what is there; nobody is in it.
    unsafe memory.initializeMemory(as: UInt8.self, repeating: HostFixture.mark)
    var found: ConfigurationError?
    do throws(ConfigurationError) {
      _ = unsafe try TCPHost(
        configuration, secret: Secret(1, 2), memory: memory, at: Instant(microseconds: 0))
    } catch {
      found = error
    }
    require(
      "what cannot be a host is refused as what it is", found == expected,
      "\(found.map { "\($0)" } ?? "none") instead of \(expected)")
    let octets = unsafe Octets(UnsafeRawBufferPointer(memory))
    for index in 0..<octets.count {
      require("memory that is refused stays untouched", octets[index] == Int(HostFixture.mark))
    }
  }
}

extension HostTable {
  /// What makes a configuration bad, and the error that says so.
  static let badConfigurations:
    [(error: ConfigurationError, change: @Sendable (inout HostConfiguration) -> Void)] = [
      (.badRingClasses, { $0 = HostConfiguration() }),
      (.badRingClasses, { for _ in 0..<3 { $0.add($0.ringClass(0)) } }),
      (
        .badRingClasses,
        { $0.setRingClass(1, RingClass(connections: 0, sendCapacity: 1, receiveCapacity: 1)) }
      ),
      (.badRingClasses, { $0.setRingClass(0, ringClass($0) { $0.connections = 1 << 24 + 1 }) }),
      (
        .badRingCapacity,
        { $0.setRingClass(0, RingClass(connections: 1, sendCapacity: -9_999, receiveCapacity: 1)) }
      ),
      (.badRingCapacity, { $0.setRingClass(0, ringClass($0) { $0.receiveCapacity = 0 }) }),
      (.badRingCapacity, { $0.setRingClass(0, ringClass($0) { $0.sendCapacity = 1 << 30 + 1 }) }),
      (.badTableSize, { $0.setRingClass(0, ringClass($0) { $0.transmissions = 1 }) }),
      (.badTableSize, { $0.setRingClass(0, ringClass($0) { $0.ranges = 256 }) }),
      (.badTableSize, { $0.halfOpenCapacity = 0 }),
      (.badTableSize, { $0.timeWaitCapacity = 1 << 24 }),
      (.badTableSize, { $0.listenerCapacity = 65_536 }),
      (.badTableSize, { $0.replyCapacity = 0 }),
      (.badTableSize, { $0.interfaceCount = 9 }),
      (.badLifetime, { $0.maximumSegmentLifetime = .seconds(601) }),
      (.badLifetime, { $0.halfOpenLifetime = .microseconds(0) }),
      (.badPortRange, { $0.firstEphemeralPort = 0 }),
      (.badPortRange, { $0.lastEphemeralPort = $0.firstEphemeralPort - 1 }),
      (
        .tooLarge,
        { $0.setRingClass(0, RingClass(connections: 1 << 20, sendCapacity: 1 << 30, receiveCapacity: 1)) }
      ),
    ]

  private static func ringClass(
    _ configuration: HostConfiguration, _ change: (inout RingClass) -> Void
  ) -> RingClass {
    var ringClass = configuration.ringClass(0)
    change(&ringClass)
    return ringClass
  }
}
