import TCPCore

/// The search for the path MTU (RFC 4821) in plain numbers: which sizes may be tried, and when.
///
/// What became of a probe that the core counts as lost may be open, since the model knows nothing of marks in
/// a table of transmissions. Then all that may be known is kept, until the next size tells which it was.
struct ReferencePathSearch {
  struct Probe {
    var begin: UInt32
    var end: UInt32
    var size: Int
  }

  /// What may be known of sizes in this search.
  struct Knowledge: Equatable {
    /// The smallest size that did not pass.
    var failed: Int?
    /// What a router has reported: it is tried next.
    var reported: Int?
  }

  /// Whether STATUS says that a search is on.
  var isSearching = false
  /// The probe whose fate is not known.
  private(set) var probe: Probe?
  private var possible = [Knowledge()]
  /// Whether a router has answered the probe, so that its loss tells nothing more.
  private var isAnswered = false
  /// Probes that left in this search.
  private var count = 0
  /// Time-outs since SND.UNA moved.
  var timeouts = 0
  /// No search begins before.
  private(set) var notBefore: UInt64 = 0
  /// Whether the segment that is looked at shows that the probe, and nothing else, is lost.
  var isLostAlone = false
  /// SND.NXT when the size was raised, while nothing but the probe has shown that it passes.
  private(set) var raisedAt: UInt32?
  /// How many probes were lost, as the host has counted them.
  var lost: UInt64 = 0
  /// ssthresh before the first time-out in a row.
  var threshold = Int.max

  /// A search begins.
  mutating func begin() {
    isSearching = true
    probe = nil
    possible = [Knowledge()]
    isAnswered = false
    count = 0
  }

  /// It is over, or a router has reported what passes.
  mutating func end(at now: UInt64) {
    isSearching = false
    probe = nil
    notBefore = now + 600_000_000
  }

  /// A probe leaves.
  mutating func departed(_ probe: Probe, proven: Int, ceiling: Int) {
    require("one probe is on its way at a time", self.probe == nil)
    require("probes leave while a search is on", isSearching)
    let fitting = possible.filter { next($0, proven, ceiling) == probe.size }
    require(
      "a probe has the size that RFC 4821 comes to", !fitting.isEmpty,
      "\(probe.size), \(proven) passes, of \(ceiling); \(possible)")
    possible = fitting
    count += 1
    require("a search comes to an end", count <= 32)
    self.probe = probe
  }

  /// The size to try next.
  private func next(_ knowledge: Knowledge, _ proven: Int, _ ceiling: Int) -> Int {
    guard let failed = knowledge.failed, failed <= ceiling else { return ceiling }
    if let reported = knowledge.reported { return reported }
    return failed - proven <= 16 ? failed : proven + (failed - proven) / 2
  }

  /// Each piece of knowledge once.
  private mutating func learn(_ change: (Knowledge) -> [Knowledge]) {
    var all: [Knowledge] = []
    for one in possible.flatMap(change) where !all.contains(one) { all.append(one) }
    possible = all
  }

  /// The host counts it as lost.
  mutating func didLose() {
    guard let probe else { violated("only what left is lost") }
    self.probe = nil
    raisedAt = nil
    if isAnswered {
      isAnswered = false
      return
    }
    // That may have shown that its size does not pass, or nothing.
    learn { [$0, Knowledge(failed: probe.size)] }
  }

  /// Text leaves again. Where the first octet of a probe does, in a segment that passes, an acknowledgment
  /// would show nothing. The others may, where the first has arrived.
  func departedAgain(_ sequence: UInt32) {
    require("a probe whose text goes again is over", probe?.begin != sequence)
  }

  /// A router says what passes instead.
  mutating func didReport(_ size: Int) {
    possible = [Knowledge(failed: size + 1, reported: size)]
    isAnswered = true
  }

  /// It has arrived.
  mutating func didPass(next: UInt32) {
    let size = probe?.size ?? 0
    learn { [Knowledge(failed: $0.failed.flatMap { size >= $0 ? nil : $0 })] }
    probe = nil
    raisedAt = next
  }
}

extension ReferenceConnection {
  /// Octets of a datagram beside text and options.
  private var overhead: Int { settings.isIPv4 ? 40 : 60 }
  /// Octets of the datagrams that leave.
  private var provenSize: Int { min(peerSegmentSize, pathRoom) + overhead }
  /// The most that they may come to.
  private var largestSize: Int { min(peerSegmentSize + overhead, settings.mtu) }

  /// New text leaves that is longer than the path is known to take.
  mutating func noteProbe(_ segment: SegmentHeader, room before: Int, at now: UInt64) {
    var room = before
    let sequence = segment.sequence.rawValue
    let count = segment.payloadCount
    if isReleased, let probe = path.probe, distance(unacknowledged, probe.end) >= 0 {
      // STATUS says nothing of a connection that was released: its probe has passed by now.
      room += probe.size - provenSize
      pathMTU = probe.size
      path.didPass(next: next)
      if count <= room { return }
    }
    if isReleased && !path.isSearching {
      require("a search begins after ten minutes", now >= path.notBefore)
      path.begin()
    }
    require("a probe is text that never left", sequence == next && !segment.flags.contains(.fin))
    require("probing is wanted", options.isPathProbingEnabled)
    let behind = written - acknowledgedText - distance(sequence, unacknowledged) - count
    let needed = (usesSACK ? 2 : 3) * textRoom
    require("behind a probe text shows its loss", behind >= needed, "\(behind) of \(needed)")
    require("the peer's window takes that too", window >= count + needed)
    require("nothing is missing while a probe leaves", path.timeouts == 0 && duplicates <= answersToProbes)
    path.departed(
      ReferencePathSearch.Probe(
        begin: sequence, end: sequence.moved(count), size: provenSize + count - room),
      proven: provenSize, ceiling: largestSize)
  }

  /// How many black holes the host has seen with the time-outs just now.
  mutating func noteBlackHoles(_ count: UInt64, hasTimedOut: Bool, at now: UInt64) {
    guard state != .closed, isSynchronized else { return }
    let base = settings.isIPv4 ? (path.timeouts >= 4 ? 296 : 576) : 1_280
    let text = base - (provenSize - textRoom)
    let isLonger = provenSize > base && options.isPathProbingEnabled
    if count == 0 {
      // With reports records are cut in pieces that the model does not know.
      let isFrontLong = estimator.frontLength(from: unacknowledged) > text && !reports.hasAny
      let isDue = hasTimedOut && path.timeouts >= 2 && isLonger && isFrontLong && tailProbeEnd == nil
      return require("a black hole is seen after two time-outs", !isDue)
    }
    require("one black hole at a time", count == 1 && hasTimedOut)
    require("a black hole takes two time-outs", path.timeouts >= 2)
    require("only what is longer than the base is too long", isLonger && flight > text)
    let isLie = path.raisedAt.map { distance(unacknowledged, $0) < textRoom } ?? false
    pathMTU = base
    path.end(at: now)
    // Where nothing but the probe had passed, the search waits.
    if !isLie { path.begin() }
  }

  /// How many probes the host has counted as lost: also where nobody may ask for STATUS.
  mutating func lookAtLostProbes(_ lost: UInt64) {
    guard lost != path.lost else { return }
    require("one probe is lost at a time", lost == path.lost + 1)
    path.lost = lost
    path.didLose()
  }

  /// What STATUS says of the path.
  mutating func lookAtPath(mtu: Int, isSearching: Bool, at now: UInt64) {
    if mtu > min(pathMTU, settings.mtu) {
      guard let probe = path.probe else { violated("the path MTU rises only by a probe", "\(mtu)") }
      require(
        "the path MTU rises to the size of a probe that has arrived",
        mtu == probe.size && distance(unacknowledged, probe.end) >= 0, "\(mtu), not \(probe.size)")
      pathMTU = mtu
      path.didPass(next: next)
    }
    if isSearching && !path.isSearching {
      require("a search begins after ten minutes", now >= path.notBefore && options.isPathProbingEnabled)
      path.begin()
    }
    if !isSearching && path.isSearching { path.end(at: now) }
  }

  /// A router has reported a size.
  mutating func notePathReport(_ size: Int, _ sequence: UInt32, at now: UInt64) {
    if let probe = path.probe, probe.begin == sequence, size < probe.size, size >= provenSize {
      return path.didReport(size)
    }
    guard size < settings.mtu, size < pathMTU else { return }
    pathMTU = size
    path.end(at: now)
  }
}
