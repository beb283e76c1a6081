import TCPCore

// What the users do, and what they must be answered.
extension LoopbackRun {
  /// Whether the user of a side still holds a connection.
  private func handle(_ side: Int) -> Handle? { fixture.end(side).user.handle }

  /// Why the user may not send, as the state says (RFC 9293 section 3.10.2).
  private func sendError(_ user: LoopbackUser) -> CallError? {
    switch user.state {
    case .closed: CallError(user.endReason)
    case .synSent, .synReceived, .established, .closeWait: user.hasClosed ? .closing : nil
    case .listen, .finWait1, .finWait2, .closing, .lastAck, .timeWait: .closing
    }
  }

  /// Why there is nothing to read once everything was read (RFC 9293 section 3.10.3).
  private func receiveError(_ user: LoopbackUser) -> CallError {
    if user.hasFIN { return .endOfStream }
    return user.state == .closed ? CallError(user.endReason) : .wouldBlock
  }

  /// SEND.
  @_silgen_name("__sanitizer_loopback_write")
  mutating func write(_ side: Int, count: Int, how: UInt8) {
    guard let handle = handle(side) else { return askStale(side) }
    let end = fixture.end(side)
    let isUrgent = how & 1 != 0
    let text = shared.text.octets(end.user.written + 30_000 * side, count)
    let room = end.sendCapacity - (end.user.written - end.user.acknowledged)
    do throws(CallError) {
      let taken: Int
      if how & 2 != 0 {
        taken = try writeInPlace(end, handle, text)
      } else {
        var result: Result<Int, CallError> = .success(0)
        text.withSpan { span in
          do throws(CallError) {
            result = .success(try end.host.write(handle, span, isUrgent: isUrgent, at: instant))
          } catch {
            result = .failure(error)
          }
        }
        taken = try result.get()
      }
      require("write is refused where nothing may be sent", sendError(end.user) == nil)
      require(
        "write takes what there is room for", taken == min(count, room), "\(taken) of \(count) into \(room)")
      if taken < count && how & 2 == 0 || taken == room && how & 2 != 0 { end.user.wantsSendSpace = true }
      end.user.written += taken
    } catch {
      let expected = sendError(end.user) ?? .wouldBlock
      require("write fails as the state says", error == expected, "\(error) instead of \(expected)")
      require("write blocks only on a full ring", error != .wouldBlock || room == 0)
      if error == .wouldBlock { end.user.wantsSendSpace = true }
    }
    end.user.debt += 1
    look(side)
  }

  private func writeInPlace(_ end: LoopbackEnd, _ handle: Handle, _ text: Octets) throws(CallError) -> Int {
    try unsafe end.host.withWritable(handle, at: instant) { first, second in
      let total = min(text.count, first.count + second.count)
      let head = min(total, first.count)
      // Both runs have the room: their counts were looked at.
      if let base = first.baseAddress, head > 0 { unsafe text.part(0, head).copy(to: base) }
      if let base = second.baseAddress, total > head {
        unsafe text.part(head, total).copy(to: base)
      }
      return total
    }
  }

  /// RECEIVE: what is read is what the peer wrote, from where the last read ended.
  @_silgen_name("__sanitizer_loopback_read")
  mutating func read(_ side: Int, count: Int, isInPlace: Bool) {
    guard let handle = handle(side) else { return askStale(side) }
    let end = fixture.end(side)
    let unread = end.user.received - end.user.consumed
    let wanted = count == 0 ? Int.max : count
    let expected = min(wanted, unread)
    do throws(CallError) {
      let taken: Int
      if isInPlace {
        let start = end.user.consumed
        taken = try unsafe end.host.withReadable(handle, at: instant) { first, second in
          let total = min(wanted, first.count + second.count)
          let head = min(total, first.count)
          // Both runs are lent for the length of the closure.
          let one = unsafe Octets(UnsafeRawBufferPointer(rebasing: first[..<head]))
          let two = unsafe Octets(UnsafeRawBufferPointer(rebasing: second[..<(total - head)]))
          compare(one, side, at: start)
          compare(two, side, at: start + head)
          return total
        }
      } else {
        let size = min(wanted, 150_000)
        // The page is as long as any ring.
        let page = unsafe UnsafeMutableRawBufferPointer(rebasing: shared.page[..<size])
        taken = unsafe try end.host.read(handle, into: page, at: instant)
        let found = unsafe Octets(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(page)[..<taken]))
        compare(found, side, at: end.user.consumed)
      }
      require("read gives what has come", taken == expected && taken > 0, "\(taken) instead of \(expected)")
      end.user.consumed += taken
    } catch {
      require("read blocks only where nothing waits", unread == 0, "\(error)")
      let reason = receiveError(end.user)
      require("read fails as the state says", error == reason, "\(error) instead of \(reason)")
    }
    end.user.debt += 1
    look(side)
  }

  /// Octets that were read are the peer's, unless forged text was taken.
  @_silgen_name("__sanitizer_loopback_compare")
  private func compare(_ found: Octets, _ side: Int, at position: Int) {
    if isTainted { return }
    let text = shared.text.octets(position + 30_000 * (1 - side), found.count)
    require("read gives the peer's octets", found.equals(text), "from \(position) on")
  }

  /// CLOSE, ABORT, a release, and calls that must fail.
  mutating func call(_ side: Int, _ code: UInt8) {
    let end = fixture.end(side)
    guard let handle = handle(side) else { return askStale(side) }
    end.user.debt += 1
    switch code & 15 {
    case 0, 1, 2, 3, 4, 5: close(side, handle)
    case 6: abort(side, handle)
    case 7: release(side, handle)
    case 8 where end.user.listener != nil:
      guard let listener = end.user.listener, (try? end.host.close(listener, at: instant)) != nil else {
        violated("a listener can be closed")
      }
      end.user.listener = nil
    default: askStale(side)
    }
    look(side)
  }

  /// CLOSE (RFC 9293 section 3.10.4).
  mutating func close(_ side: Int, _ handle: Handle) {
    let end = fixture.end(side)
    var found: CallError?
    do throws(CallError) { try end.host.close(handle, at: instant) } catch { found = error }
    let expected = end.user.state == .closed ? CallError(end.user.endReason) : sendError(end.user)
    require("close fails as the state says", found == expected)
    if found == nil { end.user.hasClosed = true }
    end.user.debt += 1
    look(side)
  }

  /// ABORT (RFC 9293 section 3.10.5).
  mutating func abort(_ side: Int, _ handle: Handle) {
    let end = fixture.end(side)
    let before = end.user.state
    var found: CallError?
    do throws(CallError) { try end.host.abort(handle, at: instant) } catch { found = error }
    require("abort fails only where all is over", (found != nil) == (before == .closed))
    look(side)
    require("what is aborted is closed", end.user.state == .closed)
    if before != .closed {
      let expected = before == .timeWait ? EndReason.finished : .aborted
      require("an abort is reported as one", end.user.endReason == expected, "\(end.user.endReason)")
    }
  }

  /// The user gives the handle up; from then on it names nothing.
  mutating func release(_ side: Int, _ handle: Handle) {
    let end = fixture.end(side)
    guard (try? end.host.release(handle, at: instant)) != nil else {
      violated("a handle that is held can be released")
    }
    var error: CallError?
    do throws(CallError) { _ = try end.host.status(handle) } catch let thrown { error = thrown }
    require("a released handle is stale", error == .staleHandle)
    if end.user.state != .closed { end.user.isReleased = true }
    end.user.handle = nil
    end.user.debt += 1
  }

  /// Handles that name nothing are refused, and nothing changes.
  private func askStale(_ side: Int) {
    let end = fixture.end(side)
    let before = end.host.digest
    let numbers: [4 of UInt64] = [0, 1, 1 << 32 | 77, UInt64.max]
    for index in 0..<4 {
      var error: CallError?
      let handle = Handle(rawValue: numbers[index])
      do throws(CallError) { try end.host.close(handle, at: instant) } catch let thrown { error = thrown }
      require("a handle that names nothing is stale", error == .staleHandle)
    }
    require("a call that fails changes nothing", end.host.digest == before)
  }

  /// BBR is chosen while the connection runs.
  private mutating func chooseBBR(_ handle: Handle, _ side: Int, _ options: ConnectionOptions) {
    let end = fixture.end(side)
    var options = options
    let wasBBR = (try? end.host.status(handle).congestionControl) == .bbr
    options.congestionControl = .bbr
    let before = end.host.digest
    do throws(CallError) {
      try end.host.setOptions(handle, options, at: instant)
      require("BBR needs delivery rates", choice.samplesDeliveryRate)
      // Where it had been chosen before it goes on, and may restore the window that ProbeRTT has taken down.
      if !wasBBR { bounds[side].largestWindow = (try? end.host.status(handle).congestionWindow) ?? 0 }
    } catch {
      require(
        "BBR needs delivery rates",
        error == .notSupported && !choice.samplesDeliveryRate && end.host.digest == before)
    }
    end.user.debt += 1
    look(side)
  }

  mutating func setOptions(_ side: Int, _ code: UInt8) {
    guard let handle = handle(side) else { return }
    let end = fixture.end(side)
    do throws(CallError) {
      var options = try end.host.options(handle)
      switch code & 7 {
      case 0: options.isNagleEnabled.toggle()
      case 1: options.acknowledgmentDelay = .milliseconds(code & 8 == 0 ? 0 : 400)
      case 2: options.retransmissionTimeLimit = code & 8 == 0 ? .unlimited : .seconds(4)
      case 3: options.finWait2Limit = .seconds(1)
      case 4:
        options.isKeepAliveEnabled.toggle()
        options.keepAliveIdle = .seconds(20)
        options.keepAliveInterval = .seconds(2)
      case 5: options.userTimeout = code & 8 == 0 ? .seconds(5) : .unlimited
      case 6: options.minimumTimeout = code & 8 == 0 ? .milliseconds(1) : .seconds(1)
      case 7 where code & 8 != 0:
        options.congestionControl = options.congestionControl == .cubic ? .newReno : .cubic
        bounds[side].hasSwitched = true
        if code & 0x10 != 0 { return chooseBBR(handle, side, options) }
      case 7 where code & 0x10 != 0:
        let policies: [4 of UserTimeoutPolicy] = [.off, .adopt, .exchange, .exchange]
        options.userTimeoutPolicy = policies[Int(code >> 5 & 3)]
        if code & 0x80 != 0 { options.retransmissionTimeLimit = .seconds(200) }
      default: options.maximumSegmentSize = 100
      }
      try end.host.setOptions(handle, options, at: instant)
    } catch {
      violated("options can be set while the handle is held", "\(error)")
    }
    end.user.debt += 1
    look(side)
  }
}
