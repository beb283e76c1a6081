extension Connection {
  /// An ICMP error that names this connection (MUST-54).
  ///
  /// RFC5927-1, RFC5927-3, RFC8899-2, ROB-352: it counts only if the octet it quotes is in flight.
  package mutating func processICMPError(
    _ error: ICMPError, minimumMTU: Int, _ context: ConnectionContext
  ) -> ArrivalOutcome {
    // unreached: the host has ignored it before: processError
    if error.kind == .sourceQuench { return .icmpIgnored }  // MUST-55, ROB-031
    guard state != .closed else { return .icmpForNobody }  // only its reset is still to be written
    guard send.unacknowledged <= error.sequence, error.sequence < send.next else {
      return .icmpNotInFlight
    }
    switch error.kind {
    case .refused:
      // SHLD-26 while connecting, RFC5927-2 afterwards.
      if state == .synSent { end(.refused, context) } else { reportSoftError(.refused) }
    case .unreachable:
      reportSoftError(.unreachable)  // MUST-56, ROB-263: soft errors end nothing
    case .timeExceeded:
      reportSoftError(.timeExceeded)
    case .parameterProblem:
      reportSoftError(.parameterProblem)
    case .tooBig:
      lowerPathMTU(error, minimumMTU: minimumMTU, context)
    case .sourceQuench:
      // unreached: answered in the first line of the function
      break
    }
    return .processed
  }

  /// RFC1191-1...3, RFC1191-8, RFC8201-1: the path MTU only falls, never below the minimum, and only a real
  /// change has an effect (RFC1191-6). The octets in flight were too long for the path, so they go again
  /// (ROB-012, ROB-030) without a change of the congestion window in segments (RFC1191-7, RFC5681-6).
  private mutating func lowerPathMTU(_ error: ICMPError, minimumMTU: Int, _ context: ConnectionContext) {
    var reportedMTU = error.nextHopMTU
    // RFC1191-5
    if tuple.isIPv4 && reportedMTU == 0 { reportedMTU = Connection.plateau(below: error.quotedCount) }
    let size = reportedMTU < minimumMTU ? minimumMTU : reportedMTU
    if takeReportOfProbe(error.sequence, size: size, context) { return }
    // Compared with the previous path MTU; until the peer's SYN arrives its MSS is only a default.
    // RFC8899-3
    guard size < context.interfaceMTU, UInt32(truncatingIfNeeded: size) < pathMTU else { return }
    let old = segmentSize(context)
    pathMTU = UInt32(truncatingIfNeeded: size)
    sender.path.end(at: context.now)
    context.counters.pathMTUReductions &+= 1
    guard send.isSynchronized, segmentSize(context) < old else { return }
    // What the peer's shut window holds up was not lost on the path.
    sender.didShorten(
      from: old, to: segmentSize(context), isLost: !persistTimer.isArmed, in: context.region)
  }

  /// The next lower usual MTU: the table of RFC 1191 section 7.
  static func plateau(below count: Int) -> Int {
    if count > 32_000 { return 32_000 }
    if count > 17_914 { return 17_914 }
    if count > 8_166 { return 8_166 }
    if count > 4_352 { return 4_352 }
    if count > 2_002 { return 2_002 }
    if count > 1_492 { return 1_492 }
    if count > 1_006 { return 1_006 }
    if count > 508 { return 508 }
    return 296
  }
}
