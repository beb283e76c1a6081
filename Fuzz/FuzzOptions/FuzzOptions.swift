import FuzzProperties

#if FUZZING
  @_cdecl("LLVMFuzzerTestOneInput")
  func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    // The fuzzer lends `size` octets at `data` for the length of the call.
    unsafe checkOptions(UnsafeRawBufferPointer(start: data, count: size).bytes)
    return 0
  }
#else
  /// Replays files and folders of options inputs: `swift run FuzzOptions Corpus/FuzzOptions`.
  @main enum FuzzOptions {
    static func main() { replay(CommandLine.arguments, checkOptions) }
  }
#endif
