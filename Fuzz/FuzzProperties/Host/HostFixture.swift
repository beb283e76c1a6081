import TCPCore

/// One host with small tables.
final class HostFixture: ResettableHost {
  let rings: (send: Int, receive: Int)
  let keys: HostKeys

  static let beginning: UInt64 = 5_000_000
  static let ports: ClosedRange<UInt16> = 50_000...50_005
  static var connectionCapacity: Int { 4 }
  static var halfOpenCapacity: Int { 3 }
  static var timeWaitCapacity: Int { 2 }
  static var listenerCapacity: Int { 2 }

  init(size: Int, _ synCookies: SYNCookiePolicy) {
    let secret = Secret(0x686F_7374, UInt64(size))
    keys = HostKeys(secret)
    rings = HostTable.rings[size]
    var configuration = HostConfiguration(
      connections: 3, sendCapacity: rings.send, receiveCapacity: rings.receive)
    configuration.add(RingClass(connections: 1, sendCapacity: 100, receiveCapacity: 100))
    configuration.halfOpenCapacity = HostFixture.halfOpenCapacity
    configuration.timeWaitCapacity = HostFixture.timeWaitCapacity
    configuration.listenerCapacity = HostFixture.listenerCapacity
    configuration.replyCapacity = 2
    configuration.interfaceCount = 2
    configuration.challengeLimit = 3
    configuration.firstEphemeralPort = HostFixture.ports.lowerBound
    configuration.lastEphemeralPort = HostFixture.ports.upperBound
    configuration.synCookies = synCookies
    if size == 1 { configuration.minimumPathMTU = 0 }  // then 68 is the least
    super.init(
      configuration, secret: secret, at: HostFixture.beginning, resetsRings: true
    ) { host in
      for number in 0..<2 { try host.setInterface(number, mtu: 1_500) }
      for own in HostTable.addresses {
        try host.addAddress(own.address, prefix: own.prefix, to: own.interface)
      }
    }
  }
}

/// What all input scripts share, made once.
@safe
final class HostFixtures {
  // One input script runs at a time: a process that replays or fuzzes has one thread that does.
  nonisolated(unsafe) static let shared = HostFixtures()

  let fixtures: [HostFixture]
  /// Room for a datagram that arrives, one that leaves, and text, for as long as the program runs.
  let arrival = UnsafeMutableRawBufferPointer.allocate(byteCount: 2_048, alignment: 16)
  let departure = UnsafeMutableRawBufferPointer.allocate(byteCount: 66_000, alignment: 16)
  let text = UnsafeMutableRawBufferPointer.allocate(byteCount: 2_048, alignment: 16)

  private init() {
    fixtures = [.automatic, .never, .always].flatMap { policy in
      (0..<4).map { HostFixture(size: $0, policy) }
    }
    // All of what was allocated.
    unsafe text.initializeMemory(as: UInt8.self, repeating: 0x54)
    unsafe arrival.initializeMemory(as: UInt8.self, repeating: 0)
  }
}

/// What a host of many owes peers, users and its own tables, with any octets as an input script: the first
/// octet chooses the host, each eight after it are one step, and what is left over chooses more (see
/// `HostChoice`). Then the user gives everything up, and every table must run empty.
///
/// - Parameter observer: is shown everything that happens, for a trace.
package func checkHost(_ bytes: RawSpan, observer: ConnectionObserver? = nil) {
  guard bytes.byteCount > 0 else { return }
  var run = HostRun(variant: bytes.uint8(at: 0), choice: HostChoice(bytes), observer: observer)
  var offset = 1
  var count = 0
  while offset + HostStep.byteCount <= bytes.byteCount && count < HostStep.limit {
    let step = HostStep(bytes, at: offset)
    observer?.stepped("\(count): \(step.kind)")
    run.take(step)
    run.check(after: step)
    offset += HostStep.byteCount
    count += 1
  }
  observer?.stepped("the user gives everything up")
  run.finish()
}
