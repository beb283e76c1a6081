// Mutations of input scripts: steps are inserted, removed, doubled and changed, and never cut in two.

/// Changes one or a few steps of an input script, or its front.
package func mutateReassembly(_ draft: inout Draft, _ chance: inout Chance) {
  if draft.count < ReassemblyScript.front { draft.resize(ReassemblyScript.front) }
  for _ in 0...chance.below(4) {
    let steps = (draft.count - ReassemblyScript.front) / ReassemblyScript.step
    let place = ReassemblyScript.front + ReassemblyScript.step * chance.below(steps + 1)
    switch chance.below(8) {
    case 0, 1:
      if draft.insert(ReassemblyScript.step, at: place) { putStep(draft, place, &chance) }
    case 2: draft.remove(ReassemblyScript.step, at: place)
    case 3: repeatSteps(&draft, place, &chance)
    case 4: mutateFront(draft, &chance)
    case 5: draft.put(offset(&chance), place + 1, 2)
    case 6: draft.put(chance.number(1, near: draft[place + 3]), place + 3, 1)
    default: putStep(draft, place, &chance)
    }
  }
}

/// Steps of one input script and then of another.
package func crossOverReassembly(_ left: Draft, _ right: Draft, _ draft: inout Draft, _ chance: inout Chance)
{
  draft.resize(0)
  let leftSteps = max(0, left.count - ReassemblyScript.front) / ReassemblyScript.step
  let rightSteps = max(0, right.count - ReassemblyScript.front) / ReassemblyScript.step
  draft.append(left, 0, ReassemblyScript.front + ReassemblyScript.step * chance.below(leftSteps + 1))
  draft.append(
    right, ReassemblyScript.front + ReassemblyScript.step * chance.below(rightSteps + 1), right.count)
}

/// Mostly near, at times far.
private func offset(_ chance: inout Chance) -> Int {
  chance.below(4) == 0 ? chance.number(2, near: 0) : chance.below(96) - 32
}

private func putStep(_ draft: Draft, _ place: Int, _ chance: inout Chance) {
  draft[place] = chance.below(256)
  draft.put(offset(&chance), place + 1, 2)
  draft[place + 3] = chance.below(3) == 0 ? chance.below(256) : chance.below(24)
}

/// A few steps once more.
private func repeatSteps(_ draft: inout Draft, _ place: Int, _ chance: inout Chance) {
  let size = ReassemblyScript.step * (1 + chance.below(4))
  guard place + size <= draft.count, draft.insert(size, at: place) else { return }
  for index in 0..<size { draft[place + index] = draft[place + size + index] }
}

private func mutateFront(_ draft: Draft, _ chance: inout Chance) {
  switch chance.below(4) {
  case 0: draft.put(chance.below(3) == 0 ? chance.below(65_536) : chance.below(40), 0, 2)
  case 1: draft[2] = chance.below(10)
  case 2: draft[3] = chance.number(1, near: 255)
  // Often close to where numbers start again from 0, or change their sign.
  default: draft.put(chance.number(4, near: 0) - chance.below(64) & 0xFFFF_FFFF, 4, 4)
  }
}
