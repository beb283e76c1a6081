// Which handshake gets a place in the table of half-open entries, and which gives way.
//
// A listener's own oldest entry gives way to its newcomers once it has been left alone for a while; until
// then newcomers are dropped, and their peers try again. A listener below its share of a full table takes the
// place of the oldest entry of one that is above, so that SYNs to one listener cannot close another. No entry
// is recycled for a SYN that is then dropped.
extension TCPHost {
  /// Makes sure that one more half-open entry of a listener has a place; `false` if its SYN must be dropped.
  func makeRoom(for listener: UInt32) -> Bool {
    let place = entry(listener).position
    let isAtLimit = listeners[place].pendingCount >= listeners[place].backlog
    guard isAtLimit || state[0].halfOpenSlots.isFull else {
      listeners[place].recentDrops = 0
      return true
    }
    if !isAtLimit && listeners[place].halfOpenByAge.count < shareOfHalfOpen,
      let overShare = optional(state[0].overShare.first),
      let oldest = optional(listeners[entry(overShare).position].halfOpenByAge.first)
    {
      recycleHalfOpen(oldest)
      return true
    }
    // unreached: a table with fewer entries than there are listeners
    guard let oldest = optional(listeners[place].halfOpenByAge.first) else { return false }
    let age = state[0].now - halfOpen[entry(oldest).position].begunAt(state[0].configuration.halfOpenLifetime)
    guard age >= listeners[place].minimumHalfOpenAge else {
      if listeners[place].recentDrops < 8 { listeners[place].recentDrops &+= 1 }
      return false
    }
    recycleHalfOpen(oldest)
    return true
  }

  /// How many half-open entries each listener may count on (RFC4987-1).
  private var shareOfHalfOpen: UInt32 {
    let listenerCount = state[0].listenerSlots.count
    // unreached: called only while there is a listener
    let share = state[0].halfOpenSlots.capacity / (listenerCount > 0 ? listenerCount : 1)
    return share > 0 ? share : 1  // unreached: a table with fewer entries than there are listeners
  }

  /// Notes whether a listener has more half-open entries than its share.
  func updateShare(of listener: UInt32) {
    if listeners[entry(listener).position].halfOpenByAge.count > shareOfHalfOpen {
      state[0].overShare.append(listener, eventAndAgeLinks)
    } else {
      state[0].overShare.remove(listener, eventAndAgeLinks)
    }
  }

  /// The same for all, after one has come or gone. Looks at every listener once.
  func updateShares() {
    let first = slots.count &- listeners.count
    for position in 0..<listeners.count where slots[first &+ position].isTaken {
      updateShare(of: UInt32(truncatingIfNeeded: first &+ position))
    }
  }

  // unreached: where a full table leaves one below its share, another is above
  private func optional(_ index: UInt32) -> UInt32? { index == IndexLinks.none ? nil : index }

  private func recycleHalfOpen(_ index: UInt32) {
    counterTable[0].halfOpenRecycled &+= 1  // RFC4987-3
    removeHalfOpen(index)
  }

  /// Ends a half-open entry.
  func removeHalfOpen(_ index: UInt32) {
    let listener = halfOpen[entry(index).position].listener
    detach(index)
    listeners[entry(listener).position].halfOpenByAge.remove(index, eventAndAgeLinks)
    updateShare(of: listener)
    state[0].halfOpenSlots.release(index, slots)
  }
}

extension HalfOpen {
  /// When the peer's SYN came.
  fileprivate func begunAt(_ lifetime: Interval) -> Instant {
    Instant(microseconds: expiresAt.microseconds &- lifetime.microseconds)
  }
}
