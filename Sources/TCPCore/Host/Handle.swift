/// Names a connection or a listener of one host: a slot and its generation.
///
/// A released handle stays invalid until its slot has been reused 2^31 times.
public struct Handle: Equatable, Sendable, BitwiseCopyable {
  /// Slot in the lower half, generation in the upper one; never 0.
  public var rawValue: UInt64

  /// The handle with the given number, perhaps a stale or meaningless one.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  @inline(__always)
  init(id: EntryID, generation: UInt32) {
    rawValue = UInt64(wide: generation) &<< 32 | UInt64(wide: id.rawValue)
  }

  @inline(__always)
  var id: EntryID { EntryID(rawValue: UInt32(truncatingIfNeeded: rawValue)) }
  @inline(__always)
  var generation: UInt32 { UInt32(truncatingIfNeeded: rawValue &>> 32) }
}
