import TCPCore
import TCPLoopback
import TCPTestSupport
import Testing

/// Both windows shut, both ends probe, and both users read again: whatever is lost or meets on the way, both
/// must have everything in order and close.
@Suite("Both windows shut, and both open again")
struct ShutWindowTests {
  /// Two probes that are lost, or a lost FIN behind shut windows, cost less than that.
  private let limit = Interval.seconds(90)

  private func text(_ side: Int, _ count: Int) -> [UInt8] {
    StreamPattern.octets(count, from: 1_000 * side)
  }

  /// Two of our hosts, or a strict foreign peer and one of them.
  private func conversation(
    _ reading: [ReadingTime], _ endings: [Ending], _ habits: StrictPeerEnd.Habits? = nil
  ) throws -> ShutWindowConversation {
    let words = [text(0, endings[0].count), text(1, endings[1].count)]
    let left: any ShutWindowEnd =
      if let habits {
        StrictPeerEnd(saying: words[0], endings[0], hearing: words[1].count, habits)
      } else {
        try HostEnd(1, connects: true, saying: words[0], endings[0], hearing: words[1].count)
      }
    let right = try HostEnd(2, connects: false, saying: words[1], endings[1], hearing: words[0].count)
    return ShutWindowConversation([left, right], reading: reading)
  }

  /// Plays a conversation; returns how many datagrams it took.
  @discardableResult
  private func end(_ conversation: ShutWindowConversation, _ what: @autoclosure () -> String) -> Int {
    var conversation = conversation
    let time = conversation.play(limit: limit)
    for side in 0..<2 {
      let isWhole = conversation.ends[side].got == text(1 - side, conversation.ends[side].got.count)
      if !isWhole { Issue.record("end \(side) has read something else: \(what())") }
      // Who does not read by the clock may leave the other's window open.
      let waits = conversation.reading.allSatisfy { $0 == .early || $0 == .late }
      if waits && conversation.lost.isEmpty && conversation.probes[side] == 0 {
        Issue.record("end \(side) has not probed: \(what())")
      }
    }
    if time == nil {
      let missing = (0..<2).map { "\(conversation.ends[$0].got.count)" }
      Issue.record("has not ended, and \(missing) octets were read: \(what())")
    }
    return conversation.count
  }

  /// Every combination of endings.
  private static let endings = Ending.allCases.flatMap { left in Ending.allCases.map { [left, $0] } }
  /// Both at once, or one only when it has been heard, so that acknowledgments alone must bring it on.
  private static let heardFirst: [[ReadingTime]] = [
    [.early, .early], [.early, .whenAcknowledged], [.whenAcknowledged, .early],
  ]
  private static let habits = [false, true].flatMap { answersBehind in
    [false, true].map { StrictPeerEnd.Habits(answersBehindProbe: answersBehind, shrinks: $0) }
  }
  /// Who reads when: one after the other, both at once, and around probes that meet.
  private static let readings: [[ReadingTime]] =
    [
      [.early, .early], [.early, .late], [.late, .early], [.ownFirst, .ownSecond], [.peerSecond, .peerFirst],
    ]
    + [
      [.ownFirst, .ownFirst], [.peerFirst, .peerFirst], [.ownFirst, .peerFirst], [.peerFirst, .ownFirst],
    ]

  /// ROB-018: each probe lost or not, each order of reading and of arrival.
  @Test("Two hosts finish whichever probes are lost, and whichever side reads first", arguments: endings)
  func probes(_ endings: [Ending]) throws {
    for reading in ShutWindowTests.readings {
      for order in 0..<2 {
        for mask in 0..<16 {
          var played = try conversation(reading, endings)
          played.first = order
          played.lostProbes = [mask & 3, mask >> 2]
          end(played, "\(reading), first \(order), lost probes \(mask)")
        }
      }
    }
  }

  /// ROB-018
  @Test("Two hosts come to an end whichever datagram is lost", arguments: endings)
  func singleLosses(_ endings: [Ending]) throws {
    for reading in [[ReadingTime.early, .late], [.late, .early], [.peerFirst, .peerFirst]]
      + ShutWindowTests.heardFirst
    {
      for order in 0..<2 {
        var whole = try conversation(reading, endings)
        whole.first = order
        let count = end(whole, "\(reading), nothing lost")
        for number in 0..<count {
          var played = try conversation(reading, endings)
          played.first = order
          played.lost = [number]
          end(played, "\(reading), first \(order), \(number) lost")
        }
      }
    }
  }

  /// ROB-018
  @Test("Two hosts come to an end whichever two datagrams are lost", arguments: Ending.allCases)
  func pairsOfLosses(_ ending: Ending) throws {
    let whole = try conversation([.early, .early], [ending, ending])
    let count = end(whole, "nothing lost")
    for number in 0..<count {
      for other in number + 1..<count + 2 {
        var played = try conversation([.early, .early], [ending, ending])
        played.lost = [number, other]
        end(played, "\(number) and \(other) lost")
      }
    }
  }

  /// ROB-018: the peer's probe is an octet of new text, which finds room or none.
  @Test("A strict foreign peer and a host come to an end whatever is lost", arguments: endings)
  func strictPeer(_ endings: [Ending]) throws {
    for habits in ShutWindowTests.habits {
      for reading in ShutWindowTests.readings.prefix(5) {
        for mask in 0..<16 {
          var played = try conversation(reading, endings, habits)
          played.lostProbes = [mask & 3, mask >> 2]
          end(played, "\(reading), \(habits), lost probes \(mask)")
        }
      }
    }
  }

  /// ROB-018
  @Test("A strict foreign peer and a host come to an end whichever datagram is lost", arguments: endings)
  func strictPeerLosses(_ endings: [Ending]) throws {
    for habits in ShutWindowTests.habits {
      for reading in ShutWindowTests.heardFirst {
        let count = end(try conversation(reading, endings, habits), "\(reading), \(habits), nothing lost")
        for number in 0..<count {
          var played = try conversation(reading, endings, habits)
          played.lost = [number]
          end(played, "\(reading), \(habits), \(number) lost")
        }
      }
    }
  }
}
