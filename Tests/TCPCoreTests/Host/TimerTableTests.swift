import TCPCore
import TCPTestSupport
import Testing

/// Every kind of segment by every timer. What is nowhere below means nothing there: who acknowledges more
/// needs something in flight, an opening a shut window; a FIN ends the wait for one, or is text like any
/// other; the peer's SYN again is for an entry that is half open, and a reset at RCV.NXT ends a connection
/// with all of its timers.
extension TimerCell {
  static let all = [
    retransmissionCells, synchronizeSentCells, handshakeLimitCells, persistCells, persistInFlightCells,
    overrideCells, delayedAcknowledgmentCells, keepAliveCells, keepAliveEndCells, userTimeoutCells,
    retransmissionLimitCells, probeTimeoutCells, finWait2Cells, finWait2ReleasedCells, timeWaitCells,
    halfOpenLifeCells, synchronizeAgainCells,
  ].flatMap { $0 }

  /// Ten octets in flight.
  private static let retransmissionCells: [TimerCell] = [
    TimerCell(.retransmission, .text, .processed, .keeps, "RFC 6298 5.3: new data must be acknowledged"),
    TimerCell(.retransmission, .early, .processed, .keeps, "RFC 6298 5.3"),
    TimerCell(.retransmission, .progress, .processed, .restarts, "RFC6298-12"),
    TimerCell(.retransmission, .completion, .processed, .stops, "RFC6298-11"),
    TimerCell(.retransmission, .duplicate, .processed, .keeps, "RFC 6298 5.3; RFC 5681 3.2: three of them"),
    TimerCell(.retransmission, .outside, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.retransmission, .peerProbe, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.retransmission, .oldTimestamp, .oldTimestamp, .keeps, "RFC7323-PAWS-2"),
    TimerCell(.retransmission, .tooOld, .acknowledgmentTooOld, .keeps, "RFC5961-DATA-1"),
    TimerCell(
      .retransmission, .beyondSent, .acknowledgmentBeyondSent, .keeps,
      "RFC 9293 3.10.7.4, fifth check: dropped"),
    TimerCell(.retransmission, .synchronize, .synChallenged, .keeps, "RFC5961-SYN-1"),
    TimerCell(.retransmission, .reset, .resetChallenged, .keeps, "RFC5961-RST-3"),
    TimerCell(.retransmission, .badChecksum, .badChecksum, .keeps, "MUST-3"),
    TimerCell(.retransmission, .softError, .processed, .keeps, "MUST-56"),
  ]

  /// A SYN has left. Nothing is in or out of a window, or old, before the peer has sent its own.
  private static let synchronizeSentCells: [TimerCell] = [
    TimerCell(.synchronizeSent, .text, .badHandshakeAcknowledgment, .keeps, "EV-SEG-SYN-SENT-1"),
    TimerCell(.synchronizeSent, .duplicate, .badHandshakeAcknowledgment, .keeps, "EV-SEG-SYN-SENT-1"),
    TimerCell(.synchronizeSent, .tooOld, .badHandshakeAcknowledgment, .keeps, "EV-SEG-SYN-SENT-1"),
    TimerCell(.synchronizeSent, .beyondSent, .badHandshakeAcknowledgment, .keeps, "EV-SEG-SYN-SENT-1"),
    TimerCell(.synchronizeSent, .completion, .ignoredInSynSent, .keeps, "EV-SEG-SYN-SENT-12"),
    TimerCell(.synchronizeSent, .synchronize, .processed, .stops, "RFC6298-11"),
    TimerCell(.synchronizeSent, .exactReset, .processed, .stops, "EV-SEG-SYN-SENT-5"),
    TimerCell(.synchronizeSent, .badChecksum, .badChecksum, .keeps, "MUST-3"),
    TimerCell(.synchronizeSent, .softError, .processed, .keeps, "MUST-56"),
  ]

  /// The same, sent again in vain.
  private static let handshakeLimitCells: [TimerCell] = [
    TimerCell(.handshakeLimit, .text, .badHandshakeAcknowledgment, .keeps, "EV-SEG-SYN-SENT-1"),
    TimerCell(.handshakeLimit, .duplicate, .badHandshakeAcknowledgment, .keeps, "EV-SEG-SYN-SENT-1"),
    TimerCell(.handshakeLimit, .tooOld, .badHandshakeAcknowledgment, .keeps, "EV-SEG-SYN-SENT-1"),
    TimerCell(.handshakeLimit, .beyondSent, .badHandshakeAcknowledgment, .keeps, "EV-SEG-SYN-SENT-1"),
    TimerCell(.handshakeLimit, .completion, .ignoredInSynSent, .keeps, "EV-SEG-SYN-SENT-12"),
    TimerCell(.handshakeLimit, .synchronize, .processed, .stops, "MUST-23"),
    TimerCell(.handshakeLimit, .exactReset, .processed, .stops, "EV-SEG-SYN-SENT-5"),
    TimerCell(.handshakeLimit, .badChecksum, .badChecksum, .keeps, "MUST-3"),
    TimerCell(.handshakeLimit, .softError, .processed, .keeps, "MUST-56"),
  ]

  /// Ten octets wait for a window. No progress and no completion: nothing is in flight.
  private static let persistCells: [TimerCell] = [
    TimerCell(.persist, .text, .processed, .keeps, "SHLD-29, SHLD-30"),
    TimerCell(.persist, .early, .processed, .keeps, "SHLD-29, SHLD-30"),
    TimerCell(.persist, .opening, .processed, .stops, "RFC 9293 3.8.6.1"),
    TimerCell(.persist, .duplicate, .processed, .keeps, "SHLD-29, SHLD-30"),
    TimerCell(.persist, .outside, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.persist, .peerProbe, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.persist, .oldTimestamp, .oldTimestamp, .keeps, "RFC7323-PAWS-2"),
    TimerCell(.persist, .tooOld, .acknowledgmentTooOld, .keeps, "RFC5961-DATA-1"),
    TimerCell(
      .persist, .beyondSent, .acknowledgmentBeyondSent, .keeps, "RFC 9293 3.10.7.4, fifth check: dropped"),
    TimerCell(.persist, .synchronize, .synChallenged, .keeps, "RFC5961-SYN-1"),
    TimerCell(.persist, .reset, .resetChallenged, .keeps, "RFC5961-RST-3"),
    TimerCell(.persist, .badChecksum, .badChecksum, .keeps, "MUST-3"),
    TimerCell(.persist, .softError, .icmpNotInFlight, .keeps, "RFC5927-1"),
  ]

  /// The window was shut over ten octets. No opening: what fires then is the retransmission timer.
  private static let persistInFlightCells: [TimerCell] = [
    TimerCell(.persistInFlight, .text, .processed, .keeps, "ROB-090"),
    TimerCell(.persistInFlight, .early, .processed, .keeps, "ROB-090"),
    TimerCell(.persistInFlight, .progress, .processed, .restarts, "RFC6298-12"),
    TimerCell(.persistInFlight, .completion, .processed, .stops, "RFC6298-11"),
    TimerCell(.persistInFlight, .duplicate, .processed, .keeps, "ROB-090"),
    TimerCell(.persistInFlight, .outside, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(
      .persistInFlight, .peerProbe, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.persistInFlight, .oldTimestamp, .oldTimestamp, .keeps, "RFC7323-PAWS-2"),
    TimerCell(.persistInFlight, .tooOld, .acknowledgmentTooOld, .keeps, "RFC5961-DATA-1"),
    TimerCell(
      .persistInFlight, .beyondSent, .acknowledgmentBeyondSent, .keeps,
      "RFC 9293 3.10.7.4, fifth check: dropped"),
    TimerCell(.persistInFlight, .synchronize, .synChallenged, .keeps, "RFC5961-SYN-1"),
    TimerCell(.persistInFlight, .reset, .resetChallenged, .keeps, "RFC5961-RST-3"),
    TimerCell(.persistInFlight, .badChecksum, .badChecksum, .keeps, "MUST-3"),
    TimerCell(.persistInFlight, .softError, .processed, .keeps, "MUST-56"),
  ]

  /// Ten octets wait for more than a window of five.
  private static let overrideCells: [TimerCell] = [
    TimerCell(.override, .text, .processed, .keeps, "RFC 9293 3.8.6.2.1"),
    TimerCell(.override, .early, .processed, .keeps, "RFC 9293 3.8.6.2.1"),
    TimerCell(.override, .opening, .processed, .stops, "MUST-38"),
    TimerCell(.override, .duplicate, .processed, .keeps, "RFC 9293 3.8.6.2.1"),
    TimerCell(.override, .outside, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.override, .peerProbe, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.override, .oldTimestamp, .oldTimestamp, .keeps, "RFC7323-PAWS-2"),
    TimerCell(.override, .tooOld, .acknowledgmentTooOld, .keeps, "RFC5961-DATA-1"),
    TimerCell(
      .override, .beyondSent, .acknowledgmentBeyondSent, .keeps, "RFC 9293 3.10.7.4, fifth check: dropped"),
    TimerCell(.override, .synchronize, .synChallenged, .keeps, "RFC5961-SYN-1"),
    TimerCell(.override, .reset, .resetChallenged, .keeps, "RFC5961-RST-3"),
    TimerCell(.override, .badChecksum, .badChecksum, .keeps, "MUST-3"),
    TimerCell(.override, .softError, .icmpNotInFlight, .keeps, "RFC5927-1"),
  ]

  /// One octet has arrived. Any answer takes its acknowledgment along (MUST-58).
  private static let delayedAcknowledgmentCells: [TimerCell] = [
    TimerCell(.delayedAcknowledgment, .text, .processed, .keeps, "RFC5681-26: from the first octet"),
    TimerCell(.delayedAcknowledgment, .early, .processed, .stops, "RFC5681-15"),
    TimerCell(.delayedAcknowledgment, .duplicate, .processed, .keeps, "SHLD-18"),
    TimerCell(.delayedAcknowledgment, .finish, .processed, .stops, "RFC 9293 3.10.7.4, eighth check"),
    TimerCell(.delayedAcknowledgment, .outside, .outsideWindow, .stops, "RFC 9293 3.10.7.4: answered"),
    TimerCell(.delayedAcknowledgment, .peerProbe, .outsideWindow, .stops, "RFC 9293 3.10.7.4: answered"),
    TimerCell(.delayedAcknowledgment, .oldTimestamp, .oldTimestamp, .stops, "RFC7323-PAWS-2"),
    TimerCell(.delayedAcknowledgment, .tooOld, .acknowledgmentTooOld, .stops, "RFC5961-DATA-1"),
    TimerCell(
      .delayedAcknowledgment, .beyondSent, .acknowledgmentBeyondSent, .stops,
      "RFC 9293 3.10.7.4, fifth check: dropped"),
    TimerCell(.delayedAcknowledgment, .synchronize, .synChallenged, .stops, "RFC5961-SYN-1"),
    TimerCell(.delayedAcknowledgment, .reset, .resetChallenged, .stops, "RFC5961-RST-3"),
    TimerCell(.delayedAcknowledgment, .badChecksum, .badChecksum, .keeps, "MUST-3"),
    TimerCell(.delayedAcknowledgment, .softError, .icmpNotInFlight, .keeps, "RFC5927-1"),
  ]

  /// Established and idle. What is rejected proves nothing about the peer.
  private static let keepAliveCells: [TimerCell] = [
    TimerCell(.keepAlive, .text, .processed, .restarts, "MUST-26"),
    TimerCell(.keepAlive, .early, .processed, .restarts, "MUST-26"),
    TimerCell(.keepAlive, .duplicate, .processed, .restarts, "MUST-26"),
    TimerCell(.keepAlive, .outside, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.keepAlive, .peerProbe, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.keepAlive, .oldTimestamp, .oldTimestamp, .keeps, "RFC7323-PAWS-2"),
    TimerCell(.keepAlive, .tooOld, .acknowledgmentTooOld, .keeps, "RFC5961-DATA-1"),
    TimerCell(
      .keepAlive, .beyondSent, .acknowledgmentBeyondSent, .keeps, "RFC 9293 3.10.7.4, fifth check: dropped"),
    TimerCell(.keepAlive, .synchronize, .synChallenged, .keeps, "RFC5961-SYN-1"),
    TimerCell(.keepAlive, .reset, .resetChallenged, .keeps, "RFC5961-RST-3"),
    TimerCell(.keepAlive, .badChecksum, .badChecksum, .keeps, "MUST-3"),
    TimerCell(.keepAlive, .softError, .icmpNotInFlight, .keeps, "RFC5927-1"),
  ]

  /// Two keep-alive probes have left. Their answer is the duplicate.
  private static let keepAliveEndCells: [TimerCell] = [
    TimerCell(.keepAliveEnd, .text, .processed, .restarts, "MUST-29, MUST-26"),
    TimerCell(.keepAliveEnd, .early, .processed, .restarts, "MUST-29, MUST-26"),
    TimerCell(.keepAliveEnd, .duplicate, .processed, .restarts, "MUST-29, MUST-26"),
    TimerCell(.keepAliveEnd, .outside, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.keepAliveEnd, .peerProbe, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.keepAliveEnd, .oldTimestamp, .oldTimestamp, .keeps, "RFC7323-PAWS-2"),
    TimerCell(.keepAliveEnd, .tooOld, .acknowledgmentTooOld, .keeps, "RFC5961-DATA-1"),
    TimerCell(
      .keepAliveEnd, .beyondSent, .acknowledgmentBeyondSent, .keeps, "RFC 9293 3.10.7.4, fifth check: dropped"
    ),
    TimerCell(.keepAliveEnd, .synchronize, .synChallenged, .keeps, "RFC5961-SYN-1"),
    TimerCell(.keepAliveEnd, .reset, .resetChallenged, .keeps, "RFC5961-RST-3"),
    TimerCell(.keepAliveEnd, .badChecksum, .badChecksum, .keeps, "MUST-3"),
    TimerCell(.keepAliveEnd, .softError, .icmpNotInFlight, .keeps, "RFC5927-1"),
  ]

  /// Ten octets in flight, sent again in vain.
  private static let userTimeoutCells: [TimerCell] = [
    TimerCell(.userTimeout, .text, .processed, .keeps, "RFC 9293 3.10.8"),
    TimerCell(.userTimeout, .early, .processed, .keeps, "RFC 9293 3.10.8"),
    TimerCell(.userTimeout, .progress, .processed, .restarts, "RFC 9293 3.10.8"),
    TimerCell(.userTimeout, .completion, .processed, .stops, "RFC 9293 3.10.8"),
    TimerCell(.userTimeout, .duplicate, .processed, .keeps, "RFC 9293 3.10.8"),
    TimerCell(.userTimeout, .outside, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.userTimeout, .peerProbe, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.userTimeout, .oldTimestamp, .oldTimestamp, .keeps, "RFC7323-PAWS-2"),
    TimerCell(.userTimeout, .tooOld, .acknowledgmentTooOld, .keeps, "RFC5961-DATA-1"),
    TimerCell(
      .userTimeout, .beyondSent, .acknowledgmentBeyondSent, .keeps, "RFC 9293 3.10.7.4, fifth check: dropped"),
    TimerCell(.userTimeout, .synchronize, .synChallenged, .keeps, "RFC5961-SYN-1"),
    TimerCell(.userTimeout, .reset, .resetChallenged, .keeps, "RFC5961-RST-3"),
    TimerCell(.userTimeout, .badChecksum, .badChecksum, .keeps, "MUST-3"),
    TimerCell(.userTimeout, .softError, .processed, .keeps, "MUST-56"),
  ]

  /// The same for R2.
  private static let retransmissionLimitCells: [TimerCell] = [
    TimerCell(.retransmissionTimeLimit, .text, .processed, .keeps, "MUST-20"),
    TimerCell(.retransmissionTimeLimit, .early, .processed, .keeps, "MUST-20"),
    TimerCell(.retransmissionTimeLimit, .progress, .processed, .restarts, "MUST-20"),
    TimerCell(.retransmissionTimeLimit, .completion, .processed, .stops, "MUST-20"),
    TimerCell(.retransmissionTimeLimit, .duplicate, .processed, .keeps, "MUST-20"),
    TimerCell(
      .retransmissionTimeLimit, .outside, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(
      .retransmissionTimeLimit, .peerProbe, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.retransmissionTimeLimit, .oldTimestamp, .oldTimestamp, .keeps, "RFC7323-PAWS-2"),
    TimerCell(.retransmissionTimeLimit, .tooOld, .acknowledgmentTooOld, .keeps, "RFC5961-DATA-1"),
    TimerCell(
      .retransmissionTimeLimit, .beyondSent, .acknowledgmentBeyondSent, .keeps,
      "RFC 9293 3.10.7.4, fifth check: dropped"),
    TimerCell(.retransmissionTimeLimit, .synchronize, .synChallenged, .keeps, "RFC5961-SYN-1"),
    TimerCell(.retransmissionTimeLimit, .reset, .resetChallenged, .keeps, "RFC5961-RST-3"),
    TimerCell(.retransmissionTimeLimit, .badChecksum, .badChecksum, .keeps, "MUST-3"),
    TimerCell(.retransmissionTimeLimit, .softError, .processed, .keeps, "MUST-56"),
  ]

  /// A window probe stays unanswered. No opening: text would leave, and userTimeout begin.
  private static let probeTimeoutCells: [TimerCell] = [
    TimerCell(.probeTimeout, .text, .processed, .restarts, "MUST-37"),
    TimerCell(.probeTimeout, .early, .processed, .restarts, "MUST-37"),
    TimerCell(.probeTimeout, .duplicate, .processed, .restarts, "MUST-37"),
    TimerCell(.probeTimeout, .outside, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.probeTimeout, .peerProbe, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.probeTimeout, .oldTimestamp, .oldTimestamp, .keeps, "RFC7323-PAWS-2"),
    TimerCell(.probeTimeout, .tooOld, .acknowledgmentTooOld, .keeps, "RFC5961-DATA-1"),
    TimerCell(
      .probeTimeout, .beyondSent, .acknowledgmentBeyondSent, .keeps, "RFC 9293 3.10.7.4, fifth check: dropped"
    ),
    TimerCell(.probeTimeout, .synchronize, .synChallenged, .keeps, "RFC5961-SYN-1"),
    TimerCell(.probeTimeout, .reset, .resetChallenged, .keeps, "RFC5961-RST-3"),
    TimerCell(.probeTimeout, .badChecksum, .badChecksum, .keeps, "MUST-3"),
    TimerCell(.probeTimeout, .softError, .icmpNotInFlight, .keeps, "RFC5927-1"),
  ]

  /// From the acknowledgment of our FIN on.
  private static let finWait2Cells: [TimerCell] = [
    TimerCell(.finWait2, .text, .processed, .keeps, "ROB-088"),
    TimerCell(.finWait2, .early, .processed, .keeps, "ROB-088"),
    TimerCell(.finWait2, .finish, .processed, .stops, "EV-SEG-FIN-WAIT-2-25"),
    TimerCell(.finWait2, .duplicate, .processed, .keeps, "ROB-088"),
    TimerCell(.finWait2, .outside, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.finWait2, .peerProbe, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.finWait2, .oldTimestamp, .oldTimestamp, .keeps, "RFC7323-PAWS-2"),
    TimerCell(.finWait2, .tooOld, .acknowledgmentTooOld, .keeps, "RFC5961-DATA-1"),
    TimerCell(
      .finWait2, .beyondSent, .acknowledgmentBeyondSent, .keeps, "RFC 9293 3.10.7.4, fifth check: dropped"),
    TimerCell(.finWait2, .synchronize, .synChallenged, .keeps, "RFC5961-SYN-1"),
    TimerCell(.finWait2, .reset, .resetChallenged, .keeps, "RFC5961-RST-3"),
    TimerCell(.finWait2, .badChecksum, .badChecksum, .keeps, "MUST-3"),
    TimerCell(.finWait2, .softError, .icmpNotInFlight, .keeps, "RFC5927-1"),
  ]

  /// From the release on. Nobody will read text: the connection ends.
  private static let finWait2ReleasedCells: [TimerCell] = [
    TimerCell(.finWait2Released, .text, .textAfterRelease, .stops, "RFC 1122 4.2.2.13"),
    TimerCell(.finWait2Released, .early, .textAfterRelease, .stops, "RFC 1122 4.2.2.13"),
    TimerCell(.finWait2Released, .finish, .processed, .stops, "EV-SEG-FIN-WAIT-2-25"),
    TimerCell(.finWait2Released, .duplicate, .processed, .keeps, "ROB-088"),
    TimerCell(.finWait2Released, .outside, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(
      .finWait2Released, .peerProbe, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.finWait2Released, .oldTimestamp, .oldTimestamp, .keeps, "RFC7323-PAWS-2"),
    TimerCell(.finWait2Released, .tooOld, .acknowledgmentTooOld, .keeps, "RFC5961-DATA-1"),
    TimerCell(
      .finWait2Released, .beyondSent, .acknowledgmentBeyondSent, .keeps,
      "RFC 9293 3.10.7.4, fifth check: dropped"),
    TimerCell(.finWait2Released, .synchronize, .synChallenged, .keeps, "RFC5961-SYN-1"),
    TimerCell(.finWait2Released, .reset, .resetChallenged, .keeps, "RFC5961-RST-3"),
    TimerCell(.finWait2Released, .badChecksum, .badChecksum, .keeps, "MUST-3"),
    TimerCell(.finWait2Released, .softError, .icmpNotInFlight, .keeps, "RFC5927-1"),
  ]

  /// 2 MSL. A SYN alone may begin a new connection: that is in TimeWaitTests.
  private static let timeWaitCells: [TimerCell] = [
    TimerCell(.timeWait, .text, .ignoredInTimeWait, .keeps, "EV-SEG-TIME-WAIT-20"),
    TimerCell(.timeWait, .early, .ignoredInTimeWait, .keeps, "EV-SEG-TIME-WAIT-20"),
    TimerCell(.timeWait, .finish, .processed, .restarts, "EV-SEG-TIME-WAIT-22, ROB-268"),
    TimerCell(.timeWait, .duplicate, .ignoredInTimeWait, .keeps, "RFC 9293 3.10.7.4, fifth check"),
    TimerCell(.timeWait, .outside, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.timeWait, .peerProbe, .outsideWindow, .keeps, "RFC 9293 3.10.7.4, first check: dropped"),
    TimerCell(.timeWait, .oldTimestamp, .oldTimestamp, .keeps, "RFC7323-PAWS-2"),
    TimerCell(.timeWait, .tooOld, .acknowledgmentTooOld, .keeps, "RFC5961-DATA-1"),
    TimerCell(
      .timeWait, .beyondSent, .acknowledgmentBeyondSent, .keeps, "RFC 9293 3.10.7.4, fifth check: dropped"),
    TimerCell(.timeWait, .synchronize, .synChallenged, .keeps, "RFC5961-SYN-1"),
    TimerCell(.timeWait, .reset, .ignoredInTimeWait, .keeps, "RFC1337-1"),
    TimerCell(.timeWait, .exactReset, .ignoredInTimeWait, .keeps, "RFC1337-1"),
    TimerCell(.timeWait, .badChecksum, .badChecksum, .keeps, "MUST-3"),
    TimerCell(.timeWait, .softError, .icmpForNobody, .keeps, "MUST-54"),
  ]

  /// A SYN-ACK has left. No duplicate: it would be the last ACK of the handshake.
  private static let halfOpenLifeCells: [TimerCell] = [
    TimerCell(.halfOpenLife, .text, .processed, .stops, "EV-SEG-SYN-RECEIVED-17"),
    TimerCell(.halfOpenLife, .outside, .outsideWindow, .keeps, "PEER-05"),
    TimerCell(.halfOpenLife, .peerProbe, .outsideWindow, .keeps, "PEER-05"),
    TimerCell(.halfOpenLife, .oldTimestamp, .oldTimestamp, .keeps, "RFC7323-PAWS-2"),
    TimerCell(.halfOpenLife, .tooOld, .badHandshakeAcknowledgment, .keeps, "EV-SEG-SYN-RECEIVED-16"),
    TimerCell(.halfOpenLife, .beyondSent, .badHandshakeAcknowledgment, .keeps, "EV-SEG-SYN-RECEIVED-16"),
    TimerCell(.halfOpenLife, .synchronize, .processed, .stops, "EV-SEG-SYN-RECEIVED-13"),
    TimerCell(.halfOpenLife, .repeatedSynchronize, .processed, .keeps, "PEER-05, ROB-096"),
    TimerCell(.halfOpenLife, .reset, .resetChallenged, .keeps, "RFC5961-RST-3"),
    TimerCell(.halfOpenLife, .exactReset, .processed, .stops, "EV-SEG-SYN-RECEIVED-10"),
    TimerCell(.halfOpenLife, .badChecksum, .badChecksum, .keeps, "MUST-3"),
    TimerCell(.halfOpenLife, .softError, .icmpForNobody, .keeps, "MUST-54"),
  ]

  /// The same entry.
  private static let synchronizeAgainCells: [TimerCell] = [
    TimerCell(.synchronizeAgain, .text, .processed, .stops, "EV-SEG-SYN-RECEIVED-17"),
    TimerCell(.synchronizeAgain, .outside, .outsideWindow, .keeps, "RFC 6298 5.5"),
    TimerCell(.synchronizeAgain, .peerProbe, .outsideWindow, .keeps, "RFC 6298 5.5"),
    TimerCell(.synchronizeAgain, .oldTimestamp, .oldTimestamp, .keeps, "RFC7323-PAWS-2"),
    TimerCell(.synchronizeAgain, .tooOld, .badHandshakeAcknowledgment, .keeps, "EV-SEG-SYN-RECEIVED-16"),
    TimerCell(.synchronizeAgain, .beyondSent, .badHandshakeAcknowledgment, .keeps, "EV-SEG-SYN-RECEIVED-16"),
    TimerCell(.synchronizeAgain, .synchronize, .processed, .stops, "EV-SEG-SYN-RECEIVED-13"),
    TimerCell(.synchronizeAgain, .repeatedSynchronize, .processed, .restarts, "RFC6298-14"),
    TimerCell(.synchronizeAgain, .reset, .resetChallenged, .keeps, "RFC5961-RST-3"),
    TimerCell(.synchronizeAgain, .exactReset, .processed, .stops, "EV-SEG-SYN-RECEIVED-10"),
    TimerCell(.synchronizeAgain, .badChecksum, .badChecksum, .keeps, "MUST-3"),
    TimerCell(.synchronizeAgain, .softError, .icmpForNobody, .keeps, "MUST-54"),
  ]
}

@Suite("Timers from both sides") struct TimerTableTests {
  @Test(
    "A segment keeps, restarts or stops a timer; the clock reads a whole millisecond, or one microsecond more or less",
    arguments: TimerCell.all, [0, 1, 999])
  func cell(_ cell: TimerCell, phase: Int) throws {
    try check(cell, phase: phase, asks: true) { fixture, interval in fixture.pass(interval).map { $0.1 } }
  }

  /// A wake-up for a timer that was postponed since wakes an entry early; nothing may come of that.
  @Test("The same for a driver that never asks for the deadline", arguments: TimerCell.all)
  func polled(_ cell: TimerCell) throws {
    try check(cell, phase: 0, asks: false) { fixture, interval in
      let end = fixture.now + interval
      var seen = fixture.drain()
      while fixture.now < end {
        let next = fixture.now + .milliseconds(100)
        fixture.now = next < end ? next : end
        while fixture.host.expire(at: fixture.now) {}
        seen += fixture.drain()
      }
      return seen
    }
  }

  private func check(
    _ cell: TimerCell, phase: Int, asks: Bool, _ pass: (HostFixture, Interval) -> [Seen]
  ) throws {
    let setup = try TimerFixture(cell.timer, phase: .microseconds(phase))
    let fixture = setup.fixture
    try demand(!setup.hasFired(pass(fixture, setup.pause)), "too early, and before anything came")
    #expect(fixture.arrive(setup.datagram(cell.kind)) == cell.outcome)
    let answers = fixture.drain()
    switch cell.timer {
    case .delayedAcknowledgment: #expect(answers.count == (cell.effect == .keeps ? 0 : 1))
    case .synchronizeAgain where cell.effect == .restarts: #expect(answers.map(\.flags) == [.syn | .ack])
    default: #expect(!setup.hasFired(answers), "by the segment itself")
    }
    let due: Instant
    switch cell.effect {
    case .keeps: due = setup.due
    case .restarts: due = fixture.now + setup.restart
    case .stops:
      let length = Interval(microseconds: 3 * setup.restart.microseconds)
      #expect(!setup.hasFired(pass(fixture, length)), "it should have stopped")
      return
    }
    // Nothing a microsecond earlier, and then it happens: at the next whole millisecond.
    let early = pass(fixture, Interval(microseconds: (due - fixture.now).microseconds - 1))
    #expect(!setup.hasFired(early), "before it is due")
    let latest = Instant(microseconds: (due.microseconds + 999) / 1_000 * 1_000)
    if asks {
      let deadline = fixture.host.deadline
      #expect(try #require(deadline) <= latest, "nobody would call in time")
    }
    #expect(setup.hasFired(pass(fixture, latest - fixture.now)), "when it is due")
  }
}
