import FuzzProperties

#if FUZZING
  @_cdecl("LLVMFuzzerTestOneInput")
  func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    // The fuzzer lends `size` octets at `data` for the length of the call.
    unsafe checkConnection(UnsafeRawBufferPointer(start: data, count: size).bytes)
    return 0
  }

  @_cdecl("LLVMFuzzerCustomMutator")
  func mutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32) -> Int {
    // Handed on as the fuzzer lends it.
    unsafe mutateTape(data, size, maximum, seed, stepSize: Step.byteCount)
  }

  @_cdecl("LLVMFuzzerCustomCrossOver")
  func cross(
    _ left: UnsafePointer<UInt8>, _ leftSize: Int, _ right: UnsafePointer<UInt8>, _ rightSize: Int,
    _ out: UnsafeMutablePointer<UInt8>, _ maximum: Int, _ seed: UInt32
  ) -> Int {
    // Handed on as the fuzzer lends it.
    unsafe crossTapes(left, leftSize, right, rightSize, out, maximum, seed, stepSize: Step.byteCount)
  }
#else
  /// Replays files and folders of tapes: `swift run FuzzConnection Corpus/FuzzConnection`.
  @main enum FuzzConnection {
    static func main() { replay(CommandLine.arguments) { checkConnection($0) } }
  }
#endif
