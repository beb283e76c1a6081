import TCPCore
import TCPOracle

// What the programs ask their hosts for.
extension HostPair {
  /// Who listens first, listens from the beginning.
  func listenFirst(_ scenario: Scenario) {
    for side in 0..<2 where scenario.program(side).calls.first == .listen {
      do { try call(side, scenario) } catch { preconditionFailure(error.message) }
      takeEvents(side, scenario)
    }
  }

  /// The next call of a program is made.
  func call(_ user: Int, _ scenario: Scenario) throws(Problem) {
    state.pointee.hasHash[user & 1] = false
    let call = scenario.program(user).calls[Int(state.pointee.users[user].cursor)]
    var isDone = true
    do throws(CallError) {
      isDone = try make(call, user, scenario)
    } catch {
      // A connection that is over tells so to who uses it.
      guard state.pointee.users[user].isOver, call != .connect, call != .listen else {
        throw Problem("a call that may be made succeeds", "\(call): \(error)")
      }
    }
    guard isDone else { return }
    state.pointee.users[user].cursor += 1
    state.pointee.users[user].taken = 0
  }

  /// - Returns: whether the call has done all that it is for.
  private func make(_ call: Call, _ user: Int, _ scenario: Scenario) throws(CallError) -> Bool {
    let side = user & 1
    var host = host(side)
    let handle = Handle(rawValue: state.pointee.users[user].handle)
    switch call {
    case .listen:
      state.pointee.users[user].listener = try host.listen(
        HostPair.endpoint(user), backlog: 1, options: HostPair.options(scenario.settings)
      ).rawValue
    case .closeListener:
      try host.close(Handle(rawValue: state.pointee.users[user].listener), at: now)
    case .connect:
      // The clock of initial sequence numbers has gone on since the last SYN.
      state.pointee.now += 1_000
      state.pointee.hasHash[1 - side] = false
      let made = try host.connect(
        to: HostPair.endpoint(user ^ 1), from: HostPair.endpoint(user),
        options: HostPair.options(scenario.settings),
        at: now)
      hold(made, user)
    case .write(let total):
      return try write(total, user, handle)
    case .close:
      try host.close(handle, at: now)
    case .abort:
      state.pointee.users[user].hasAborted = true
      try host.abort(handle, at: now)
    case .release:
      try host.release(handle, at: now)
      state.pointee.users[user].handle = 0
      state.pointee.users[user].mayRead = false
      takeWaiting(user)
    case .reboot:
      do { try makeHost(side, scenario.settings) } catch { preconditionFailure("a host was made before") }
      let cursor = state.pointee.users[user].cursor
      state.pointee.users[user] = UserState()
      state.pointee.users[user].cursor = cursor
      state.pointee.peers[user] = StrictPeer()
    case .accept: break  // what follows fetches the events
    case .awaitOpen, .awaitEnd, .awaitClosed:
      preconditionFailure("a wait is no call")
    }
    return true
  }

  private func write(_ total: Int, _ user: Int, _ handle: Handle) throws(CallError) -> Bool {
    var host = host(user & 1)
    let (written, taken) = (state.pointee.users[user].written, state.pointee.users[user].taken)
    let wanted = total - Int(taken)
    var octets = [16 of UInt8](repeating: 0)
    for index in 0..<wanted { octets[index] = HostPair.octet(Int(written) + index, from: user) }
    let span = octets.span.bytes.extracting(0..<wanted)
    let hasRoom = try host.readiness(handle).contains(.writable)
    var count = 0
    do throws(CallError) {
      count = try host.write(handle, span, at: now)
    } catch .wouldBlock where !hasRoom {}
    state.pointee.users[user].written += UInt16(count)
    state.pointee.users[user].taken += UInt8(count)
    // What did not fit is reported when there is room.
    if count < wanted { state.pointee.users[user].mayWrite = false }
    return count == wanted
  }

  /// A program reads until there is nothing, or one piece.
  func read(_ user: Int, _ scenario: Scenario) throws(Problem) {
    state.pointee.hasHash[user & 1] = false
    let most = scenario.program(user).readSize
    var host = host(user & 1)
    let handle = Handle(rawValue: state.pointee.users[user].handle)
    for _ in 0..<32 {
      var octets = [16 of UInt8](repeating: 0)
      let count: Int
      do throws(CallError) {
        count = try withUnsafeMutableBytes(of: &octets) { buffer throws(CallError) in
          try host.read(
            handle, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<(most == 0 ? 16 : most)]), at: now
          )
        }
      } catch .wouldBlock {
        state.pointee.users[user].mayRead = false
        return
      } catch {
        state.pointee.users[user].mayRead = false
        state.pointee.users[user].hasReadEnd = error == .endOfStream || state.pointee.users[user].isOver
        if !state.pointee.users[user].hasReadEnd {
          throw Problem("what was reported can be read", "\(error)")
        }
        return
      }
      try compare(octets, count, user)
      guard most == 0 else {
        if let readiness = try? host.readiness(handle), !readiness.contains(.readable) {
          state.pointee.users[user].mayRead = false
        }
        return
      }
    }
    throw Problem("reading comes to an end")
  }

  private func compare(_ octets: [16 of UInt8], _ count: Int, _ user: Int) throws(Problem) {
    let position = Int(state.pointee.users[user].read)
    state.pointee.users[user].read += UInt16(count)
    if state.pointee.isCorrupted { return }
    for index in 0..<count where octets[index] != HostPair.octet(position + index, from: 1 - user & 1) {
      throw Problem("what is read is what was written", "octet \(position + index)")
    }
    guard position + count <= Int(state.pointee.users[user ^ 1].written) else {
      throw Problem("no more is read than was written", "\(position + count)")
    }
  }
}
