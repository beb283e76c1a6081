import Testing

/// A way into each synchronized state, with the numbers that hold there: the peer began at 300, we at 100.
struct SynchronizedState: CustomTestStringConvertible {
  /// The RFC's name of the state.
  var name: String
  /// The lines that lead there.
  var prelude: String
  /// SND.UNA.
  var unacknowledged: Int
  /// SND.NXT.
  var next: Int
  /// RCV.NXT.
  var expected: Int

  var testDescription: String { name }

  /// All of them, with an open window.
  static let all = states(fill: "", length: 0, finishLength: 0)

  /// All of them, with a receive ring of 100 octets that is full: the window is shut.
  static let full = states(
    fill: "ESTABLISHED <-- <SEQ=301><ACK=101><CTL=ACK><LEN=100>", length: 100, finishLength: 99)

  /// Those in which nothing of ours is in flight.
  static let idle = all.filter { $0.next == $0.unacknowledged }

  /// Those in which the peer may still send text.
  static let receiving = all.filter { ["ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2"].contains($0.name) }

  /// Those in which the peer has closed.
  static let finished = all.filter { ["CLOSE-WAIT", "CLOSING", "LAST-ACK"].contains($0.name) }

  private static func states(fill: String, length: Int, finishLength: Int) -> [SynchronizedState] {
    let text = length > 0 ? fill + "\n+40ms ESTABLISHED --> <SEQ=101><ACK=401><CTL=ACK><WND=0>\n" : ""
    let next = 301 + length
    let behind = 302 + finishLength
    let finish = "close\nFIN-WAIT-1 --> <SEQ=101><ACK=\(next)><CTL=FIN,ACK>"
    let peerFinish = "<SEQ=301><ACK=101><CTL=FIN,ACK><LEN=\(finishLength)>"
    let closeWait = """
      CLOSE-WAIT <-- \(peerFinish)
      CLOSE-WAIT --> <SEQ=101><ACK=\(behind)><CTL=ACK>
      """
    return [
      SynchronizedState(
        name: "ESTABLISHED", prelude: "connected\n" + text, unacknowledged: 101, next: 101, expected: next),
      SynchronizedState(
        name: "FIN-WAIT-1", prelude: "connected\n\(text)\(finish)", unacknowledged: 101, next: 102,
        expected: next),
      SynchronizedState(
        name: "FIN-WAIT-2",
        prelude: "connected\n\(text)\(finish)\nFIN-WAIT-2 <-- <SEQ=\(next)><ACK=102><CTL=ACK>",
        unacknowledged: 102, next: 102, expected: next),
      SynchronizedState(
        name: "CLOSE-WAIT", prelude: "connected\n" + closeWait, unacknowledged: 101, next: 101,
        expected: behind),
      SynchronizedState(
        name: "CLOSING",
        prelude: """
          connected
          close
          FIN-WAIT-1 --> <SEQ=101><ACK=301><CTL=FIN,ACK>
          CLOSING <-- \(peerFinish)
          CLOSING --> <SEQ=102><ACK=\(behind)><CTL=ACK>
          """, unacknowledged: 101, next: 102, expected: behind),
      SynchronizedState(
        name: "LAST-ACK",
        prelude: "connected\n\(closeWait)\nclose\nLAST-ACK --> <SEQ=101><ACK=\(behind)><CTL=FIN,ACK>",
        unacknowledged: 101, next: 102, expected: behind),
    ]
  }
}
