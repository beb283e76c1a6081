/// The two numbers of the timestamps option (RFC 7323 section 3.2).
public struct Timestamps: Equatable, Sendable, BitwiseCopyable {
  /// TSval: the sender's clock.
  public var value: UInt32
  /// TSecr: the clock value that is echoed, meaningful with ACK only.
  public var echo: UInt32

  /// A pair of clock value and echo.
  @inline(__always)
  public init(value: UInt32, echo: UInt32) {
    self.value = value
    self.echo = echo
  }
}
