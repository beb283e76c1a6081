// What a mutator makes right again after a mutation, so that what is behind a length or a checksum is reached.

/// Makes the data offset point into the segment.
package func repairSegment(_ octets: inout [UInt8]) {
  guard octets.count >= 20 else { return }
  let most = min(15, octets.count / 4)
  if octets[12] / 16 < 5 || octets[12] / 16 > most {
    octets[12] = UInt8(5 + Int(octets[12] / 16) % (most - 4)) * 16 + octets[12] % 16
  }
}

/// Makes lengths and checksums of a datagram right, and those of the segment or ICMP message in it.
package func repairDatagram(_ octets: inout [UInt8]) {
  guard octets.count >= 20, octets.count <= 65_535 else { return }
  if octets[0] / 16 == 6 && octets.count >= 40 {
    put(octets.count - 40, 2, at: 4, into: &octets)
  } else {
    repairIPv4Header(&octets)
  }
  guard case .success(let datagram) = NaiveDatagram.read(octets, checksumVerified: true) else { return }
  var payload = datagram.payload
  let place: Int
  switch datagram.protocolNumber {
  case 6:
    repairSegment(&payload)
    place = 16
  case 1, 58: place = 2
  default: return
  }
  guard payload.count >= place + 2 else { return }
  put(0, 2, at: place, into: &payload)
  let pseudo = datagram.protocolNumber == 1 ? [] : datagram.pseudoHeader
  put(naiveChecksum(pseudo + payload), 2, at: place, into: &payload)
  octets.replaceSubrange(datagram.payloadOffset..<datagram.payloadOffset + payload.count, with: payload)
}

private func repairIPv4Header(_ octets: inout [UInt8]) {
  let most = min(15, octets.count / 4)
  let words = Int(octets[0] % 16)
  octets[0] = 0x40 + UInt8(words < 5 || words > most ? 5 : words)
  put(octets.count, 2, at: 2, into: &octets)
  octets[6] &= 0b0100_0000  // no fragment
  octets[7] = 0
  put(0, 2, at: 10, into: &octets)
  put(naiveChecksum(Array(octets[..<(Int(octets[0] % 16) * 4)])), 2, at: 10, into: &octets)
}

/// Writes a number of `count` octets, most significant first.
private func put(_ value: Int, _ count: Int, at offset: Int, into octets: inout [UInt8]) {
  octets.replaceSubrange(offset..<offset + count, with: [UInt8](value, count: count))
}

#if FUZZING
  @_silgen_name("LLVMFuzzerMutate")
  private func defaultMutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int) -> Int

  /// The fuzzer's own mutation, and most of the time a repair of what it broke.
  package func mutate(
    _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32,
    repair: (inout [UInt8]) -> Void
  ) -> Int {
    // The fuzzer lends `maximum` octets at `data`, and its own mutation returns no more than that.
    let count = unsafe defaultMutate(data, size, maximum)
    if seed % 8 == 0 { return count }  // lies must be met, too
    let buffer = unsafe UnsafeMutableBufferPointer(start: data, count: count)
    var octets = unsafe Array(buffer)
    repair(&octets)
    for index in 0..<count { unsafe buffer[index] = octets[index] }
    return count
  }
#endif
