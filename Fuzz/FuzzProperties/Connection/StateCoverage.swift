import TCPCore

// What libFuzzer cannot see by itself: which step was taken in which state, and where it led.

#if FUZZING
  /// libFuzzer takes the octets of this section for counters like those of edges. The value must be a
  /// constant.
  @section("__libfuzzer_extra_counters")
  nonisolated(unsafe) private var transitions: InlineArray<128, UInt64> = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ]

  func noteTransition(from: ConnectionState, to: ConnectionState, by kind: Step.Kind) {
    let index = (Int(from.rawValue) * 11 + Int(kind.rawValue)) * 11 + Int(to.rawValue)
    // 1024 octets; a few of the 1331 combinations share one.
    unsafe transitions[index % 128] |= 1 << UInt64(index / 128 % 8 * 8)
  }
#else
  @inline(__always)
  func noteTransition(from: ConnectionState, to: ConnectionState, by kind: Step.Kind) {}
#endif

#if FUZZING
  /// As above, for the states of two sides at once.
  @section("__libfuzzer_extra_counters")
  nonisolated(unsafe) private var pairs: InlineArray<16, UInt64> = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ]

  func noteStates(_ left: ConnectionState, _ right: ConnectionState) {
    let index = Int(left.rawValue) * 11 + Int(right.rawValue)
    // 121 pairs, an octet each.
    unsafe pairs[index / 8] |= 1 << UInt64(index % 8 * 8)
  }
#else
  @inline(__always)
  func noteStates(_ left: ConnectionState, _ right: ConnectionState) {}
#endif
