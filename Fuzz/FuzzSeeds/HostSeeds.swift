/// Tapes for one host with many peers. The comments name the rows of robustness_cases.tsv.
let hostSeeds: [Seed] =
  HostTape.peerTapes + HostTape.tableTapes + HostTape.strangeTapes + HostTape.openTapes + HostTape.handleTapes
  + HostTape.surroundingsTapes + HostTape.restTapes + HostTape.snapshotTapes + HostTape.questionTapes
  + HostTape.defectTapes + HostTape.errorTapes + HostTape.rareTapes + HostTape.waitingTapes

extension HostTape {
  static let peerTapes = [
    Seed("one-connection", tape(handshake(0, text: 5), read(0), write(0, 4), peer(0, .acknowledge))),
    Seed(
      "one-connection-over-ipv6", tape(handshake(1, text: 5), read(0), write(0, 4), peer(1, .acknowledge))),
    // ROB-060
    Seed(
      "link-local-peer",
      tape(handshake(3, text: 5), read(0), peer(3, .finish), close(0), peer(3, .acknowledge))
    ),
    Seed(
      "link-local-peer-on-the-other-interface",
      tape(handshake(3), peer(3, .push, text: 5, isElsewhere: true), peer(3, .push, text: 5))),
    Seed("four-connections", tape(handshake(0), handshake(1), handshake(2), handshake(3))),
    // PEER-01
    Seed(
      "old-acknowledgment-with-text", tape(handshake(0), peer(0, .push, acknowledgment: -1, text: 9), read(0))
    ),
    // ROB-082, CVE-15
    Seed("reset-in-the-window", tape(handshake(0), peer(0, .reset, sequence: 5), peer(0, .reset), read(0))),
    // ROB-079
    Seed(
      "syn-on-a-connection", tape(handshake(0), peer(0, .synchronize, sequence: 9), peer(0, .synchronize))),
    // CVE-18
    Seed(
      "every-flag-to-a-listener",
      tape(
        step(.peer, 0, 0xBF), step(.peer, 0, 0x80), step(.peer, 0, 0x83), step(.peer, 0, 0x86),
        step(.peer, 1, 0xB9))),
    Seed(
      "numbers-near-the-wrap",
      tape(rings: 2, isNearWrap: true, handshake(0, text: 200), handshake(2, text: 9))),
  ]

  static let tableTapes = [
    // CVE-21, PEER-10
    Seed("flood-of-syns", tape(flood(0, count: 16), handshake(2), pause(8))),
    // PEER-05
    Seed("syn-and-then-silence", tape(peer(0, .synchronize), pause(8, byDeadlines: true))),
    Seed(
      "oldest-handshake-recycled",
      tape(listen(12, backlog: 3), flood(0, count: 2), peer(8, .synchronize), peer(9, .synchronize))),
    Seed("syn-again", tape(peer(0, .synchronize), peer(0, .synchronize), peer(0, .acknowledge))),
    // ROB-096
    Seed("syn-again-while-it-waits", tape(handshake(0), peer(0, .synchronize), step(.accept, first))),
    Seed("another-syn-in-the-window", tape(peer(0, .synchronize), peer(0, .synchronize, sequence: 20))),
    Seed("reset-of-a-handshake", tape(peer(0, .synchronize), peer(0, .reset, sequence: 1), peer(0, .reset))),
    Seed(
      "backlog-full-of-connections",
      tape(
        step(.handshake, 0, flags: unheard), step(.handshake, 2, flags: unheard),
        step(.handshake, 4, flags: unheard),
        step(.accept, first), handshake(4))),
    Seed(
      "ring-class-full",
      tape(listen(12, backlog: 3, ringClass: 1), handshake(8), handshake(9), release(0), handshake(9))),
    Seed(
      "reply-queue-full",
      tape(
        step(.peer, 8, 1, flags: held), step(.peer, 9, 1, flags: held), step(.peer, 10, 1, flags: held),
        step(.peer, 11, 1))),
  ]

  static let strangeTapes = [
    // ROB-013
    Seed("syn-to-the-broadcast-address", tape(peer(0, .synchronize, oddity: 0x01))),
    Seed(
      "syn-to-a-multicast-address",
      tape(peer(0, .synchronize, oddity: 0x11), peer(1, .synchronize, oddity: 0x01))),
    // ROB-066
    Seed("text-to-the-limited-broadcast-address", tape(peer(0, .push, text: 3, oddity: 0x21))),
    Seed(
      "syn-to-an-address-that-is-not-ours",
      tape(peer(0, .synchronize, oddity: 0x31), peer(1, .push, oddity: 0x21))),
    Seed(
      "syn-from-a-multicast-address",
      tape(peer(0, .synchronize, oddity: 0x12), peer(1, .synchronize, oddity: 0x02))),
    Seed("syn-from-nobody", tape(peer(0, .synchronize, oddity: 0x42), peer(1, .synchronize, oddity: 0x12))),
    Seed("syn-from-port-0", tape(peer(0, .synchronize, oddity: 0x03))),
    Seed("damaged-text", tape(handshake(0), peer(0, .push, text: 9, isDamaged: true))),
    Seed(
      "octets-of-no-protocol", tape(step(.noise, 40, 0x45, 1, 2, 3, 1), step(.noise, 70, 0x60, 0, 0, 6, 2, 3))
    ),
    // ROB-351
    Seed("fin-for-nobody", tape(peer(8, .finish), peer(8, .reset), peer(8, .nothing))),
  ]

  static let openTapes = [
    Seed(
      "active-open-answered",
      tape(
        step(.connect, 0), peer(16, .synchronizeAnswer), write(0, 4), peer(16, .acknowledge),
        peer(16, .finish))
    ),
    Seed("active-open-refused", tape(step(.connect, 1), peer(16, .resetAnswer))),
    // ROB-016
    Seed("active-open-never-answered", tape(step(.connect, 2), pause(11, byDeadlines: true))),
    // ROB-343
    Seed(
      "every-ephemeral-port",
      tape(
        step(.connect, 0), step(.connect, 0), step(.connect, 0), step(.connect, 0, 0, 0, 1), step(.connect, 0)
      )),
    Seed("open-of-a-pair-in-use", tape(handshake(0), step(.connect, 0, 3), release(0), step(.connect, 0, 3))),
    // ROB-095
    Seed("open-without-an-address", tape(step(.address, 0), step(.connect, 0, 1), step(.connect, 0))),
    Seed(
      "open-and-a-syn-crosses",
      tape(hasListener: false, step(.connect, 0, 3), peer(0, .synchronize), peer(0, .synchronizeAnswer))),
    Seed(
      "listeners-that-overlap",
      tape(listen(4), listen(0), listen(0), listen(12), step(.closeListener, 0), listen(4, family: 1))),
    Seed(
      "listener-of-one-address-before-one-of-any", tape(listen(0, backlog: 1), handshake(0), handshake(4))),
    Seed(
      "listener-of-one-family", tape(hasListener: false, listen(4, family: 1), handshake(0), handshake(1))),
  ]

  static let handleTapes = [
    Seed(
      "stale-handles",
      tape(handshake(0), step(.stale, 0, 0), release(0), step(.stale, 0, 3), step(.stale, 0, 2, 1, 0))),
    Seed("guessed-handle-of-a-handshake", tape(peer(0, .synchronize), step(.stale, 0, 2, 1, 4))),
    Seed(
      "listener-closed-with-handshakes",
      tape(peer(0, .synchronize), step(.closeListener, first), peer(0, .acknowledge))),
    Seed(
      "listener-closed-with-connections-that-wait",
      tape(
        step(.handshake, 0, flags: unheard), step(.handshake, 2, flags: unheard), step(.closeListener, first))
    ),
    // ROB-088
    Seed("released-in-fin-wait-2", tape(handshake(0), release(0), peer(0, .acknowledge), pause(9))),
    Seed("released-and-sent-again", tape(handshake(0), release(0), pause(9, byDeadlines: true))),
    Seed("text-for-a-released-handle", tape(handshake(0), release(0), peer(0, .push, text: 5))),
    Seed("released-with-text-unread", tape(handshake(0, text: 9), release(0), peer(0, .acknowledge))),
    Seed("slot-used-again", tape(handshake(0), abort(0), release(0), handshake(0), step(.stale, 0, 1))),
  ]

  static let surroundingsTapes = [
    Seed(
      "address-gone-with-a-connection",
      tape(handshake(0), handshake(1), step(.address, 0), step(.address, 1), read(0))),
    Seed(
      "address-gone-with-a-handshake",
      tape(peer(0, .synchronize), step(.address, 0), step(.address, 0), peer(0, .acknowledge))),
    Seed(
      "address-gone-in-time-wait",
      tape(handshake(0), close(0), peer(0, .finish), step(.address, 0), pause(12))),
    // ROB-171
    Seed(
      "mtu-at-its-bounds",
      tape(
        handshake(0), step(.interface, 1, 3), step(.interface, 1, 5), step(.interface, 2, 7),
        step(.interface, 0, 0))),
    Seed(
      "mtu-falls-with-text-waiting",
      tape(
        rings: 2, handshake(0), write(0, 100), step(.address, 1), step(.interface, 1, 3),
        peer(0, .acknowledge))
    ),
    Seed(
      "moved-in-the-middle",
      tape(
        handshake(0, text: 9), peer(2, .synchronize), step(.move), peer(2, .acknowledge), read(0), step(.move)
      )),
    // ROB-252
    Seed("idle-for-a-month", tape(handshake(0), pause(15), peer(0, .push, text: 4), read(0))),
  ]

  static let restTapes = [
    // ROB-258
    Seed(
      "active-close",
      tape(handshake(0), close(0), peer(0, .acknowledge), peer(0, .finish), pause(12, byDeadlines: true))),
    Seed("passive-close", tape(handshake(0), peer(0, .finish), read(0), close(0), peer(0, .acknowledge))),
    Seed(
      "table-of-those-that-rest-is-full",
      tape(
        handshake(0), close(0), peer(0, .finish), handshake(1), close(1), peer(1, .finish), handshake(2),
        close(2),
        peer(2, .finish))),
    // ROB-093
    Seed(
      "syn-on-a-pair-that-rests",
      tape(
        handshake(0), close(0), peer(0, .finish), release(0), peer(0, .synchronize, sequence: 100), pause(12))
    ),
    Seed(
      "syn-from-elsewhere-on-a-pair-that-rests",
      tape(
        handshake(0), close(0), peer(0, .finish), release(0),
        peer(0, .synchronize, sequence: 100, isElsewhere: true))),
    // ROB-268
    Seed(
      "fin-again",
      tape(handshake(0), close(0), peer(0, .finish), pause(7), peer(0, .finish, sequence: -1), pause(12))),
    // CVE-20
    Seed(
      "peer-vanishes-in-last-ack",
      tape(handshake(0), peer(0, .finish), close(0), pause(11, byDeadlines: true))),
  ]
}
