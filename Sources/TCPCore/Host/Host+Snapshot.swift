// A copy of a host's memory is a snapshot of it. It holds the host's secrets, and text: guard it like a key.
extension Host {
  /// How many octets of its memory the host uses; a copy of these is a snapshot.
  public var byteCount: Int { region.count }

  /// Goes on from a snapshot: a copy of another host's memory, made between two calls, here or in another process
  /// of the same build.
  ///
  /// The restored host expects the clock to go on from where the other one's stood.
  ///
  /// - Parameter memory: the copied octets, aligned to 16.
  /// - Throws: `badSnapshot` if the version, the layout or any index is not right; the memory is unchanged.
  public init(restoring memory: UnsafeMutableRawBufferPointer) throws(ConfigurationError) {
    // The caller vouches for the memory; what stands in it is checked before it is used.
    let prefix = unsafe try Host.region(memory, byteCount: MemoryLayout<HostState>.stride)
    let header = prefix.table(HostState.self, at: 0, count: 1)
    guard header[0].magic == HostState.magic, header[0].byteCount <= UInt64(count: memory.count) else {
      throw .badSnapshot
    }
    let configuration = header[0].configuration
    do throws(ConfigurationError) { try configuration.validate() } catch { throw .badSnapshot }
    let layout = try HostLayout(configuration)
    guard header[0].layout == layout, header[0].byteCount == UInt64(count: layout.byteCount) else {
      throw .badSnapshot
    }
    // Checked on the lines above: the layout is that of a host of this size.
    let region = unsafe try Host.region(memory, byteCount: layout.byteCount)
    guard Host.isSound(region) else { throw .badSnapshot }
    self.init(region: region)
  }

  private static func isSound(_ region: Region) -> Bool {
    let host = Host(region: region)
    return host.areTablesSound && host.areEntriesSound
  }

  /// A hash over everything that the host's future depends on, for comparing states: equal states have equal
  /// digests, whatever the free room in the rings holds and whatever was counted.
  ///
  /// Times count relative to the latest moment that a call has named.
  public var digest: UInt64 {
    var digest = StateDigest(at: state[0].now)
    for position in 0..<slots.count where slots[position].isTaken {
      digest.add(position)
      let (kind, place) = entry(UInt32(truncatingIfNeeded: position))
      switch kind {
      case .connection: connections[place].add(to: &digest, in: region)
      case .halfOpen: halfOpen[place].add(to: &digest)
      case .timeWait: timeWait[place].add(to: &digest)
      case .listener: digest.add(Listener.key(listeners[place].local.address, listeners[place].local.port))
      }
    }
    digest.add(state[0].replies.count)
    digest.add(state[0].ready.first)
    digest.add(state[0].eventful.first)
    return digest.finish()
  }

  /// Whether an index that links entries names one of them, or nobody.
  private func isLink(_ index: UInt32) -> Bool {
    index >= IndexLinks.unlinked || Int(truncatingIfNeeded: index) < slots.count
  }

  private func isSound(_ list: IndexList) -> Bool { isLink(list.first) && isLink(list.last) }

  /// Lists, links, chains and the wheel.
  private var areTablesSound: Bool {
    guard isSound(state[0].ready), isSound(state[0].eventful), isSound(state[0].halfOpenAge),
      isSound(state[0].timeWaitAge), state[0].replies.isSound(replies.count),
      wheel[0].isSound(count: slots.count)
    else { return false }
    for position in 0..<slots.count {
      guard isLink(slots[position].nextFree), isLink(timers[position].previous),
        isLink(timers[position].next), timers[position].isSound, isLink(index.entries[position].next),
        isLink(readyLinks[position].previous), isLink(readyLinks[position].next),
        isLink(queueLinks[position].previous), isLink(queueLinks[position].next)
      else { return false }
    }
    for bucket in 0..<index.buckets.count where !isLink(index.buckets[bucket]) { return false }
    for position in 0..<acceptLinks.count {
      guard isLink(acceptLinks[position].previous), isLink(acceptLinks[position].next) else { return false }
    }
    return true
  }

  /// What the entries themselves name.
  private var areEntriesSound: Bool {
    let firstListener = connections.count &+ halfOpen.count &+ timeWait.count
    for position in 0..<connections.count where slots[position].isTaken {
      let resting = connections[position].timeWaitEntry
      guard connections[position].isSound(byteCount: region.count),
        Int(connections[position].interface) < interfaces.count,
        Int(connections[position].ringClass) < state[0].configuration.ringClassCount, isLink(resting),
        isLink(connections[position].listener)
      else { return false }
      guard resting == IndexLinks.none || entry(resting).kind == .timeWait else { return false }
    }
    for position in 0..<halfOpen.count where slots[connections.count &+ position].isTaken {
      let listener = Int(truncatingIfNeeded: halfOpen[position].listener)
      guard listener >= firstListener, listener < slots.count,
        Int(halfOpen[position].interface) < interfaces.count
      else { return false }
    }
    for position in 0..<timeWait.count where slots[firstListener &- timeWait.count &+ position].isTaken {
      let owner = timeWait[position].owner
      guard owner == IndexLinks.none || Int(truncatingIfNeeded: owner) < connections.count,
        Int(timeWait[position].interface) < interfaces.count
      else { return false }
    }
    return true
  }
}

extension Connection {
  /// Whether rings and tables lie inside a region of `byteCount` octets.
  func isSound(byteCount: Int) -> Bool {
    send.ring.isSound(byteCount: byteCount) && receive.ring.isSound(byteCount: byteCount)
      && receive.ranges.isSound(byteCount: byteCount) && transmissions.isSound(byteCount: byteCount)
  }
}
