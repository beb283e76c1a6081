#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Removes a file that a test has made.
func removeTestFile(_ path: String) {
  // The system reads the name during the call only.
  _ = unsafe unlink(path)
}
