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
    let use = octets[5] & 1 == 0 ? nil : DamagedUse(code: octets[5] >> 1, arrived: lastCount)
    fixture.damage(from: start, count: count, by: mask, use: use, at: instant)
    require("damage to a copy changes nothing here", fixture.host.digest == before)
  }
}

extension HostFixture {
  /// Damages each octet of a range of the copy.
  func damage(from start: Int, count: Int, by mask: UInt8, use: DamagedUse?, at now: Instant) {
    // All three are of one size, and nobody is in the copy.
    unsafe other.copyMemory(from: UnsafeRawBufferPointer(memory))
    let end = unsafe min(start + count, memory.count)
    for place in min(start, end)..<end {
      unsafe other[place] ^= mask
      let isRestored = tryDamaged(at: now, use: use)
      if isRestored && use != nil {
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
  private func tryDamaged(at now: Instant, use: DamagedUse?) -> Bool {
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
      use?.play(&damaged, at: now)
      return true
    } catch {
      require("a damaged snapshot is refused as one", error == .badSnapshot, "\(error)")
      return false
    }
  }
}

/// What is done with a host that was restored from a damaged copy.
///
/// Its numbers may mean nothing now, so no answer is looked at; but nothing that it does goes wrong: no call
/// traps, and whatever is due comes to an end.
struct DamagedUse {
  /// Which of the calls each handle sees, and which pair is opened.
  let code: UInt8
  /// How long the datagram is that arrived last.
  let arrived: Int

  func play(_ host: inout TCPHost, at now: Instant) {
    leave(&host, at: now)
    open(&host, at: now)
    var cursor = 0
    var index = code
    while let handle = host.nextHandle(&cursor) {
      call(&host, handle, index, at: now)
      index &+= 1
    }
    arrive(&host, at: now)
    leave(&host, at: now)
    for seconds in [3, 70] {
      expire(&host, at: now + .seconds(seconds))
      leave(&host, at: now + .seconds(seconds))
    }
    while host.nextEvent() != nil {}
    _ = host.deadline
    _ = host.digest
  }

  /// A listener, and connections of both ring classes.
  private func open(_ host: inout TCPHost, at now: Instant) {
    let flow = HostTable.tuples[Int(code & 15)]
    let interface = flow.remoteAddress.isLinkLocal ? HostTable.addresses[3].interface : nil
    _ = try? host.listen(Endpoint(flow.localAddress, 82))
    for ringClass in 0..<2 {
      _ = try? host.connect(
        to: flow.remote, interface: interface, ringClass: ringClass, options: ConnectionOptions(), at: now)
    }
  }

  private func call(_ host: inout TCPHost, _ handle: Handle, _ number: UInt8, at now: Instant) {
    let shared = unsafe HostFixtures.shared
    _ = try? host.accept(handle)
    if var options = try? host.options(handle) {
      options.congestionControl = number & 8 == 0 ? .bbr : .newReno
      _ = try? host.setOptions(handle, options, at: now)
    }
    _ = unsafe try? host.write(handle, UnsafeRawBufferPointer(shared.text).bytes, at: now)
    _ = unsafe try? host.read(handle, into: shared.departure, at: now)
    switch number & 7 {
    case 0: _ = try? host.close(handle, at: now)
    case 1: _ = try? host.abort(handle, at: now)
    case 2: _ = try? host.release(handle, at: now)
    case 3: _ = try? host.answer(handle, at: now)
    case 4: _ = try? host.refuse(handle, at: now)
    default: break
    }
    _ = try? host.status(handle)
  }

  /// What came last comes again.
  private func arrive(_ host: inout TCPHost, at now: Instant) {
    // Nobody writes there until the next datagram of the script.
    let whole = unsafe UnsafeRawBufferPointer(
      rebasing: UnsafeRawBufferPointer(HostFixtures.shared.arrival)[..<arrived])
    for interface in 0..<2 { _ = unsafe host.arrive(whole.bytes, on: interface, at: now) }
  }

  private func expire(_ host: inout TCPHost, at now: Instant) {
    for turn in 0..<1_000 where !host.expire(at: now) || turn == 999 {
      return require("what is due comes to an end", turn < 999)
    }
  }

  private func leave(_ host: inout TCPHost, at now: Instant) {
    let shared = unsafe HostFixtures.shared
    for _ in 0..<50 {
      guard unsafe host.transmit(into: shared.departure, at: now) != nil else { break }
    }
  }
}
