import TCPCore

// What the users call.
extension AdversaryChaos {
  /// A handle that names something, named something once, or never did.
  private func handle(_ end: AdversaryChaosEnd) -> Handle {
    switch below(24) {
    case 0: return Handle(rawValue: random.next())
    case 1: return Handle(rawValue: UInt64(below(4)) << 32 | UInt64(below(16)))
    case 2: return pick(ends).handles.randomElement(using: &random) ?? Handle(rawValue: 0)
    case 3: return end.listeners.randomElement(using: &random) ?? Handle(rawValue: 0)
    default: return end.handles.suffix(4).randomElement(using: &random) ?? Handle(rawValue: 0)
    }
  }

  private func remember(_ handle: Handle, _ end: AdversaryChaosEnd) {
    end.handles.append(handle)
    if end.handles.count > 40 { end.handles.removeFirst(20) }
  }

  /// One call of one user; errors are answers like others.
  func call(_ end: AdversaryChaosEnd) -> String? {
    let handle = handle(end)
    do throws(CallError) {
      switch below(100) {
      case 0..<12: try open(end)
      case 12..<15: try listen(end)
      case 15..<22: try accept(end, below(8) == 0 ? handle : end.listeners.last ?? handle)
      case 22..<32: hear(end)
      case 32..<55: try write(end, handle)
      case 55..<80: return try read(end, handle)
      case 80..<86:
        note = "close"
        try end.host.close(handle, at: moment)
      case 86:
        note = "abort"
        try end.host.abort(handle, at: moment)
      case 87..<91:
        note = "release"
        try end.host.release(handle, at: moment)
      case 91..<94:
        note = "setOptions"
        try end.host.setOptions(handle, options(), at: moment)
      case 94..<96:
        note = "status"
        _ = try end.host.status(handle)
        _ = try end.host.options(handle)
      case 96..<99: walk(end)
      default:
        note = "turn"
        let made = try end.host.connect(turning: handle, to: remote(end), at: moment)
        remember(made, end)
      }
    } catch {
      tidy(end, handle, error)
      return nil
    }
    return nil
  }

  /// A user with a little sense: what is over is given up, sooner or later, and makes room.
  private func tidy(_ end: AdversaryChaosEnd, _ handle: Handle, _ error: CallError) {
    guard below(2) == 0, let place = end.handles.firstIndex(of: handle) else { return }
    switch error {
    case .staleHandle:
      end.handles.remove(at: place)
    case .reset, .refused, .timedOut, .unreachable, .aborted, .addressGone, .notConnected:
      try? end.host.release(handle, at: moment)
    default:
      break
    }
  }

  private func options() -> ConnectionOptions {
    var options = ConnectionOptions()
    options.isNagleEnabled = below(2) == 0
    options.isKeepAliveEnabled = below(4) == 0
    options.keepAliveIdle = .seconds(1 + below(100))
    options.keepAliveInterval = .seconds(below(10))
    options.keepAliveProbes = UInt8(below(4))
    if below(2) == 0 { return options }
    options.offersTimestamps = below(3) > 0
    options.offersSACK = below(3) > 0
    options.offersWindowScale = below(3) > 0
    options.maximumSegmentSize = pick([0, 0, 1, 64, 500, 65_535])
    options.minimumTimeout = .milliseconds(pick([0, 1, 200, 1_000, 100_000]))
    options.retransmissionTimeLimit = .seconds(pick([100, 100, 100, 1, 0]))
    options.handshakeLimit = .seconds(pick([180, 180, 1]))
    options.userTimeout = below(8) == 0 ? .seconds(below(50)) : .unlimited
    options.finWait2Limit = .seconds(pick([0, 5, 60]))
    options.acknowledgmentDelay = .milliseconds(pick([0, 1, 40, 499, 9_999]))
    options.dscp = UInt8(below(256))
    options.hopLimit = UInt8(below(256))
    options.softErrorRetransmissions = UInt8(below(4))
    return options
  }

  private func remote(_ end: AdversaryChaosEnd) -> Endpoint {
    let strange: [Address] = [
      .anyIPv4, .anyIPv6, Address(255, 255, 255, 255), Address(192, 0, 2, 255), Address(224, 0, 0, 5),
      Address(high: 0xFF02_0000_0000_0000, low: 1), Address(203, 0, 113, 1), Address(127, 0, 0, 1),
    ]
    let address =
      below(10) == 0
      ? pick(strange) : pick((below(6) == 0 ? end : end === ends[0] ? ends[1] : ends[0]).addresses)
    return Endpoint(address, UInt16(below(12) > 0 ? 80 : pick([81, 2_000, 0])))
  }

  private func open(_ end: AdversaryChaosEnd) throws(CallError) {
    note = "connect"
    let local: Endpoint? =
      below(3) > 0
      ? nil : Endpoint(pick(end.addresses + [.anyIPv4, .anyIPv6]), UInt16(pick([0, 80, 2_000])))
    let made = try end.host.connect(
      to: remote(end), from: local, interface: below(8) == 0 ? below(4) - 1 : 0,
      ringClass: below(8) == 0 ? below(3) : 0,
      options: options(), at: moment)
    remember(made, end)
  }

  private func listen(_ end: AdversaryChaosEnd) throws(CallError) {
    note = "listen"
    let address = below(2) == 0 ? Address.anyIPv6 : pick(end.addresses)
    let made = try end.host.listen(
      Endpoint(address, UInt16(pick([80, 80, 81, 0]))), family: pick([.ipv4, .ipv6, .both, .both]),
      backlog: pick([1, 2, 2, 8, 0, Int.max]), ringClass: pick([0, 0, 0, 0, 1, -1]), options: options())
    end.listeners.append(made)
    if end.listeners.count > 4 { end.listeners.removeFirst() }
  }

  private func accept(_ end: AdversaryChaosEnd, _ handle: Handle) throws(CallError) {
    note = "accept"
    remember(try end.host.accept(handle), end)
  }

  /// Fetches events; accepting is one of them.
  private func hear(_ end: AdversaryChaosEnd) {
    note = "nextEvent"
    for _ in 0..<(1 + below(5)) {
      guard let event = end.host.nextEvent() else { return }
      if event.kinds.contains(.accepted) { remember(event.handle, end) }
    }
  }

  private func write(_ end: AdversaryChaosEnd, _ handle: Handle) throws(CallError) {
    note = "write"
    let count = pick([0, 1, 30, 500, 4_000])
    if below(4) == 0 {
      try end.fill(handle, count, at: moment)
    } else {
      try end.write(handle, count, isUrgent: below(6) == 0, at: moment)
    }
  }

  private func read(_ end: AdversaryChaosEnd, _ handle: Handle) throws(CallError) -> String? {
    note = "read"
    return try end.read(handle, pick([0, 1, 30, 4_000]), inPlace: below(3) == 0, at: moment)
  }

  /// The walk over all handles ends, and each names something.
  private func walk(_ end: AdversaryChaosEnd) {
    note = "nextHandle"
    var cursor = pick([0, 0, 3, 1_000])
    for _ in 0..<100 {
      guard let handle = end.host.nextHandle(&cursor) else { return }
      remember(handle, end)
    }
  }
}
