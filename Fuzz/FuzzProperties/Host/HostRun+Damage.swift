import TCPCore

// A copy of the host's memory that was damaged on its way.
extension HostRun {
  /// Octets of a copy are damaged, one after the other, each in a copy that is right otherwise: it is
  /// refused, or is a host whose invariants hold and that can be asked, and used, without harm. The host
  /// itself is none the wiser.
  mutating func damage(_ octets: InlineArray<8, UInt8>) {
    let mask = octets[1] == 0 ? 0xFF : octets[1]
    let start = Int(octets[2]) << 8 | Int(octets[3])
    let count = min(Int(octets[4]) + 1, damages)
    damages -= count
    let before = fixture.host.digest
    fixture.damage(from: start, count: count, by: mask, isUsed: octets[5] & 1 != 0, at: instant)
    require("damage to a copy changes nothing here", fixture.host.digest == before)
  }
}

extension HostFixture {
  /// Damages each octet of a range of the copy.
  func damage(from start: Int, count: Int, by mask: UInt8, isUsed: Bool, at now: Instant) {
    // All three are of one size, and nobody is in the copy.
    unsafe other.copyMemory(from: UnsafeRawBufferPointer(memory))
    let end = unsafe min(start + count, memory.count)
    for place in min(start, end)..<end {
      unsafe other[place] ^= mask
      let isRestored = tryDamaged(at: now, isUsed: isUsed)
      if isRestored && isUsed {
        unsafe other.copyMemory(from: UnsafeRawBufferPointer(memory))
      } else {
        unsafe other[place] ^= mask
      }
    }
    // Word by word would say no more.
    let left = unsafe Octets(UnsafeRawBufferPointer(memory))
    let right = unsafe Octets(UnsafeRawBufferPointer(other))
    require("a snapshot that is looked at is not changed", left.equals(right))
  }

  /// Whether a host can be restored from the copy.
  @_silgen_name("__sanitizer_host_try_damaged")
  private func tryDamaged(at now: Instant, isUsed: Bool) -> Bool {
    do throws(ConfigurationError) {
      var damaged = unsafe try TCPHost(restoring: other)
      if let broken = damaged.brokenInvariant() { violated("what is restored is sound", "\(broken)") }
      _ = damaged.digest
      var cursor = 0
      for turn in 0..<20 {
        guard let handle = damaged.nextHandle(&cursor) else { break }
        require("the walk over handles ends", turn < 19)
        guard (try? damaged.status(handle)) != nil else { violated("a handle has a status") }
      }
      if isUsed { use(&damaged, at: now) }
      return true
    } catch {
      require("a damaged snapshot is refused as one", error == .badSnapshot, "\(error)")
      return false
    }
  }

  /// Its numbers may mean nothing now, but nothing that it does goes wrong: whatever is due comes to an end.
  private func use(_ damaged: inout TCPHost, at now: Instant) {
    let shared = unsafe HostFixtures.shared
    for _ in 0..<50 {
      guard unsafe damaged.transmit(into: shared.departure, at: now) != nil else { break }
    }
    damaged.expire(at: now + .seconds(3))
    while damaged.nextEvent() != nil {}
    _ = damaged.deadline
  }
}
