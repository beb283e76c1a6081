import TCPCore

/// A connection as RFC 9293 describes it, written for clarity: plain numbers, one function for each check, no
/// table of transmissions, no rings. It says what the core must answer, and judges what leaves the core.
///
/// Where the RFC leaves a choice the model takes the core's, as the README and the table of events name them.
///
/// What only looks is `mutating`, too: otherwise each call would copy the whole of it, and fuzzing would take
/// twice as long.
@safe
struct ReferenceConnection {
  /// What holds for every connection of a host.
  struct Settings {
    var sendCapacity = 0
    var receiveCapacity = 0
    var rangeCapacity = 0
    /// Segments that may be distinguished in flight.
    var transmissionCapacity = 0
    var mtu = 1_500
    var isIPv4 = true
    var maximumSegmentLifetime: UInt64 = 0
    var halfOpenLifetime: UInt64 = 0
    var challengeLimit = 0
    var challengeInterval: UInt64 = 0
    /// Our initial sequence number at the clock's zero; it grows by one each 4 microseconds (RFC 6528).
    var initialAtZero: UInt32 = 0
  }

  let settings: Settings
  /// What connections and listeners begin with.
  let firstOptions: ConnectionOptions
  /// What the user had chosen when the connection began: its SYN offers that, whatever is chosen later.
  var offered: ConnectionOptions
  /// What the user has chosen for this connection since.
  var options: ConnectionOptions

  // Whose turn it is.
  var state = ConnectionState.closed
  var endReason = EndReason.none
  /// Whether a peer's SYN began it; then SYN-RECEIVED is an entry that no user has a handle of.
  var isPassive = false
  var isListening = false
  /// Whether the user has given the handle up.
  var isReleased = false
  /// How many connections have begun on the pair.
  var handshakes = 0

  /// The tick of 4 microseconds that the last initial sequence number was made with.
  var sequenceTick: UInt64 = 0

  // Sending (RFC 9293 section 3.3.1).
  var initial: UInt32 = 0
  var unacknowledged: UInt32 = 0
  var next: UInt32 = 0
  var window = 0
  var maximumWindow = 0
  var updateSequence: UInt32 = 0
  var updateAcknowledgment: UInt32 = 0
  var peerShift = 0
  var peerSegmentSize = 536
  /// Whether our SYN has left, and whether it is acknowledged.
  var isSynchronizeSent = false
  var isSynchronized = false
  /// Octets of text that the user wrote, and those of them that are acknowledged.
  var written = 0
  var acknowledgedText = 0
  var isFINQueued = false
  var isFINAcked = false
  /// Where the user's urgent text ends.
  var urgentWritten: Int?
  /// The path's MTU, as ICMP has reported it.
  var pathMTU = Int.max
  /// The search for a larger one.
  var path = ReferencePathSearch()

  /// Whether the user could not write all there was, and wants to know when there is room.
  var wantsSendSpace = false
  /// RFC 6582: where recovery ends, and whether it goes on.
  var recoveryPoint: UInt32 = 0
  var isRecovering = false
  /// Whether the oldest octets must leave again with what leaves next.
  var mustSendAgain = false
  /// How far octets from SND.UNA on were sent again, and whether the last acknowledgment covered nothing
  /// else: then it says nothing about the round trip (Karn's rule, RFC 6298 section 3).
  var againEnd: UInt32?
  var isAmbiguous = false
  /// When the last window probe left, and how long after the one before; `nil` where time has jumped since.
  var probeAt: UInt64?
  var probeGap: UInt64?
  /// The longest pause when the last probe left: the next one was timed then.
  var probeLimit: UInt64 = 0
  /// The bounds of the least time-out since that probe left, and the upper one while the gap before it ran.
  var pauseLeast: UInt64 = 0
  var pauseMost: UInt64 = 0
  var gapMost: UInt64 = 0
  /// Whether everything due is done at its time.
  var isStepwise = false
  /// Octets acknowledged since the congestion window last grew.
  var acknowledgedSinceGrowth = 0
  /// SND.NXT when the last third duplicate came.
  var duplicatesPoint: UInt32?
  /// Whether the core may be in recovery, though the model need not demand it.
  var mayBeRecovering: Bool {
    mutating get { isRecovering || duplicatesPoint.map { distance($0, unacknowledged) > 0 } ?? false }
  }
  /// Where the last segment short of full size ends, as far as one may be unacknowledged.
  var shortEnd: UInt32?
  /// Whether the user has said with the last write that more will follow.
  var isMoreComing = false
  /// The most that was in flight since `flightPeakEnd` was sent.
  var flightPeak = 0
  var flightPeakEnd: UInt32 = 0
  /// The window field, acknowledgment number and SACK blocks that left last.
  var lastSaid: ReferenceSaying?
  /// When new text left last.
  var freshAt: UInt64 = 0

  // Receiving.
  var peerInitial: UInt32 = 0
  var expected: UInt32 = 0
  /// RCV.NXT + RCV.WND, as advertised.
  var rightEdge: UInt32 = 0
  var lastAcknowledgment: UInt32 = 0
  /// Octets of text that came in order, and those of them that were read.
  var received = 0
  var consumed = 0
  /// Where the peer's FIN is in its stream.
  var finish: Int?
  var isFinishReceived = false
  var urgent: UInt32?
  var shift = 0
  var largestText = 0
  var lastText = 0
  /// Text beyond a gap, sorted and disjoint.
  let early: ReferenceRanges
  var earlyCount = 0
  /// What came twice, until an acknowledgment leaves (RFC 2883).
  var duplicate: ReferenceDuplicate?
  /// Where the latest early text is: its range is reported first (RFC 2018 section 4).
  var latestEarly: Int?
  /// The octets of the window, by their position modulo its size.
  let content: UnsafeMutablePointer<UInt8>

  // Options.
  var usesTimestamps = false
  var usesSACK = false
  var isScaled = false
  var recentTimestamp: UInt32 = 0
  var recentTimestampTime: UInt64 = 0
  /// TSval minus the ticks of the clock, once a segment has left.
  var timestampOffset: UInt32?
  /// What the peer's user time-out option said last, and ours behind the handshake; 0 for nothing.
  var peerTime: UInt16 = 0
  var saidTime: UInt16 = 0
  /// Our MSS as advertised.
  var segmentSize = 536

  // Loss.
  var reports = ReferenceReports()
  var ecn = ReferenceECN()
  var estimator = ReferenceEstimator()
  var duplicates = 0 { didSet { if duplicates == 0 { answersToProbes = 0 } } }
  /// How many of them may have been answers to window probes, which the core does not count.
  var answersToProbes = 0
  /// Until this is acknowledged, text may be sent again.
  var recovery: UInt32?
  /// When anything left again last.
  var againAt: UInt64?
  /// Whether the last acknowledgment may show that a loss was none.
  var mayUndo = false
  /// The largest congestion window so far: none that is restored is larger.
  var largestWindow = 0
  /// Where the last tail loss probe ended that repeated text, until that is acknowledged or repaired.
  var tailProbeEnd: UInt32?
  /// The same, until an acknowledgment behind it shows that it has repaired a loss, or a duplicate that there
  /// was none; and whether the last acknowledgment has shown the first.
  var tailRepairEnd: UInt32?
  var hasTailRepaired = false
  /// Whether no recovery can have begun since it left, which gives it up.
  var isTailRepairSure = false
  /// Whether what leaves now is a tail loss probe, as the host has counted it.
  var isTailProbed = false
  /// When what is in flight began to wait: its first octet left, or SND.UNA moved.
  var waitingSince: UInt64 = 0
  /// When SND.UNA moved, or the connection began: nothing can have timed out since.
  var quietSince: UInt64 = 0 { didSet { hasPaused = false } }
  /// When the user gave the handle up.
  var releasedAt: UInt64 = 0
  /// When a segment last passed every check.
  var heardAt: UInt64 = 0 { didSet { unansweredKeepAlives = 0 } }
  /// Keep-alive probes since then, and when the last of them left.
  var unansweredKeepAlives = 0
  var keepAliveAt: UInt64 = 0
  /// When anything was last heard, said or asked.
  var stirredAt: UInt64 = 0
  /// What is tried since the link is back has time for an answer until then.
  var triedUntil: UInt64 = 0
  /// Whether time has passed since SND.UNA moved, or something was first in flight, in which nobody called,
  /// or something waited to leave.
  var hasPaused = false
  var finWait2Deadline = UInt64.max
  var timeWaitDeadline = UInt64.max
  /// Whether segments without timestamps were to be dropped when TIME-WAIT began: that holds until it ends.
  var isStrictInTimeWait = false
  var halfOpenDeadline = UInt64.max

  // Challenges (RFC 5961 section 10).
  var challengeStart: UInt64 = 0
  var challengeCount = 0
  /// When all answers to probes that have left will have been earned, one each 500 ms.
  var probeAnswerTime: UInt64 = 0

  var debts = ReferenceDebts()
  /// Events that must be reported to the user.
  var events = EventSet.none

  init(
    _ settings: Settings, _ options: ConnectionOptions, content: UnsafeMutablePointer<UInt8>,
    early: ReferenceRanges
  ) {
    self.settings = settings
    firstOptions = options
    self.options = options
    offered = options
    unsafe self.content = content
    self.early = early
  }

  /// Where what must be heard is: a peer that took nothing beyond its window accepts it there.
  var heardSequence: UInt32 {
    let edge = unacknowledged.moved(window + (isSynchronized ? 0 : 1))
    let beyond = distance(next, edge)
    return beyond <= 0 || beyond < 1 << peerShift ? next : edge
  }
  /// The reset of an abort.
  var ownReset: ReferenceReset {
    ReferenceReset(flags: .rst | .ack, sequence: heardSequence, acknowledgment: expected)
  }
  /// SND.NXT - SND.UNA.
  var flight: Int { distance(next, unacknowledged) }
  /// The number behind the last octet written: that of a FIN.
  var textEnd: UInt32 { initial.moved(1 + written) }
  /// Octets of text that fit into one segment.
  var textRoom: Int { min(peerSegmentSize, pathRoom) - (usesTimestamps ? 12 : 0) }
  /// Octets of room for options and text on the way.
  var pathRoom: Int { min(settings.mtu, pathMTU) - (settings.isIPv4 ? 40 : 60) }
  /// RCV.WND.
  var receiveWindow: Int { distance(rightEdge, expected) }
  /// Octets that wait to be read.
  var unread: Int { received - consumed }
  /// Whether the connection is an entry without a handle.
  var isHalfOpen: Bool { state == .synReceived && isPassive }

  /// Starts again; what the host and its listener are like stays.
  mutating func begin(passive: Bool, at now: UInt64) {
    var fresh = unsafe ReferenceConnection(settings, firstOptions, content: content, early: early)
    fresh.isListening = isListening
    fresh.debts = debts
    fresh.debts.forgetConnection()
    fresh.isPassive = passive
    fresh.handshakes = handshakes + 1
    // Its clock moves on with each connection, so that no number comes twice within a tick.
    fresh.sequenceTick = max(now / 4, sequenceTick + 1)
    fresh.initial = settings.initialAtZero &+ UInt32(truncatingIfNeeded: fresh.sequenceTick)
    fresh.unacknowledged = fresh.initial
    fresh.next = fresh.initial
    fresh.recoveryPoint = fresh.initial
    fresh.path.lost = path.lost  // the host counts for all connections
    fresh.quietSince = now
    fresh.stirredAt = now
    fresh.peerSegmentSize = settings.isIPv4 ? 536 : 1_220
    let room = settings.mtu - (settings.isIPv4 ? 40 : 60)
    let wanted = options.maximumSegmentSize == 0 ? room : min(room, Int(options.maximumSegmentSize))
    fresh.segmentSize = max(min(64, room), wanted)
    self = fresh
  }

  /// The connection is over (RFC 9293: delete the TCB).
  mutating func end(_ reason: EndReason) {
    state = .closed
    endReason = reason
    debts.forgetConnection()
    events = events | .ended
    finWait2Deadline = .max
  }

  /// A challenge acknowledgment, unless there were many (RFC 5961 section 10).
  mutating func challenge(at now: UInt64) {
    if now - challengeStart >= settings.challengeInterval {
      challengeStart = now
      challengeCount = 0
    }
    guard challengeCount < settings.challengeLimit else { return }
    challengeCount += 1
    debts.acknowledgment = true
  }

  /// An answer to an empty segment right below RCV.NXT, or to a repeated SYN-ACK: four at once, then one each
  /// 500 ms.
  mutating func probeAnswered(at now: UInt64) {
    let from = max(probeAnswerTime, now)
    guard from - now <= 1_500_000 else { return }
    probeAnswerTime = from + 500_000
    debts.acknowledgment = true
  }

  /// FIN-WAIT-2 lasts as long as somebody holds the handle, or as the user time-out says.
  mutating func updateFinWait2(at now: UInt64) {
    guard state == .finWait2 else {
      finWait2Deadline = .max
      return
    }
    let released = isReleased ? options.finWait2Limit : .unlimited
    let limit = min(released, options.userTimeout)
    finWait2Deadline = limit == .unlimited ? .max : now + limit.microseconds
  }

  /// The peer's stream from a position on; the other is what a peer says who has changed its mind.
  static func peerText(_ position: Int, _ count: Int, isOther: Bool) -> Octets {
    PatternText.shared.octets(position + (isOther ? 40_000 : 20_000), count)
  }

  /// The user's stream from a position on.
  static func userText(_ position: Int, _ count: Int) -> Octets { PatternText.shared.octets(position, count) }
}
