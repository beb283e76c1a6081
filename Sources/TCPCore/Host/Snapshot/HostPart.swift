#if !hasFeature(Embedded)  // key paths
  /// The parts of a host's memory, and what the digest leaves out of each.
  package enum HostPart: String, CaseIterable, Sendable {
    /// What all hosts of this size are: it says what a host is, not in which state.
    case configuration
    /// Secrets: initial sequence numbers, cookies and hashes follow them, and look random either way.
    case keys
    /// The latest moment, and what was drawn so far: all times count from there.
    case clock
    /// What was counted.
    case counters
    /// Generations of slots: they are part of the handles that programs hold, and mean nothing else.
    case slots
    /// Where an entry is in the timer wheel, the tuple index and the queues: follows from the entry and from
    /// what happened last. A restore checks that each is sound.
    case links
    /// All the rest: nothing that the future depends on is left out.
    case entries
  }

  extension TCPHost {
    /// The part that an octet of the memory is in.
    // unreached: no target asks; TCPExplorer does
    package func part(of place: Int) -> HostPart {
      let layout = state.layout
      func start(_ unit: UInt32) -> Int { Int(truncatingIfNeeded: unit) &* RegionLayout.unit }
      func end<Value>(_ path: KeyPath<HostState, Value>) -> Int {
        (MemoryLayout<HostState>.offset(of: path) ?? 0) &+ MemoryLayout<Value>.size
      }
      if place < end(\.configuration) { return .configuration }
      if place < end(\.keys) { return .keys }
      if place < end(\.identified) { return .clock }
      if place < start(layout.counters) { return .entries }
      if place < start(layout.wheel) { return .counters }
      if place < start(layout.interfaces) { return .links }
      if place < start(layout.slots) { return .entries }
      if place < start(layout.timers) { return .slots }
      return place < start(layout.connections) ? .links : .entries
    }
  }
#endif
