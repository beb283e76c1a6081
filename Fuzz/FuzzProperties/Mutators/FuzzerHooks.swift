#if FUZZING
  #if !NO_ADDRESS_SANITIZER
    // Nothing is allocated once a target runs, so nothing needs to be kept from being used again.
    @_cdecl("__asan_default_options")
    func sanitizerOptions() -> UnsafePointer<CChar>? {
      let options: StaticString = "quarantine_size_mb=1:malloc_context_size=5"
      // A static string lasts as long as the program, and ends with a zero.
      return unsafe UnsafeRawPointer(options.utf8Start).assumingMemoryBound(to: CChar.self)
    }
  #endif

  @_silgen_name("LLVMFuzzerMutate")
  private func defaultMutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int) -> Int

  /// One mutation: the fuzzer's own with a repair of what it broke, or one that knows what the input means;
  /// seldom the fuzzer's own alone, since lies must be met, too.
  @inline(__always)
  package func mutate(
    _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32,
    _ change: (inout Draft, inout Chance) -> Void, repair: (Draft) -> Void
  ) -> Int {
    var chance = Chance(seed)
    let decision = chance.below(16)
    if decision < 8 {
      // The fuzzer lends `maximum` octets at `data`, and its own mutation returns no more than that.
      let count = unsafe defaultMutate(data, size, maximum)
      if decision > 0 { unsafe repair(Draft(base: data, count: count, capacity: maximum)) }
      return count
    }
    // As said above.
    var draft = unsafe Draft(base: data, count: size, capacity: maximum)
    change(&draft, &chance)
    return draft.count
  }

  /// A child of two inputs, made by a function that knows what they mean.
  @inline(__always)
  package func crossOver(
    _ left: UnsafeMutablePointer<UInt8>, _ leftSize: Int, _ right: UnsafeMutablePointer<UInt8>,
    _ rightSize: Int, _ child: UnsafeMutablePointer<UInt8>, _ maximum: Int, _ seed: UInt32,
    _ cross: (Draft, Draft, inout Draft, inout Chance) -> Void
  ) -> Int {
    var chance = Chance(seed)
    // The fuzzer lends both inputs, which nobody writes to, and `maximum` octets for the child.
    let leftDraft = unsafe Draft(base: left, count: leftSize, capacity: leftSize)
    // As said above.
    let rightDraft = unsafe Draft(base: right, count: rightSize, capacity: rightSize)
    // As said above.
    var draft = unsafe Draft(base: child, count: 0, capacity: maximum)
    cross(leftDraft, rightDraft, &draft, &chance)
    return draft.count
  }
#endif
