/// Why a connection has ended.
public enum EndReason: UInt8, Sendable, BitwiseCopyable {
  /// It has not ended.
  case none = 0
  /// Both sides closed, and everything was acknowledged.
  case finished
  /// The peer reset it (MUST-12).
  case reset
  /// The peer refused it.
  case refused
  /// The peer did not answer in time.
  case timedOut
  /// The attempt to connect met no answer but the network's word that the peer cannot be reached.
  case unreachable
  /// The user aborted it, or closed it before it was established.
  case aborted
  /// The interface lost the address that the connection used.
  case addressGone
}
