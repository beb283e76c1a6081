#if FUZZING
  // Mutation of tapes: one octet that chooses the stage, and steps of a fixed size behind it. Steps stay aligned, so
  // that a change in one does not turn all behind it into something else.

  @_silgen_name("LLVMFuzzerMutate")
  private func mutateOctets(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int) -> Int

  /// Random numbers enough for a mutation (SplitMix64).
  struct MutationRandom {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
      return value ^ value >> 31
    }

    /// A number from 0 to `count` - 1.
    mutating func below(_ count: Int) -> Int { Int(truncatingIfNeeded: next() % UInt64(count)) }
  }

  /// A tape that the fuzzer lends, to be changed in place.
  @safe
  private struct TapeEditor {
    let octets: UnsafeMutableBufferPointer<UInt8>
    let stepSize: Int
    var count: Int
    var random: MutationRandom

    var stepCount: Int { (count - 1) / stepSize }

    func start(_ step: Int) -> Int { 1 + step * stepSize }

    /// Makes room for a step; nothing where there is none.
    mutating func open(_ step: Int) -> Bool {
      guard unsafe count + stepSize <= octets.count else { return false }
      let place = start(step)
      var index = count - 1
      while index >= place {
        unsafe octets[index + stepSize] = octets[index]
        index -= 1
      }
      count += stepSize
      return true
    }

    mutating func remove(_ step: Int) {
      for index in start(step)..<(count - stepSize) { unsafe octets[index] = octets[index + stepSize] }
      count -= stepSize
    }

    /// A new step: mostly zeros, which is the natural choice everywhere.
    mutating func fill(_ step: Int) {
      for index in 0..<stepSize {
        let isZero = index > 2 && random.below(3) > 0
        unsafe octets[start(step) + index] = isZero ? 0 : UInt8(truncatingIfNeeded: random.next())
      }
    }

    mutating func copy(_ source: Int, to target: Int) {
      for index in 0..<stepSize { unsafe octets[start(target) + index] = octets[start(source) + index] }
    }

    /// One octet becomes zero, one more or less, an end of the range, or anything.
    mutating func change() {
      let place = start(random.below(stepCount)) + random.below(stepSize)
      let old = unsafe octets[place]
      let choices: [UInt8] = [
        0, old &+ 1, old &- 1, 127, 128, old ^ 1 << UInt8(random.below(8)), UInt8(random.below(32)),
        UInt8(truncatingIfNeeded: random.next()),
      ]
      unsafe octets[place] = choices[random.below(choices.count)]
    }

    mutating func mutate() {
      guard stepCount > 0 else {
        if open(0) { fill(0) }
        return
      }
      switch random.below(16) {
      case 0: unsafe octets[0] = UInt8(truncatingIfNeeded: random.next())
      case 1, 2, 3:
        let step = random.below(stepCount + 1)
        if open(step) { fill(step) }
      case 4, 5:
        let source = random.below(stepCount)
        let target = random.below(stepCount + 1)
        if open(target) { copy(source + (source >= target ? 1 : 0), to: target) }
      case 6, 7: if stepCount > 1 { remove(random.below(stepCount)) }
      case 8: copy(random.below(stepCount), to: random.below(stepCount))
      case 9: fill(random.below(stepCount))
      default: change()
      }
    }
  }

  /// Changes a tape; once in a while with the fuzzer's own hand, which knows dictionaries and comparisons.
  package func mutateTape(
    _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32, stepSize: Int
  ) -> Int {
    // The fuzzer lends `maximum` octets at `data`, of which `size` are the tape.
    if seed % 8 == 0 || maximum <= stepSize { return unsafe mutateOctets(data, size, maximum) }
    let octets = unsafe UnsafeMutableBufferPointer(start: data, count: maximum)
    if size == 0 { unsafe octets[0] = 0 }
    var editor = unsafe TapeEditor(
      octets: octets, stepSize: stepSize, count: max(size, 1), random: MutationRandom(state: UInt64(seed)))
    editor.count = 1 + editor.stepCount * stepSize
    for _ in 0...editor.random.below(4) { editor.mutate() }
    return editor.count
  }

  /// The beginning of one tape and the end of another.
  package func crossTapes(
    _ left: UnsafePointer<UInt8>, _ leftSize: Int, _ right: UnsafePointer<UInt8>, _ rightSize: Int,
    _ out: UnsafeMutablePointer<UInt8>, _ maximum: Int, _ seed: UInt32, stepSize: Int
  ) -> Int {
    guard leftSize > 0, maximum > 0 else { return 0 }
    var random = MutationRandom(state: UInt64(seed))
    let head = 1 + random.below((leftSize - 1) / stepSize + 1) * stepSize
    let first = 1 + random.below(max(0, rightSize - 1) / stepSize + 1) * stepSize
    var count = 0
    for index in 0..<min(head, leftSize, maximum) {
      unsafe out[count] = left[index]
      count += 1
    }
    for index in min(first, rightSize)..<rightSize where count < maximum {
      unsafe out[count] = right[index]
      count += 1
    }
    return count
  }
#endif
