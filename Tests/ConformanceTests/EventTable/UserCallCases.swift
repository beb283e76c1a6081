import TCPCore

/// A user call of RFC 9293 section 3.9.1, perhaps with what makes it special.
enum EventCall: String, Sendable {
  case open
  case openPassive
  case openNowhere
  /// While another connection has the only slot.
  case openWithoutRoom
  /// On the listener: it becomes active.
  case turn
  case turnNowhere
  case turnWithoutRoom
  /// Ten octets.
  case send
  case sendUrgent
  /// One octet more than there is room for.
  case sendBeyondRoom
  /// What there is, at most 200 octets.
  case receive
  /// After 20 octets have arrived.
  case receiveText
  /// Three of 20 octets, the first five of which are urgent.
  case receiveUrgent
  case close
  case abort
  case status

  /// The RFC's name of the event.
  var event: String {
    switch self {
    case .open, .openPassive, .openNowhere, .openWithoutRoom, .turn, .turnNowhere, .turnWithoutRoom: "OPEN"
    case .send, .sendUrgent, .sendBeyondRoom: "SEND"
    case .receive, .receiveText, .receiveUrgent: "RECEIVE"
    case .close: "CLOSE"
    case .abort: "ABORT"
    case .status: "STATUS"
    }
  }
}

/// A segment that must leave. Where nothing else is said, SEQ is SND.NXT and ACK is RCV.NXT.
enum EventSent: Equatable, Sendable {
  case synchronize
  case acknowledgment
  case text(Int)
  /// With the urgent pointer right behind the text.
  case urgentText(Int)
  case finish
  case reset
}

/// One line of the table of user calls.
struct UserCallCase: Sendable {
  /// What the call returns.
  enum Result: Equatable, Sendable {
    case success
    /// So many octets.
    case count(Int)
    case failure(CallError)
  }

  /// The rows that it shows; each place shows the one of its state.
  var ids: String
  var call: EventCall
  var places: [EventPlace]
  var result: Result
  /// The state that follows; the same as before where nothing is given.
  var next: ConnectionState?
  var sends: [EventSent] = []
  /// Why the connection has ended.
  var reason = EndReason.none
  /// What follows once the peer completes the handshake.
  var later: (state: ConnectionState, sends: [EventSent])?
  /// Whether the receive window is shut, with unread text behind it.
  var isShut = false
}

extension UserCallCase {
  static let all = opens + sends + receives + closes + aborts + statuses

  private static let opens = [
    UserCallCase(
      ids: "EV-OPEN-CLOSED-2", call: .openWithoutRoom, places: [.nothing],
      result: .failure(.insufficientResources), next: .synSent),
    UserCallCase(
      ids: "EV-OPEN-CLOSED-4", call: .openPassive, places: [.nothing, .ended], result: .success, next: .listen
    ),
    UserCallCase(
      ids: "EV-OPEN-CLOSED-5", call: .openNowhere, places: [.nothing, .ended],
      result: .failure(.remoteUnspecified)),
    UserCallCase(
      ids: "EV-OPEN-CLOSED-6", call: .open, places: [.nothing, .ended], result: .success, next: .synSent,
      sends: [.synchronize]),
    UserCallCase(
      ids: "EV-OPEN-LISTEN-1", call: .turnNowhere, places: [.listen], result: .failure(.remoteUnspecified)),
    UserCallCase(
      ids: "EV-OPEN-LISTEN-2", call: .turn, places: [.listen], result: .success, next: .synSent,
      sends: [.synchronize]),
    UserCallCase(
      ids: "EV-OPEN-LISTEN-3", call: .turnWithoutRoom, places: [.listen],
      result: .failure(.insufficientResources), next: .synSent),
    UserCallCase(
      ids: "EV-OPEN-{SYN-SENT,SYN-RECEIVED,ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,LAST-ACK,"
        + "TIME-WAIT}-1", call: .open,
      places: EventPlace.withConnection + [.synSent, .synReceivedPassive, .timeWaitReleased],
      result: .failure(.connectionExists)),
  ]

  private static let sends = [
    UserCallCase(
      ids: "EV-SEND-CLOSED-2", call: .send, places: [.nothing], result: .failure(.staleHandle)),
    UserCallCase(
      ids: "EV-SEND-CLOSED-2", call: .send, places: [.ended], result: .failure(.refused), reason: .refused),
    UserCallCase(
      ids: "EV-SEND-LISTEN-1", call: .send, places: [.listen], result: .failure(.remoteUnspecified)),
    UserCallCase(
      ids: "EV-SEND-SYN-SENT-1", call: .send, places: [.synSent], result: .count(10),
      later: (.established, [.text(10)])),
    UserCallCase(
      ids: "EV-SEND-SYN-RECEIVED-1", call: .send, places: [.synReceivedActive], result: .count(10),
      later: (.established, [.text(10)])),
    UserCallCase(
      ids: "EV-SEND-{SYN-SENT,SYN-RECEIVED,ESTABLISHED,CLOSE-WAIT}-2", call: .sendBeyondRoom,
      places: [.synSent, .synReceivedActive, .established, .closeWait], result: .failure(.wouldBlock)),
    UserCallCase(
      ids: "EV-SEND-{ESTABLISHED,CLOSE-WAIT}-1", call: .send, places: [.established, .closeWait],
      result: .count(10), sends: [.text(10)]),
    UserCallCase(
      ids: "EV-SEND-{ESTABLISHED,CLOSE-WAIT}-3", call: .sendUrgent, places: [.established, .closeWait],
      result: .count(10), sends: [.urgentText(10)]),
    UserCallCase(
      ids: "EV-SEND-{FIN-WAIT-1,FIN-WAIT-2,CLOSING,LAST-ACK,TIME-WAIT}-1", call: .send,
      places: [.finWait1, .finWait2, .closing, .lastAck, .timeWaitHeld], result: .failure(.closing)),
  ]

  private static let receives = [
    UserCallCase(
      ids: "EV-RECEIVE-CLOSED-2", call: .receive, places: [.nothing], result: .failure(.staleHandle)),
    UserCallCase(
      ids: "EV-RECEIVE-CLOSED-2", call: .receive, places: [.ended], result: .failure(.refused),
      reason: .refused),
    UserCallCase(
      ids: "EV-RECEIVE-{LISTEN,SYN-SENT,SYN-RECEIVED,ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2}-1", call: .receive,
      places: [.listen, .synSent, .synReceivedActive, .established, .finWait1, .finWait2],
      result: .failure(.wouldBlock)),
    UserCallCase(
      ids: "EV-RECEIVE-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2}-2", call: .receiveText,
      places: [.established, .finWait1, .finWait2], result: .count(20)),
    UserCallCase(
      ids: "EV-RECEIVE-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2}-3", call: .receiveUrgent,
      places: [.established, .finWait1, .finWait2], result: .count(3)),
    // The window was shut: the peer must learn that it is open again.
    UserCallCase(
      ids: "EV-RECEIVE-{ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2}-4", call: .receive,
      places: [.established, .finWait1, .finWait2], result: .count(100), sends: [.acknowledgment],
      isShut: true),
    // Text that was acknowledged stays readable in every later state; then comes the end of the stream.
    UserCallCase(
      ids: "EV-RECEIVE-CLOSE-WAIT-1", call: .receive,
      places: [.closeWait, .closing, .lastAck, .timeWaitHeld], result: .count(99), isShut: true),
    UserCallCase(
      ids: "EV-RECEIVE-CLOSE-WAIT-2", call: .receive,
      places: [.closeWait, .closing, .lastAck, .timeWaitHeld], result: .failure(.endOfStream)),
  ]

  private static let closes = [
    UserCallCase(
      ids: "EV-CLOSE-CLOSED-2", call: .close, places: [.nothing], result: .failure(.staleHandle)),
    UserCallCase(
      ids: "EV-CLOSE-CLOSED-2", call: .close, places: [.ended], result: .failure(.refused), reason: .refused),
    UserCallCase(
      ids: "EV-CLOSE-LISTEN-1", call: .close, places: [.listen], result: .success, next: .closed),
    UserCallCase(
      ids: "EV-CLOSE-SYN-SENT-1", call: .close, places: [.synSent], result: .success, next: .closed,
      reason: .aborted),
    UserCallCase(
      ids: "EV-CLOSE-SYN-RECEIVED-2", call: .close, places: [.synReceivedActive], result: .success,
      later: (.finWait1, [.finish])),
    UserCallCase(
      ids: "EV-CLOSE-ESTABLISHED-1", call: .close, places: [.established], result: .success, next: .finWait1,
      sends: [.finish]),
    UserCallCase(
      ids: "EV-CLOSE-CLOSE-WAIT-1", call: .close, places: [.closeWait], result: .success, next: .lastAck,
      sends: [.finish]),
    UserCallCase(
      ids: "EV-CLOSE-{FIN-WAIT-1,FIN-WAIT-2,CLOSING,LAST-ACK,TIME-WAIT}-1", call: .close,
      places: [.finWait1, .finWait2, .closing, .lastAck, .timeWaitHeld], result: .failure(.closing)),
  ]

  private static let aborts = [
    UserCallCase(
      ids: "EV-ABORT-CLOSED-2", call: .abort, places: [.nothing], result: .failure(.staleHandle)),
    UserCallCase(
      ids: "EV-ABORT-CLOSED-2", call: .abort, places: [.ended], result: .failure(.refused), reason: .refused),
    UserCallCase(
      ids: "EV-ABORT-LISTEN-1", call: .abort, places: [.listen], result: .success, next: .closed),
    UserCallCase(
      ids: "EV-ABORT-{SYN-SENT,CLOSING,LAST-ACK}-1", call: .abort, places: [.synSent, .closing, .lastAck],
      result: .success, next: .closed, reason: .aborted),
    UserCallCase(
      ids: "EV-ABORT-{SYN-RECEIVED,ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT}-1", call: .abort,
      places: [.synReceivedActive, .established, .finWait1, .finWait2, .closeWait], result: .success,
      next: .closed, sends: [.reset], reason: .aborted),
    // The pair is free: the listener has it again.
    UserCallCase(
      ids: "EV-ABORT-TIME-WAIT-1", call: .abort, places: [.timeWaitHeld], result: .success, next: .listen,
      reason: .finished),
  ]

  private static let statuses = [
    UserCallCase(
      ids: "EV-STATUS-CLOSED-2", call: .status, places: [.nothing], result: .failure(.staleHandle)),
    UserCallCase(
      ids: "EV-STATUS-{LISTEN,SYN-SENT,SYN-RECEIVED,ESTABLISHED,FIN-WAIT-1,FIN-WAIT-2,CLOSE-WAIT,CLOSING,"
        + "LAST-ACK,TIME-WAIT}-1", call: .status, places: EventPlace.withConnection + [.listen, .synSent],
      result: .success),
  ]
}
