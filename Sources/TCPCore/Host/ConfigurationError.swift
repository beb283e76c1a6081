/// Why a configuration, or the memory for it, cannot be used.
public enum ConfigurationError: UInt8, Error {
  /// No connection, or more ring classes than four.
  case badRingClasses
  /// A ring of no octets, or of more than 2^30 (ROB-001, ROB-265).
  case badRingCapacity
  /// A table with no room, or more entries than 2^24 in all.
  case badTableSize
  /// The sum of all tables is more than the machine can address.
  case tooLarge
  /// Less memory than `byteCount(for:)` asks for.
  case memoryTooSmall
  /// Memory that is not aligned to 16 octets.
  case memoryMisaligned
  /// The maximum segment lifetime is zero or more than ten minutes, or a half-open entry's is zero or more
  /// than a day.
  case badLifetime
  /// The range of ephemeral ports is empty or begins with 0.
  case badPortRange
  /// A snapshot of another version or another configuration, or a damaged one.
  case badSnapshot
}
