import FuzzProperties

#if FUZZING
  // One for all inputs: the fuzzer gives them one after the other.
  nonisolated(unsafe) private let memory = CodecFixture()

  @_cdecl("LLVMFuzzerTestOneInput")
  func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    // The fuzzer lends `size` octets at `data` for the length of the call, and calls from one thread.
    unsafe checkOptions(UnsafeRawBufferPointer(start: data, count: size).bytes, memory)
    return 0
  }

  @_cdecl("LLVMFuzzerCustomMutator")
  func customMutator(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32) -> Int
  {
    // Handed on as the fuzzer lends it.
    unsafe mutate(data, size, maximum, seed, mutateOptions, repair: { _ in })
  }

  @_cdecl("LLVMFuzzerCustomCrossOver")
  func customCrossOver(
    _ left: UnsafeMutablePointer<UInt8>, _ leftSize: Int, _ right: UnsafeMutablePointer<UInt8>,
    _ rightSize: Int, _ child: UnsafeMutablePointer<UInt8>, _ maximum: Int, _ seed: UInt32
  ) -> Int {
    // Handed on as the fuzzer lends it.
    unsafe crossOver(left, leftSize, right, rightSize, child, maximum, seed, crossOverOptions)
  }
#else
  /// Replays files and folders of options inputs: `swift run FuzzOptions Corpus/FuzzOptions`.
  @main enum FuzzOptions {
    static func main() { replay(CommandLine.arguments, checkOptions) }
  }
#endif
