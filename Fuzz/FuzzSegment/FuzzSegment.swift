import FuzzProperties

#if FUZZING
  @_cdecl("LLVMFuzzerTestOneInput")
  func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    // The fuzzer lends `size` octets at `data` for the length of the call.
    unsafe checkSegment(UnsafeRawBufferPointer(start: data, count: size).bytes)
    return 0
  }

  @_cdecl("LLVMFuzzerCustomMutator")
  func customMutator(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32) -> Int
  {
    // Handed on as the fuzzer lends it.
    unsafe mutate(data, size, maximum, seed, repair: repairSegment)
  }
#else
  /// Replays files and folders of segment inputs: `swift run FuzzSegment Corpus/FuzzSegment`.
  @main enum FuzzSegment {
    static func main() { replay(CommandLine.arguments, checkSegment) }
  }
#endif
