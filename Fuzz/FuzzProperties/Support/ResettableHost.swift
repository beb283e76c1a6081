import TCPCore

/// A host in memory of its own, which can be set back to what it was before anything happened.
@safe
class ResettableHost {
  final let configuration: HostConfiguration
  final var host: TCPHost
  // Unsafe boundaries: all three are of one size and live as long as the process; the host is in the first.
  final private(set) var memory: UnsafeMutableRawBufferPointer
  final private(set) var other: UnsafeMutableRawBufferPointer
  private final let picture: UnsafeMutableRawBufferPointer
  private final let resetCount: Int

  /// - Parameters:
  ///   - resetsRings: whether the octets in the rings are set back too; they mean nothing to a connection
  ///     that begins.
  ///   - prepare: gives the host interfaces and addresses.
  init(
    _ configuration: HostConfiguration, secret: Secret, at beginning: UInt64, resetsRings: Bool,
    _ prepare: (inout TCPHost) throws -> Void
  ) {
    self.configuration = configuration
    do {
      let count = try TCPHost.byteCount(for: configuration)
      unsafe memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
      unsafe other = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
      unsafe picture = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
      unsafe ResettableHost.fill(memory)
      let start = Instant(microseconds: beginning)
      // The memory is as large as the host asks for.
      host = unsafe try TCPHost(configuration, secret: secret, memory: memory, at: start)
      try prepare(&host)
      resetCount = resetsRings ? count : host.tableByteCount
      unsafe picture.copyMemory(from: UnsafeRawBufferPointer(memory))
    } catch {
      violated("a fixture can be made", "\(error)")
    }
  }

  /// What is in memory before anything is written there is no concern of a host's. It is the same each time,
  /// so that a copy which is damaged means the same each time, and like nothing in particular.
  private static func fill(_ memory: UnsafeMutableRawBufferPointer) {
    var state: UInt32 = 1
    // All of what was allocated.
    for place in memory.indices {
      state = state &* 1_664_525 &+ 1_013_904_223
      unsafe memory[place] = UInt8(truncatingIfNeeded: state >> 24)
    }
  }

  /// Nothing has happened yet.
  func reset() {
    // The tables are the front of the memory.
    unsafe memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: picture[..<resetCount]))
  }

  /// The host goes on from a copy of its memory, and the old memory is spoilt.
  final func move() {
    do {
      let before = host.digest
      // The host is asked for nothing while it is in neither.
      unsafe other.copyMemory(from: UnsafeRawBufferPointer(memory))
      host = unsafe try TCPHost(restoring: other)
      unsafe memory.initializeMemory(as: UInt8.self, repeating: 0xA5)
      unsafe swap(&memory, &other)
      require("a restored host is the same", host.digest == before)
    } catch {
      violated("a host can be restored from its memory", "\(error)")
    }
  }
}
