import TCPCore

// The user's calls (RFC 9293 sections 3.10.1 to 3.10.6). Each says which error is thrown, or does what it
// does.
extension ReferenceConnection {
  /// OPEN, active.
  mutating func connect(at now: UInt64) {
    begin(passive: false, at: now)
    state = .synSent
    usesTimestamps = offered.offersTimestamps  // what a segment has room for, as far as anybody knows
    debts.synchronize = true
  }

  /// The error of calls on a connection that is over.
  private var endError: CallError {
    switch endReason {
    case .none, .finished: .notConnected
    case .reset: .reset
    case .refused: .refused
    case .timedOut: .timedOut
    case .unreachable: .unreachable
    case .aborted: .aborted
    case .addressGone: .addressGone
    }
  }

  /// Why the user may not send.
  var sendError: CallError? {
    switch state {
    case .closed: endError
    case .listen: .notSupported
    case .synSent, .synReceived, .established, .closeWait: isFINQueued ? .closing : nil
    case .finWait1, .finWait2, .closing, .lastAck, .timeWait: .closing
    }
  }

  /// Why there is nothing to read.
  var receiveError: CallError {
    if isFinishReceived { return .endOfStream }
    return state == .closed ? endError : .wouldBlock
  }

  /// SEND took `count` octets.
  mutating func wrote(_ count: Int, isUrgent: Bool, at now: UInt64) {
    written += count
    stirredAt = now
    if isUrgent && count > 0 { urgentWritten = written }
  }

  /// RECEIVE gave `count` octets.
  mutating func read(_ count: Int) {
    consumed += count
    guard count > 0 else { return }
    debts.mayAcknowledge = true
    // A window that was shut, and has all its room again, is reported (RFC 9293 section 3.8.6.2.2).
    let isReceiving = state == .established || state == .finWait1 || state == .finWait2
    if isReceiving && receiveWindow == 0 && unread == 0 && finish == nil { debts.acknowledgment = true }
    if urgent != nil && urgentCount == 0 { urgent = nil }
  }

  /// CLOSE.
  mutating func close(at now: UInt64) -> CallError? {
    isMoreComing = false
    switch state {
    case .closed: return endError
    case .listen: return .notSupported
    case .synSent: end(.aborted)
    case .synReceived:
      if isFINQueued { return .closing }
      isFINQueued = true
    case .established:
      isFINQueued = true
      state = .finWait1
    case .closeWait:
      isFINQueued = true
      state = .lastAck
    case .finWait1, .finWait2, .closing, .lastAck, .timeWait: return .closing
    }
    stirredAt = now
    return nil
  }

  /// ABORT.
  mutating func abort() -> CallError? {
    switch state {
    case .closed: return endError
    case .timeWait:
      end(.finished)
      return nil
    case .synReceived, .established, .finWait1, .finWait2, .closeWait:
      debts.ownReset = ownReset
    case .listen, .synSent, .closing, .lastAck: break
    }
    end(.aborted)
    return nil
  }

  /// The handle is given up.
  mutating func release(at now: UInt64) {
    isReleased = true
    releasedAt = now
    events = .none
    switch state {
    case .synReceived, .established, .finWait1, .finWait2, .closeWait, .closing, .lastAck:
      if unread > 0 {
        // RFC 1122 section 4.2.2.13: the peer should know that text was lost.
        debts.ownReset = ownReset
        end(.aborted)
      } else {
        _ = close(at: now)
        updateFinWait2(at: now)
      }
    case .synSent: end(.aborted)
    case .closed, .listen, .timeWait: break
    }
    events = .none
  }

  /// An ICMP error about an octet that was sent (RFC 5927, RFC 1122 section 4.2.3.9).
  mutating func report(_ kind: ICMPErrorKind, at now: UInt64) {
    switch kind {
    case .refused where state == .synSent: end(.refused)
    case .refused, .unreachable, .timeExceeded, .parameterProblem:
      if options.reportsSoftErrors { events = events | .softError }
    case .tooBig: recovery = next  // what was too long goes again, in smaller pieces
    case .sourceQuench: break
    }
  }

  /// The driver says that the link is back: what was doubled is plain for once, and what is tried then has
  /// time for an answer.
  mutating func noteLinkUp(at now: UInt64) {
    triedUntil = now + estimator.noteLinkUp(quietSince: quietSince, options, at: now)
    probeLimit = options.minimumTimeout.microseconds
  }
}
