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
  func call(_ side: Int, _ scenario: Scenario) throws(Problem) {
    state.pointee.hasHash[side] = false
    let call = scenario.program(side).calls[Int(state.pointee.users[side].cursor)]
    var isDone = true
    do throws(CallError) {
      isDone = try make(call, side, scenario)
    } catch {
      // A connection that is over tells so to who uses it.
      let user = state.pointee.users[side]
      guard user.isOver, call != .connect, call != .listen else {
        throw Problem("a call that may be made succeeds", "\(call): \(error)")
      }
    }
    guard isDone else { return }
    state.pointee.users[side].cursor += 1
    state.pointee.users[side].taken = 0
  }

  /// - Returns: whether the call has done all that it is for.
  private func make(_ call: Call, _ side: Int, _ scenario: Scenario) throws(CallError) -> Bool {
    var host = host(side)
    let handle = Handle(rawValue: state.pointee.users[side].handle)
    switch call {
    case .listen:
      state.pointee.users[side].listener = try host.listen(
        HostPair.endpoint(side), backlog: 1, options: HostPair.options(scenario.settings)
      ).rawValue
    case .closeListener:
      try host.close(Handle(rawValue: state.pointee.users[side].listener), at: now)
    case .connect:
      // The clock of initial sequence numbers has gone on since the last SYN.
      state.pointee.now += 1_000
      state.pointee.hasHash[1 - side] = false
      let made = try host.connect(
        to: HostPair.endpoint(1 - side), from: HostPair.endpoint(side),
        options: HostPair.options(scenario.settings),
        at: now)
      hold(made, side)
    case .write(let total):
      return try write(total, side, handle)
    case .close:
      try host.close(handle, at: now)
    case .abort:
      state.pointee.users[side].hasAborted = true
      try host.abort(handle, at: now)
    case .release:
      try host.release(handle, at: now)
      state.pointee.users[side].handle = 0
      state.pointee.users[side].mayRead = false
      takeWaiting(side)
    case .reboot:
      do { try makeHost(side, scenario.settings) } catch { preconditionFailure("a host was made before") }
      let cursor = state.pointee.users[side].cursor
      state.pointee.users[side] = UserState()
      state.pointee.users[side].cursor = cursor
      state.pointee.peers[side] = StrictPeer()
    case .awaitOpen, .awaitEnd, .awaitClosed:
      preconditionFailure("a wait is no call")
    }
    return true
  }

  private func write(_ total: Int, _ side: Int, _ handle: Handle) throws(CallError) -> Bool {
    var host = host(side)
    let user = state.pointee.users[side]
    let wanted = total - Int(user.taken)
    var octets = [16 of UInt8](repeating: 0)
    for index in 0..<wanted { octets[index] = HostPair.octet(Int(user.written) + index, from: side) }
    let span = octets.span.bytes.extracting(0..<wanted)
    let hasRoom = try host.readiness(handle).contains(.writable)
    var count = 0
    do throws(CallError) {
      count = try host.write(handle, span, at: now)
    } catch .wouldBlock where !hasRoom {}
    state.pointee.users[side].written += UInt16(count)
    state.pointee.users[side].taken += UInt8(count)
    // What did not fit is reported when there is room.
    if count < wanted { state.pointee.users[side].mayWrite = false }
    return count == wanted
  }

  /// A program reads until there is nothing, or one piece.
  func read(_ side: Int, _ scenario: Scenario) throws(Problem) {
    state.pointee.hasHash[side] = false
    let most = scenario.program(side).readSize
    var host = host(side)
    let handle = Handle(rawValue: state.pointee.users[side].handle)
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
        state.pointee.users[side].mayRead = false
        return
      } catch {
        state.pointee.users[side].mayRead = false
        state.pointee.users[side].hasReadEnd = error == .endOfStream || state.pointee.users[side].isOver
        if !state.pointee.users[side].hasReadEnd {
          throw Problem("what was reported can be read", "\(error)")
        }
        return
      }
      try compare(octets, count, side)
      guard most == 0 else {
        if let readiness = try? host.readiness(handle), !readiness.contains(.readable) {
          state.pointee.users[side].mayRead = false
        }
        return
      }
    }
    throw Problem("reading comes to an end")
  }

  private func compare(_ octets: [16 of UInt8], _ count: Int, _ side: Int) throws(Problem) {
    let position = Int(state.pointee.users[side].read)
    state.pointee.users[side].read += UInt16(count)
    if state.pointee.isCorrupted { return }
    for index in 0..<count where octets[index] != HostPair.octet(position + index, from: 1 - side) {
      throw Problem("what is read is what was written", "octet \(position + index)")
    }
    guard position + count <= Int(state.pointee.users[1 - side].written) else {
      throw Problem("no more is read than was written", "\(position + count)")
    }
  }
}
