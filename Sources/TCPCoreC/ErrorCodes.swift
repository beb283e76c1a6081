#if !TCPCORE_ARCHIVE  // the archive is one module
  import TCPCore
#endif
import CTCPCore

/// The numbers of errors in the C interface.
extension CallError {
  /// TCPCORE_ERROR_STALE_HANDLE and those that follow.
  package var code: Int32 { -1 &- Int32(rawValue) }
}

extension ConfigurationError {
  /// TCPCORE_ERROR_BAD_RING_CLASSES and those that follow.
  package var code: Int32 { -32 &- Int32(rawValue) }
}

/// See tcpcore.h.
@c @implementation
public func tcpcore_strerror(_ error: Int32) -> UnsafePointer<CChar>! {
  unsafe cString(errorText(error))
}

/// A string with a zero at its end that is never freed.
func cString(_ text: StaticString) -> UnsafePointer<CChar> {
  unsafe UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}

private func errorText(_ error: Int32) -> StaticString {
  if error > -32 { return callErrorText(error) }
  if error > -64 { return configurationErrorText(error) }
  return switch error {
  case TCPCORE_ERROR_NULL: "null pointer"
  case TCPCORE_ERROR_NO_HOST: "the memory holds no host"
  case TCPCORE_ERROR_BUFFER_TOO_SMALL: "buffer too small"
  case TCPCORE_ERROR_OVERLAP: "buffer lies inside the host's memory"
  case TCPCORE_ERROR_CLOCK_WENT_BACK: "the clock went back"
  default: "unknown error"
  }
}

private func callErrorText(_ error: Int32) -> StaticString {
  switch error {
  case TCPCORE_OK: "no error"
  case TCPCORE_ERROR_STALE_HANDLE: "stale handle"
  case TCPCORE_ERROR_WOULD_BLOCK: "would block"
  case TCPCORE_ERROR_END_OF_STREAM: "end of stream"
  case TCPCORE_ERROR_CLOSING: "connection closing"
  case TCPCORE_ERROR_NOT_CONNECTED: "not connected"
  case TCPCORE_ERROR_RESET: "connection reset by peer"
  case TCPCORE_ERROR_REFUSED: "connection refused"
  case TCPCORE_ERROR_TIMED_OUT: "connection timed out"
  case TCPCORE_ERROR_UNREACHABLE: "peer unreachable"
  case TCPCORE_ERROR_ABORTED: "connection aborted"
  case TCPCORE_ERROR_ADDRESS_GONE: "the interface lost the address"
  case TCPCORE_ERROR_INSUFFICIENT_RESOURCES: "insufficient resources"
  case TCPCORE_ERROR_REMOTE_UNSPECIFIED: "remote endpoint unspecified"
  case TCPCORE_ERROR_INVALID_ADDRESS: "invalid address"
  case TCPCORE_ERROR_ADDRESS_NOT_AVAILABLE: "address not available"
  case TCPCORE_ERROR_CONNECTION_EXISTS: "connection exists"
  case TCPCORE_ERROR_NOT_SUPPORTED: "not supported for this handle"
  case TCPCORE_ERROR_INVALID_ARGUMENT: "invalid argument"
  default: "unknown error"
  }
}

private func configurationErrorText(_ error: Int32) -> StaticString {
  switch error {
  case TCPCORE_ERROR_BAD_RING_CLASSES: "bad ring classes"
  case TCPCORE_ERROR_BAD_RING_CAPACITY: "bad ring capacity"
  case TCPCORE_ERROR_BAD_TABLE_SIZE: "bad table size"
  case TCPCORE_ERROR_TOO_LARGE: "host too large"
  case TCPCORE_ERROR_MEMORY_TOO_SMALL: "memory too small"
  case TCPCORE_ERROR_MEMORY_MISALIGNED: "misaligned pointer"
  case TCPCORE_ERROR_BAD_LIFETIME: "bad lifetime"
  case TCPCORE_ERROR_BAD_PORT_RANGE: "bad port range"
  case TCPCORE_ERROR_BAD_SNAPSHOT: "bad snapshot"
  default: "unknown error"
  }
}

extension Int64 {
  /// An error as a result of 64 bits. (See Widening.swift for why not `Int64(code)`.)
  init(code: Int32) { self = 0 &- Int64(bitPattern: UInt64(wide: UInt32(bitPattern: 0 &- code))) }
}
