// A connection to one of our own addresses needs no device: what it sends arrives at once.
extension TCPHost {
  /// Lets a datagram arrive that was written for one of our own addresses; `false` if it is for another host.
  @inline(never)  // rare
  mutating func loopBack(_ departure: Departure, in bytes: MutableBytes) -> Bool {
    // unreached: no target connects a host to itself; ForeignPeerTests does
    // unreached: no target connects a host to itself; ForeignPeerTests does
    bytes.withSpan(count: departure.count) { span in
      guard let datagram = try? Datagram(parsing: span),
        let interface = interfaceNumber(of: datagram.destination)
      else { return false }  // unreached: no target connects a host to itself; ForeignPeerTests does
      if interfaces[departure.interface].offload.fillsDeparting {
        // unreached: no target connects a host to itself; ForeignPeerTests does
        // No device will complete the sum: the field holds that of the pseudo header.
        let segment = bytes.dropping(datagram.payloadOffset, limit: datagram.payloadCount)
        var checksum = InternetChecksum()
        checksum.add(segment, count: segment.count)
        segment.store(checksum.field, at: SegmentHeader.checksumOffset)
      }
      arrive(span, on: interface, at: state.now)
      return true
    }
  }

  /// The interface that has an address.
  func interfaceNumber(of address: Address) -> Int? {
    for number in 0..<interfaces.count
    where interfaces[number].isUp && interfaces[number].position(of: address) != nil {
      return number
    }
    return nil
  }
}
