import RequirementTrace

/// Words and identifiers that are not used here, each with what to say instead.
///
/// They are looked for in code, comments, strings and documents. An identifier is taken apart: "leftRing" is
/// "left" and "ring". RFC 9293's own terms are not banned ("text", "segment", "urgent", "figure"), and
/// names of files in Corpus and of known mutants may be quoted.
enum Vocabulary {
  /// A word in its forms, or a phrase, and what to say instead.
  static let words: [String: String] = table(
    """
    alarm alarms alarmed: wake-up
    anew: again
    at_rest to_rest: quiet
    box boxes: fixture, memory
    crowd crowds crowded: fleet, many connections
    door doors: unsafe boundary, entry point
    envelop envelops enveloped: write the IP header
    eventful: in the event queue
    fewest: minimum
    filed refiled: inserted, scheduled
    floor floors: minimum, lower bound, layer
    for_ever: forever
    gate gates gated: CI
    house houses: repository
    ledger ledgers: table
    loan loans: pointer argument
    news: event, something new
    passage passages: transit
    patience: time budget
    planted: known mutant
    resting rests rested: in TIME-WAIT
    settle settles settled settling: schedule, run until quiet
    slab slabs: arena
    stage stages staged: fixture
    stand standing stands stood: be, stay, mean
    station stations: host
    stretch stretches stretched stretching: range, record, segment
    tape tapes: input script
    told: reported
    whoever: who, a program that
    world worlds: fixture, pair
    """)

  /// Identifiers that were renamed.
  static let identifiers: [String: String] = table(
    """
    DatagramStyle: DatagramOptions
    EventLoopUser: EventLoopDelegate
    HostBox Scratch Slab: fixture, Arena
    InitialSequenceNumber: SipHash, HostKeys
    LinkFate: LinkDisposition
    NaiveTransmissions Transmissions: SentRecords
    ReceiveSequence: ReceiveState
    SendSequence: SendState
    VisitTrial: OpenEchoCloseTrial
    WatchList: PollSet
    WindowProbe armOverride: PersistTimer, armSWSOverride
    acceptsEarly: canCopyBeforeChecksum
    acknowledgeAgain: processDuplicateAck
    acknowledgeNew: processNewAck
    answerProbe: probeAnswered
    checkSynchronize: checkSYN
    consequences: PendingWork
    dropCrossedSynchronize: stripCrossedSYN
    earlyRanges: outOfOrderRanges
    faultOfBeginning: checkInitArguments
    giveUpTime: abandonTime
    guardFlight: armRetransmissionTimer
    guardNarrowWindow guardWindow isGuarded: armWindowTimer
    halfOpenAge: halfOpenByAge
    hasFinish isFinishing isFinishSent isFinishUnsent isFinishAcknowledged: hasFIN, isFINQueued, isFINSent
    hasKnownCases: hasValidBitPatterns
    isNews: needsScheduling
    isPlaced: isAlreadyInRing
    lostHint: firstLostHint
    onHost: withHost
    openHalf: acceptSYN
    owesAcknowledgment owesSynchronize: needsACK, needsSYNACK
    probedAgain: didProbe
    progressTime: lastProgress
    queueLinks: eventAndAgeLinks
    retransmissionLimit: retransmissionTimeLimit
    reviseAlarm: recomputeWakeup
    sampleMark: nextRTTSample
    settleAll settleRead settleWritten: rescheduleConnections, scheduleAfterRead, scheduleAfterWrite
    settleClosed settleEnded settleHere settleReleased settleSending: finishClosed, finishEnded, schedule
    standingAt: baseAddress
    stillLost: unresentCount
    storedCase storedTag: rawByte, optionalTag
    synchronizeChallenged: synChallenged
    synchronizeWindow: synWindow
    takeFromAccepting takeFromBacklog: removeFromAcceptQueue
    takeWindow: updateSendWindow
    takesMore: canRecordMore
    timeWaitAge: timeWaitByAge
    transmitSynchronize: transmitSYN
    warningRetransmissions: softErrorRetransmissions
    """)

  /// Where a word is right: in one file, or below a folder whose path ends with "/".
  struct Exception: Sendable {
    var word: String
    var path: String
    var reason: String
  }

  static let exceptions = [
    Exception(word: "box", path: ".ci/pictures", reason: "the pictures are made of boxes"),
    Exception(
      word: "box", path: "Sources/TCPCore/TCPCore.docc/Resources/", reason: "what .ci/pictures writes"),
    Exception(
      word: "box", path: "Sources/TCPCoreTool/Plot/ConnectionPlot.swift", reason: "an attribute of SVG"),
    Exception(word: "stage", path: ".ci/bench", reason: "a benchmark measures a stage of a segment's way"),
    Exception(word: "stage", path: "Sources/TCPCoreBenchmarks/", reason: "the same"),
    Exception(word: "stage", path: "Tests/TCPCoreBenchmarksTests/", reason: "the same"),
    Exception(word: "stage", path: "Sources/TCPCore/TCPCore.docc/Architecture.md", reason: "the same"),
    Exception(word: "stage", path: "Sources/TCPCore/TCPCore.docc/Testing.md", reason: "the same"),
    Exception(
      word: "floor", path: "Sources/TCPCoreBenchmarks/Reporting/Plot.swift",
      reason: "the function of C's library that rounds down"),
  ]

  /// Reads lines of "form form: replacement". In a form of two words "_" is the space between them.
  static func table(_ text: String) -> [String: String] {
    var result: [String: String] = [:]
    for line in splitLines(text) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      for form in line[..<colon].split(separator: " ") {
        result[form.split(separator: "_").joined(separator: " ")] = line[line.index(after: colon)...].trimmed
      }
    }
    return result
  }
}

extension Substring {
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
