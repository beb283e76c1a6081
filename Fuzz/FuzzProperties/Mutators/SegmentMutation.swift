/// Changes one or a few things about a segment, which stays one if it was one.
@_silgen_name("__sanitizer_mutate_segment")
package func mutateSegment(_ draft: inout Draft, _ chance: inout Chance) {
  if draft.count < 20 { draft.resize(20) }
  repairSegment(draft)
  for _ in 0...chance.below(3) {
    switch chance.below(10) {
    case 0, 1, 2, 3, 4: mutateSegmentOptions(&draft, &chance)
    case 5: mutateText(&draft, &chance)
    case 6: draft[13] ^= 1 << chance.below(8)
    default:
      // Ports, sequence and acknowledgment number, window, urgent pointer.
      let fields: [6 of (Int, Int)] = [(0, 2), (2, 2), (4, 4), (8, 4), (14, 2), (18, 2)]
      let (offset, size) = fields[chance.below(6)]
      draft.put(chance.number(size, near: draft.number(offset, size)), offset, size)
    }
  }
}

/// The header of one segment, options of both, and the text of either.
@_silgen_name("__sanitizer_cross_over_segments")
package func crossOverSegments(_ left: Draft, _ right: Draft, _ draft: inout Draft, _ chance: inout Chance) {
  let leftEnd = headerCount(left)
  let rightEnd = headerCount(right)
  draft.resize(0)
  draft.append(left, 0, 20)
  draft.resize(20)
  // Each field of four octets, from either; with the third of them the data offset and the flags.
  for word in 0..<5 where word != 3 && chance.below(4) == 0 {
    draft.put(right.number(4 * word, 4), 4 * word, 4)
  }
  let text = chance.below(2) == 0
  draft.append(text ? left : right, text ? leftEnd : rightEnd, text ? left.count : right.count)
  let options = crossOver(
    OptionDraft(left, 20, leftEnd), OptionDraft(right, 20, rightEnd), &chance)
  draft[12] = 0x50 | draft[12] & 15
  replaceOptions(of: &draft, with: options)
}

/// Makes the data offset point into the segment.
@_silgen_name("__sanitizer_repair_segment")
package func repairSegment(_ draft: Draft) {
  guard draft.count >= 20 else { return }
  let most = min(15, draft.count / 4)
  let words = draft[12] >> 4
  if words < 5 || words > most { draft[12] = (5 + words % (most - 4)) << 4 | draft[12] & 15 }
}

/// Where the text starts, in octets that may be no segment.
private func headerCount(_ draft: Draft) -> Int { min(draft.count, max(20, draft[12] >> 4 * 4)) }

private func mutateSegmentOptions(_ draft: inout Draft, _ chance: inout Chance) {
  var options = OptionDraft(draft, 20, headerCount(draft))
  options.mutate(&chance)
  replaceOptions(of: &draft, with: options)
}

/// Puts other options behind a header, filled up to words of four with end-of-list, and moves the text.
@_silgen_name("__sanitizer_replace_options")
private func replaceOptions(of draft: inout Draft, with options: OptionDraft) {
  let old = headerCount(draft) - 20
  let new = (options.count + 3) / 4 * 4
  guard draft.count - old + new <= draft.capacity else { return }
  draft.remove(old, at: 20)
  guard draft.insert(new, at: 20) else { return }
  let octets = options.octets.span
  for index in 0..<options.count { draft[20 + index] = Int(octets[index]) }
  draft[12] = (20 + new) / 4 << 4 | draft[12] & 15
}

private func mutateText(_ draft: inout Draft, _ chance: inout Chance) {
  let start = headerCount(draft)
  let size = chance.below(24)
  if chance.below(2) == 0 {
    _ = draft.insert(min(size, draft.capacity - draft.count), at: start)
  } else {
    draft.remove(min(size, draft.count - start), at: start)
  }
}
