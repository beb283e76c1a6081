import TCPCore

// The model of SYNs that wait for the program.
extension HostRun {
  /// An event tells of a SYN that waits: each once, in the order in which they came.
  mutating func takeRequest(_ handle: Handle) {
    guard let request = try? fixture.host.request(handle) else {
      violated("what is asked for is there")
    }
    for index in 0..<handshakeCount where handshakes[index].isHeld && handshakes[index].request == nil {
      let half = handshakes[index]
      require("SYNs are reported in the order in which they came", request.tuple == half.tuple)
      require(
        "a SYN that waits says who asks whom, and until when",
        request.listener.rawValue == half.listener && request.interface == half.interface
          && request.deadline.microseconds == half.expiresAt)
      handshakes[index].request = handle
      return
    }
    violated("a SYN that waits is reported once", "\(request.tuple)")
  }

  /// Every event was fetched.
  func checkRequests() {
    for index in 0..<handshakeCount where handshakes[index].isHeld {
      require("a SYN that waits is reported", handshakes[index].request != nil)
    }
  }

  /// The program answers a SYN, refuses it with a reset, or in silence.
  mutating func decide(on number: Int, _ verdict: Int) {
    guard handshakeCount > 0 else { return }
    let index = number % handshakeCount
    guard let handle = handshakes[index].request else { return }
    let isHeld = handshakes[index].isHeld
    let before = isHeld ? 0 : fixture.host.digest
    do throws(CallError) {
      switch verdict {
      case 2: try fixture.host.refuse(handle, at: instant)
      case 3: try fixture.host.refuse(handle, isSilent: true, at: instant)
      default: try fixture.host.answer(handle, at: instant)
      }
      require("only a SYN that waits is decided on", isHeld)
      if verdict == 2 { debt += 1 }
      var half = handshakes[index]
      removeHandshake(index)
      if verdict >= 2 { return }
      debt += 1
      half.isHeld = false
      half.owesAnswer = true
      half.expiresAt = now + 63_000_000
      handshakes[handshakeCount] = half
      handshakeCount += 1
    } catch {
      require("what was decided on is stale", error == .staleHandle && !isHeld, "\(error)")
      require("a decision that comes twice changes nothing", fixture.host.digest == before)
    }
  }
}
