// What a mutator makes right again after a mutation, so that what is behind a length or a checksum is
// reached.

/// Makes lengths and checksums of a datagram right, and those of the segment or ICMP message in it.
@_silgen_name("__sanitizer_repair_datagram")
package func repairDatagram(_ draft: Draft) {
  guard draft.count >= 20, draft.count <= 65_535 else { return }
  if draft[0] >> 4 == 6 && draft.count >= 40 {
    draft.put(draft.count - 40, 4, 2)
  } else {
    repairIPv4Header(draft)
  }
  let octets = draft.octets
  let datagram = NaiveDatagram(octets, checksumVerified: true)
  guard datagram.reason < 0 else { return }
  let payload = draft.part(datagram.payloadOffset, datagram.payloadOffset + datagram.payloadCount)
  let place: Int
  switch datagram.protocolNumber {
  case 6:
    repairSegment(payload)
    place = 16
  case 1, 58: place = 2
  default: return
  }
  guard payload.count >= place + 2 else { return }
  payload.put(0, place, 2)
  let start = datagram.protocolNumber == 1 ? 0 : datagram.pseudoHeaderSum(octets)
  payload.put(0xFFFF - naiveSum(payload.octets, start), place, 2)
}

private func repairIPv4Header(_ draft: Draft) {
  let most = min(15, draft.count / 4)
  let words = draft[0] & 15
  draft[0] = 0x40 | (words < 5 || words > most ? 5 : words)
  draft.put(draft.count, 2, 2)
  draft[6] &= 0b0100_0000  // no fragment
  draft[7] = 0
  draft.put(0, 10, 2)
  draft.put(0xFFFF - naiveSum(draft.octets.part(0, 4 * (draft[0] & 15))), 10, 2)
}
