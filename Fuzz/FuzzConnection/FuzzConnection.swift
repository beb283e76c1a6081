import FuzzProperties

#if FUZZING
  @_cdecl("LLVMFuzzerTestOneInput")
  func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    // The fuzzer lends `size` octets at `data` for the length of the call.
    unsafe checkConnection(UnsafeRawBufferPointer(start: data, count: size).bytes)
    return 0
  }
#else
  /// Replays files and folders of tapes: `swift run FuzzConnection Corpus/FuzzConnection`.
  @main enum FuzzConnection {
    static func main() { replay(CommandLine.arguments) { checkConnection($0) } }
  }
#endif
