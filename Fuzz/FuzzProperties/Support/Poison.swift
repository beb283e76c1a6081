#if FUZZING && !NO_ADDRESS_SANITIZER
  @_silgen_name("__asan_poison_memory_region")
  private func poisonRegion(_ start: UnsafeRawPointer, _ count: Int)

  @_silgen_name("__asan_unpoison_memory_region")
  private func unpoisonRegion(_ start: UnsafeRawPointer, _ count: Int)
#endif

/// Makes octets untouchable where the address sanitizer is part of the program; elsewhere it does nothing.
@inline(__always)
func poison(_ start: UnsafeMutableRawPointer, _ count: Int) {
  #if FUZZING && !NO_ADDRESS_SANITIZER
    // The caller owns the octets.
    if count > 0 { unsafe poisonRegion(start, count) }
  #endif
}

/// Takes `poison` back.
@inline(__always)
func unpoison(_ start: UnsafeMutableRawPointer, _ count: Int) {
  #if FUZZING && !NO_ADDRESS_SANITIZER
    // The caller owns the octets.
    if count > 0 { unsafe unpoisonRegion(start, count) }
  #endif
}

/// Whether what is behind a poisoned place must not be looked at.
var isPoisoning: Bool {
  #if FUZZING && !NO_ADDRESS_SANITIZER
    true
  #else
    false
  #endif
}
