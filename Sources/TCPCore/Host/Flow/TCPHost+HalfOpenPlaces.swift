// Which handshake gets a place in the table of half-open entries, and which gives way.
//
// A listener's own oldest entry gives way to its newcomers once it has been left alone for a while; until
// then newcomers are dropped, and their peers try again. A listener below its share of a full table takes the
// place of the oldest entry of one that is above, so that SYNs to one listener cannot close another. No entry
// is recycled for a SYN that is then dropped.
extension TCPHost {
  /// Makes sure that one more half-open entry of a listener has a place; `false` if its SYN must be dropped.
  mutating func makeRoom(for listener: Entry) -> Bool {
    let isAtLimit = listeners[listener].pendingCount >= listeners[listener].backlog
    guard isAtLimit || state.halfOpenSlots.isFull else {
      listeners[listener].recentDrops = 0
      return true
    }
    if !isAtLimit && listeners[listener].halfOpenByAge.count < shareOfHalfOpen,
      let overShare = state.overShare.first.orNil,
      let oldest = listeners[listenerEntry(overShare)].halfOpenByAge.first.orNil
    {
      recycleHalfOpen(oldest)
      return true
    }
    // unreached: a table with fewer entries than there are listeners
    guard let oldest = listeners[listener].halfOpenByAge.first.orNil else { return false }
    let age = state.now - halfOpen[halfOpenEntry(oldest)].begunAt(state.configuration.halfOpenLifetime)
    guard age >= listeners[listener].minimumHalfOpenAge else {
      if listeners[listener].recentDrops < 8 { listeners[listener].recentDrops &+= 1 }
      return false
    }
    recycleHalfOpen(oldest)
    return true
  }

  /// How many half-open entries each listener may count on (RFC4987-1).
  private var shareOfHalfOpen: UInt32 {
    let listenerCount = state.listenerSlots.count
    // unreached: called only while there is a listener
    let share = state.halfOpenSlots.capacity / (listenerCount > 0 ? listenerCount : 1)
    return share > 0 ? share : 1  // unreached: a table with fewer entries than there are listeners
  }

  /// Notes whether a listener has more half-open entries than its share.
  mutating func updateShare(of listener: Entry) {
    if listeners[listener].halfOpenByAge.count > shareOfHalfOpen {
      state.overShare.append(listener.id, in: region)
    } else {
      state.overShare.remove(listener.id, in: region)
    }
  }

  /// The same for all, after one has come or gone. Looks at every listener once.
  mutating func updateShares() {
    let first = slots.count &- listeners.count
    for position in 0..<listeners.count where slots[first &+ position].isTaken {
      updateShare(of: listenerEntry(EntryID(first &+ position)))
    }
  }

  private mutating func recycleHalfOpen(_ id: EntryID) {
    counters.halfOpenRecycled &+= 1  // RFC4987-3
    removeHalfOpen(halfOpenEntry(id))
  }

  /// Ends a half-open entry.
  mutating func removeHalfOpen(_ entry: Entry) {
    let listener = listenerEntry(halfOpen[entry].listener)
    if halfOpen[entry].isHeld { state.requestQueue.remove(entry.id, in: region) }
    unschedule(entry.id)
    listeners[listener].halfOpenByAge.remove(entry.id, in: region)
    updateShare(of: listener)
    state.halfOpenSlots.release(entry.id, slots)
  }
}

extension SynReceivedState {
  /// When the peer's SYN came.
  fileprivate func begunAt(_ lifetime: Interval) -> Instant {
    Instant(microseconds: expiresAt.microseconds &- lifetime.microseconds)
  }
}
