// A copy of a host's memory is a snapshot of it. It holds the host's secrets, and text: treat it like a key.
extension TCPHost {
  /// How many octets of its memory the host uses; a copy of these is a snapshot.
  public var byteCount: Int { region.count }

  /// Octets before the rings. Ring contents do not matter to a new connection.
  package var tableByteCount: Int {
    state.layout.ringStart
  }

  /// Goes on from a snapshot: a copy of another host's memory, made between two calls, here or in another
  /// process of the same build.
  ///
  /// The restored host expects the clock to go on from where the other one's was.
  ///
  /// ```swift
  /// let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: memory.count, alignment: 16)
  /// copy.copyMemory(from: UnsafeRawBufferPointer(memory))
  /// var twin = try TCPHost(restoring: copy)
  /// ```
  ///
  /// - Parameter memory: the copied octets, aligned to 16.
  /// - Throws: `badSnapshot` if the version, the layout or any index is not right; the memory is unchanged.
  public init(restoring memory: UnsafeMutableRawBufferPointer) throws(ConfigurationError) {
    // The caller vouches for the memory; what is in it is checked before it is used.
    let prefix = unsafe try TCPHost.region(memory, byteCount: MemoryLayout<HostState>.stride)
    let header = prefix.table(HostState.self, at: 0, count: 1)
    guard header[0].magic == HostState.magic, header[0].byteCount <= UInt64(count: memory.count) else {
      throw .badSnapshot
    }
    guard header[0].configuration.hasValidBitPatterns() else { throw .badSnapshot }
    let configuration = header[0].configuration
    let layout: HostLayout
    do throws(ConfigurationError) {
      try configuration.validate()
      layout = try HostLayout(configuration)
    } catch {
      throw .badSnapshot
    }
    guard header[0].layout == layout, header[0].byteCount == UInt64(count: layout.byteCount) else {
      throw .badSnapshot
    }
    // Checked on the lines above: the layout is that of a host of this size.
    let region = unsafe try TCPHost.region(memory, byteCount: layout.byteCount)
    guard TCPHost.isSound(region) else { throw .badSnapshot }
    self.init(region: region)
  }

  private static func isSound(_ region: Region) -> Bool {
    let host = TCPHost(region: region)
    return host.isSound
  }

  /// A hash over all that the host's future depends on, for comparing states: connections, half-open and
  /// TIME-WAIT entries, listeners, options, interfaces, quotas of answers and waiting replies. Equal states
  /// have equal digests, whatever the free room in the rings holds and whatever was counted. The secret, and
  /// what the host was configured with, are not in it.
  ///
  /// Times count relative to the latest moment that a call has named.
  public var digest: UInt64 {
    var digest = StateDigest(at: state.now)
    add(to: &digest, from: SequenceOrigins())
    return digest.finish()
  }

  /// As `digest`, in 128 bits, with the sequence numbers of some connections counted from given ones: for
  /// telling apart more states than 64 bits can.
  // unreached: no target asks; TCPExplorer does
  package func stateHash(from origins: SequenceOrigins) -> (UInt64, UInt64) {
    var digest = StateDigest(at: state.now)
    add(to: &digest, from: origins)
    return digest.finishWide()
  }

  /// How many probes of windows and of idle peers have left.
  // unreached: no target asks; TCPExplorer does
  package var probeCount: UInt64 { counters.windowProbes &+ counters.keepAliveProbes }

  /// Whether a pair has a half-open entry.
  // unreached: no target asks; TCPExplorer does
  package func isHalfOpen(_ tuple: FourTuple) -> Bool {
    // unreached: no target asks; TCPExplorer does
    // unreached: no target asks; TCPExplorer does
    find(tuple).map { locate($0).kind == .halfOpen } ?? false
  }

  /// Where parts of the memory end: configuration, keys, clocks; then where counters, the wheel, interfaces,
  /// slots, timers and connections begin.
  // unreached: no target asks; TCPExplorer does
  package var partEnds: [9 of Int] {
    let layout = state.layout
    let unit = RegionLayout.unit
    let configuration =
      16 &+ MemoryLayout<HostLayout>.stride &+ MemoryLayout<HostConfiguration>.stride
    let keys = configuration &+ MemoryLayout<HostKeys>.stride
    return [
      configuration, keys, keys &+ 40, Int(truncatingIfNeeded: layout.counters) &* unit,
      Int(truncatingIfNeeded: layout.wheel) &* unit, Int(truncatingIfNeeded: layout.interfaces) &* unit,
      Int(truncatingIfNeeded: layout.slots) &* unit, Int(truncatingIfNeeded: layout.timers) &* unit,
      Int(truncatingIfNeeded: layout.connections) &* unit,
    ]
  }

  private func add(to digest: inout StateDigest, from origins: SequenceOrigins) {
    for position in 0..<slots.count where slots[position].isTaken {
      digest.add(position)
      let entry = locate(EntryID(position))
      switch entry.kind {
      case .connection:
        origins.begin(connections[entry].tuple, in: &digest)
        connections[entry].add(to: &digest, in: region)
      case .halfOpen:
        origins.begin(halfOpen[entry].tuple, in: &digest)
        halfOpen[entry].add(to: &digest)
      case .timeWait:
        origins.begin(timeWait[entry].tuple, in: &digest)
        timeWait[entry].add(to: &digest)
      case .listener: listeners[entry].add(to: &digest)
      }
    }
    for number in 0..<interfaces.count { interfaces[number].add(to: &digest) }
    digest.add(state.replies.count)
    for position in 0..<Int(truncatingIfNeeded: state.replies.count) {
      let slot = state.replies.slot(at: position, replies)
      origins.begin(replies[slot].tuple, in: &digest)
      replies[slot].add(to: &digest)
    }
    digest.add(state.isReplyTurn && state.replies.count > 0)
    digest.add(state.drawn)
    digest.add(state.mayLoopBack)
    state.acceptedCookies.add(to: &digest)
    // How far the clock of sequence numbers is ahead.
    let reading = state.now.microseconds &>> 2
    digest.add(state.sequenceTick < reading ? 0 : state.sequenceTick &- reading &+ 1)
    digest.add(state.sendQueue.first)
    digest.add(state.requestQueue.first)
    digest.add(state.released.first)
    digest.add(state.eventQueue.first)
  }
}
