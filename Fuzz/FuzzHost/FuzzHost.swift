import FuzzProperties

#if FUZZING
  @_cdecl("LLVMFuzzerTestOneInput")
  func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    // The fuzzer lends `size` octets at `data` for the length of the call.
    unsafe checkHost(UnsafeRawBufferPointer(start: data, count: size).bytes)
    return 0
  }

  @_cdecl("LLVMFuzzerCustomMutator")
  func customMutator(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32) -> Int
  {
    // Handed on as the fuzzer lends it.
    unsafe mutate(
      data, size, maximum, seed,
      { mutateStepsBefore(HostChoice.mark, &$0, &$1, step: HostStep.byteCount) }, repair: { _ in })
  }

  @_cdecl("LLVMFuzzerCustomCrossOver")
  func customCrossOver(
    _ left: UnsafeMutablePointer<UInt8>, _ leftSize: Int, _ right: UnsafeMutablePointer<UInt8>,
    _ rightSize: Int, _ child: UnsafeMutablePointer<UInt8>, _ maximum: Int, _ seed: UInt32
  ) -> Int {
    // Handed on as the fuzzer lends it.
    unsafe crossOver(left, leftSize, right, rightSize, child, maximum, seed) {
      crossOverSteps($0, $1, &$2, &$3, step: HostStep.byteCount)
    }
  }
#else
  /// Replays files and folders of input scripts: `swift run FuzzHost Corpus/FuzzHost`.
  @main enum FuzzHost {
    static func main() { replay(CommandLine.arguments) { checkHost($0) } }
  }
#endif
