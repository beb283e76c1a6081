// Mutation of input scripts: a front of one octet that chooses the setup, and steps of a fixed size behind
// it. Steps stay aligned, so that a change in one does not turn all behind it into something else.

private let front = 1

/// Changes one or a few steps of an input script, or its front.
package func mutateSteps(_ draft: inout Draft, _ chance: inout Chance, step: Int) {
  if draft.count < front { draft.resize(front) }
  draft.resize(front + (draft.count - front) / step * step)
  for _ in 0...chance.below(4) {
    let count = (draft.count - front) / step
    let place = front + step * chance.below(count + 1)
    let other = front + step * chance.below(max(count, 1))
    switch chance.below(16) {
    case 0: draft[0] = chance.below(256)
    case 1, 2, 3: if draft.insert(step, at: place) { fill(draft, place, step, &chance) }
    case 4, 5: repeatStep(&draft, from: other, at: place, step)
    case 6, 7: if count > 1 && place < draft.count { draft.remove(step, at: place) }
    case 8: fill(draft, other, step, &chance)
    default: change(draft, other + chance.below(step), &chance)
    }
  }
}

/// The same, and the octets behind the last step stay: they choose something too. They change, come and go
/// now and then.
///
/// - Parameter mark: the first of them.
package func mutateStepsBefore(_ mark: Int, _ draft: inout Draft, _ chance: inout Chance, step: Int) {
  let rest = max(0, draft.count - front) % step
  var choice = rest >= 2 ? draft[draft.count - rest + 1] : -1
  mutateSteps(&draft, &chance, step: step)
  switch chance.below(32) {
  case 0: choice = chance.below(256)
  case 1: choice = -1
  case 2: if choice >= 0 { choice ^= 1 << chance.below(8) }
  default: break
  }
  guard choice >= 0, draft.count + 2 <= draft.capacity else { return }
  draft.resize(draft.count + 2)
  draft[draft.count - 2] = mark
  draft[draft.count - 1] = choice
}

/// The beginning of one input script and the end of another.
package func crossOverSteps(
  _ left: Draft, _ right: Draft, _ draft: inout Draft, _ chance: inout Chance, step: Int
) {
  draft.resize(0)
  let leftCount = max(0, left.count - front) / step
  let rightCount = max(0, right.count - front) / step
  draft.append(left, 0, front + step * chance.below(leftCount + 1))
  draft.append(right, front + step * chance.below(rightCount + 1), right.count)
}

/// A new step: mostly zeros, which is the natural choice everywhere.
private func fill(_ draft: Draft, _ place: Int, _ step: Int, _ chance: inout Chance) {
  for index in 0..<step {
    let isZero = index > 2 && chance.below(3) > 0
    draft[place + index] = isZero ? 0 : chance.below(256)
  }
}

private func repeatStep(_ draft: inout Draft, from source: Int, at target: Int, _ step: Int) {
  guard draft.insert(step, at: target) else { return }
  let moved = source >= target ? source + step : source
  for index in 0..<step { draft[target + index] = draft[moved + index] }
}

/// One octet becomes zero, one more or less, an end of the range, or anything.
private func change(_ draft: Draft, _ place: Int, _ chance: inout Chance) {
  let old = draft[place]
  switch chance.below(8) {
  case 0: draft[place] = 0
  case 1: draft[place] = (old + 1) & 255
  case 2: draft[place] = (old + 255) & 255
  case 3: draft[place] = 127 + chance.below(2)
  case 4: draft[place] = old ^ 1 << chance.below(8)
  case 5: draft[place] = chance.below(32)
  default: draft[place] = chance.below(256)
  }
}
