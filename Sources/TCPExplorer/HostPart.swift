import TCPCore

/// The parts of a host's memory, and what the form leaves out of each.
enum HostPart: String {
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

  /// The part that an octet of a host's memory is in.
  init(of place: Int, _ host: borrowing TCPHost) {
    let ends = host.partEnds
    let parts: [HostPart] = [
      .configuration, .keys, .clock, .entries, .counters, .links, .entries, .slots, .links,
    ]
    self = parts.indices.first { place < ends[$0] }.map { parts[$0] } ?? .entries
  }
}
