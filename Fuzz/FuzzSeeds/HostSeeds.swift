/// Input scripts for one host with many peers. The comments name the rows of robustness_cases.tsv.
let hostSeeds: [Seed] =
  HostScript.peerScripts + HostScript.tableScripts + HostScript.strangeScripts + HostScript.openScripts
  + HostScript.handleScripts
  + HostScript.surroundingsScripts + HostScript.restScripts + HostScript.snapshotScripts
  + HostScript.questionScripts
  + HostScript.defectScripts + HostScript.errorScripts + HostScript.rareScripts + HostScript.waitingScripts
  + HostScript.cookieScripts + HostScript.requestScripts + HostScript.timeScripts

extension HostScript {
  static let peerScripts = [
    Seed("one-connection", script(handshake(0, text: 5), read(0), write(0, 4), peer(0, .acknowledge))),
    Seed(
      "one-connection-over-ipv6", script(handshake(1, text: 5), read(0), write(0, 4), peer(1, .acknowledge))),
    // ROB-060
    Seed(
      "link-local-peer",
      script(handshake(3, text: 5), read(0), peer(3, .finish), close(0), peer(3, .acknowledge))
    ),
    Seed(
      "link-local-peer-on-the-other-interface",
      script(handshake(3), peer(3, .push, text: 5, isElsewhere: true), peer(3, .push, text: 5))),
    Seed("four-connections", script(handshake(0), handshake(1), handshake(2), handshake(3))),
    // PEER-01
    Seed(
      "old-acknowledgment-with-text",
      script(handshake(0), peer(0, .push, acknowledgment: -1, text: 9), read(0))
    ),
    // ROB-082, CVE-15
    Seed("reset-in-the-window", script(handshake(0), peer(0, .reset, sequence: 5), peer(0, .reset), read(0))),
    // ROB-079
    Seed(
      "syn-on-a-connection", script(handshake(0), peer(0, .synchronize, sequence: 9), peer(0, .synchronize))),
    // CVE-18
    Seed(
      "every-flag-to-a-listener",
      script(
        step(.peer, 0, 0xBF), step(.peer, 0, 0x80), step(.peer, 0, 0x83), step(.peer, 0, 0x86),
        step(.peer, 1, 0xB9))),
    Seed(
      "numbers-near-the-wrap",
      script(rings: 2, isNearWrap: true, handshake(0, text: 200), handshake(2, text: 9))),
  ]

  static let tableScripts = [
    // CVE-21, PEER-10
    Seed("flood-of-syns", script(flood(0, count: 16), handshake(2), pause(8))),
    // PEER-05
    Seed("syn-and-then-silence", script(peer(0, .synchronize), pause(8, byDeadlines: true))),
    Seed(
      "oldest-handshake-recycled",
      script(listen(12, backlog: 3), flood(0, count: 2), peer(8, .synchronize), peer(9, .synchronize))),
    Seed("syn-again", script(peer(0, .synchronize), peer(0, .synchronize), peer(0, .acknowledge))),
    // ROB-096
    Seed("syn-again-while-it-waits", script(handshake(0), peer(0, .synchronize), step(.accept, first))),
    Seed("another-syn-in-the-window", script(peer(0, .synchronize), peer(0, .synchronize, sequence: 20))),
    Seed(
      "reset-of-a-handshake", script(peer(0, .synchronize), peer(0, .reset, sequence: 1), peer(0, .reset))),
    Seed(
      "backlog-full-of-connections",
      script(
        step(.handshake, 0, flags: unheard), step(.handshake, 2, flags: unheard),
        step(.handshake, 4, flags: unheard),
        step(.accept, first), handshake(4))),
    Seed(
      "ring-class-full",
      script(listen(12, backlog: 3, ringClass: 1), handshake(8), handshake(9), release(0), handshake(9))),
    Seed(
      "reply-queue-full",
      script(
        step(.peer, 8, 1, flags: held), step(.peer, 9, 1, flags: held), step(.peer, 10, 1, flags: held),
        step(.peer, 11, 1))),
  ]

  static let strangeScripts = [
    // ROB-013
    Seed("syn-to-the-broadcast-address", script(peer(0, .synchronize, oddity: 0x01))),
    Seed(
      "syn-to-a-multicast-address",
      script(peer(0, .synchronize, oddity: 0x11), peer(1, .synchronize, oddity: 0x01))),
    // ROB-066
    Seed("text-to-the-limited-broadcast-address", script(peer(0, .push, text: 3, oddity: 0x21))),
    Seed(
      "syn-to-an-address-that-is-not-ours",
      script(peer(0, .synchronize, oddity: 0x31), peer(1, .push, oddity: 0x21))),
    Seed(
      "syn-from-a-multicast-address",
      script(peer(0, .synchronize, oddity: 0x12), peer(1, .synchronize, oddity: 0x02))),
    Seed("syn-from-nobody", script(peer(0, .synchronize, oddity: 0x42), peer(1, .synchronize, oddity: 0x12))),
    Seed("syn-from-port-0", script(peer(0, .synchronize, oddity: 0x03))),
    Seed("damaged-text", script(handshake(0), peer(0, .push, text: 9, isDamaged: true))),
    Seed(
      "octets-of-no-protocol",
      script(step(.noise, 40, 0x45, 1, 2, 3, 1), step(.noise, 70, 0x60, 0, 0, 6, 2, 3))
    ),
    // ROB-351
    Seed("fin-for-nobody", script(peer(8, .finish), peer(8, .reset), peer(8, .nothing))),
  ]

  static let openScripts = [
    Seed(
      "active-open-answered",
      script(
        step(.connect, 0), peer(16, .synchronizeAnswer), write(0, 4), peer(16, .acknowledge),
        peer(16, .finish))
    ),
    Seed("active-open-refused", script(step(.connect, 1), peer(16, .resetAnswer))),
    // ROB-016
    Seed("active-open-never-answered", script(step(.connect, 2), pause(11, byDeadlines: true))),
    // ROB-343
    Seed(
      "every-ephemeral-port",
      script(
        step(.connect, 0), step(.connect, 0), step(.connect, 0), step(.connect, 0, 0, 0, 1), step(.connect, 0)
      )),
    Seed(
      "open-of-a-pair-in-use", script(handshake(0), step(.connect, 0, 3), release(0), step(.connect, 0, 3))),
    // ROB-095
    Seed("open-without-an-address", script(step(.address, 0), step(.connect, 0, 1), step(.connect, 0))),
    Seed(
      "open-and-a-syn-crosses",
      script(hasListener: false, step(.connect, 0, 3), peer(0, .synchronize), peer(0, .synchronizeAnswer))),
    Seed(
      "listeners-that-overlap",
      script(listen(4), listen(0), listen(0), listen(12), step(.closeListener, 0), listen(4, family: 1))),
    Seed(
      "listener-of-one-address-before-one-of-any", script(listen(0, backlog: 1), handshake(0), handshake(4))),
    Seed(
      "listener-of-one-family", script(hasListener: false, listen(4, family: 1), handshake(0), handshake(1))),
  ]

  static let handleScripts = [
    Seed(
      "stale-handles",
      script(handshake(0), step(.stale, 0, 0), release(0), step(.stale, 0, 3), step(.stale, 0, 2, 1, 0))),
    Seed("guessed-handle-of-a-handshake", script(peer(0, .synchronize), step(.stale, 0, 2, 1, 4))),
    Seed(
      "listener-closed-with-handshakes",
      script(peer(0, .synchronize), step(.closeListener, first), peer(0, .acknowledge))),
    Seed(
      "listener-closed-with-connections-that-wait",
      script(
        step(.handshake, 0, flags: unheard), step(.handshake, 2, flags: unheard), step(.closeListener, first))
    ),
    // ROB-088
    Seed("released-in-fin-wait-2", script(handshake(0), release(0), peer(0, .acknowledge), pause(9))),
    Seed("released-and-sent-again", script(handshake(0), release(0), pause(9, byDeadlines: true))),
    Seed("text-for-a-released-handle", script(handshake(0), release(0), peer(0, .push, text: 5))),
    Seed("released-with-text-unread", script(handshake(0, text: 9), release(0), peer(0, .acknowledge))),
    Seed("slot-used-again", script(handshake(0), abort(0), release(0), handshake(0), step(.stale, 0, 1))),
  ]

  static let surroundingsScripts = [
    Seed(
      "address-gone-with-a-connection",
      script(handshake(0), handshake(1), step(.address, 0), step(.address, 1), read(0))),
    Seed(
      "address-gone-with-a-handshake",
      script(peer(0, .synchronize), step(.address, 0), step(.address, 0), peer(0, .acknowledge))),
    Seed(
      "address-gone-in-time-wait",
      script(handshake(0), close(0), peer(0, .finish), step(.address, 0), pause(12))),
    // ROB-171
    Seed(
      "mtu-at-its-bounds",
      script(
        handshake(0), step(.interface, 1, 3), step(.interface, 1, 5), step(.interface, 2, 7),
        step(.interface, 0, 0))),
    Seed(
      "mtu-falls-with-text-waiting",
      script(
        rings: 2, handshake(0), write(0, 100), step(.address, 1), step(.interface, 1, 3),
        peer(0, .acknowledge))
    ),
    Seed(
      "moved-in-the-middle",
      script(
        handshake(0, text: 9), peer(2, .synchronize), step(.move), peer(2, .acknowledge), read(0), step(.move)
      )),
    // ROB-252
    Seed("idle-for-a-month", script(handshake(0), pause(15), peer(0, .push, text: 4), read(0))),
  ]

  static let restScripts = [
    // ROB-258
    Seed(
      "active-close",
      script(handshake(0), close(0), peer(0, .acknowledge), peer(0, .finish), pause(12, byDeadlines: true))),
    Seed("passive-close", script(handshake(0), peer(0, .finish), read(0), close(0), peer(0, .acknowledge))),
    Seed(
      "table-of-those-that-rest-is-full",
      script(
        handshake(0), close(0), peer(0, .finish), handshake(1), close(1), peer(1, .finish), handshake(2),
        close(2),
        peer(2, .finish))),
    // ROB-093
    Seed(
      "syn-on-a-pair-that-rests",
      script(
        handshake(0), close(0), peer(0, .finish), release(0), peer(0, .synchronize, sequence: 100), pause(12))
    ),
    Seed(
      "syn-from-elsewhere-on-a-pair-that-rests",
      script(
        handshake(0), close(0), peer(0, .finish), release(0),
        peer(0, .synchronize, sequence: 100, isElsewhere: true))),
    // ROB-268
    Seed(
      "fin-again",
      script(handshake(0), close(0), peer(0, .finish), pause(7), peer(0, .finish, sequence: -1), pause(12))),
    // CVE-20
    Seed(
      "peer-vanishes-in-last-ack",
      script(handshake(0), peer(0, .finish), close(0), pause(11, byDeadlines: true))),
  ]
}
