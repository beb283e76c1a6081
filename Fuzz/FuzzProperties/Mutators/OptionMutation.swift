/// The options of a header while they are changed: at most 40 octets, on their own.
struct OptionDraft {
  private(set) var octets = [40 of UInt8](repeating: 0)
  private(set) var count = 0

  /// Takes up to 40 octets of a draft.
  init(_ draft: Draft, _ from: Int, _ to: Int) {
    for index in from..<max(from, min(to, from + 40)) { append(UInt8(draft[index])) }
  }

  init() {}

  mutating func append(_ octet: UInt8) {
    guard count < 40 else { return }
    octets[count] = octet
    count += 1
  }

  /// Adds an option of another list, if there is room for all of it.
  mutating func append(_ other: OptionDraft, _ option: (start: Int, end: Int)) {
    guard count + option.end - option.start <= 40 else { return }
    // A view, since the array would be copied for each octet of it.
    let source = other.octets.span
    for index in option.start..<option.end { append(source[index]) }
  }

  /// Where the option at `start` ends. NOP, end-of-list and an option whose length lies take one octet.
  func end(of start: Int) -> Int {
    let octets = octets.span
    let kind = octets[start]
    guard kind > 1, start + 1 < count else { return start + 1 }
    let length = Int(octets[start + 1])
    return length < 2 || start + length > count ? start + 1 : start + length
  }

  /// One of the options, or `nil` if there is none.
  @_silgen_name("__sanitizer_any_option")
  func anyOption(_ chance: inout Chance) -> (start: Int, end: Int)? {
    var start = 0
    var found: (start: Int, end: Int)?
    var seen = 0
    while start < count {
      seen += 1
      // Each of them is as likely as the others.
      if chance.below(seen) == 0 { found = (start, end(of: start)) }
      start = end(of: start)
    }
    return found
  }

  /// Changes one thing about the options.
  @_silgen_name("__sanitizer_mutate_options")
  mutating func mutate(_ chance: inout Chance) {
    switch chance.below(8) {
    case 0, 1: insertNew(&chance)
    case 2: remove(&chance)
    case 3: duplicate(&chance)
    case 4: moveToFront(&chance)
    case 5: lieAboutLength(&chance)
    default: changeNumber(&chance)
    }
  }

  /// The list with an option more, in front of one of the others or behind all.
  @_silgen_name("__sanitizer_insert_option")
  private mutating func insertNew(_ chance: inout Chance) {
    let place = anyOption(&chance)?.start ?? count
    var fresh = OptionDraft()
    let blocks = 1 + chance.below(4)
    let kinds: [9 of (UInt8, Int)] = [
      (2, 4), (3, 3), (4, 2), (8, 10), (5, 2 + 8 * blocks), (28, 4), (1, 1), (0, 1),
      (UInt8(chance.below(256)), 2 + chance.below(8)),
    ]
    let (kind, length) = kinds[chance.below(9)]
    fresh.append(kind)
    if length > 1 { fresh.append(UInt8(length)) }
    while fresh.count < length {
      let size = min(length - fresh.count, length >= 10 ? 4 : 2)
      let value = chance.number(size, near: 0)
      for octet in 0..<size { fresh.append(UInt8(truncatingIfNeeded: value >> (8 * (size - 1 - octet)))) }
    }
    let old = self
    count = 0
    append(old, (0, place))
    append(fresh, (0, fresh.count))
    for index in place..<old.count { append(old.octets[index]) }
  }

  private mutating func remove(_ chance: inout Chance) {
    guard let option = anyOption(&chance) else { return }
    let old = self
    count = 0
    append(old, (0, option.start))
    append(old, (option.end, old.count))
  }

  private mutating func duplicate(_ chance: inout Chance) {
    guard let option = anyOption(&chance) else { return }
    append(self, option)
  }

  private mutating func moveToFront(_ chance: inout Chance) {
    guard let option = anyOption(&chance) else { return }
    let old = self
    count = 0
    append(old, option)
    append(old, (0, option.start))
    append(old, (option.end, old.count))
  }

  private mutating func lieAboutLength(_ chance: inout Chance) {
    guard let option = anyOption(&chance), option.start + 1 < count else { return }
    octets[option.start + 1] = UInt8(chance.number(1, near: Int(octets[option.start + 1])))
  }

  private mutating func changeNumber(_ chance: inout Chance) {
    guard let option = anyOption(&chance), option.end - option.start > 2 else { return }
    let body = option.end - option.start - 2
    let size = body >= 4 ? 4 : body
    let start = option.start + 2 + chance.below(body / size) * size
    let value = chance.number(size, near: 0)
    for octet in 0..<size {
      octets[start + octet] = UInt8(truncatingIfNeeded: value >> (8 * (size - 1 - octet)))
    }
  }
}

/// Changes options that are an input of their own.
package func mutateOptions(_ draft: inout Draft, _ chance: inout Chance) {
  var options = OptionDraft(draft, 0, draft.count)
  for _ in 0...chance.below(3) { options.mutate(&chance) }
  put(options, into: &draft)
}

/// Options that take turns, of two inputs.
package func crossOverOptions(_ left: Draft, _ right: Draft, _ draft: inout Draft, _ chance: inout Chance) {
  let options = crossOver(
    OptionDraft(left, 0, left.count), OptionDraft(right, 0, right.count), &chance)
  put(options, into: &draft)
}

private func put(_ options: OptionDraft, into draft: inout Draft) {
  draft.resize(options.count)
  for index in 0..<min(options.count, draft.count) { draft[index] = Int(options.octets[index]) }
}

/// Options of one list and of another, in their order.
@_silgen_name("__sanitizer_cross_over_options")
func crossOver(_ left: OptionDraft, _ right: OptionDraft, _ chance: inout Chance) -> OptionDraft {
  var result = OptionDraft()
  var leftStart = 0
  var rightStart = 0
  while leftStart < left.count || rightStart < right.count {
    let takesLeft = rightStart >= right.count || (leftStart < left.count && chance.below(2) == 0)
    let source = takesLeft ? left : right
    let start = takesLeft ? leftStart : rightStart
    let end = source.end(of: start)
    // One in four is left out, so that both lists find room.
    if chance.below(4) > 0 { result.append(source, (start, end)) }
    if takesLeft { leftStart = end } else { rightStart = end }
  }
  return result
}
