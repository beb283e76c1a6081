import TCPCore

// The user's side, and ICMP.
extension ConnectionRun {
  mutating func write(_ octets: InlineArray<8, UInt8>) {
    guard let handle else { return }
    EventPairs.note(.send, model.state)
    var count = Int(octets[1])
    if octets[1] > 200 { count = ScriptTable.writes[Int(octets[1] - 201) % ScriptTable.writes.count] }
    let isUrgent = octets[2] & 1 != 0
    let isInPlace = octets[2] & 2 != 0 && !isUrgent
    let isMore = octets[2] & 4 != 0
    let text = ReferenceConnection.userText(model.written, count)
    let room = fixture.configuration.ringClass(0).sendCapacity - (model.written - model.acknowledgedText)
    do throws(CallError) {
      let taken: Int
      if isInPlace {
        taken = unsafe try fixture.host.withWritable(handle, isMoreComing: isMore, at: instant) {
          first, second in
          let total = min(count, first.count + second.count)
          let head = min(total, first.count)
          // What is lent has room for the two parts.
          if let base = first.baseAddress { unsafe text.part(0, head).copy(to: base) }
          // As said above.
          if let base = second.baseAddress { unsafe text.part(head, total).copy(to: base) }
          return total
        }
      } else {
        taken = unsafe try fixture.host.write(
          handle, text.buffer.bytes, isUrgent: isUrgent, isMoreComing: isMore, at: instant)
      }
      require("write is refused where nothing may be sent", model.sendError == nil)
      require(
        "write takes what there is room for", taken == min(count, room), "\(taken) of \(count) into \(room)")
      model.wrote(taken, isUrgent: isUrgent, at: now)
      model.isMoreComing = isMore
      // A user that fills the ring in place has no other way to say that there is more.
      let isFull = taken == room && room > 0
      if isInPlace ? isFull : taken < count { model.wantsSendSpace = true }
    } catch {
      let expected = model.sendError ?? .wouldBlock
      require("write fails as the state says", error == expected, "\(error) instead of \(expected)")
      require("write blocks only on a full ring", error != .wouldBlock || room == 0)
      if error == .wouldBlock { model.wantsSendSpace = true }
    }
  }

  mutating func read(_ octets: InlineArray<8, UInt8>) {
    guard let handle else { return }
    EventPairs.note(.receive, model.state)
    let count = octets[1] == 0 || octets[1] > 200 ? 70_000 : Int(octets[1])
    let expected = min(count, model.unread)
    do throws(CallError) {
      var taken = 0
      if octets[2] & 1 != 0 {
        let shared = shared
        taken = unsafe try fixture.host.withReadable(handle, at: instant) { first, second in
          let total = min(count, first.count + second.count)
          let head = min(total, first.count)
          unsafe shared.text.copyMemory(from: UnsafeRawBufferPointer(rebasing: first[..<head]))
          let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: shared.text[head...])
          unsafe rest.copyMemory(from: UnsafeRawBufferPointer(rebasing: second[..<(total - head)]))
          return total
        }
      } else {
        let buffer = unsafe UnsafeMutableRawBufferPointer(rebasing: shared.text[..<count])
        taken = unsafe try fixture.host.read(handle, into: buffer, at: instant)
      }
      require("read gives what has come", taken == expected && taken > 0, "\(taken) instead of \(expected)")
      let text = unsafe Octets(
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(shared.text)[..<taken]))
      require("read gives the peer's octets", model.isNext(text), "from \(model.consumed) on")
      model.read(taken)
    } catch {
      require("read blocks only where nothing waits", model.unread == 0, "\(error)")
      require(
        "read fails as the state says", error == model.receiveError,
        "\(error) instead of \(model.receiveError)")
    }
  }

  mutating func call(_ code: UInt8, _ argument: UInt8) {
    if code >= 240 { return noteLinkUp(code) }
    switch code % 10 {
    case 0, 1: open(isPassive: code % 10 == 0)
    case 2:
      expectCall(.close, model: { $0.close(at: $1) }) { host, handle, now throws(CallError) in
        try host.close(handle, at: now)
      }
    case 3:
      expectCall(.abort, model: { model, _ in model.abort() }) { host, handle, now throws(CallError) in
        try host.abort(handle, at: now)
      }
    case 4: release()
    case 5: closeListener()
    case 6: turn()
    case 7: askListener(argument)
    case 8: if model.state != .closed { open(isPassive: false) }
    default: askStale()
    }
  }

  /// An outage is over, or so the driver says.
  private mutating func noteLinkUp(_ code: UInt8) {
    do throws(CallError) {
      try fixture.host.noteLinkUp(code == 255 ? 1 : 0, at: instant)
      require("there is one interface", code != 255)
      model.noteLinkUp(at: now)
    } catch {
      require("a link is that of an interface", code == 255 && error == .invalidArgument, "\(error)")
    }
  }

  /// Calls that are meant for connections, on a listener.
  private mutating func askListener(_ code: UInt8) {
    guard let listener else { return }
    var found: CallError?
    var expected = CallError.notSupported
    do throws(CallError) {
      switch code % 5 {
      case 0:
        EventPairs.note(.status, .listen)
        let status = try fixture.host.status(listener)
        return require("a listener listens", status.state == .listen && status.acceptQueueCount == 0)
      case 1:
        EventPairs.note(.send, .listen)
        expected = .remoteUnspecified
        let text = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(shared.text)[..<3])
        _ = unsafe try fixture.host.write(listener, text.bytes, isUrgent: false, at: instant)
      case 2:
        EventPairs.note(.receive, .listen)
        expected = .wouldBlock
        let buffer = unsafe UnsafeMutableRawBufferPointer(rebasing: shared.text[..<3])
        _ = unsafe try fixture.host.read(listener, into: buffer, at: instant)
      case 3:
        EventPairs.note(.abort, .listen)
        try fixture.host.abort(listener, at: instant)
        return forgetListener()
      default:
        EventPairs.note(.open, .listen)
        expected = .connectionExists
        _ = try fixture.host.listen(local, ringClass: ringClass, options: model.firstOptions)
      }
    } catch {
      found = error
    }
    require("a call on a listener fails as the table says", found == expected, "instead of \(expected)")
  }

  private mutating func forgetListener() {
    listener = nil
    model.isListening = false
    if model.isHalfOpen { model.returnToListen() }  // handshakes end with their listener
  }

  /// OPEN, active or passive.
  private mutating func open(isPassive: Bool) {
    EventPairs.note(.open, model.state)
    do throws(CallError) {
      if isPassive {
        let made = try fixture.host.listen(local, ringClass: ringClass, options: model.firstOptions)
        require("one listener for one port", listener == nil)
        listener = made
        model.isListening = true
      } else {
        let made = try fixture.host.connect(
          to: peer, from: local, ringClass: ringClass, options: model.firstOptions, at: instant)
        require("a pair is used once", model.state == .closed, "\(model.state)")
        letGo()
        handle = made
        model.connect(at: now)
      }
    } catch {
      let isInUse = isPassive ? listener != nil : model.state != .closed || model.debts.ownReset != nil
      require("OPEN fails only where the pair is in use", isInUse && error == .connectionExists, "\(error)")
    }
  }

  private mutating func expectCall(
    _ event: EventPairs.Event, model change: (inout ReferenceConnection, UInt64) -> CallError?,
    _ body: (inout TCPHost, Handle, Instant) throws(CallError) -> Void
  ) {
    guard let handle else { return }
    EventPairs.note(event, model.state)
    var found: CallError?
    do throws(CallError) { try body(&fixture.host, handle, instant) } catch { found = error }
    let expected = change(&model, now)
    require(
      "a call fails as the state says", found == expected,
      "\(found.map { "\($0)" } ?? "none") instead of \(expected.map { "\($0)" } ?? "none")")
  }

  private mutating func release() {
    guard let old = handle else { return }
    guard (try? fixture.host.release(old, at: instant)) != nil else {
      violated("a handle that is held can be released")
    }
    model.release(at: now)
    handle = nil
    heard = .none
    var isStale = false
    do throws(CallError) { _ = try fixture.host.status(old) } catch { isStale = error == .staleHandle }
    require("a released handle is stale", isStale || model.state != .closed)
  }

  private mutating func closeListener() {
    guard let old = listener else { return }
    EventPairs.note(.close, .listen)
    guard (try? fixture.host.close(old, at: instant)) != nil else { violated("a listener can be closed") }
    forgetListener()
  }

  /// OPEN, active, on a listener: on an error it stays as it was.
  private mutating func turn() {
    guard let old = listener else { return }
    EventPairs.note(.open, .listen)
    let isFree = model.state == .closed && model.debts.ownReset == nil
    do throws(CallError) {
      let made = try fixture.host.connect(turning: old, to: peer, at: instant)
      require("a pair is used once", isFree)
      letGo()
      handle = made
      listener = nil
      model.isListening = false
      model.connect(at: now)
    } catch {
      require("OPEN fails only where the pair is in use", !isFree && error == .connectionExists, "\(error)")
    }
  }

  /// A handle of another generation is nobody's.
  private mutating func askStale() {
    guard let handle else { return }
    let other = Handle(rawValue: handle.rawValue &+ 2 << 32)
    var found: CallError?
    do throws(CallError) { _ = try fixture.host.status(other) } catch { found = error }
    require("a handle of another generation is stale", found == .staleHandle)
  }
}
