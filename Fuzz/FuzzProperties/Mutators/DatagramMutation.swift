// Mutations of whole datagrams. What they do to lengths and checksums is repaired at the end.

/// Changes one or a few things about a datagram, or about the segment in it.
@_silgen_name("__sanitizer_mutate_datagram")
package func mutateDatagram(_ draft: inout Draft, _ chance: inout Chance) {
  for _ in 0...chance.below(2) {
    switch chance.below(8) {
    case 0, 1, 2: mutatePayload(&draft, &chance)
    case 3: mutateHeaderField(draft, &chance)
    case 4, 5: draft[0] >> 4 == 6 ? mutateExtensions(&draft, &chance) : mutateHeaderCount(&draft, &chance)
    case 6: quote(&draft, &chance)
    default: unquote(&draft)
    }
  }
  repairDatagram(draft)
}

/// The IP headers of one datagram, and what another one carries.
@_silgen_name("__sanitizer_cross_over_datagrams")
package func crossOverDatagrams(_ left: Draft, _ right: Draft, _ draft: inout Draft, _ chance: inout Chance) {
  let leftEnd = payloadOffset(left)
  let rightEnd = payloadOffset(right)
  draft.resize(0)
  draft.append(left, 0, leftEnd)
  if chance.below(2) == 0 {
    var payload = draft.tail(leftEnd)
    crossOverSegments(left.part(leftEnd, left.count), right.part(rightEnd, right.count), &payload, &chance)
    draft.adopt(tail: payload, from: leftEnd)
  } else {
    draft.append(right, rightEnd, right.count)
    // The other one's protocol, where the first header says it.
    draft[draft[0] >> 4 == 6 ? 6 : 9] = right[right[0] >> 4 == 6 ? 6 : 9]
  }
  repairDatagram(draft)
}

/// Where the payload starts, as far as the headers tell; behind the octets of the fixed header in any case.
func payloadOffset(_ draft: Draft) -> Int {
  let naive = NaiveDatagram(draft.octets, checksumVerified: true)
  if naive.reason < 0 { return naive.payloadOffset }
  return min(draft.count, draft[0] >> 4 == 6 ? 40 : 20)
}

private func mutatePayload(_ draft: inout Draft, _ chance: inout Chance) {
  let start = payloadOffset(draft)
  var payload = draft.tail(start)
  mutateSegment(&payload, &chance)
  draft.adopt(tail: payload, from: start)
}

private func mutateHeaderField(_ draft: Draft, _ chance: inout Chance) {
  let fields4: [6 of (Int, Int)] = [(1, 1), (6, 2), (8, 1), (9, 1), (12, 4), (16, 4)]
  let fields6: [6 of (Int, Int)] = [(0, 2), (6, 1), (7, 1), (8, 4), (20, 4), (36, 4)]
  let (offset, size) = draft[0] >> 4 == 6 ? fields6[chance.below(6)] : fields4[chance.below(6)]
  var value = chance.number(size, near: draft.number(offset, size))
  if offset == 0 { value = 0x6000 | value & 0x0FFF }
  // Protocols that mean something.
  if size == 1 && (offset == 9 || offset == 6) {
    value = ([6, 1, 58, 0, 43, 44, 60, 17] as [8 of Int])[chance.below(8)]
  }
  draft.put(value, offset, size)
}

/// IPv4: four octets of options more or fewer.
private func mutateHeaderCount(_ draft: inout Draft, _ chance: inout Chance) {
  let words = draft[0] & 15
  if chance.below(2) == 0 && words < 15 && words >= 5 {
    guard draft.insert(4, at: min(20, draft.count)) else { return }
    draft.put(chance.number(4, near: 0x0101_0100), 20, 4)
    draft[0] = 0x40 | words + 1
  } else if words > 5 {
    draft.remove(4, at: 20)
    draft[0] = 0x40 | words - 1
  }
}

/// IPv6: an extension header more in front of the others, or the first one less.
private func mutateExtensions(_ draft: inout Draft, _ chance: inout Chance) {
  let isExtension = draft[6] == 0 || draft[6] == 43 || draft[6] == 44 || draft[6] == 60
  if isExtension && chance.below(3) == 0 {
    let next = draft[40]
    draft.remove(min(draft[6] == 44 ? 8 : 8 + 8 * draft[41], draft.count - 40), at: 40)
    draft[6] = next
    return
  }
  let kind = ([0, 43, 44, 60] as [4 of Int])[chance.below(4)]
  let size = kind == 44 ? 8 : 8 + 8 * chance.below(3)
  guard draft.count >= 40, draft.insert(size, at: 40) else { return }
  draft[40] = draft[6]
  draft[41] = kind == 44 ? 0 : size / 8 - 1
  if kind != 44 { draft[42] = 1 }
  if chance.below(8) == 0 { draft[43] = chance.number(1, near: 0) }
  draft[6] = kind
}

/// Makes the datagram what an ICMP error quotes.
private func quote(_ draft: inout Draft, _ chance: inout Chance) {
  let isIPv4 = draft[0] >> 4 != 6
  let front = isIPv4 ? 20 : 40
  guard draft.count >= front, draft.insert(front + 8, at: 0) else { return }
  for index in 0..<front { draft[index] = draft[front + 8 + index] }
  if isIPv4 { draft[0] = 0x45 }
  draft[isIPv4 ? 9 : 6] = isIPv4 ? 1 : 58
  let types: [6 of Int] = isIPv4 ? [3, 3, 4, 11, 12, 5] : [1, 2, 3, 4, 2, 128]
  draft[front] = types[chance.below(6)]
  draft[front + 1] = chance.below(6)
  draft.put(chance.number(4, near: 1280), front + 4, 4)
}

/// Makes what an ICMP error quotes the datagram.
private func unquote(_ draft: inout Draft) {
  let start = payloadOffset(draft)
  guard draft.number(draft[0] >> 4 == 6 ? 6 : 9, 1) != 6, draft.count >= start + 8 + 20 else { return }
  draft.remove(start + 8, at: 0)
}
