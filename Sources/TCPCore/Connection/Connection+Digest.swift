extension Connection {
  mutating func add(to digest: inout StateDigest, in region: Region) {
    digest.add(tuple)
    digest.add(state.rawValue)
    digest.add(endReason.rawValue)
    digest.add(events.rawValue)
    send.add(to: &digest, in: region)
    sender.add(to: &digest, in: region)
    receive.add(to: &digest, in: region)
    ackPolicy.add(to: &digest)
    persistTimer.add(to: &digest)
    digest.add(deadline: finWait2Deadline)
    digest.add(past: lastProgress)
    digest.add(past: lastSendTime)
    digest.add(keepAliveUnanswered)
    digest.add(pathMTU)
    options.add(to: &digest)
    digest.add(interface)
    digest.add(listener)
    digest.add(isPassive)
    digest.add(isReleased)
    digest.add(needsRST)
    digest.add(isKeepAliveDue)
    digest.add(wantsSendSpace)
    digest.add(UInt32(receiveSegmentSize))
    digest.add(UInt32(peerUserTimeout.rawValue))
    digest.add(UInt32(saidUserTimeout.rawValue))
    challenges.add(to: &digest)  // survives removal: redundant: no two hosts differ in this alone
    probeAnswers.add(to: &digest)
    digest.add(usesTimestamps)
    // Where there are none, their age says nothing.
    if usesTimestamps {
      digest.add(receive.recentTimestamp)
      digest.add(past: receive.recentTimestampTime)
    }
    digest.add(usesSACK)
    digest.add(isScaled)
    digest.add(isHandshakeRetransmitted)
    ecn.add(to: &digest)
  }
}
