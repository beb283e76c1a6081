// What a host's future depends on besides its connections: options, listeners, interfaces, and replies that
// wait.

extension StateDigest {
  mutating func add(_ options: ConnectionOptions) {
    add(options.minimumTimeout.microseconds)
    add(options.maximumTimeout.microseconds)
    add(options.retransmissionTimeLimit.microseconds)
    add(options.handshakeLimit.microseconds)
    add(options.userTimeout.microseconds)
    add(options.finWait2Limit.microseconds)
    add(options.releasedLimit.microseconds)
    add(options.keepAliveIdle.microseconds)
    add(options.keepAliveInterval.microseconds)
    add(options.acknowledgmentDelay.microseconds)
    add(UInt32(options.maximumSegmentSize))
    add(options.softErrorRetransmissions)
    add(options.keepAliveProbes)
    add(options.dscp)
    add(options.hopLimit)
    add(options.isNagleEnabled)
    add(options.isKeepAliveEnabled)
    add(options.offersTimestamps)
    add(options.requiresTimestamps)
    add(options.offersWindowScale)
    add(options.offersSACK)
    add(options.reportsSoftErrors)
  }

  mutating func add(_ reply: Reply) {
    add(reply.tuple)
    add(reply.header.sequence)
    add(reply.header.acknowledgment)
    add(reply.header.flags.rawValue)
    if let timestamps = reply.header.options.timestamps {
      add(timestamps.value)
      add(timestamps.echo)
    }
    add(reply.interface)
    add(reply.dscp)
    add(reply.hopLimit)
  }

  mutating func add(_ endpoint: Endpoint) {
    add(endpoint.address.high)
    add(endpoint.address.low)
    add(UInt32(endpoint.port))
  }
}

extension Listener {
  func add(to digest: inout StateDigest) {
    digest.add(local)
    digest.add(servesIPv4)
    digest.add(servesIPv6)
    digest.add(ringClass)
    digest.add(backlog)
    digest.add(recentDrops)
    digest.add(options)
    digest.add(halfOpenByAge.first)
    digest.add(acceptQueue.first)
  }
}

extension Interface {
  mutating func add(to digest: inout StateDigest) {
    digest.add(mtu)
    digest.add(offload.verifiesArriving)
    digest.add(offload.fillsDeparting)
    for index in 0..<Int(addressCount) {
      digest.add(address(index).address.high)
      digest.add(address(index).address.low)
      digest.add(address(index).prefix)
    }
  }
}
